//! Writes the table.

use super::FOLDER;
use super::lists::{File, Lists, Section};
use super::page::Line;
use super::source::Source;
use crate::run::Result;

pub(super) fn table(sections: &[Section], lines: &[Line]) -> Result<String> {
    let mut table = Source::default();
    table.lines([
        "//! The lines of the contract, and the behaviours that tests are made of. This file is written by",
        "//! `cargo xtask suite --update`.",
        "",
        "use super::line::Line;",
        "",
        "/// The lines of the contract that [`contract!`](crate::contract) tests, in the order of the page.",
        "pub const LINES: &[Line] = &[",
    ]);
    for line in lines {
        let text = format!("{line:#?},");
        table.lines(text.lines().map(|line| line.trim_start()));
    }
    table.lines([
        "];",
        "",
        "/// The behaviours, and the lines that they stand for.",
        "#[allow(missing_docs)]",
        "pub mod names {",
    ]);
    for section in sections {
        table.line(&format!("pub mod {} {{", section.name));
        for file in &section.files {
            names(&mut table, section, file, lines)?;
        }
        table.line("}");
    }
    table.line("}");
    of_sections(&mut table, sections);
    for section in sections {
        for file in &section.files {
            of_file(&mut table, &section.name, file);
        }
    }
    Ok(table.text())
}

/// Writes the module with the behaviours of a file.
fn names(table: &mut Source, section: &Section, file: &File, lines: &[Line]) -> Result {
    let path = format!("{FOLDER}/{}/{}.rs", section.name, file.name);
    let places = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.tests.contains(&path))
        .map(|(place, _)| format!("ALL[{place}]"));
    let places = places.collect::<Vec<_>>().join(", ");
    if places.is_empty() {
        return Err(format!("no line of docs/contract.md names {path}"));
    }
    let module = format!("crate::{}::{}", section.name, file.name);
    table.needs(file.feature.as_deref());
    table.line(&format!("pub mod {} {{", file.name));
    table.line("use super::super::super::{LINES as ALL, Line};");
    table.line("");
    table.line(&format!("pub const LINES: &[Line] = &[{places}];"));
    uses(table, &module, &file.lists);
    for inner in &file.inner {
        table.needs(inner.feature.as_deref());
        table.line(&format!("pub mod {} {{", inner.name));
        table.line("pub use super::LINES;");
        uses(table, &format!("{module}::{}", inner.name), &inner.lists);
        table.line("}");
    }
    table.line("}");
    Ok(())
}

/// Writes the imports of all behaviours in some lists.
fn uses(table: &mut Source, module: &str, lists: &Lists) {
    for list in lists {
        table.line(&format!("pub use {module}::{}::*;", list.module));
    }
}

/// Writes the macro that knows the sections.
fn of_sections(table: &mut Source, sections: &[Section]) {
    table.lines([
        "",
        "/// Makes the tests of a section.",
        "#[doc(hidden)]",
        "#[macro_export]",
        "macro_rules! __section {",
    ]);
    for section in sections {
        let name = &section.name;
        table.line(&format!("({name} $with:tt) => {{"));
        table.line(&format!("mod {name} {{"));
        for file in &section.files {
            table.line(&format!("$crate::__{name}_{}! {{ $with }}", file.name));
        }
        table.lines(["}", "};"]);
    }
    let names = sections.iter().map(|section| format!("`{}`", section.name));
    let names = names.collect::<Vec<_>>().join(", ");
    table.lines([
        "($name:ident $with:tt) => {",
        "compile_error!(concat!(",
        &format!(
            "    \"portable: there is no section `\", stringify!($name), \"`; the sections are {names}\""
        ),
        "));",
        "};",
        "}",
    ]);
}

/// Writes the macros that make the tests of a file.
fn of_file(table: &mut Source, section: &str, file: &File) {
    let name = format!("{section}_{}", file.name);
    let mut body = tests(
        "super::super",
        &format!("{section} {}", file.name),
        &file.lists,
    );
    for inner in &file.inner {
        body.push(format!("$crate::__{name}_{}! {{ $with }}", inner.name));
    }
    a_macro(table, &name, file, &body);
    for inner in &file.inner {
        let path = format!("{section} {} {}", file.name, inner.name);
        let body = tests("super::super::super", &path, &inner.lists);
        a_macro(table, &format!("{name}_{}", inner.name), inner, &body);
    }
}

/// Returns the calls that make the tests of some lists. `up` leads to what all tests use.
fn tests(up: &str, path: &str, lists: &Lists) -> Vec<String> {
    let mut calls = Vec::new();
    for list in lists {
        let kind = list.kind;
        calls.push(format!(
            "$crate::__each! {{ $with {kind} ({up}) ({path}) {{"
        ));
        calls.extend(list.names.iter().cloned());
        calls.push("}}".into());
    }
    calls
}

/// Writes a macro for a file or a module in it, which puts out nothing where the feature is off.
fn a_macro(table: &mut Source, name: &str, of: &File, body: &[String]) {
    let mut put = |condition: Option<String>, body: &[String]| {
        table.line("");
        table.lines(condition.as_deref());
        table.lines(["#[doc(hidden)]", "#[macro_export]"]);
        table.line(&format!("macro_rules! __{name} {{"));
        table.line("($with:tt) => {");
        if !body.is_empty() {
            table.line(&format!("mod {} {{", of.name));
            table.lines(body.iter().map(|line| &**line));
            table.line("}");
        }
        table.lines(["};", "}"]);
    };
    match &of.feature {
        None => put(None, body),
        Some(feature) => {
            put(Some(format!("#[cfg(feature = {feature:?})]")), body);
            put(Some(format!("#[cfg(not(feature = {feature:?}))]")), &[]);
        }
    }
}
