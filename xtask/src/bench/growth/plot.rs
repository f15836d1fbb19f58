//! Draws the figures: one file per quantity, one panel per runtime and place.

use std::fs;

use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;

use super::curves;
use super::figures::{QUANTITIES, Quantity, Row, folder};
use crate::run::Result;

const SIZE: (u32, u32) = (960, 500);
const PANELS: (usize, usize) = (2, 4);

/// A colour that one can read on white and on black, because the page behind shows through.
const INK: RGBColor = RGBColor(128, 128, 128);
const OURS: RGBColor = RGBColor(47, 129, 247);
const NATIVE: RGBColor = RGBColor(217, 130, 43);

pub(super) fn all(rows: &[Row]) -> Result {
    for quantity in QUANTITIES {
        let file = folder().join(format!("{}.svg", quantity.name));
        let svg = draw(&quantity, rows)
            .map_err(|error| format!("cannot draw {}: {error}", quantity.name))?;
        fs::write(&file, svg).map_err(|error| format!("cannot write {file:?}: {error}"))?;
    }
    Ok(())
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn draw(quantity: &Quantity, rows: &[Row]) -> Drawn<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let (head, body) = root.split_vertically(30);
        legend(
            &head,
            &format!("{}, by the number of tasks", quantity.title),
        )?;
        let panels = body.split_evenly(PANELS);
        // All panels have the same range, so that one can compare them.
        let range = quantity.range(rows);
        for ((runtime, place), panel) in curves().zip(&panels) {
            let of = |side| quantity.curve(rows, runtime, place, side);
            let caption = format!("{runtime}, {place}");
            draw_panel(
                panel,
                &caption,
                quantity,
                range,
                [of("native"), of("portable")],
            )?;
        }
        root.present()?;
    }
    Ok(svg)
}

fn legend(area: &Area<'_>, title: &str) -> Drawn {
    let text = |size| ("sans-serif", size).into_font().color(&INK);
    area.draw(&Text::new(title.to_string(), (8, 8), text(15)))?;
    for (x, name) in [(640, "native"), (800, "portable")] {
        let line = vec![(x, 16), (x + 36, 16)];
        match name {
            "native" => area.draw(&DashedPathElement::new(line, 5, 4, NATIVE.stroke_width(2)))?,
            _ => area.draw(&PathElement::new(line, OURS.stroke_width(2)))?,
        }
        area.draw(&Text::new(name, (x + 44, 9), text(14)))?;
    }
    Ok(())
}

fn draw_panel(
    area: &Area<'_>,
    caption: &str,
    quantity: &Quantity,
    (least, most): (f64, f64),
    curves: [Vec<(u64, f64)>; 2],
) -> Drawn {
    let text = |size| ("sans-serif", size).into_font().color(&INK);
    let mut chart = ChartBuilder::on(area)
        .caption(caption, text(14))
        .margin(6)
        .margin_right(14)
        .x_label_area_size(22)
        .y_label_area_size(52)
        .build_cartesian_2d((1e2..1e6).log_scale(), (least..most).log_scale())?;
    chart
        .configure_mesh()
        .axis_style(INK)
        .bold_line_style(INK.mix(0.35))
        .light_line_style(INK.mix(0.12))
        .label_style(text(12))
        .x_labels(5)
        .x_max_light_lines(0)
        .x_label_formatter(&|x| power(*x))
        .y_label_formatter(&|y| quantity.label(*y))
        .draw()?;
    let float = |(tasks, value): (u64, f64)| (tasks as f64, value);
    let [native, ours] = curves.map(|curve| curve.into_iter().map(float).collect::<Vec<_>>());
    chart.draw_series(LineSeries::new(ours, OURS.stroke_width(2)))?;
    let native = DashedLineSeries::new(native, 5, 4, NATIVE.stroke_width(2));
    chart.draw_series(native)?;
    Ok(())
}

/// Writes `x` as a power of ten.
fn power(x: f64) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let exponent = x.log10().round() as usize;
    format!("10{}", DIGITS[exponent % 10])
}

impl Quantity {
    /// Returns the range of all values, from one power of ten to another.
    fn range(&self, rows: &[Row]) -> (f64, f64) {
        let values: Vec<f64> = rows.iter().map(|row| self.value(row)).collect();
        let least = values.iter().copied().fold(f64::MAX, f64::min);
        let most = values.iter().copied().fold(1.0, f64::max);
        let whole = |exponent: f64| 10_f64.powf(exponent);
        (whole(least.log10().floor()), whole(most.log10().ceil()))
    }

    fn label(&self, value: f64) -> String {
        match self.name {
            "spawn" => power(value),
            "memory" => format!("{value:.0}"),
            _ if value < 1e3 => format!("{value:.0} ns"),
            _ if value < 1e6 => format!("{:.0} µs", value / 1e3),
            _ => format!("{:.0} ms", value / 1e6),
        }
    }
}
