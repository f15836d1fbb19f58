//! How cost grows with the number of tasks: `docs/growth/`.

mod bends;
mod figures;
mod measure;
mod plot;

use self::figures::{Figures, QUANTITIES, Row};
use crate::RUNTIMES;
use crate::run::{Result, table};

/// The numbers of tasks that live at once.
const SIZES: [u64; 5] = [100, 1_000, 10_000, 100_000, 1_000_000];

/// Implements `bench growth`: measures and draws. With `is_drawn_only` it draws the figures of the
/// last measurement.
pub fn growth(is_drawn_only: bool) -> Result {
    if !is_drawn_only {
        measure::all()?.write()?;
    }
    // The figures are read back, so that a second drawing from the file is the same.
    let figures = Figures::read()?;
    for note in &figures.notes {
        println!("{note}");
    }
    println!("\ncost over the native one, and where it grows as the native one does not");
    table(&ratios(&figures.rows));
    plot::all(&figures.rows)
}

/// Returns the places where workloads run: in `main`, and in a task on the one worker.
fn places(runtime: &str) -> &'static [&'static str] {
    match crate::has_workers(runtime) {
        true => &["main", "task"],
        false => &["main"],
    }
}

/// Returns the pairs of runtime and place that are compared, in the order of display.
fn curves() -> impl Iterator<Item = (&'static str, &'static str)> {
    let on_main = RUNTIMES.into_iter().map(|runtime| (runtime, "main"));
    let on_worker = RUNTIMES
        .into_iter()
        .filter(|runtime| places(runtime).len() > 1);
    on_main.chain(on_worker.map(|runtime| (runtime, "task")))
}

fn ratios(rows: &[Row]) -> Vec<Vec<String>> {
    let mut head = ["runtime", "place", "quantity"].map(String::from).to_vec();
    head.extend(SIZES.map(|size| size.to_string()));
    head.push("bends at".into());
    let mut shown = vec![head];
    for quantity in QUANTITIES {
        for (runtime, place) in curves() {
            let of = |side| quantity.curve(rows, runtime, place, side);
            let (native, ours) = (of("native"), of("portable"));
            if native.is_empty() {
                continue;
            }
            let ratio = |(native, ours): (&(u64, f64), &(u64, f64))| match quantity.is_speed {
                true => native.1 / ours.1,
                false => ours.1 / native.1,
            };
            let ratios: Vec<f64> = native.iter().zip(&ours).map(ratio).collect();
            let bend = bends::at(&ratios).map_or("-".into(), |i| ours[i].0.to_string());
            let mut row = vec![runtime.to_string(), place.into(), quantity.name.into()];
            row.extend(ratios.iter().map(|ratio| format!("{ratio:.2}")));
            row.push(bend);
            shown.push(row);
        }
    }
    shown
}
