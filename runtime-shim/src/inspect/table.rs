//! A dump as text.

use std::fmt;
use std::time::Duration;

use super::dump::{Dump, Task};

/// The columns, and whether each is aligned to the right.
const COLUMNS: [(&str, bool); 11] = [
    ("state", false),
    ("for", true),
    ("id", true),
    ("name", false),
    ("kind", false),
    ("polls", true),
    ("last poll", true),
    ("longest poll", true),
    ("busy", true),
    ("age", true),
    ("spawned at", false),
];

type Row = [String; COLUMNS.len()];

fn row(task: &Task) -> Row {
    let poll = |poll: Option<Duration>| poll.map_or_else(|| "-".into(), duration);
    [
        task.state().to_string(),
        duration(task.state_age()),
        task.id().to_string(),
        task.name().unwrap_or("-").escape_debug().to_string(),
        task.kind().to_string(),
        task.polls().to_string(),
        poll(task.last_poll()),
        poll(task.longest_poll()),
        duration(task.busy()),
        duration(task.age()),
        task.location().to_string(),
    ]
}

/// Returns a duration with one digit after the point.
pub(super) fn duration(duration: Duration) -> String {
    format!("{duration:.1?}")
}

impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = COLUMNS.map(|(name, _)| String::from(name));
        let rows: Vec<Row> = [head]
            .into_iter()
            .chain(self.tasks().iter().map(row))
            .collect();
        let mut widths = [0; COLUMNS.len()];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        for (i, row) in rows.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            for (column, ((cell, width), (_, is_right))) in
                row.iter().zip(widths).zip(COLUMNS).enumerate()
            {
                let is_last = column + 1 == COLUMNS.len();
                match (is_right, is_last) {
                    (true, _) => write!(f, "{cell:>width$}  ")?,
                    (false, false) => write!(f, "{cell:width$}  ")?,
                    (false, true) => f.write_str(cell)?,
                }
            }
        }
        Ok(())
    }
}
