use std::time::Duration;

use portable::runtime::dump::{Dump, Task};
use serde_json::{Value, json};

/// Returns the tasks of a dump as JSON. Times are in microseconds.
pub fn as_json(dump: &Dump) -> Value {
    dump.tasks().iter().map(task).collect()
}

fn task(task: &Task) -> Value {
    json!({
        "id": task.id().to_string(),
        "name": task.name(),
        "kind": task.kind().to_string(),
        "state": task.state().to_string(),
        "since": micros(task.state_age()),
        "age": micros(task.age()),
        "polls": task.polls(),
        "busy": micros(task.busy()),
        "longest_poll": task.longest_poll().map(micros),
        "place": task.location().to_string(),
    })
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
