//! Runs commands.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Instant;

/// The outcome of a step, whose error is a message.
pub type Result<T = ()> = std::result::Result<T, String>;

/// Returns the root of the checkout.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the checkout")
        .to_path_buf()
}

/// Returns `cargo ARGS`, in the root of the checkout.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    command
}

/// Runs a step whose output the reader sees.
pub fn step(mut command: Command) -> Result {
    eprintln!("\n$ {}", shown(&command));
    let start = Instant::now();
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cannot run {}: {error}", shown(&command)))?;
    eprintln!("({} s)", start.elapsed().as_secs());
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} failed: {status}", shown(&command)))
    }
}

/// Runs a command and keeps its output.
pub fn output(command: &mut Command) -> Result<Output> {
    command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run {}: {error}", shown(command)))
}

/// Runs a command and returns its standard output, or its standard error if it fails.
pub fn stdout(command: &mut Command) -> Result<String> {
    let output = output(command)?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "{} failed: {}\n{}",
            shown(command),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

/// Returns the command in the form in which one would type it.
pub fn shown(command: &Command) -> String {
    let mut line = String::new();
    for (name, value) in command.get_envs() {
        let value = value.unwrap_or_default();
        line += &format!("{}={:?} ", name.to_string_lossy(), value);
    }
    line += "cargo";
    if !command.get_program().to_string_lossy().ends_with("cargo") {
        line.truncate(line.len() - "cargo".len());
        line += &command.get_program().to_string_lossy();
    }
    for arg in command.get_args() {
        line += " ";
        line += &arg.to_string_lossy();
    }
    line
}

/// Prints rows as a table with aligned columns; the first row is its head.
pub fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for (i, row) in rows.iter().enumerate() {
        let mut line = String::from("|");
        for (cell, width) in row.iter().zip(&widths) {
            line += &format!(" {cell:width$} |");
        }
        println!("{line}");
        if i == 0 {
            let rule: String = widths
                .iter()
                .map(|width| format!("{}|", "-".repeat(width + 2)))
                .collect();
            println!("|{rule}");
        }
    }
}
