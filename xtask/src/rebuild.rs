//! How long it takes to rebuild 200 tests after a change.

use std::fs;
use std::time::Duration;

use crate::run::{Result, cargo, root, stdout, table};

const TESTS: usize = 200;
const ROUNDS: usize = 8;

pub fn rebuild() -> Result {
    let folder = root().join("target/rebuild");
    let attributes = ["tokio::test", "portable::test"];
    for attribute in attributes {
        let package = folder.join(name(attribute));
        write(package.join("Cargo.toml"), &manifest(attribute))?;
        write(package.join("src/lib.rs"), &source(attribute, 0))?;
        build(attribute)?;
    }
    let mut best = [Duration::MAX; 2];
    for round in 1..=ROUNDS {
        for (best, attribute) in best.iter_mut().zip(attributes) {
            write(
                folder.join(name(attribute)).join("src/lib.rs"),
                &source(attribute, round),
            )?;
            let start = cpu_of_children()?;
            build(attribute)?;
            *best = cpu_of_children()?.saturating_sub(start).min(*best);
        }
    }
    let [tokio, portable] = best.map(|time| time.as_secs_f64());
    table(&[
        vec![
            format!("{TESTS} tests"),
            "CPU of a rebuild".into(),
            "ratio".into(),
        ],
        vec![
            "#[tokio::test]".into(),
            format!("{tokio:.2} s"),
            "1.00".into(),
        ],
        vec![
            "#[portable::test]".into(),
            format!("{portable:.2} s"),
            format!("{:.2}", portable / tokio),
        ],
    ]);
    Ok(())
}

/// Processor time of the processes that have been waited for, and of theirs. Wall time says little
/// on a machine that does other things too.
fn cpu_of_children() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")
        .map_err(|error| format!("cannot read the processor time: {error}"))?;
    // Fields 16 and 17 count in hundredths of a second; the second field ends with a parenthesis.
    let ticks: u64 = stat
        .rsplit(')')
        .next()
        .into_iter()
        .flat_map(|rest| rest.split_whitespace().skip(13).take(2))
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Ok(Duration::from_millis(ticks * 10))
}

fn name(attribute: &str) -> String {
    attribute.replace("::", "-")
}

fn manifest(attribute: &str) -> String {
    let root = root();
    let dependency = match attribute {
        "tokio::test" => {
            "tokio = { version = \"1\", features = [\"rt-multi-thread\", \"time\", \"macros\"] }"
                .to_string()
        }
        _ => format!("portable = {{ path = {root:?}, features = [\"tokio\"] }}"),
    };
    format!(
        "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependency}\n\n[workspace]\n",
        name(attribute)
    )
}

/// Tests that await something and fail in their own way, so that none is shared.
fn source(attribute: &str, round: usize) -> String {
    let yield_now = match attribute {
        "tokio::test" => "tokio::task::yield_now()",
        _ => "portable::task::yield_now()",
    };
    let mut source = format!("//! Round {round}.\n");
    for i in 0..TESTS {
        source += &format!(
            "#[{attribute}]\nasync fn test_{i}() -> Result<(), std::num::ParseIntError> {{\n    \
             let n: usize = \"{i}\".parse()?;\n    {yield_now}.await;\n    \
             assert_eq!(n + {round}, {});\n    Ok(())\n}}\n",
            i + round
        );
    }
    source
}

fn write(path: std::path::PathBuf, text: &str) -> Result {
    let folder = path.parent().expect("it is a file in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| format!("cannot write {path:?}: {error}"))
}

fn build(attribute: &str) -> Result {
    let package = root().join("target/rebuild").join(name(attribute));
    let mut command = cargo(&["test", "--quiet", "--no-run"]);
    command.current_dir(package);
    stdout(&mut command).map(drop)
}
