//! The lines of the contract, and the behaviours that tests are made of. This file is written by
//! `cargo xtask suite --update`.

use super::line::Line;

/// The lines of the contract that [`contract!`](crate::contract) tests, in the order of the page.
pub const LINES: &[Line] = &[
Line {
    name: "1",
    title: "Start and detach",
    promise: "`spawn` starts a task lazily: the future is never polled within the call. Dropping the handle detaches the task, which goes on to its end. A task may drop its own handle.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#tasks",
},
Line {
    name: "2",
    title: "Handles",
    promise: "Awaiting a `JoinHandle<T>` gives `Result<T, JoinError>`. The handle is `Send`, `Sync` and `Unpin` (for a `T` that is `Send`), and may be awaited on any thread and any executor. Awaiting it again after it gave its output panics.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#tasks",
},
Line {
    name: "3",
    title: "Abort",
    promise: "`abort` returns at once and needs no await.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#tasks",
},
Line {
    name: "4",
    title: "Errors",
    promise: "A `JoinError` says whether the task was cancelled or panicked, and which task it was. The payload of a panic arrives whole.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#tasks",
},
Line {
    name: "5",
    title: "Containment",
    promise: "Nothing that a task does unwinds into, aborts or stops anything else: not a panic in a poll, not one in a destructor while the task is cancelled, not one in the destructor of an output that nobody takes, not one of a waker that somebody waits with. The thread that ran the task goes on.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#tasks",
},
Line {
    name: "6",
    title: "Local and blocking tasks",
    promise: "`spawn_local` takes futures that are not `Send`. It works in a `LocalSet`, and without one on the thread of `main`: in `main`, in local tasks, and with the current-thread flavour in every task; elsewhere it panics and says so. `spawn_blocking` runs closures on a pool of up to `max_blocking_threads` threads, 512 by default; a closure whose handle is dropped still runs.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#tasks",
},
Line {
    name: "7",
    title: "Turns",
    promise: "`yield_now` gives the other tasks a turn.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#tasks",
},
Line {
    name: "11",
    title: "The end",
    promise: "When `main` returns or panics, no new task starts. Pending futures are dropped and their destructors run. Blocking closures that run, and tasks that are in a poll, are waited for, up to `shutdown_timeout`, 1 s by default. Closures that wait for a thread are cancelled. Then the process ends with the status of `main`, which is 101 after a panic.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#the-entry-point",
},
Line {
    name: "12",
    title: "Any thread",
    promise: "While a runtime runs, `spawn` and `sleep` work from a plain thread, from `spawn_blocking`, from destructors and from the destructors of thread-locals. During the shutdown, and after it, `spawn` gives a handle that is already cancelled. None of these panics. A function with `#[portable::main]` that is not the `main` of the program is the runtime of plain threads while it runs, if there is no other, and leaves none behind.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#from-anywhere",
},
Line {
    name: "14",
    title: "Blocking on a future",
    promise: "`block_on`, and a call of a function with `#[portable::main]`, panics on a thread that polls tasks, says what to do and names the place of the call; so it does in the destructors of tasks at the end of their runtime. On a plain thread and in `spawn_blocking` it works.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#from-anywhere",
},
Line {
    name: "15",
    title: "Deadlines",
    promise: "A deadline is fixed when the function is called, and is never early. A duration too long for the clock waits for ever. A duration of zero gives the other tasks one turn. Timers work under any waker: in `join_all`, in `FuturesUnordered`, on another executor.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#time",
},
Line {
    name: "16",
    title: "Timeouts",
    promise: "`timeout` polls the future first and looks at the clock second: a future that is ready wins, however late. The future is dropped before the error is seen.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#time",
},
Line {
    name: "17",
    title: "Intervals",
    promise: "The first tick of `interval` comes at once. `MissedTickBehavior` is Tokio's, with bursts by default. A period of zero panics.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#time",
},
Line {
    name: "22",
    title: "What is always ready waits for its turn",
    promise: "A loop over operations that are always ready starves nothing: the other tasks run, timers fire, and a `timeout` around the loop ends it. This holds for sockets, pipes, files, standard streams, child processes and signals, their errors too; for `io::copy` and its like block by block, `io::copy_bidirectional` with turns for both directions, `io::{duplex, simplex, empty, repeat, sink}`, and lines and segments of a buffered reader, also those that are in its buffer; for handles, `JoinSet` and `TaskTracker`; for `timeout` and `interval` whose time has passed; and for the channels and locks of `portable::sync`. Each poll of a task, of a local task and of `main` has a budget of 128 such operations. When it is used up, the next operation is pending and the task is polled again after the others. `task::consume_budget` spends one by hand, `task::unconstrained` polls without a budget, and `JoinSet::try_join_next`, which does not wait, needs none.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#fairness",
},
Line {
    name: "`#[portable::task]` and `task::Pool`",
    title: "`#[portable::task]` and `task::Pool`",
    promise: "no more tasks at once than there are places. One too many ends with a `JoinError` that is `is_full`, however it was spawned. A place is taken by the call, and free again when the task has ended, was aborted, has panicked or was never spawned.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#what-is-built-on-it",
},
Line {
    name: "`task::JoinSet`",
    title: "`task::JoinSet`",
    promise: "tasks that are awaited in the order in which they end, with or without a limit.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#what-is-built-on-it",
},
Line {
    name: "`task::JoinQueue`",
    title: "`task::JoinQueue`",
    promise: "tasks that are awaited in the order of their spawns.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#what-is-built-on-it",
},
Line {
    name: "`task::AbortOnDropHandle`, `task::AbortOnDrop`",
    title: "`task::AbortOnDropHandle`, `task::AbortOnDrop`",
    promise: "a task that ends with its handle.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#what-is-built-on-it",
},
Line {
    name: "`task_local!`",
    title: "`task_local!`",
    promise: "a value that a task has for itself, which it keeps from thread to thread.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#what-is-built-on-it",
},
Line {
    name: "`task::TaskTracker`",
    title: "`task::TaskTracker`",
    promise: "tasks that are counted, until none is left.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#what-is-built-on-it",
},
Line {
    name: "`portable::sync`",
    title: "`portable::sync`",
    promise: "Tokio's channels, locks and `CancellationToken`, which need no runtime.",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#what-is-built-on-it",
},
Line {
    name: "`select!`, `join!` and `try_join!`",
    title: "`select!`, `join!` and `try_join!`",
    promise: "",
    address: "https://docs.rs/portable/latest/portable/contract/index.html#what-is-built-on-it",
},
];

