//! Checks the commands on the pages: the targets, features and steps that they name exist.

use super::packages::{Package, Packages};
use super::page::Page;
use crate::{RUNTIMES, USAGE, ci};

/// The package of a command that names none.
const OURS: &str = "portable";

/// Adds a line to `wrong` for each command on `page` that names something that does not exist.
pub(super) fn check(page: &Page, packages: &Packages, wrong: &mut Vec<String>) {
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for (line, code) in &page.code {
        lines.push((*line, code));
    }
    for block in page
        .blocks
        .iter()
        .filter(|block| block.language == "console")
    {
        for (i, line) in block.text.lines().enumerate() {
            if let Some(command) = line.strip_prefix("$ ") {
                lines.push((block.line + 1 + i, command));
            }
        }
    }
    for (line, text) in lines {
        for command in text.split(" && ") {
            if let Err(why) = self::command(command, packages) {
                wrong.push(format!("{}:{line}: `{command}`: {why}", page.path));
            }
        }
    }
}

fn command(command: &str, packages: &Packages) -> Result<(), String> {
    let command = command.split(" #").next().unwrap_or_default().trim();
    // Variables of the environment come first.
    let words: Vec<&str> = command
        .split_whitespace()
        .skip_while(|word| word.contains('='))
        .collect();
    match words[..] {
        ["cargo", "xtask", ref arguments @ ..] => xtask(arguments),
        [
            "cargo",
            "run" | "test" | "build" | "check" | "clippy" | "doc" | "bench",
            ref arguments @ ..,
        ] => {
            let end = arguments.iter().position(|word| *word == "--");
            cargo(&arguments[..end.unwrap_or(arguments.len())], packages)
        }
        _ => Ok(()),
    }
}

/// Returns whether the reader is to replace the word, as with `NAME`.
fn is_placeholder(word: &str) -> bool {
    word.contains('…') || word.chars().all(|c| !c.is_lowercase())
}

fn xtask(arguments: &[&str]) -> Result<(), String> {
    let (name, rest) = match arguments {
        [] => return Ok(()),
        [name, ..] if is_placeholder(name) => return Ok(()),
        [name, rest @ ..] => (*name, rest),
    };
    let is_known = |command: &str| {
        let is_it = |rest: &str| rest.is_empty() || rest.starts_with(' ');
        USAGE.lines().any(|line| {
            line.strip_prefix("  ")
                .and_then(|line| line.strip_prefix(command))
                .is_some_and(is_it)
        })
    };
    if !is_known(name) {
        return Err(format!("xtask has no command `{name}`"));
    }
    let Some(first) = rest.iter().find(|word| !word.starts_with("--")) else {
        return Ok(());
    };
    let is_right = is_placeholder(first)
        || match name {
            "ci" => {
                let step = rest.join(" ").replace('"', "");
                ci::STEPS.iter().any(|known| known.name == step)
            }
            "bench" => is_known(&format!("bench {first}")),
            "quick" => RUNTIMES.contains(first),
            _ => true,
        };
    match is_right {
        true => Ok(()),
        false => Err(format!("xtask {name} has no `{}`", rest.join(" "))),
    }
}

fn cargo(arguments: &[&str], packages: &Packages) -> Result<(), String> {
    let mut named = Vec::new();
    let mut targets = Vec::new();
    let mut features = Vec::new();
    for pair in arguments.windows(2) {
        let [option, value] = [pair[0], pair[1].trim_matches('"')];
        if is_placeholder(value) {
            continue;
        }
        match option {
            "-p" | "--package" => named.push(value),
            "--example" | "--bin" | "--test" | "--bench" => targets.push((&option[2..], value)),
            "--features" => features.extend(value.split(',')),
            _ => {}
        }
    }
    let mut of: Vec<(&str, &Package)> = Vec::new();
    for name in &named {
        let package = packages.get(*name);
        of.push((
            name,
            package.ok_or(format!("there is no package `{name}`"))?,
        ));
    }
    for (kind, name) in targets {
        let target = (kind.to_string(), name.to_string());
        let is_there = match of.is_empty() {
            // A command before may have gone to the folder of any package.
            true => packages
                .values()
                .any(|package| package.targets.contains(&target)),
            false => of
                .iter()
                .any(|(_, package)| package.targets.contains(&target)),
        };
        if !is_there {
            return Err(format!("there is no {kind} `{name}`"));
        }
    }
    if of.is_empty() {
        of.extend(packages.get(OURS).map(|package| (OURS, package)));
    }
    for feature in features {
        let is_there = match feature.split_once('/') {
            // The feature of a dependency.
            Some((name, feature)) => packages
                .get(name)
                .is_none_or(|package| package.features.contains(feature)),
            None => of
                .iter()
                .any(|(_, package)| package.features.contains(feature)),
        };
        if !is_there {
            return Err(format!("`{}` has no feature `{feature}`", of[0].0));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_right(text: &str) -> bool {
        let package = |features: &[&str], targets: &[(&str, &str)]| Package {
            features: features.iter().map(|name| name.to_string()).collect(),
            targets: targets
                .iter()
                .map(|(kind, name)| (kind.to_string(), name.to_string()))
                .collect(),
            ..Package::default()
        };
        let packages = [
            (
                "portable".to_string(),
                package(&["smol"], &[("example", "tour"), ("test", "ui")]),
            ),
            ("demo".to_string(), package(&["fast"], &[("bin", "demo")])),
        ]
        .into();
        command(text, &packages).is_ok()
    }

    #[test]
    fn what_is_there_may_be_named() {
        for text in [
            "cargo run --release --features smol --example tour -- --features none",
            "PORTABLE_RUNTIME=smol cargo test --test ui",
            "cargo run -p demo --bin demo --features fast",
            "cargo test --features smol --test ui NAME   # a comment",
            "cargo test -p NAME",
            "cargo test --features portable/smol,another/any",
            "cargo xtask ci STEP",
            "cargo xtask ci \"rust version\"",
            "cargo xtask ci --prune",
            "cargo xtask bench growth --draw",
            "cargo xtask quick smol",
            "cargo xtask",
            "cargo install anything",
        ] {
            assert!(is_right(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_there_is_found() {
        for text in [
            "cargo run --example none",
            "cargo test --features none",
            "cargo test --features portable/none",
            "cargo run -p none",
            "cargo run -p demo --example tour",
            "cargo run -p demo --features smol",
            "cargo xtask none",
            "cargo xtask ci none",
            "cargo xtask bench none",
            "cargo xtask quick none",
        ] {
            assert!(!is_right(text), "{text}");
        }
    }
}
