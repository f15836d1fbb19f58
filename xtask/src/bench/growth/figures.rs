//! The measured figures, and the file that keeps them.

use std::fs;
use std::path::PathBuf;

use crate::run::{Result, root};

const HEAD: &str = "runtime,place,side,tasks,spawned a second,p50 ns,p99 ns,p99.9 ns,bytes a task";

pub(super) struct Figures {
    /// The conditions of the measurement.
    pub(super) notes: Vec<String>,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    pub(super) runtime: String,
    pub(super) place: String,
    pub(super) side: String,
    pub(super) tasks: u64,
    /// The values, in the order of [`QUANTITIES`].
    pub(super) values: [f64; 5],
}

/// The quantity that a plot shows.
#[derive(Clone, Copy)]
pub(super) struct Quantity {
    /// The name of the quantity and of the file of its plot.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// Whether a greater value is better.
    pub(super) is_speed: bool,
    index: usize,
}

pub(super) const QUANTITIES: [Quantity; 5] = [
    quantity(0, "spawn", "Tasks spawned and joined a second"),
    quantity(1, "wake-p50", "From a wake-up to the run of the task, p50"),
    quantity(2, "wake-p99", "From a wake-up to the run of the task, p99"),
    quantity(
        3,
        "wake-p99.9",
        "From a wake-up to the run of the task, p99.9",
    ),
    quantity(4, "memory", "Bytes of the allocator for a task that waits"),
];

const fn quantity(index: usize, name: &'static str, title: &'static str) -> Quantity {
    Quantity {
        name,
        title,
        is_speed: index == 0,
        index,
    }
}

impl Quantity {
    pub(super) fn value(&self, row: &Row) -> f64 {
        row.values[self.index]
    }

    /// Returns the values by the number of tasks, the fewest first.
    pub(super) fn curve(
        &self,
        rows: &[Row],
        runtime: &str,
        place: &str,
        side: &str,
    ) -> Vec<(u64, f64)> {
        let of_curve =
            |row: &&Row| row.runtime == runtime && row.place == place && row.side == side;
        rows.iter()
            .filter(of_curve)
            .map(|row| (row.tasks, self.value(row)))
            .collect()
    }
}

/// Returns the folder of the figures and of the plots.
pub(super) fn folder() -> PathBuf {
    root().join("docs/growth")
}

fn file() -> PathBuf {
    folder().join("figures.csv")
}

impl Figures {
    pub(super) fn write(&self) -> Result {
        let file = file();
        fs::create_dir_all(folder())
            .and_then(|()| fs::write(&file, self.to_text()))
            .map_err(|error| format!("cannot write {file:?}: {error}"))
    }

    pub(super) fn read() -> Result<Self> {
        let file = file();
        let text =
            fs::read_to_string(&file).map_err(|error| format!("cannot read {file:?}: {error}"))?;
        Self::of_text(&text).ok_or_else(|| format!("{file:?} is not as it is written"))
    }

    fn to_text(&self) -> String {
        let mut text = String::new();
        for note in &self.notes {
            text += &format!("# {note}\n");
        }
        text += &format!("{HEAD}\n");
        for row in &self.rows {
            let values = row.values.map(|value| format!("{value:.0}")).join(",");
            text += &format!(
                "{},{},{},{},{values}\n",
                row.runtime, row.place, row.side, row.tasks
            );
        }
        text
    }

    fn of_text(text: &str) -> Option<Self> {
        let mut lines = text.lines().peekable();
        let mut notes = Vec::new();
        while let Some(note) = lines.next_if(|line| line.starts_with('#')) {
            notes.push(note.trim_start_matches(['#', ' ']).to_string());
        }
        if lines.next()? != HEAD {
            return None;
        }
        let rows: Option<_> = lines.map(Row::of_line).collect();
        Some(Self { notes, rows: rows? })
    }
}

impl Row {
    fn of_line(line: &str) -> Option<Self> {
        let mut fields = line.split(',');
        let mut word = || fields.next().map(String::from);
        let (runtime, place, side) = (word()?, word()?, word()?);
        let tasks = fields.next()?.parse().ok()?;
        let values: Vec<f64> = fields
            .map(str::parse)
            .collect::<std::result::Result<_, _>>()
            .ok()?;
        Some(Self {
            runtime,
            place,
            side,
            tasks,
            values: values.try_into().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Figures;

    #[test]
    fn what_is_written_is_read() {
        let text = format!(
            "# load 1.00, 2.00\n{}\nsmol,task,native,100,5000000,70,90,110,112\n",
            super::HEAD
        );
        let figures = Figures::of_text(&text).expect("it is well-formed");
        assert_eq!(figures.notes, ["load 1.00, 2.00"]);
        assert_eq!(figures.rows[0].values[4], 112.0);
        assert_eq!(figures.to_text(), text);
        assert!(Figures::of_text(&text.replace(",112", "")).is_none());
    }
}