/// The behaviours, and the lines that they stand for.
#[allow(missing_docs)]
pub mod names {
    pub mod tasks {
        pub mod abort {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[2]];
            pub use crate::tasks::abort::both_flavors::*;
            pub use crate::tasks::abort::current_thread::*;
            pub use crate::tasks::abort::multi_thread::*;
            pub use crate::tasks::abort::both_builders::*;
            pub use crate::tasks::abort::multi_thread_builder::*;
        }
        pub mod blocking {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[5]];
            pub use crate::tasks::blocking::both_flavors::*;
            pub use crate::tasks::blocking::both_builders::*;
            pub use crate::tasks::blocking::current_thread_builder::*;
        }
        pub mod errors {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[3]];
            pub use crate::tasks::errors::both_flavors::*;
        }
        pub mod handles {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[1]];
            pub use crate::tasks::handles::both_flavors::*;
            pub use crate::tasks::handles::both_builders::*;
        }
        pub mod local {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[5]];
            pub use crate::tasks::local::both_flavors::*;
            pub use crate::tasks::local::current_thread::*;
            pub use crate::tasks::local::multi_thread::*;
            pub use crate::tasks::local::both_builders::*;
        }
        pub mod local_set {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[5]];
            pub use crate::tasks::local_set::both_flavors::*;
            pub use crate::tasks::local_set::multi_thread::*;
            pub use crate::tasks::local_set::both_builders::*;
        }
        pub mod panics {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[4]];
            pub use crate::tasks::panics::both_flavors::*;
            pub use crate::tasks::panics::both_builders::*;
        }
        pub mod pools {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[14]];
            pub use crate::tasks::pools::both_flavors::*;
            pub use crate::tasks::pools::both_builders::*;
        }
        pub mod start {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[0]];
            pub use crate::tasks::start::both_flavors::*;
            pub use crate::tasks::start::current_thread::*;
            pub use crate::tasks::start::both_builders::*;
        }
        pub mod turns {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[6]];
            pub use crate::tasks::turns::both_flavors::*;
            pub use crate::tasks::turns::both_builders::*;
        }
        pub mod wakers {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[4]];
            pub use crate::tasks::wakers::both_flavors::*;
            pub use crate::tasks::wakers::both_builders::*;
        }
        pub mod wakes {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[0]];
            pub use crate::tasks::wakes::both_flavors::*;
            pub use crate::tasks::wakes::both_builders::*;
            pub use crate::tasks::wakes::multi_thread_builder::*;
        }
    }
    pub mod entry_point {
        pub mod shutdown {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[7], ALL[9]];
            pub use crate::entry_point::shutdown::both_builders::*;
            pub use crate::entry_point::shutdown::multi_thread_builder::*;
            pub use crate::entry_point::shutdown::current_thread_builder::*;
        }
    }
    pub mod anywhere {
        pub mod block_on {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[9]];
            pub use crate::anywhere::block_on::both_flavors::*;
            pub use crate::anywhere::block_on::both_builders::*;
        }
        pub mod enter {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[8]];
            pub use crate::anywhere::enter::both_flavors::*;
            pub use crate::anywhere::enter::both_builders::*;
        }
    }
    pub mod time {
        pub mod interval {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[12]];
            pub use crate::time::interval::both_flavors::*;
        }
        pub mod sleep {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[10]];
            pub use crate::time::sleep::both_flavors::*;
            pub use crate::time::sleep::both_builders::*;
        }
        pub mod timeout {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[11]];
            pub use crate::time::timeout::both_flavors::*;
        }
    }
    pub mod fairness {
        #[cfg(feature = "sync")]
        pub mod channels {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[13]];
            pub use crate::fairness::channels::both_flavors::*;
        }
        pub mod handles {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[13]];
            pub use crate::fairness::handles::both_flavors::*;
            pub use crate::fairness::handles::both_builders::*;
        }
        #[cfg(feature = "select")]
        pub mod select {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[13]];
            pub use crate::fairness::select::both_flavors::*;
        }
        pub mod time {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[13]];
            pub use crate::fairness::time::both_flavors::*;
        }
    }
    pub mod groups {
        pub mod abort_on_drop {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[17]];
            pub use crate::groups::abort_on_drop::both_flavors::*;
        }
        pub mod join_queue {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[16]];
            pub use crate::groups::join_queue::both_flavors::*;
        }
        pub mod join_set {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[15]];
            pub use crate::groups::join_set::both_flavors::*;
            pub use crate::groups::join_set::current_thread::*;
            pub use crate::groups::join_set::both_builders::*;
            #[cfg(feature = "sync")]
            pub mod limit {
                pub use super::LINES;
                pub use crate::groups::join_set::limit::both_flavors::*;
                pub use crate::groups::join_set::limit::both_builders::*;
            }
        }
        #[cfg(feature = "select")]
        pub mod select {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[21]];
            pub use crate::groups::select::both_flavors::*;
        }
        #[cfg(feature = "sync")]
        pub mod sync {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[20]];
            pub use crate::groups::sync::both_flavors::*;
        }
        pub mod task_local {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[18]];
            pub use crate::groups::task_local::both_flavors::*;
        }
        #[cfg(feature = "sync")]
        pub mod tracker {
            use super::super::super::{LINES as ALL, Line};

            pub const LINES: &[Line] = &[ALL[19]];
            pub use crate::groups::tracker::both_flavors::*;
            pub use crate::groups::tracker::both_builders::*;
        }
    }
}

