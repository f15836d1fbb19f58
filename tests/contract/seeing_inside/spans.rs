//! The span of a task (contract 26).

use std::future::{Future, pending, poll_fn};
use std::task::Poll;

use crate::common::{self, on_both_flavors, on_current_thread, with_both_builders};
use futures::channel::oneshot;
use portable::runtime::Builder;
use portable::task::{self, JoinHandle, JoinSet};
use tracing::subscriber::set_default;
use tracing::{Instrument, info, info_span, instrument};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::Registry;

use crate::common::recorder::{Recorder, TARGET, recorder, unique};

on_both_flavors! {
    an_event_is_in_the_span_of_its_task,
    a_span_has_the_place_of_the_spawn,
    a_task_is_in_the_span_that_its_spawner_has_entered,
    an_instrumented_function_reaches_into_tasks_of_tasks,
    a_task_follows_from_a_spawner_without_a_span,
    a_chain_of_tasks_leaves_no_span_open,
    the_span_is_entered_once_for_each_poll,
    the_span_closes_with_the_task,
    a_panic_closes_the_span,
    an_abort_drops_the_future_in_the_span,
    a_destructor_after_the_end_is_in_the_span,
    a_closure_is_in_its_span,
    a_closure_that_never_ran_is_dropped_in_its_span,
    tasks_of_a_set_have_spans,
    a_handle_spawns_with_spans,
}

on_current_thread! {
    a_local_task_is_in_its_span,
    without_spans_of_tasks_a_task_is_in_the_span_of_its_spawner,
}

with_both_builders! {
    block_on_has_a_span,
    the_end_of_the_runtime_closes_the_spans,
}

fn spawn<F>(name: &str, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    task::Builder::new().name(name).spawn(future).unwrap()
}

async fn an_event_is_in_the_span_of_its_task() {
    let seen = recorder();
    let name = unique("logs");
    let event = name.clone();
    let task = spawn(&name, async move {
        info!(target: TARGET, "{event}");
        task::yield_now().await;
        info!(target: TARGET, "{event}, after a wait");
    });
    let id = task.id().to_string();
    task.await.unwrap();
    for event in [name.clone(), format!("{name}, after a wait")] {
        let around = seen.around(&event);
        assert_eq!(around[0].name, "runtime.spawn");
        assert_eq!(around[0].field("kind"), "task");
        assert_eq!(around[0].field("task.name"), name);
        assert_eq!(around[0].field("task.id"), id);
    }
}

async fn a_span_has_the_place_of_the_spawn() {
    let seen = recorder();
    let (line, task) = (line!(), task::spawn(async {}));
    let id = task.id().to_string();
    task.await.unwrap();
    let (_, span) = seen.span_with("task.id", &id);
    assert!(span.field("loc.file").ends_with("spans.rs"), "{span:?}");
    // Another runtime of this process may have given the same id.
    let is_here = |span: &crate::common::recorder::Span| span.field("loc.line") == line.to_string();
    assert!(is_here(&span) || portable::runtime::available().len() > 1);
    assert!(!span.fields.contains_key("task.name"));
}

async fn a_task_is_in_the_span_that_its_spawner_has_entered() {
    let seen = recorder();
    let name = unique("child");
    let request = info_span!(target: TARGET, "request", of = %name);
    let event = name.clone();
    let task = request.in_scope(|| spawn(&name, async move { info!(target: TARGET, "{event}") }));
    drop(request);
    task.await.unwrap();
    let (request, _) = seen.span_with("of", &name);
    let (_, task) = seen.task(&name);
    assert_eq!(task.parent, Some(request));
    assert_eq!(task.follows, None);
    let around = seen.around(&name);
    let names: Vec<_> = around.iter().map(|span| span.name).collect();
    // Around the request is the span of the test's own `block_on`.
    assert_eq!(names, ["runtime.spawn", "request", "runtime.spawn"]);
}

async fn an_instrumented_function_reaches_into_tasks_of_tasks() {
    #[instrument(target = "seeing_inside")]
    async fn request(of: String) {
        let outer = unique("outer");
        let event = of.clone();
        spawn(&outer, async move {
            let inner = unique("inner");
            spawn(&inner, async move { info!(target: TARGET, "{event}") })
                .await
                .unwrap();
        })
        .await
        .unwrap();
    }

    let seen = recorder();
    let of = unique("request");
    request(of.clone()).await;
    let around = seen.around(&of);
    let names: Vec<_> = around.iter().map(|span| span.name).collect();
    // Around the request is the span of the test's own `block_on`.
    assert_eq!(names, ["runtime.spawn", "request", "runtime.spawn"]);
    assert!(around[0].field("task.name").starts_with("inner"));
}

