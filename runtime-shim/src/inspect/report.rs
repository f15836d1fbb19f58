//! Text for standard error.

use super::dump::{Dump, Task};
use super::table::duration;
use crate::runtime;

/// Returns a dump of a runtime's tasks, with a line that says when it was made. Returns `None` if
/// there is no task.
pub(crate) fn text(when: &str, runtime: runtime::Id) -> Option<String> {
    let dump = Dump::of(runtime);
    let count = match dump.tasks().iter().count() {
        0 => return None,
        1 => String::from("1 task"),
        count => format!("{count} tasks"),
    };
    Some(format!("portable: {count} {when}\n{dump}\n"))
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
