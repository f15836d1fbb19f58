//! What is told of a task's waker, which is the same at each poll (contract 26).

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Poll, Waker};

use crate::common::{self, on_both_flavors};
use futures::channel::oneshot;
use portable::task::{self, JoinHandle};

use crate::common::recorder::{recorder, unique};

on_both_flavors! {
    each_operation_is_told_once,
    a_task_wakes_itself_in_its_span,
    it_is_the_same_waker_at_each_poll,
    a_task_that_awaits_a_task_passes_its_own_waker,
    a_waker_after_the_end_does_nothing,
}

fn spawn<F>(name: &str, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    task::Builder::new().name(name).spawn(future).unwrap()
}

async fn each_operation_is_told_once() {
    let seen = recorder();
    let name = unique("woken");
    let (sender, waker) = oneshot::channel::<Waker>();
    let mut sender = Some(sender);
    let mut polls = 0;
    let task = spawn(
        &name,
        poll_fn(move |cx| {
            if let Some(sender) = sender.take() {
                sender.send(cx.waker().clone()).unwrap();
            }
            polls += 1;
            match polls {
                3 => Poll::Ready(()),
                _ => Poll::Pending,
            }
        }),
    );
    let waker = waker.await.unwrap();
    let (place, _) = seen.task(&name);
    let told = |op| seen.span(place).told(op);
    assert_eq!((told("waker.clone"), told("waker.drop")), (1, 0));
    drop(waker.clone());
    assert_eq!((told("waker.clone"), told("waker.drop")), (2, 1));
    waker.wake_by_ref();
    assert_eq!(told("waker.wake_by_ref"), 1);
    common::eventually(|| seen.span(place).visits == 2).await;
    waker.wake();
    task.await.unwrap();
    let span = seen.span(place);
    assert_eq!(span.told("waker.wake"), 1);
    assert_eq!(span.told("waker.wake_by_ref"), 1);
    assert_eq!(span.told("waker.clone"), 2);
    assert_eq!(span.told("waker.drop"), 1);
    assert_eq!(span.visits, 3);
}

async fn a_task_wakes_itself_in_its_span() {
    let seen = recorder();
    let name = unique("yields");
    let mut left = 4;
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
    let (_, span) = seen.task(&name);
    assert_eq!(span.told("waker.wake_by_ref"), 3);
    assert_eq!(span.told("waker.clone"), 0);
}

async fn it_is_the_same_waker_at_each_poll() {
    recorder();
    let mut first: Option<Waker> = None;
    let mut same = 0;
    let task = task::spawn(poll_fn(move |cx| {
        match &first {
            None => first = Some(cx.waker().clone()),
            Some(first) if first.will_wake(cx.waker()) => same += 1,
            Some(_) => return Poll::Ready(same),
        }
        if same == 10 {
            return Poll::Ready(same);
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }));
    assert_eq!(task.await.unwrap(), 10);
}

async fn a_task_that_awaits_a_task_passes_its_own_waker() {
    const POLLS: usize = 20;

    let seen = recorder();
    let name = unique("joins");
    let (end, is_ended) = oneshot::channel::<()>();
    let inner = task::spawn(async { is_ended.await.unwrap() });
    let end = Mutex::new(Some(end));
    let mut left = POLLS;
    let mut inner = Box::pin(inner);
    let task = spawn(
        &name,
        poll_fn(move |cx| {
            let joined = pin!(&mut inner).poll(cx);
            if let Poll::Ready(joined) = joined {
                joined.unwrap();
                return Poll::Ready(());
            }
            left = left.saturating_sub(1);
            if left == 0 {
                if let Some(end) = end.lock().unwrap().take() {
                    end.send(()).unwrap();
                }
            } else {
                cx.waker().wake_by_ref();
            }
            Poll::Pending
        }),
    );
    task.await.unwrap();
    let (_, span) = seen.task(&name);
    let gone = span.told("waker.drop") + span.told("waker.wake");
    assert_eq!(span.told("waker.clone"), gone, "{span:?}");
    // async-task wakes the waker that it was given by value. A waker that the executor does not
    // know gets there within another one, which wakes it by reference.
    if portable::runtime::current() != "tokio" {
        assert_eq!(span.told("waker.wake"), 1, "{span:?}");
    }
}

async fn a_waker_after_the_end_does_nothing() {
    recorder();
    let (sender, waker) = oneshot::channel::<Waker>();
    let mut sender = Some(sender);
    let task = task::spawn(poll_fn(move |cx| {
        if let Some(sender) = sender.take() {
            sender.send(cx.waker().clone()).unwrap();
        }
        Poll::Ready(())
    }));
    task.await.unwrap();
    let waker = waker.await.unwrap();
    waker.wake_by_ref();
    let other = waker.clone();
    other.wake();
    drop(waker);
}
