//! The costs of `portable`, in figures that are the same on every machine, and their budgets.
//!
//! `benches/budgets.txt` holds the expected figures. A figure that is worse than expected fails;
//! one that is over its budget, as expected, is shown.

mod calls;
mod expected;
pub(crate) mod hello;
mod sizes;
mod tests;

pub use self::calls::cost;

use self::expected::Expected;
use crate::run::{Result, table};

/// The options on the command line.
#[derive(Default)]
pub struct Options {
    /// Whether the figures are written into the file.
    pub update: bool,
    /// A part of the names of the figures that are measured.
    pub filter: String,
}

impl Options {
    pub fn read(args: impl Iterator<Item = String>) -> Self {
        let mut options = Self::default();
        for arg in args {
            match arg.as_str() {
                "--update" => options.update = true,
                _ => options.filter = arg,
            }
        }
        options
    }
}

/// One figure.
struct Figure {
    /// The name: words between slashes.
    name: String,
    native: Option<f64>,
    ours: f64,
    /// The value that is compared: a ratio, a difference, or `ours`.
    value: f64,
    /// The upper limit of `value`.
    budget: Option<f64>,
    /// The difference of `value` from one run to the next that is accepted.
    tolerance: Tolerance,
}

#[derive(Clone, Copy)]
enum Tolerance {
    Percent(f64),
    Absolute(f64),
    /// The greater of the two.
    Either {
        percent: f64,
        absolute: f64,
    },
}

impl Tolerance {
    fn of(self, expected: f64) -> f64 {
        match self {
            Self::Percent(percent) => expected.abs() * percent / 100.0,
            Self::Absolute(difference) => difference,
            Self::Either { percent, absolute } => Self::Percent(percent).of(expected).max(absolute),
        }
    }
}

pub fn budgets(options: &Options) -> Result {
    let is_asked = |name: &str| name.contains(&options.filter);
    let mut figures = calls::figures(&is_asked)?;
    figures.extend(sizes::figures(&is_asked)?);
    figures.extend(hello::figures(&is_asked)?);
    figures.extend(tests::figures(&is_asked)?);
    figures.retain(|figure| is_asked(&figure.name));

    let mut expected = Expected::read()?;
    if options.update {
        expected.update(&figures, options.filter.is_empty());
        expected.write()?;
    } else {
        measure_again(&mut figures, &expected)?;
    }
    let mut rows = vec![
        [
            "what", "native", "ours", "value", "expected", "budget", "verdict",
        ]
        .map(String::from)
        .to_vec(),
    ];
    let mut misses = Vec::new();
    for figure in &figures {
        let wanted = expected.get(&figure.name);
        let verdict = figure.verdict(wanted);
        if verdict.is_miss() {
            misses.push(figure.name.clone());
        }
        rows.push(vec![
            figure.name.clone(),
            shown(figure.native),
            shown(Some(figure.ours)),
            shown(Some(figure.value)),
            shown(wanted),
            shown(figure.budget),
            verdict.shown(),
        ]);
    }
    table(&rows);
    if options.filter.is_empty() {
        let measured = |name: &str| figures.iter().any(|figure| figure.name == name);
        misses.extend(
            expected
                .names()
                .filter(|name| !measured(name))
                .map(|name| format!("{name}, which is expected and was not measured")),
        );
    }
    if misses.is_empty() {
        return Ok(());
    }
    Err(format!(
        "worse than expected:\n  {}\nIf it must be so, `cargo xtask budgets --update` and say why.",
        misses.join("\n  ")
    ))
}

/// Measures the calls again that seem to be worse than expected, and keeps the better figure: where
/// several threads take part, some runs do additional work.
fn measure_again(figures: &mut [Figure], expected: &Expected) -> Result {
    for _ in 0..2 {
        let is_worse = |figure: &Figure| {
            let verdict = figure.verdict(expected.get(&figure.name));
            matches!(verdict, Verdict::Worse(_))
        };
        let worse: Vec<String> = figures
            .iter()
            .filter(|figure| is_worse(figure))
            .map(|figure| figure.name.clone())
            .collect();
        if worse.is_empty() {
            break;
        }
        let is_asked = |name: &str| worse.iter().any(|other| other == name);
        for again in calls::figures(&is_asked)? {
            let first = figures
                .iter_mut()
                .find(|figure| figure.name == again.name && again.value < figure.value);
            if let Some(first) = first {
                *first = again;
            }
        }
    }
    Ok(())
}

enum Verdict {
    Good,
    /// The figure is better than in the file, which can be updated.
    Better,
    /// The figure is over its budget by so much, as expected.
    OverBudget(f64),
    Worse(f64),
    NotExpected,
}

impl Verdict {
    fn is_miss(&self) -> bool {
        matches!(self, Self::Worse(_) | Self::NotExpected)
    }

    fn shown(&self) -> String {
        match self {
            Self::Good => "good".into(),
            Self::Better => "better than expected".into(),
            Self::OverBudget(by) => format!("over its budget by {}", shown(Some(*by))),
            Self::Worse(by) => format!("MISS: worse by {}", shown(Some(*by))),
            Self::NotExpected => "MISS: not in benches/budgets.txt".into(),
        }
    }
}

impl Figure {
    fn verdict(&self, expected: Option<f64>) -> Verdict {
        let Some(expected) = expected else {
            return Verdict::NotExpected;
        };
        // The values in the file are rounded.
        let tolerance = self.tolerance.of(expected) + 0.0005;
        if self.value > expected + tolerance {
            Verdict::Worse(self.value - expected)
        } else if let Some(by) = self.over_budget() {
            Verdict::OverBudget(by)
        } else if self.value < expected - tolerance {
            Verdict::Better
        } else {
            Verdict::Good
        }
    }

    /// Returns by how much the figure is over its budget, if it is.
    fn over_budget(&self) -> Option<f64> {
        let by = self.value - self.budget?;
        (by > 0.0005).then_some(by)
    }
}

fn shown(value: Option<f64>) -> String {
    match value {
        None => "-".into(),
        Some(value) if value.abs() < 0.0005 => "0".into(),
        Some(value) if value.fract().abs() < 0.0005 => format!("{value:.0}"),
        Some(value) if value.abs() >= 100.0 => format!("{value:.0}"),
        Some(value) => format!("{value:.3}"),
    }
}
