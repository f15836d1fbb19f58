//! Text for standard error.

use super::dump::{Dump, Task};
use super::table::duration;
use crate::runtime;

/// Returns a dump of a runtime's tasks, with a line that says when it was made.
pub(crate) fn text(when: &str, runtime: runtime::Id) -> String {
    let dump = Dump::of(runtime);
    let head = match dump.tasks().iter().count() {
        0 => return format!("portable: no task {when}\n"),
        1 => String::from("1 task"),
        count => format!("{count} tasks"),
    };
    format!("portable: {head} {when}\n{dump}\n")
}

/// Returns what the watchdog says of a task that is stuck.
pub(super) fn stuck(task: &Task) -> String {
    let name = match task.name() {
        Some(name) => format!(" `{}`", name.escape_debug()),
        None => String::new(),
    };
    format!(
        "portable: task {}{name}, spawned at {}, has been in one poll for {}; its thread polls \
         nothing else meanwhile\n",
        task.id(),
        task.location(),
        duration(task.state_age()),
    )
}