async fn a_task_follows_from_a_spawner_without_a_span() {
    let seen = recorder();
    let (outer, inner) = (unique("outer"), unique("inner"));
    let name = inner.clone();
    let task = spawn(&outer, async move { spawn(&name, async {}).await.unwrap() });
    task.await.unwrap();
    let (outer, _) = seen.task(&outer);
    let (_, inner) = seen.task(&inner);
    assert_eq!(inner.parent, None);
    assert_eq!(inner.follows, Some(outer));
}

async fn a_chain_of_tasks_leaves_no_span_open() {
    const LENGTH: usize = 100;

    type Ends = (oneshot::Sender<()>, oneshot::Receiver<()>);

    fn link(name: String, left: usize, ends: Ends) {
        let next = name.clone();
        drop(spawn(&format!("{name}, {left}"), async move {
            if left > 0 {
                return link(next, left - 1, ends);
            }
            let (is_last, end) = ends;
            is_last.send(()).unwrap();
            end.await.unwrap();
        }));
    }

    let seen = recorder();
    let name = unique("chain");
    let (is_last, last) = oneshot::channel();
    let (end, is_ended) = oneshot::channel();
    link(name.clone(), LENGTH, (is_last, is_ended));
    last.await.unwrap();
    // The last task is still there, and would keep open whatever it is in.
    for left in 1..=LENGTH {
        let (place, _) = seen.task(&format!("{name}, {left}"));
        common::eventually(|| seen.span(place).is_closed).await;
    }
    let (last, span) = seen.task(&format!("{name}, 0"));
    assert!(!span.is_closed);
    end.send(()).unwrap();
    common::eventually(|| seen.span(last).is_closed).await;
}