/// Makes the tests of a section.
#[doc(hidden)]
#[macro_export]
macro_rules! __section {
    (tasks $with:tt) => {
        mod tasks {
            $crate::__tasks_abort! { $with }
            $crate::__tasks_blocking! { $with }
            $crate::__tasks_errors! { $with }
            $crate::__tasks_handles! { $with }
            $crate::__tasks_local! { $with }
            $crate::__tasks_local_set! { $with }
            $crate::__tasks_panics! { $with }
            $crate::__tasks_pools! { $with }
            $crate::__tasks_start! { $with }
            $crate::__tasks_turns! { $with }
            $crate::__tasks_wakers! { $with }
            $crate::__tasks_wakes! { $with }
        }
    };
    (entry_point $with:tt) => {
        mod entry_point {
            $crate::__entry_point_shutdown! { $with }
        }
    };
    (anywhere $with:tt) => {
        mod anywhere {
            $crate::__anywhere_block_on! { $with }
            $crate::__anywhere_enter! { $with }
        }
    };
    (time $with:tt) => {
        mod time {
            $crate::__time_interval! { $with }
            $crate::__time_sleep! { $with }
            $crate::__time_timeout! { $with }
        }
    };
    (fairness $with:tt) => {
        mod fairness {
            $crate::__fairness_channels! { $with }
            $crate::__fairness_handles! { $with }
            $crate::__fairness_select! { $with }
            $crate::__fairness_time! { $with }
        }
    };
    (groups $with:tt) => {
        mod groups {
            $crate::__groups_abort_on_drop! { $with }
            $crate::__groups_join_queue! { $with }
            $crate::__groups_join_set! { $with }
            $crate::__groups_select! { $with }
            $crate::__groups_sync! { $with }
            $crate::__groups_task_local! { $with }
            $crate::__groups_tracker! { $with }
        }
    };
    ($name:ident $with:tt) => {
        compile_error!(concat!(
            "portable: there is no section `", stringify!($name), "`; the sections are `tasks`, `entry_point`, `anywhere`, `time`, `fairness`, `groups`"
        ));
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_abort {
    ($with:tt) => {
        mod abort {
            $crate::__each! { $with each (super::super) (tasks abort) {
                a_waiting_task_is_cancelled
                a_task_that_waits_for_a_timer_is_cancelled
                the_future_is_dropped_before_the_await_returns
                it_needs_no_await
                it_needs_no_handle_either
                it_drops_nothing_within_the_call
                during_a_poll_it_waits_for_its_end
                a_poll_that_ends_the_task_wins
                after_the_end_the_output_stays
                a_task_may_abort_itself
                a_task_may_abort_itself_in_its_last_poll
                twice_is_as_once
                an_abort_handle_outlives_the_join_handle
                an_abort_handle_made_before_the_start_works_later
                an_abort_handle_that_is_dropped_does_nothing
                an_abort_handle_knows_the_end
                a_task_that_is_awaited_by_an_aborted_one_goes_on
                a_local_task_is_cancelled
                a_closure_that_runs_is_not_stopped
                many_threads_may_abort_one_task
                the_outcome_is_true_however_abort_and_start_race
                the_outcome_is_true_however_abort_and_end_race
                ten_thousand_aborted_tasks_are_all_dropped
            }}
            $crate::__each! { $with current_thread (super::super) (tasks abort) {
                before_the_first_poll_it_is_never_polled
                a_local_task_before_its_first_poll_is_never_polled
            }}
            $crate::__each! { $with multi_thread (super::super) (tasks abort) {
                a_local_task_of_a_multi_thread_runtime_is_never_polled
            }}
            $crate::__each! { $with each (super::super) (tasks abort) {
                a_closure_that_waits_for_a_thread_is_stopped
            }}
            $crate::__each! { $with workers (super::super) (tasks abort) {
                before_the_first_poll_it_is_never_polled_by_a_worker
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_blocking {
    ($with:tt) => {
        mod blocking {
            $crate::__each! { $with each (super::super) (tasks blocking) {
                the_output_arrives
                the_macro_is_the_same
                it_runs_on_a_thread_that_polls_nothing
                it_runs_while_main_blocks
                a_dropped_handle_still_runs
                closures_may_wait_for_each_other
                a_closure_may_spawn
                a_closure_may_block_on
                a_closure_may_run_another_and_wait_for_it
                a_closure_may_sleep
                a_closure_that_nobody_awaits_drops_its_output
                what_a_closure_holds_is_dropped_before_the_await_returns
                ten_thousand_closures_end
            }}
            $crate::__each! { $with each (super::super) (tasks blocking) {
                the_limit_is_512_by_default
                the_limit_is_a_limit
                closures_over_the_limit_run_later
                each_runtime_has_its_own_limit
                it_works_without_block_on
            }}
            $crate::__each! { $with current_thread (super::super) (tasks blocking) {
                idle_threads_end
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_errors {
    ($with:tt) => {
        mod errors {
            $crate::__each! { $with each (super::super) (tasks errors) {
                a_cancelled_task_says_so
                a_task_that_panicked_says_so
                a_text_arrives
                a_formatted_text_arrives
                a_payload_of_any_type_arrives_whole
                a_payload_of_a_blocking_closure_arrives_whole
                a_payload_of_a_local_task_arrives_whole
                a_resumed_payload_arrives
                try_into_panic_gives_the_error_back
                into_panic_of_a_cancelled_task_panics_with_one_text
                display_has_one_text
                debug_has_one_text
                it_is_an_error_to_pass_on
                it_converts_to_an_io_error
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_handles {
    ($with:tt) => {
        mod handles {
            $crate::__each! { $with each (super::super) (tasks handles) {
                it_may_be_awaited_on_another_thread
                it_may_be_awaited_on_another_executor
                it_may_be_awaited_in_another_task
                it_may_be_awaited_on_another_runtime
                it_may_be_awaited_in_combinators
                many_threads_may_await_their_tasks_at_once
                the_last_waker_is_the_one_that_is_woken
                awaiting_it_by_reference_loses_nothing
                awaiting_it_twice_panics_with_one_text
                it_is_finished_when_the_task_has_ended
                it_is_not_finished_while_the_task_waits
                ids_are_unique
                the_id_is_the_one_the_task_sees
                there_is_no_id_outside_tasks
                main_is_no_task
                debug_shows_the_id
            }}
            $crate::__each! { $with each (super::super) (tasks handles) {
                it_keeps_the_output_after_the_end_of_the_runtime
                it_says_cancelled_after_the_end_of_the_runtime
                a_thread_that_awaits_it_is_woken_by_the_end_of_the_runtime
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_local {
    ($with:tt) => {
        mod local {
            $crate::__each! { $with each (super::super) (tasks local) {
                a_future_that_is_not_send_runs
                an_output_that_is_not_send_arrives
                it_polls_nothing_within_the_call
                it_runs_on_the_thread_of_main
                it_runs_while_main_waits_for_something_else
                local_tasks_spawn_local_tasks
                local_tasks_and_others_await_each_other
                a_dropped_handle_detaches
                wakes_from_another_thread_arrive
                ten_thousand_local_tasks_end
                the_macro_is_the_same
                the_builder_is_the_same
                on_a_plain_thread_it_panics
                in_a_blocking_closure_it_panics
                under_a_handle_on_a_plain_thread_it_panics
            }}
            $crate::__each! { $with current_thread (super::super) (tasks local) {
                in_a_task_it_works
            }}
            $crate::__each! { $with multi_thread (super::super) (tasks local) {
                in_a_task_it_panics
            }}
            $crate::__each! { $with each (super::super) (tasks local) {
                at_the_end_of_block_on_the_tasks_are_dropped
                at_the_end_of_block_on_the_tasks_are_dropped_where_they_ran
                at_the_end_of_block_on_detached_tasks_are_dropped
                after_the_end_of_block_on_the_handle_says_cancelled
                a_destructor_at_the_end_may_spawn
                a_destructor_at_the_end_may_spawn_local
                a_destructor_after_a_panic_of_main_may_spawn
                each_block_on_has_its_own_local_tasks
                a_thread_wakes_a_local_task_while_it_is_dropped
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_local_set {
    ($with:tt) => {
        mod local_set {
            $crate::__each! { $with each (super::super) (tasks local_set) {
                a_future_that_is_not_send_runs_in_run_until
                it_polls_nothing_before_the_set_is_polled
                a_set_is_ready_when_its_tasks_have_ended
                an_empty_set_is_ready
                tasks_stay_on_the_thread_of_the_set
                local_tasks_of_a_set_spawn_into_it
                a_spawn_on_the_set_wakes_it
                a_wake_from_another_thread_arrives
                sleeps_in_a_set_end
                tasks_that_are_left_go_on_later
                the_innermost_set_gets_the_task
                a_set_within_itself_goes_on
                a_set_that_was_left_is_no_longer_the_place
                a_busy_set_leaves_others_their_turn
                each_task_has_a_budget_of_its_own
                a_panic_ends_its_task_alone
                ids_are_those_of_the_handles
                an_abort_from_another_thread_arrives
                dropping_a_set_drops_its_tasks_here
                a_destructor_may_spawn_into_the_dropped_set
                a_destructor_may_spawn_elsewhere
                a_chain_of_destructors_fits_the_stack
                a_destructor_that_panics_stays_in_its_task
                a_late_wake_of_a_dropped_set_is_harmless
                a_panicking_waker_stays_outside
                a_join_set_takes_tasks_of_a_set
                tasks_of_a_set_are_counted
                ten_thousand_tasks_of_a_set_end
            }}
            $crate::__each! { $with multi_thread (super::super) (tasks local_set) {
                a_set_makes_spawn_local_work_on_any_thread
                outside_of_a_set_it_panics
            }}
            $crate::__each! { $with each (super::super) (tasks local_set) {
                tasks_outlive_block_on
                a_set_moves_between_runtimes
                a_set_may_be_filled_before_there_is_a_runtime
                a_guard_makes_the_set_the_place_without_a_runtime
                a_set_may_outlive_its_runtime
                a_set_in_a_thread_local_is_dropped
                a_thread_wakes_a_task_while_its_set_is_dropped
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_panics {
    ($with:tt) => {
        mod panics {
            $crate::__each! { $with each (super::super) (tasks panics) {
                a_panic_in_a_poll_ends_the_task_alone
                a_panic_in_a_later_poll_ends_the_task_alone
                a_panic_of_a_detached_task_goes_nowhere
                a_panic_drops_the_future_before_the_await_returns
                a_panic_in_a_destructor_while_it_is_aborted_arrives
                a_panic_in_a_destructor_of_an_unstarted_task_arrives
                a_panic_in_a_destructor_of_an_aborted_detached_task_goes_nowhere
                a_panic_in_a_destructor_after_the_end_arrives
                a_panic_in_an_output_that_nobody_wants_goes_nowhere
                a_panic_in_an_output_that_nobody_took_goes_nowhere
                a_panic_in_a_blocking_closure_arrives
                a_panic_in_the_output_of_a_blocking_closure_goes_nowhere
                a_panic_in_the_destructor_of_a_payload_goes_nowhere
                a_panic_in_the_destructor_of_a_payload_that_nobody_took_goes_nowhere
                the_payload_of_a_panic_that_goes_nowhere_is_dropped
                a_panic_in_a_local_task_ends_it_alone
                a_panic_in_the_destructor_of_a_local_task_arrives
                many_panics_at_once_are_all_told
                a_future_that_panicked_is_dropped_in_the_unwinding
                a_lock_in_a_future_that_panicked_is_poisoned
                what_a_closure_that_panicked_holds_is_dropped_in_the_unwinding
                a_future_that_is_cancelled_is_not_dropped_in_an_unwinding
                an_output_that_nobody_takes_is_dropped_in_its_task
                an_output_that_nobody_took_is_dropped_in_its_task
                a_payload_that_nobody_takes_is_dropped_in_its_task
                a_future_is_dropped_in_its_task_however_it_ends
            }}
            $crate::__each! { $with each (super::super) (tasks panics) {
                the_thread_that_polls_lives_on
                the_threads_of_blocking_closures_live_on
                destructors_that_panic_at_the_end_stop_nothing
                destructors_of_local_tasks_that_panic_at_the_end_stop_nothing
                destructors_of_closures_that_panic_at_the_end_stop_nothing
                a_panic_of_main_leaves_block_on_whole
                a_panic_of_main_drops_its_local_tasks
                a_panic_of_main_leaves_the_runtime_usable
                the_future_of_main_is_dropped_in_the_unwinding
                tasks_are_dropped_in_themselves_at_the_end
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_pools {
    ($with:tt) => {
        mod pools {
            $crate::__each! { $with each (super::super) (tasks pools) {
                a_task_gives_its_output
                a_call_takes_a_place_before_it_is_spawned
                a_full_pool_is_told_by_the_handle
                a_full_pool_is_told_by_try_spawn
                the_error_names_the_function_and_the_number
                the_error_is_one_to_pass_on
                every_way_to_spawn_tells_of_a_full_pool
                what_has_no_place_is_dropped_and_never_polled
                what_has_no_place_can_be_aborted
                a_place_is_free_at_the_end_of_its_task
                a_place_is_free_after_an_abort
                a_place_is_free_after_an_abort_before_the_first_poll
                a_place_is_free_after_a_panic
                a_place_is_free_when_what_has_it_is_dropped
                a_place_is_free_after_it_was_awaited_where_it_was_called
                where_it_was_called_no_place_is_needed
                in_another_task_a_place_is_needed
                a_pool_takes_any_future
                a_full_pool_of_any_future_says_so
                places_are_never_more_than_they_are
            }}
            $crate::__each! { $with each (super::super) (tasks pools) {
                a_runtime_that_is_named_tells_of_a_full_pool
                the_end_of_a_runtime_gives_places_back
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_start {
    ($with:tt) => {
        mod start {
            $crate::__each! { $with each (super::super) (tasks start) {
                the_output_arrives
                the_free_function_is_the_same
                the_macro_is_the_same
                spawn_polls_nothing_within_the_call
                a_dropped_handle_detaches_a_task_that_has_not_started
                a_dropped_handle_detaches_a_task_that_waits
                a_task_may_drop_its_own_handle
                a_task_may_await_another
                a_task_outlives_the_one_that_spawned_it
                tasks_run_while_main_waits_for_something_else
                the_future_is_dropped_before_the_await_returns
                an_output_that_nobody_takes_is_dropped_once
                a_task_of_a_dropped_handle_drops_its_output
                ten_thousand_tasks_end
                ten_thousand_detached_tasks_end
                a_tree_of_tasks_ends
            }}
            $crate::__each! { $with current_thread (super::super) (tasks start) {
                a_task_starts_only_when_main_waits
                tasks_run_on_the_thread_of_main
            }}
            $crate::__each! { $with each (super::super) (tasks start) {
                a_task_spawned_before_block_on_runs_in_it
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_turns {
    ($with:tt) => {
        mod turns {
            $crate::__each! { $with each (super::super) (tasks turns) {
                it_is_pending_once
                it_is_pending_once_on_another_executor
                main_that_yields_lets_a_task_run
                main_that_yields_lets_a_local_task_run
                it_works_in_combinators
            }}
            $crate::__each! { $with each (super::super) (tasks turns) {
                a_task_that_yields_lets_another_run
                a_task_that_yields_lets_one_run_that_comes_later
                a_task_that_yields_lets_main_run
                a_task_that_yields_lets_a_timer_fire
                a_task_that_yields_lets_wakes_from_elsewhere_in
                a_local_task_that_yields_lets_the_others_run
                main_that_yields_lets_a_timer_fire
                many_tasks_that_yield_starve_none
                many_tasks_that_yield_let_one_of_another_thread_in
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_wakers {
    ($with:tt) => {
        mod wakers {
            $crate::__each! { $with each (super::super) (tasks wakers) {
                a_handle_whose_waker_panics_when_it_is_woken_gives_its_output
                a_handle_whose_waker_has_no_data_and_panics_gives_its_output
                a_handle_of_a_closure_whose_waker_panics_gives_its_output
                a_handle_of_a_local_task_whose_waker_panics_gives_its_output
                a_waker_that_panics_when_it_is_cloned_is_the_panic_of_the_poll
                a_set_whose_waker_panics_gives_its_outputs
                a_waker_that_panics_wakes_the_others_of_its_tasks
                a_waker_outside_the_runtime_that_panics_leaves_the_timers_whole
                a_sleep_whose_waker_panics_leaves_the_timers_whole
                a_handle_whose_waker_panics_when_it_is_dropped_gives_its_output
            }}
            $crate::__each! { $with each (super::super) (tasks wakers) {
                a_handle_is_awaited_by_a_waker_that_panics_while_the_runtime_ends
                a_set_drops_a_waker_that_runs_its_tasks
                a_set_clones_and_wakes_a_waker_that_runs_its_tasks
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tasks_wakes {
    ($with:tt) => {
        mod wakes {
            $crate::__each! { $with each (super::super) (tasks wakes) {
                a_wake_during_the_poll_is_not_lost
                wakes_during_one_poll_make_one_poll
                wakes_from_another_thread_arrive
                wakes_from_blocking_closures_arrive
                tasks_wake_each_other
                main_is_woken_from_another_thread
                a_waker_kept_does_not_keep_the_future
                a_wake_after_the_end_does_nothing
                a_task_whose_wakers_are_gone_stays
                wakers_of_one_task_know_each_other
            }}
            $crate::__each! { $with each (super::super) (tasks wakes) {
                a_wake_after_the_end_of_the_runtime_does_nothing
            }}
            $crate::__each! { $with workers (super::super) (tasks wakes) {
                a_worker_that_falls_asleep_misses_nothing
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __entry_point_shutdown {
    ($with:tt) => {
        mod shutdown {
            $crate::__each! { $with each (super::super) (entry_point shutdown) {
                the_end_drops_what_waits
                the_end_drops_what_has_not_started
                the_end_drops_what_is_woken_all_the_time
                the_end_drops_what_tasks_of_tasks_hold
                the_end_drops_each_future_once
                the_end_waits_for_a_closure_that_runs
                the_end_waits_no_longer_than_it_may
                the_end_may_wait_for_nothing
                the_end_may_wait_for_ever
                the_end_takes_the_builders_time
                the_end_is_the_end_of_blocking_threads
                the_end_cancels_closures_that_wait_for_a_thread
                the_end_in_a_blocking_closure_is_as_anywhere
                a_closure_that_sleeps_at_the_end_is_waited_for
                a_closure_that_waits_for_a_task_learns_of_its_end
                a_plain_thread_sleeps_across_the_end
                after_the_end_a_task_is_cancelled
                after_the_end_a_closure_is_cancelled
                after_the_end_block_on_of_a_handle_works
                a_destructor_at_the_end_may_spawn
                a_destructor_at_the_end_may_abort_and_look
                a_destructor_at_the_end_may_not_block_on
                a_destructor_at_the_end_may_wait_for_a_timer
                destructors_at_the_end_are_no_deeper_than_the_stack
                a_closure_may_drop_its_own_runtime
                the_thread_of_a_closure_may_leave_its_own_runtime_to_be_dropped
                the_end_in_a_closure_of_its_own_waits_for_the_others
                the_end_where_tasks_are_polled_waits_for_no_closure
                a_runtime_that_did_nothing_ends
                hundreds_of_runtimes_come_and_go
                the_end_and_wakes_race
                the_end_and_spawns_race
            }}
            $crate::__each! { $with workers (super::super) (entry_point shutdown) {
                the_end_waits_for_a_poll
                the_end_is_the_end_of_workers
                the_end_waits_no_longer_than_it_may_for_a_poll
                a_task_may_drop_its_own_runtime
                a_task_that_has_not_waited_may_drop_its_own_runtime
                the_end_where_tasks_are_polled_waits_for_a_poll
            }}
            $crate::__each! { $with current_thread (super::super) (entry_point shutdown) {
                the_end_drops_on_this_thread_where_there_are_no_workers
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __anywhere_block_on {
    ($with:tt) => {
        mod block_on {
            $crate::__each! { $with each (super::super) (anywhere block_on) {
                block_on_panics_in_main_with_one_text
                block_on_panics_in_a_task_with_one_text
                block_on_panics_in_a_local_task_with_one_text
                block_on_works_in_a_blocking_closure
                block_on_works_on_a_plain_thread
                the_current_runtime_has_a_name
                a_runtime_may_be_dropped_in_a_task
                a_runtime_may_be_built_in_a_task
            }}
            $crate::__each! { $with each (super::super) (anywhere block_on) {
                block_on_gives_the_output
                block_on_takes_what_borrows
                block_on_may_be_called_again
                block_on_may_be_called_by_many_threads
                block_on_leaves_the_thread_as_it_was
                tasks_outlive_block_on
                a_second_thread_inside_block_on_goes_on_when_the_first_leaves
                a_second_thread_inside_block_on_goes_on_when_the_first_panics
                calls_inside_block_on_go_to_that_runtime
                calls_in_a_blocking_closure_go_to_that_runtime
                a_handle_works_on_any_thread
                a_handle_is_one_of_the_runtime_it_was_asked_in
                a_handle_does_not_keep_the_runtime
                block_on_of_a_handle_spawns_on_its_runtime
                two_runtimes_keep_to_themselves
                two_runtimes_wake_each_other
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __anywhere_enter {
    ($with:tt) => {
        mod enter {
            $crate::__each! { $with each (super::super) (anywhere enter) {
                the_current_runtime_is_found_in_main_in_tasks_and_in_closures
                entering_the_own_runtime_changes_nothing
            }}
            $crate::__each! { $with each (super::super) (anywhere enter) {
                calls_go_to_the_runtime_that_was_entered
                a_plain_thread_belongs_to_no_runtime
                guards_nest
                a_guard_in_a_task_leaves_the_others_where_they_are
                a_guard_in_main_may_be_held_across_an_await
                a_guard_in_a_closure
                block_on_works_beside_a_guard_on_a_plain_thread
                block_on_panics_beside_a_guard_on_a_thread_that_polls
                what_is_spawned_after_the_end_is_cancelled
                the_end_waits_for_closures_although_a_guard_exists
                a_closure_may_drop_its_runtime_beside_a_guard_of_another
                guards_dropped_out_of_order_panic
                guards_of_one_runtime_dropped_out_of_order_panic
                a_guard_that_outlives_its_block_on_panics
                a_panic_that_drops_guards_out_of_order_stays_the_only_one
                a_thread_can_be_used_after_guards_were_dropped_out_of_order
                destructors_at_the_end_find_their_runtime
                a_late_destructor_of_a_thread_local_gets_an_error
                a_destructor_of_a_thread_local_may_enter
                handles_of_one_runtime_have_one_id
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __time_interval {
    ($with:tt) => {
        mod interval {
            $crate::__each! { $with each (super::super) (time interval) {
                the_first_tick_is_at_once
                the_first_tick_of_interval_at_is_at_its_start
                a_start_that_has_passed_ticks_at_once
                ticks_are_a_period_apart
                ticks_are_never_early
                zero_panics_with_one_text
                the_longest_period_ticks_once
                missed_ticks_come_in_a_burst_by_default
                missed_ticks_may_delay_the_others
                missed_ticks_may_be_skipped
                the_behaviour_may_change_on_the_way
                a_tick_that_was_not_given_is_not_lost
                reset_starts_a_period_anew
                reset_immediately_ticks_at_once
                reset_after_ticks_after_that
                reset_at_ticks_then
                reset_wakes_whoever_waits
                the_settings_can_be_read
                it_wakes_the_waker_of_the_last_poll
                a_hundred_at_once
                it_works_on_another_executor
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __time_sleep {
    ($with:tt) => {
        mod sleep {
            $crate::__each! { $with each (super::super) (time sleep) {
                it_is_never_early
                it_is_never_early_in_a_task
                it_is_never_early_under_a_foreign_waker
                zero_gives_the_others_one_turn
                a_deadline_that_has_passed_gives_the_others_one_turn
                a_deadline_of_now_gives_the_others_one_turn
                the_longest_waits_for_ever
                the_deadline_is_fixed_at_the_call
                the_deadline_is_what_was_asked_for
                after_the_end_it_stays_ready
                is_elapsed_says_whether_it_has_ended
                reset_to_a_later_deadline_waits_for_that
                reset_to_an_earlier_deadline_wakes_at_that
                reset_to_a_deadline_that_has_passed_wakes
                reset_before_the_first_poll
                reset_after_the_end_makes_it_a_new_one
                reset_again_and_again
                the_last_waker_is_the_one_that_is_woken
                a_dropped_one_wakes_nobody
                a_thousand_in_join_all
                a_thousand_in_futures_unordered
                a_thousand_under_wakers_of_their_own
                a_thousand_tasks_sleep
                in_a_select_the_shorter_one_wins
                it_moves_from_task_to_task
                it_moves_to_a_plain_thread
                it_is_made_on_a_plain_thread
                it_runs_on_another_executor
                it_runs_in_a_blocking_closure
                it_runs_in_a_local_task
                it_fires_after_its_thread_was_blocked
                main_sleeps_while_nothing_else_happens
            }}
            $crate::__each! { $with each (super::super) (time sleep) {
                it_moves_from_runtime_to_runtime
                it_outlives_the_runtime_it_was_made_on
                it_outlives_the_runtime_it_was_polled_on
                one_made_outside_runs_inside
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __time_timeout {
    ($with:tt) => {
        mod timeout {
            $crate::__each! { $with each (super::super) (time timeout) {
                a_future_that_is_ready_wins
                a_future_that_ends_in_time_wins
                a_future_that_takes_too_long_is_over
                it_is_never_early
                zero_and_ready
                zero_and_pending
                zero_and_one_turn
                past_the_deadline_after_the_first_poll
                a_future_that_is_ready_wins_however_late
                a_deadline_that_has_passed_polls_the_future_once
                the_deadline_is_fixed_at_the_call
                the_longest_waits_for_ever
                the_future_is_dropped_before_the_error_is_seen
                the_future_is_dropped_before_the_output_is_seen
                a_dropped_timeout_drops_the_future
                a_panic_of_the_future_comes_through
                the_inner_one_of_two_may_be_over_first
                the_outer_one_of_two_may_be_over_first
                it_takes_what_becomes_a_future
                it_takes_a_future_by_reference
                a_task_whose_await_is_over_goes_on
                the_error_has_one_text
                polled_after_the_end_it_panics_with_one_text
                a_thousand_at_once
                a_thousand_tasks_are_over
                it_works_on_another_executor
                it_works_in_a_local_task
            }}
        }
    };
}

#[cfg(feature = "sync")]
#[doc(hidden)]
#[macro_export]
macro_rules! __fairness_channels {
    ($with:tt) => {
        mod channels {
            $crate::__each! { $with each (super::super) (fairness channels) {
                sending_and_receiving
                receiving_what_is_there
                two_tasks_that_send_to_one_another
                a_lock_that_nobody_else_wants
                a_lock_to_read
                permits_of_a_semaphore
                a_watch_that_is_closed
                a_watch_that_changes
                a_broadcast
                one_shots
                a_channel_of_a_thread_outside
                either_of_two_channels
                a_tracker_without_tasks
                unconstrained_receives_all_at_once
                blocking_calls_on_other_threads_have_no_budget
                a_lock_sees_that_a_budget_is_used_up
            }}
        }
    };
}

#[cfg(not(feature = "sync"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __fairness_channels {
    ($with:tt) => {
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __fairness_handles {
    ($with:tt) => {
        mod handles {
            $crate::__each! { $with each (super::super) (fairness handles) {
                a_set_without_tasks
                handles_of_tasks_that_have_ended
                handles_that_abort_of_tasks_that_have_ended
                a_set_whose_tasks_have_ended
                a_set_is_tried_without_a_budget
                a_loop_that_consumes_its_budget
                cooperative_futures
                futures_by_hand
                a_budget_ends_and_begins_again
                unconstrained_has_no_budget
                unconstrained_leaves_the_budget_as_it_was
                a_budget_that_is_used_up_ends_a_timeout_all_the_same
                the_block_on_of_another_executor_in_a_task_goes_on
            }}
            $crate::__each! { $with each (super::super) (fairness handles) {
                a_budget_in_block_on_of_a_handle
                long_polls_let_in_what_comes_from_outside
            }}
        }
    };
}

#[cfg(feature = "select")]
#[doc(hidden)]
#[macro_export]
macro_rules! __fairness_select {
    ($with:tt) => {
        mod select {
            $crate::__each! { $with each (super::super) (fairness select) {
                a_branch_that_always_is_ready
                a_select_without_a_budget_waits
            }}
        }
    };
}

#[cfg(not(feature = "select"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __fairness_select {
    ($with:tt) => {
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __fairness_time {
    ($with:tt) => {
        mod time {
            $crate::__each! { $with each (super::super) (fairness time) {
                timeouts_of_zero
                timeouts_that_have_passed
                a_timeout_asks_whether_a_task_has_ended
                timeouts_in_a_timeout
                overdue_ticks
                overdue_ticks_that_are_skipped
                short_sleeps
                sleeps_that_have_passed
                a_sleep_that_is_over
                several_at_once
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __groups_abort_on_drop {
    ($with:tt) => {
        mod abort_on_drop {
            $crate::__each! { $with each (super::super) (groups abort_on_drop) {
                the_output_arrives
                a_panic_arrives
                dropping_it_aborts
                dropping_it_after_the_end_does_nothing
                dropping_it_does_not_stop_a_closure_that_runs
                a_task_that_holds_it_passes_the_abort_on
                detach_gives_the_plain_handle
                abort_and_await_say_cancelled
                it_knows_the_task
                an_abort_handle_aborts_too
                a_detached_abort_handle_does_nothing
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __groups_join_queue {
    ($with:tt) => {
        mod join_queue {
            $crate::__each! { $with each (super::super) (groups join_queue) {
                outputs_come_in_the_order_of_the_spawns
                a_task_that_has_ended_waits_for_those_before_it
                errors_come_in_their_place
                ids_are_those_of_the_tasks
                every_kind_of_task_is_taken
                an_empty_queue_gives_none
                dropping_the_queue_aborts_its_tasks
                detached_tasks_go_on
                shutdown_waits_for_the_destructors
                join_all_passes_a_panic_on
                a_cancelled_join_loses_nothing
                a_loop_over_an_empty_queue_starves_nothing
            }}
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __groups_join_set {
    ($with:tt) => {
        mod join_set {
            $crate::__each! { $with each (super::super) (groups join_set) {
                every_output_arrives
                an_empty_set_has_no_next
                outputs_come_in_the_order_of_the_ends
                the_length_counts_what_was_not_taken
                a_panic_arrives_and_the_others_go_on
                ids_come_with_the_outputs
                ids_come_with_the_errors
                try_join_next_waits_for_nothing
                an_abandoned_join_next_loses_nothing
                a_task_that_ends_wakes_the_last_waker
                abort_all_cancels_each
                abort_all_keeps_what_has_ended
                one_is_aborted_by_its_handle
                detach_all_lets_them_go_on
                the_set_is_usable_after_detach_all
                a_place_serves_many_tasks
                a_spawn_that_panics_is_not_taken_for_a_task
                a_dropped_set_aborts
                shutdown_waits_for_the_destructors
                join_all_gives_every_output
                join_all_resumes_a_panic_and_aborts_the_others
                join_all_panics_when_one_was_aborted
                closures_are_awaited_too
                local_tasks_are_awaited_too
                local_tasks_that_are_aborted_are_awaited_too
                it_is_collected_and_extended
                big_futures_are_spawned
                it_may_be_used_in_a_task
                it_may_be_polled_on_another_executor
                ten_thousand_tasks_are_joined
                spawning_while_joining_ends
                a_destructor_that_panics_is_told
            }}
            $crate::__each! { $with current_thread (super::super) (groups join_set) {
                nothing_is_polled_within_spawn
            }}
            $crate::__each! { $with each (super::super) (groups join_set) {
                it_spawns_on_a_handle
                the_end_of_the_runtime_is_told
                it_may_be_awaited_outside
            }}
            $crate::__groups_join_set_limit! { $with }
        }
    };
}

#[cfg(feature = "sync")]
#[doc(hidden)]
#[macro_export]
macro_rules! __groups_join_set_limit {
    ($with:tt) => {
        mod limit {
            $crate::__each! { $with each (super::super::super) (groups join_set limit) {
                no_more_run_than_it_says
                those_that_wait_are_tasks_that_can_be_aborted
                a_panic_gives_its_turn_to_the_next
                an_abort_gives_its_turn_to_the_next
                local_tasks_count
                closures_do_not_count
                a_dropped_set_drops_those_that_wait
            }}
            $crate::__each! { $with each (super::super::super) (groups join_set limit) {
                tasks_on_a_handle_count
            }}
        }
    };
}

#[cfg(not(feature = "sync"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __groups_join_set_limit {
    ($with:tt) => {
    };
}

#[cfg(feature = "select")]
#[doc(hidden)]
#[macro_export]
macro_rules! __groups_select {
    ($with:tt) => {
        mod select {
            $crate::__each! { $with each (super::super) (groups select) {
                select_takes_the_first
                select_drops_the_others
                a_select_loop_keeps_what_it_borrows
                join_waits_for_all
                try_join_ends_with_the_first_error
            }}
        }
    };
}

#[cfg(not(feature = "select"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __groups_select {
    ($with:tt) => {
    };
}

#[cfg(feature = "sync")]
#[doc(hidden)]
#[macro_export]
macro_rules! __groups_sync {
    ($with:tt) => {
        mod sync {
            $crate::__each! { $with each (super::super) (groups sync) {
                mpsc_carries_from_task_to_task
                mpsc_pushes_back
                mpsc_crosses_to_plain_threads
                oneshot_carries_one
                watch_shows_the_last
                broadcast_reaches_all
                a_mutex_is_held_by_one
                an_rw_lock_is_held_by_many_readers
                a_semaphore_lets_so_many_in
                notify_wakes_one_or_all
                a_barrier_waits_for_all
                a_once_cell_is_filled_once
                a_token_cancels_its_children
                a_token_stops_a_future
                a_drop_guard_cancels
                a_timeout_around_a_receive_loses_nothing
            }}
        }
    };
}

#[cfg(not(feature = "sync"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __groups_sync {
    ($with:tt) => {
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __groups_task_local {
    ($with:tt) => {
        mod task_local {
            $crate::__each! { $with each (super::super) (groups task_local) {
                it_has_its_value_across_awaits
                each_task_has_its_own
                outside_a_scope_there_is_none
                a_task_that_is_spawned_does_not_inherit_it
                an_inner_scope_hides_the_outer_one
                futures_of_one_task_have_their_own
                it_moves_with_its_task_from_thread_to_thread
                a_value_may_be_changed_through_a_cell
                the_destructor_of_the_future_sees_the_value
                the_destructor_of_an_aborted_task_sees_the_value
                what_the_future_leaves_at_its_end_sees_the_value
                the_value_is_dropped_after_the_future
                a_panic_leaves_no_value_behind
                take_value_gives_it_back
                closures_have_it_by_sync_scope
                local_tasks_have_it
            }}
        }
    };
}

#[cfg(feature = "sync")]
#[doc(hidden)]
#[macro_export]
macro_rules! __groups_tracker {
    ($with:tt) => {
        mod tracker {
            $crate::__each! { $with each (super::super) (groups tracker) {
                it_waits_for_every_task
                it_waits_until_it_is_closed
                an_empty_one_that_is_closed_is_done
                a_task_that_panics_is_gone
                a_task_that_is_aborted_is_gone
                closures_are_counted
                local_tasks_are_counted
                futures_are_counted_until_they_are_dropped
                tokens_are_counted
                clones_share_the_count
                a_moment_of_being_done_is_enough
                several_may_wait
                tasks_may_track_tasks
                with_a_token_it_is_a_graceful_shutdown
                big_futures_are_spawned
                a_thousand_tasks_come_and_go
            }}
            $crate::__each! { $with each (super::super) (groups tracker) {
                it_spawns_on_a_handle
                the_end_of_the_runtime_is_the_end_of_its_tasks
            }}
        }
    };
}

#[cfg(not(feature = "sync"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __groups_tracker {
    ($with:tt) => {
    };
}
