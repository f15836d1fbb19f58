//! `select!`, which sees that a budget is used up (contract 22).

use std::future::ready;

use crate::common::always_ready::is_fair;
use crate::common::on_both_flavors;
use futures::FutureExt;
use portable::task;

on_both_flavors! {
    a_branch_that_always_is_ready,
    a_select_without_a_budget_waits,
}

/// The second branch has no budget. It must not be taken instead of the branch whose budget is used
/// up.
async fn a_branch_that_always_is_ready() {
    is_fair(|stop| async move {
        while !stop.is_set() {
            portable::select! {
                biased;
                () = task::consume_budget() => {}
                () = ready(()) => {}
            }
        }
    })
    .await;
}

async fn a_select_without_a_budget_waits() {
    for _ in 0..3 {
        task::yield_now().await;
        let selected = (0..1000).take_while(|_| {
            let select = async {
                portable::select! {
                    biased;
                    () = task::consume_budget() => {}
                    () = ready(()) => {}
                }
            };
            select.now_or_never().is_some()
        });
        assert_eq!(selected.count(), 128);
    }
}
