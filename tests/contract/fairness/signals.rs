//! Signals and an end that was requested already (contract 22).

use crate::common::always_ready::is_fair;
use crate::common::on_both_flavors;
use portable::shutdown::Shutdown;

on_both_flavors! {
    an_end_that_was_requested,
    an_end_without_guards,
}

async fn an_end_that_was_requested() {
    is_fair(|stop| async move {
        let shutdown = Shutdown::new();
        shutdown.request();
        let mut requested = shutdown.requested();
        while !stop.is_set() {
            shutdown.requested().await;
            (&mut requested).await;
        }
    })
    .await;
}

async fn an_end_without_guards() {
    is_fair(|stop| async move {
        let shutdown = Shutdown::new();
        while !stop.is_set() {
            shutdown.wait().await;
        }
    })
    .await;
}