async fn the_span_is_entered_once_for_each_poll() {
    let seen = recorder();
    let name = unique("polls");
    let mut left = 5;
    let task = spawn(
        &name,
        poll_fn(move |cx| {
            left -= 1;
            if left == 0 {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        }),
    );
    task.await.unwrap();
    assert_eq!(seen.task(&name).1.visits, 5);
}

async fn the_span_closes_with_the_task() {
    let seen = recorder();
    let name = unique("ends");
    let (end, is_ended) = oneshot::channel::<()>();
    let task = spawn(&name, async { is_ended.await.unwrap() });
    task::yield_now().await;
    assert!(!seen.task(&name).1.is_closed);
    end.send(()).unwrap();
    task.await.unwrap();
    assert!(seen.task(&name).1.is_closed);
}

async fn a_panic_closes_the_span() {
    let seen = recorder();
    let name = unique("panics");
    let event = name.clone();
    let task = spawn(&name, async move {
        let _on_drop = common::on_drop(|| info!(target: TARGET, "{event}"));
        task::yield_now().await;
        panic!("in here");
    });
    assert!(task.await.unwrap_err().is_panic());
    assert!(seen.task(&name).1.is_closed);
    assert_eq!(seen.around(&name)[0].field("task.name"), name);
}

async fn an_abort_drops_the_future_in_the_span() {
    let seen = recorder();
    let name = unique("aborted");
    let event = name.clone();
    let task = spawn(&name, async move {
        let _on_drop = common::on_drop(|| info!(target: TARGET, "{event}"));
        pending::<()>().await;
    });
    let (place, _) = seen.task(&name);
    common::eventually(|| seen.span(place).visits > 0).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert!(seen.span(place).is_closed);
    assert_eq!(seen.around(&name)[0].field("task.name"), name);
}

async fn a_destructor_after_the_end_is_in_the_span() {
    let seen = recorder();
    let name = unique("done");
    let event = name.clone();
    let on_drop = common::on_drop(move || info!(target: TARGET, "{event}"));
    let task = spawn(
        &name,
        poll_fn(move |_| {
            let _held = &on_drop;
            Poll::Ready(())
        }),
    );
    task.await.unwrap();
    assert_eq!(seen.around(&name)[0].field("task.name"), name);
    assert_eq!(seen.task(&name).1.visits, 1);
}

async fn a_closure_is_in_its_span() {
    let seen = recorder();
    let name = unique("closure");
    let request = info_span!(target: TARGET, "request", of = %name);
    let event = name.clone();
    let closure = move || info!(target: TARGET, "{event}");
    let builder = task::Builder::new().name(&name);
    let task = request.in_scope(|| builder.spawn_blocking(closure).unwrap());
    let id = task.id().to_string();
    task.await.unwrap();
    let around = seen.around(&name);
    assert_eq!(around[0].field("kind"), "blocking");
    assert_eq!(around[0].field("task.name"), name);
    assert_eq!(around[0].field("task.id"), id);
    assert_eq!(around[1].name, "request");
    assert!(seen.task(&name).1.is_closed);
}

async fn a_closure_that_never_ran_is_dropped_in_its_span() {
    let seen = recorder();
    let name = unique("late");
    let event = name.clone();
    let handle = {
        let runtime = Builder::new_current_thread().build().unwrap();
        let handle = runtime.handle().clone();
        task::spawn_blocking(|| drop(runtime)).await.unwrap();
        handle
    };
    let on_drop = common::on_drop(move || info!(target: TARGET, "{event}"));
    let outer = info_span!(target: TARGET, "outer", of = %name);
    let task = outer.in_scope(|| handle.spawn_blocking(move || drop(on_drop)));
    assert!(task.await.unwrap_err().is_cancelled());
    let around = seen.around(&name);
    assert_eq!(around[0].field("kind"), "blocking");
    assert_eq!(around[1].name, "outer");
}

async fn tasks_of_a_set_have_spans() {
    let seen = recorder();
    let name = unique("set");
    let request = info_span!(target: TARGET, "request", of = %name);
    let mut set = JoinSet::new();
    let event = name.clone();
    async {
        set.spawn(async move { info!(target: TARGET, "{event}") });
    }
    .instrument(request)
    .await;
    set.join_next().await.unwrap().unwrap();
    let around = seen.around(&name);
    assert_eq!(around[0].name, "runtime.spawn");
    assert!(around[0].field("loc.file").ends_with("spans.rs"));
    assert_eq!(around[1].name, "request");
}

async fn a_handle_spawns_with_spans() {
    let seen = recorder();
    let name = unique("handle");
    let event = name.clone();
    let handle = portable::runtime::Handle::current();
    let task = handle.spawn(async move { info!(target: TARGET, "{event}") });
    let id = task.id().to_string();
    task.await.unwrap();
    let around = seen.around(&name);
    assert_eq!(around[0].field("task.id"), id);
    assert!(around[0].field("loc.file").ends_with("spans.rs"));
}

async fn a_local_task_is_in_its_span() {
    let seen = recorder();
    let name = unique("local");
    let event = name.clone();
    let future = async move { info!(target: TARGET, "{event}") };
    let builder = task::Builder::new().name(&name);
    let task = builder.spawn_local(future).unwrap();
    let id = task.id().to_string();
    task.await.unwrap();
    let around = seen.around(&name);
    assert_eq!(around[0].field("kind"), "local");
    assert_eq!(around[0].field("task.id"), id);
    assert!(seen.task(&name).1.is_closed);
}

async fn without_spans_of_tasks_a_task_is_in_the_span_of_its_spawner() {
    for attempt in 0.. {
        let seen = Recorder::new(false);
        let _default = set_default(Registry::default().with(seen.clone()));
        let request = info_span!(target: TARGET, "request");
        let task = request.in_scope(|| {
            task::spawn(async {
                info!(target: TARGET, "in a task");
                task::spawn(async { info!(target: TARGET, "in a task of it") })
                    .await
                    .unwrap();
            })
        });
        drop(request);
        task.await.unwrap();
        let around = ["in a task", "in a task of it"].map(|event| seen.around(event));
        // While another test sets a subscriber, tracing may make a span that this one does not want.
        if around.iter().any(|around| around.len() > 1) && attempt < 50 {
            continue;
        }
        for around in around {
            assert_eq!(around.len(), 1);
            assert_eq!(around[0].name, "request");
        }
        assert!(seen.span(0).is_closed);
        return;
    }
}

fn block_on_has_a_span(mut builder: Builder) {
    let seen = recorder();
    let name = unique("main");
    let runtime = builder.build().unwrap();
    let line = line!() + 1;
    runtime.block_on(async { info!(target: TARGET, "{name}") });
    let around = seen.around(&name);
    assert_eq!(around[0].name, "runtime.spawn");
    assert_eq!(around[0].field("kind"), "block_on");
    assert_eq!(around[0].field("loc.line"), line.to_string());
    assert!(around[0].is_closed);
}

fn the_end_of_the_runtime_closes_the_spans(mut builder: Builder) {
    let seen = recorder();
    let name = unique("waits");
    let event = name.clone();
    let runtime = builder.build().unwrap();
    runtime.block_on(async {
        drop(spawn(&name, async move {
            let _on_drop = common::on_drop(|| info!(target: TARGET, "{event}"));
            pending::<()>().await;
        }));
        let (place, _) = seen.task(&name);
        common::eventually(|| seen.span(place).visits > 0).await;
    });
    drop(runtime);
    assert!(seen.task(&name).1.is_closed);
    assert_eq!(seen.around(&name)[0].field("task.name"), name);
}
