//! Compares rustc's reports of a mistake under our macros with its reports without them and under
//! Tokio's.
//!
//! A case is a file in `tests/diagnostics/`, valid except for its mistake:
//!
//! - `body/`: mistakes in a function with `#[portable::main]`, or in a `spawn_task!`. Each line of
//!   rustc's output must be the same as for the function without the attribute, and for a plain
//!   call of `portable::spawn`.
//! - `methods/`: mistakes in the body of a method. There `async block` may stand for `async fn`.
//! - `arguments/`: mistakes in the attribute or the signature. Each is marked: see [`marks`].
//! - `tests/`: mistakes in a test, marked alike. They are checked as tests, in a build with one
//!   runtime and in one with several.

mod arguments;
mod compiler;
mod marks;
mod report;
mod same;
mod tests;
mod variant;

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use compiler::Compiler;

use crate::run::{Result, root};

pub fn diagnostics() -> Result {
    let compiler = Compiler::prepare()?;
    let mut wrong = same::compare(&compiler, "body")?;
    wrong += &same::compare(&compiler, "methods")?;
    wrong += &arguments::compare(&compiler)?;
    wrong += &tests::compare(&compiler)?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("some diagnostics are not as they must be\n{wrong}"))
    }
}

/// A file of `tests/diagnostics/`.
struct Case {
    name: String,
    source: String,
}

impl Case {
    fn all(folder: &str) -> Result<Vec<Self>> {
        let folder = root().join("tests/diagnostics").join(folder);
        let failed = |error| format!("cannot read {folder:?}: {error}");
        let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
            .map_err(failed)?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
            .collect();
        paths.sort();
        let read = |path: PathBuf| {
            Ok(Case {
                name: path
                    .file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into(),
                source: fs::read_to_string(path).map_err(failed)?,
            })
        };
        paths.into_iter().map(read).collect()
    }
}

/// Does `work` for each case, on all processors, and returns the results in order.
fn each<T: Send>(cases: &[Case], work: impl Fn(&Case) -> Result<T> + Sync) -> Result<Vec<T>> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let next = Mutex::new(cases.iter().enumerate());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let Some((index, case)) = next.lock().unwrap().next() else {
                        break;
                    };
                    let result = work(case).map_err(|error| format!("{}: {error}", case.name));
                    done.lock().unwrap().push((index, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
