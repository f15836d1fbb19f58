//! `JoinError`: the reason for which a task gave no output (contract 4).

use std::error::Error;
use std::future::pending;
use std::io;
use std::panic::{panic_any, resume_unwind};
use std::sync::Arc;

use crate::common::{self, on_both_flavors};
use portable::task::{self, Id, JoinError};

on_both_flavors! {
    a_cancelled_task_says_so,
    a_task_that_panicked_says_so,
    a_text_arrives,
    a_formatted_text_arrives,
    a_payload_of_any_type_arrives_whole,
    a_payload_of_a_blocking_closure_arrives_whole,
    a_payload_of_a_local_task_arrives_whole,
    a_resumed_payload_arrives,
    try_into_panic_gives_the_error_back,
    into_panic_of_a_cancelled_task_panics_with_one_text,
    display_has_one_text,
    debug_has_one_text,
    it_is_an_error_to_pass_on,
    it_converts_to_an_io_error,
}

/// Returns the error of a task that was aborted, and the task's id.
async fn cancelled() -> (JoinError, Id) {
    let task = task::spawn(pending::<()>());
    let id = task.id();
    task.abort();
    (task.await.unwrap_err(), id)
}

/// Returns the error of a task that panicked, and the task's id.
async fn panicked(panics: fn()) -> (JoinError, Id) {
    let task = task::spawn(async move { panics() });
    let id = task.id();
    (task.await.unwrap_err(), id)
}

async fn a_cancelled_task_says_so() {
    let (error, id) = cancelled().await;
    assert!(error.is_cancelled());
    assert!(!error.is_panic());
    assert_eq!(error.id(), id);
}

async fn a_task_that_panicked_says_so() {
    let (error, id) = panicked(|| panic!("on purpose")).await;
    assert!(error.is_panic());
    assert!(!error.is_cancelled());
    assert_eq!(error.id(), id);
}

async fn a_text_arrives() {
    let (error, _) = panicked(|| panic!("on purpose")).await;
    assert_eq!(
        *error.into_panic().downcast::<&str>().unwrap(),
        "on purpose"
    );
}

async fn a_formatted_text_arrives() {
    let (error, _) = panicked(|| panic!("number {}", std::hint::black_box(7))).await;
    let payload = error.try_into_panic().unwrap();
    assert_eq!(*payload.downcast::<String>().unwrap(), "number 7");
}

#[derive(Debug)]
struct Payload(Arc<()>);

async fn a_payload_of_any_type_arrives_whole() {
    let sent = Arc::new(());
    let payload = Payload(sent.clone());
    let task = task::spawn(async { panic_any(payload) });
    let payload = task.await.unwrap_err().into_panic();
    let Payload(arrived) = *payload.downcast().unwrap();
    assert!(Arc::ptr_eq(&sent, &arrived));
    drop(arrived);
    assert_eq!(Arc::strong_count(&sent), 1);
}

async fn a_payload_of_a_blocking_closure_arrives_whole() {
    let sent = Arc::new(());
    let payload = Payload(sent.clone());
    let task = task::spawn_blocking(|| panic_any(payload));
    let id = task.id();
    let error = task.await.unwrap_err();
    assert_eq!(error.id(), id);
    let Payload(arrived) = *error.into_panic().downcast().unwrap();
    assert!(Arc::ptr_eq(&sent, &arrived));
}

async fn a_payload_of_a_local_task_arrives_whole() {
    let sent = Arc::new(());
    let payload = Payload(sent.clone());
    let task = task::spawn_local(async { panic_any(payload) });
    let id = task.id();
    let error = task.await.unwrap_err();
    assert_eq!(error.id(), id);
    let Payload(arrived) = *error.into_panic().downcast().unwrap();
    assert!(Arc::ptr_eq(&sent, &arrived));
}

async fn a_resumed_payload_arrives() {
    async fn panics() {
        panic!("on purpose");
    }

    let inner = task::spawn(panics());
    let outer = task::spawn(async {
        if let Err(error) = inner.await {
            resume_unwind(error.into_panic());
        }
    });
    assert_eq!(common::panic_of_task(outer.await), "on purpose");
}

async fn try_into_panic_gives_the_error_back() {
    let (error, id) = cancelled().await;
    let error = error.try_into_panic().unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!(error.id(), id);
}

async fn into_panic_of_a_cancelled_task_panics_with_one_text() {
    let (error, _) = cancelled().await;
    let text = common::panic_of(|| error.into_panic());
    // The text is Tokio's.
    assert!(
        text.starts_with("`JoinError` reason is not a panic."),
        "{text}"
    );
}

async fn display_has_one_text() {
    let (error, id) = cancelled().await;
    assert_eq!(error.to_string(), format!("task {id} was cancelled"));
    let (error, id) = panicked(|| panic!("on purpose")).await;
    assert_eq!(
        error.to_string(),
        format!("task {id} panicked with message \"on purpose\"")
    );
    let (error, id) = panicked(|| panic!("on {}", std::hint::black_box("purpose"))).await;
    assert_eq!(
        error.to_string(),
        format!("task {id} panicked with message \"on purpose\"")
    );
    let (error, id) = panicked(|| panic_any(7)).await;
    assert_eq!(error.to_string(), format!("task {id} panicked"));
}

async fn debug_has_one_text() {
    let (error, id) = cancelled().await;
    assert_eq!(
        format!("{error:?}"),
        format!("JoinError::Cancelled({id:?})")
    );
    let (error, id) = panicked(|| panic!("on purpose")).await;
    assert_eq!(
        format!("{error:?}"),
        format!("JoinError::Panic({id:?}, \"on purpose\", ...)")
    );
    let (error, id) = panicked(|| panic_any(7)).await;
    assert_eq!(
        format!("{error:?}"),
        format!("JoinError::Panic({id:?}, ...)")
    );
}

async fn it_is_an_error_to_pass_on() {
    async fn passes_on() -> Result<(), Box<dyn Error + Send + Sync>> {
        task::spawn(async { panic!("on purpose") }).await?;
        Ok(())
    }

    let error = passes_on().await.unwrap_err();
    assert!(error.downcast_ref::<JoinError>().unwrap().is_panic());
    // The error may be displayed any number of times.
    assert_eq!(error.to_string(), error.to_string());
}

async fn it_converts_to_an_io_error() {
    let (error, _) = cancelled().await;
    let error = io::Error::from(error);
    assert_eq!(error.kind(), io::ErrorKind::Other);
    assert_eq!(error.to_string(), "task was cancelled");
    let (error, _) = panicked(|| panic!("on purpose")).await;
    let error = io::Error::from(error);
    assert_eq!(error.kind(), io::ErrorKind::Other);
    assert_eq!(error.to_string(), "task panicked");
}
