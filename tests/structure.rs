//! Checks that no two files import each other, directly or over others, so that a reader can follow
//! the imports one way.
//!
//! Tests are left out. A file imports another when it names an item of the other by a path, in a
//! `use` or in its text. A `mod` is no import.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A module of its own file, as its path from the crate.
type Module = Vec<String>;

#[test]
fn no_circle_in_the_macros() {
    assert_no_circle("macros/src", &[]);
}

#[test]
fn no_circle_in_the_executor() {
    assert_no_circle(
        "runtime-shim/src/runtime/executor",
        &["runtime", "executor"],
    );
}

#[track_caller]
fn assert_no_circle(folder: &str, module: &[&str]) {
    let mut files = BTreeMap::new();
    let module: Module = module.iter().map(ToString::to_string).collect();
    read(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        &module,
        &mut files,
    );
    assert!(files.len() > 1, "no files in {folder}");
    if let Some(circle) = circle(&imports(&files)) {
        let names: Vec<_> = circle.iter().map(|module| module.join("::")).collect();
        panic!("{folder}: these import each other: {names:?}");
    }
}

/// Reads the files in `folder`, which is that of `module`, and below. Files of tests are left out.
fn read(folder: &Path, module: &Module, files: &mut BTreeMap<Module, String>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let mut inner = module.clone();
        if !["mod", "lib"].contains(&name) {
            inner.push(name.into());
        }
        if path.is_dir() {
            read(&path, &inner, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(inner, code(&fs::read_to_string(&path).unwrap()));
        }
    }
    let tests: Vec<Module> = files
        .iter()
        .flat_map(|(file, text)| {
            let declared = text.split("#[cfg(test)]\nmod ").skip(1);
            let names = declared.filter_map(|rest| rest.split([';', ' ']).next());
            names.map(move |name| [file.as_slice(), &[name.into()]].concat())
        })
        .collect();
    files.retain(|file, _| !tests.iter().any(|tests| file.starts_with(tests)));
}

/// Returns the text without comments, and without the tests at its end.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap());
    let text = lines.collect::<Vec<_>>().join("\n");
    match text.split_once("#[cfg(test)]\nmod tests {") {
        Some((code, _)) => code.to_string(),
        None => text,
    }
}

/// Returns for each file the others that it imports.
fn imports(files: &BTreeMap<Module, String>) -> BTreeMap<&Module, BTreeSet<&Module>> {
    let mut imports = BTreeMap::new();
    for (file, text) in files {
        let mut found = BTreeSet::new();
        for path in paths(text) {
            // The imported file is that of the longest part of the path that is a module.
            let target = resolve(file, &path);
            let lengths = (0..=target.len()).rev();
            let modules = lengths.filter_map(|length| files.get_key_value(&target[..length]));
            let module = modules.map(|(module, _)| module).next();
            found.extend(module.filter(|module| *module != file));
        }
        imports.insert(file, found);
    }
    imports
}

/// Returns the path from the crate for a `path` in the file of `module`.
fn resolve(module: &Module, path: &[String]) -> Module {
    let mut from = module.clone();
    let mut rest = path;
    while let [first, others @ ..] = rest {
        match first.as_str() {
            "crate" => from.clear(),
            "self" => {}
            "super" => drop(from.pop()),
            _ => break,
        }
        rest = others;
    }
    from.extend_from_slice(rest);
    from
}

/// Returns all paths in `text`, of two words or more. The paths in the braces of a `use` are joined
/// to the path before the braces.
fn paths(text: &str) -> Vec<Vec<String>> {
    let is_of_a_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut found = Vec::new();
    // The paths before each brace that is open.
    let mut open: Vec<Vec<String>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut rest = text;
    let (mut goes_on, mut after_as) = (false, false);
    while let Some(letter) = rest.chars().next() {
        let word = rest.split(|letter| !is_of_a_word(letter)).next().unwrap();
        if !word.is_empty() {
            if !goes_on {
                path = open.last().cloned().unwrap_or_default();
            }
            // In `a as b` the last word is no path.
            if word != "as" && !after_as {
                path.push(word.into());
            }
            after_as = word == "as";
            rest = &rest[word.len()..];
            goes_on = rest.starts_with("::");
            if goes_on {
                rest = &rest[2..];
            } else if path.len() > 1 {
                found.push(path.clone());
            }
            continue;
        }
        // A `*` or generic arguments end the path.
        if goes_on && letter != '{' && path.len() > 1 {
            found.push(path.clone());
        }
        match letter {
            '{' if goes_on => open.push(path.clone()),
            // A block is no list, so paths in it begin anew.
            '{' => open.push(Vec::new()),
            '}' => drop(open.pop()),
            _ => {}
        }
        goes_on = false;
        rest = &rest[letter.len_utf8()..];
    }
    found
}

/// Returns some files that import each other.
fn circle<'a>(imports: &BTreeMap<&'a Module, BTreeSet<&'a Module>>) -> Option<Vec<&'a Module>> {
    let mut left = imports.clone();
    // A file that imports none of those left is in no circle.
    loop {
        let before = left.len();
        let there: BTreeSet<&Module> = left.keys().copied().collect();
        left.retain(|_, imports| imports.iter().any(|import| there.contains(import)));
        if left.len() == before {
            break;
        }
    }
    let mut way = vec![*left.keys().next()?];
    loop {
        let last = way[way.len() - 1];
        // Each of the files left imports one of them.
        let next = left[last]
            .iter()
            .find(|import| left.contains_key(*import))?;
        if let Some(start) = way.iter().position(|module| module == next) {
            return Some(way.split_off(start));
        }
        way.push(next);
    }
}

fn module(path: &str) -> Module {
    path.split("::")
        .filter(|name| !name.is_empty())
        .map(String::from)
        .collect()
}

/// Returns the circle in these files, in words.
fn found(files: &[(&str, &str)]) -> Option<String> {
    let files = files.iter().map(|(path, text)| (module(path), code(text)));
    let files = files.collect();
    let circle = circle(&imports(&files))?;
    let names: Vec<_> = circle.iter().map(|module| module.join("::")).collect();
    Some(names.join(" "))
}

#[test]
fn a_circle_is_found() {
    for (one, two) in [
        ("use crate::b::B;", "use crate::a::A;"),
        ("use super::{c, b::{B, D}};", "use super::{a};"),
        ("fn f() { super::b::f() }", "fn f() -> crate::a::A {}"),
        ("use crate::{b as x};", "use super::a::*;"),
    ] {
        let files = [("", "mod a; mod b;"), ("a", one), ("b", two)];
        assert_eq!(found(&files).as_deref(), Some("a b"), "{one} {two}");
    }
    let over_the_root = [("", "mod a; use a::A; struct B;"), ("a", "use super::B;")];
    assert_eq!(found(&over_the_root).as_deref(), Some(" a"));
    let over_a_third = [
        ("a", "use crate::b::B;"),
        ("b", "use crate::c::d::D;"),
        ("c", ""),
        ("c::d", "use super::super::a::A;"),
        ("e", "use crate::a::A;"),
    ];
    assert_eq!(found(&over_a_third).as_deref(), Some("a b c::d"));
}

#[test]
fn what_leads_one_way_is_no_circle() {
    let files = [
        ("", "mod a; mod b; use a::A; fn f() { b::f(); }"),
        (
            "a",
            "mod c; use crate::b::B; use self::c::C; // use super::f;",
        ),
        ("a::c", "use crate::b::{self, B};"),
        (
            "b",
            "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}",
        ),
    ];
    assert_eq!(found(&files), None);
}
