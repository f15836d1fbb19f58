//! Builds the tests, and reads what the compiler says.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::package::Package;
use crate::run::{Result, output, shown};

/// An error, and its places. Each place is a list: where it is in the file, where the macro around
/// is called, and so on.
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) places: Vec<Vec<Range<usize>>>,
}

/// What a build has made, by the name of the test program.
#[derive(Default)]
pub(super) struct Built {
    pub(super) programs: BTreeMap<String, PathBuf>,
    pub(super) mistakes: BTreeMap<String, Vec<Mistake>>,
}

/// Builds all tests that compile.
///
/// # Errors
///
/// Returns an error if anything but a test does not compile.
pub(super) fn compile(package: &Package) -> Result<Built> {
    let mut cargo = package.cargo(&["build", "--tests", "--keep-going", "--message-format=json"]);
    let printed = output(&mut cargo)?;
    let mut built = Built::default();
    for line in String::from_utf8_lossy(&printed.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let target = &message["target"];
        let name = target["name"].as_str().unwrap_or_default().to_string();
        let is_test = target["kind"][0] == "test";
        match message["reason"].as_str() {
            Some("compiler-artifact") if is_test => {
                if let Some(path) = message["executable"].as_str() {
                    built.programs.insert(name, path.into());
                }
            }
            Some("compiler-message") if message["message"]["level"] == "error" => {
                if !is_test {
                    return Err(message["message"]["rendered"].to_string());
                }
                let source = target["src_path"].as_str().unwrap_or_default();
                let mistake = mistake(&message["message"], Path::new(source));
                built.mistakes.entry(name).or_default().push(mistake);
            }
            _ => {}
        }
    }
    if !printed.status.success() && built.mistakes.is_empty() {
        let errors = String::from_utf8_lossy(&printed.stderr);
        return Err(format!("{} failed:\n{errors}", shown(&cargo)));
    }
    Ok(built)
}

fn mistake(message: &Value, source: &Path) -> Mistake {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let spans = message["spans"].as_array().into_iter().flatten();
    let primary = spans.clone().filter(|span| span["is_primary"] == true);
    let places = primary.map(|span| places(span, source));
    let places: Vec<_> = places.filter(|places| !places.is_empty()).collect();
    let mut said = text(&message["message"]);
    // The label of an import says which part of the path is missing.
    if said.starts_with("unresolved import") && places.len() == 1 {
        let label = spans.map(|span| text(&span["label"]));
        let mut label = label.filter(|label| label.starts_with("no `") || label.contains("find `"));
        said = label.next().unwrap_or(said);
    }
    Mistake {
        message: said,
        places,
    }
}

/// Returns where in the file the code is, and the macros around it are called.
fn places(span: &Value, source: &Path) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut next = Some(span);
    while let Some(span) = next.filter(|span| span.is_object()) {
        let file = Path::new(span["file_name"].as_str().unwrap_or_default());
        // Cargo runs the compiler in the package's folder.
        if source.ends_with(file) || file == source {
            let byte = |key: &str| span[key].as_u64().unwrap_or_default() as usize;
            places.push(byte("byte_start")..byte("byte_end"));
        }
        next = Some(&span["expansion"]["span"]);
    }
    places
}
