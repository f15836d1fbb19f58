//! Runs every example on every runtime, and checks that the outputs are the same.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

use crate::run::{Result, cargo, output, root, stdout, step, table};
use crate::{RUNTIMES, contract, has_workers, thumbnails};

/// The examples that print something about their worker threads, which not every runtime has.
const WANT_WORKERS: [&str; 1] = ["custom_runtime"];

pub fn examples() -> Result {
    let names = names()?;
    for runtime in RUNTIMES {
        // The services are driven through sockets by their own tests.
        step(cargo(
            &[
                &["test", "--features", runtime][..],
                &[
                    "--package",
                    "http-demo",
                    "--package",
                    "axum-demo",
                    "--package",
                    "dashboard-demo",
                    "--package",
                    "fetch-demo",
                    "--package",
                    "redis-demo",
                ],
            ]
            .concat(),
        ))?;
    }
    let mut head = vec!["example".to_string()];
    let mut rows: Vec<Vec<String>> = names.iter().map(|name| vec![name.clone()]).collect();
    let mut expected: Vec<Option<Output>> = vec![None; names.len()];
    let mut different = Vec::new();
    let mut scaled = vec!["thumbnails".to_string()];

    // Each example runs once in a build with one runtime, and once in a build with all, where the
    // runtime is chosen at launch.
    let alone = RUNTIMES.map(|runtime| (runtime, false));
    let all = RUNTIMES.map(|runtime| (runtime, true));
    for (runtime, is_one_of_all) in alone.into_iter().chain(all) {
        if !is_one_of_all {
            let features = format!("{runtime},{},{}", contract::ADDED, contract::INSIDE);
            step(cargo(&["build", "--examples", "--features", &features]))?;
        } else if runtime == RUNTIMES[0] {
            step(cargo(&["build", "--examples", "--all-features"]))?;
        }
        let build = if is_one_of_all {
            format!("{runtime} of all")
        } else {
            runtime.to_string()
        };
        for (i, name) in names.iter().enumerate() {
            if WANT_WORKERS.contains(&name.as_str()) && !has_workers(runtime) {
                rows[i].push("one thread".into());
                continue;
            }
            let mut command = Command::new(root().join("target/debug/examples").join(name));
            command.args(arguments(name)).current_dir(root());
            if is_one_of_all {
                command.env("PORTABLE_RUNTIME", runtime);
            }
            let start = Instant::now();
            let printed = output(&mut command)?;
            let took = start.elapsed().as_millis();
            let wanted = expected[i].get_or_insert_with(|| printed.clone());
            let is_same = printed.status == wanted.status && printed.stdout == wanted.stdout;
            if printed.status.success() && is_same {
                rows[i].push(format!("ok {took} ms"));
            } else {
                rows[i].push("DIFFERS".into());
                different.push(format!(
                    "{name} on {build}: {}\n--- printed\n{}--- errors\n{}--- wanted\n{}",
                    printed.status,
                    String::from_utf8_lossy(&printed.stdout),
                    String::from_utf8_lossy(&printed.stderr),
                    String::from_utf8_lossy(&wanted.stdout),
                ));
            }
        }
        scaled.push(format!("ok {} ms", thumbnails::thumbnails(runtime)?));
        head.push(build);
    }
    thumbnails::stopped(RUNTIMES[0])?;
    under_tokios_name()?;
    rows.push(scaled);

    rows.insert(0, head);
    println!();
    table(&rows);
    if different.is_empty() {
        Ok(())
    } else {
        Err(different.join("\n"))
    }
}

/// Runs a program on Tokio of which only the manifest says what it runs on.
fn under_tokios_name() -> Result {
    for runtime in RUNTIMES {
        let features = format!("{runtime},full");
        let mut hello = cargo(&["run", "--quiet", "--package", "portable-tokio"]);
        let printed = stdout(hello.args(["--example", "hello", "--features", &features]))?;
        if printed != "hello, Ada\nhello, Edsger\nhello, Grace\n" {
            return Err(format!(
                "hello of portable-tokio on {runtime} printed {printed:?}"
            ));
        }
    }
    Ok(())
}

fn names() -> Result<Vec<String>> {
    let folder = root().join("examples");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("cannot read {folder:?}: {error}"))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into()))
        .collect();
    names.sort();
    Ok(names)
}

fn arguments(example: &str) -> Vec<&'static Path> {
    match example {
        "word_count" => vec![Path::new("examples"), Path::new("macros/src")],
        _ => Vec::new(),
    }
}
