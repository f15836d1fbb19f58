//! Checks mistakes in a body: rustc must report the same as without our macros.

use super::compiler::Compiler;
use super::report::{Diagnostic, diagnostics};
use super::variant::Variant;
use super::{Case, each};
use crate::run::{Result, table};

/// The comparison of one side with the plain function.
#[derive(Default)]
struct Score {
    errors: usize,
    warnings: usize,
    /// How many of the plain diagnostics have a counterpart at the same place.
    spans: usize,
    /// How many of the counterparts suggest the same.
    help: usize,
    of: usize,
}

struct Compared {
    plain: Score,
    ours: Score,
    tokio: Score,
    verdict: &'static str,
    difference: String,
}

const SAME: &str = "same";
/// The label at the name of the call stands elsewhere, and a note says that it is a macro.
const BUT_THE_CALL: &str = "but the call";
/// There are as many diagnostics or fewer, at the same places.
const OTHER_WORDS: &str = "other words";
/// The case gives a reason for the difference.
const KNOWN: &str = "known";
const DIFFERENT: &str = "DIFFERENT";

/// Compares all cases of a folder, prints the table, and returns the cases that are wrong.
pub(super) fn compare(compiler: &Compiler, folder: &str) -> Result<String> {
    let may_differ_in_words = folder == "methods";
    let cases = Case::all(folder)?;
    let compared = each(&cases, |case| one(compiler, case, may_differ_in_words))?;

    let head = [
        folder, "plain", "ours", "spans", "help", "", "tokio", "spans", "help",
    ];
    let mut rows = vec![head.map(String::from).to_vec()];
    let mut wrong = String::new();
    let mut total = Compared {
        plain: Score::default(),
        ours: Score::default(),
        tokio: Score::default(),
        verdict: "",
        difference: String::new(),
    };
    for (case, compared) in cases.iter().zip(&compared) {
        rows.push(row(&case.name, compared));
        wrong += &compared.difference;
        total.plain.add(&compared.plain);
        total.ours.add(&compared.ours);
        total.tokio.add(&compared.tokio);
    }
    rows.push(row("total", &total));
    println!();
    table(&rows);
    Ok(wrong)
}

fn row(name: &str, compared: &Compared) -> Vec<String> {
    let count = |score: &Score| match score.warnings {
        0 => format!("{} E", score.errors),
        warnings => format!("{} E {warnings} W", score.errors),
    };
    let part = |some: usize, all: usize| format!("{some}/{all}");
    let mut row = vec![name.into(), count(&compared.plain)];
    for score in [&compared.ours, &compared.tokio] {
        row.push(count(score));
        row.push(part(score.spans, score.of));
        row.push(part(score.help, score.of));
    }
    row.insert(5, compared.verdict.into());
    row
}

fn one(compiler: &Compiler, case: &Case, may_differ_in_words: bool) -> Result<Compared> {
    let printed = |variant: Variant| {
        let printed = compiler.check(&case.name, &variant.source(case), variant)?;
        Ok::<_, String>(variant.as_plain(&printed))
    };
    let plain = printed(Variant::Plain)?;
    let wanted = diagnostics(&plain);
    if wanted.is_empty() {
        return Err("rustc finds nothing wrong".into());
    }
    let mut ours = None;
    let mut verdict = SAME;
    let mut difference = String::new();
    for variant in [Variant::Ours, Variant::OurMain] {
        if !variant.fits(case) {
            continue;
        }
        let printed = printed(variant)?;
        let found = diagnostics(&printed);
        if printed != plain {
            let calls_macro = case.source.contains("spawn_task!");
            verdict = if calls_macro && without_call(&printed) == without_call(&plain) {
                BUT_THE_CALL
            } else if may_differ_in_words && is_no_worse(&found, &wanted) {
                OTHER_WORDS
            } else {
                DIFFERENT
            };
        }
        if verdict == DIFFERENT {
            let (name, variant) = (&case.name, variant.folder());
            difference +=
                &format!("\n--- {name} in {variant}\n{printed}--- without the macro\n{plain}");
        }
        ours.get_or_insert(Score::of(&found, &wanted));
    }
    if case.source.starts_with("// Known: ") {
        if difference.is_empty() {
            return Err("it differs no more: remove the line `Known`".into());
        }
        verdict = KNOWN;
        difference.clear();
    }
    // If a body calls the runtime, rustc's notes point into that crate.
    let on_tokio = diagnostics(&printed(Variant::PlainOnTokio)?);
    Ok(Compared {
        plain: Score::of(&wanted, &wanted),
        ours: ours.ok_or("it has no form for our side")?,
        tokio: Score::of(&diagnostics(&printed(Variant::Tokio)?), &on_tokio),
        verdict,
        difference,
    })
}

impl Score {
    fn of(found: &[Diagnostic], wanted: &[Diagnostic]) -> Self {
        let count = |is_error| found.iter().filter(|one| one.is_error == is_error).count();
        let has_span = |wanted: &&Diagnostic| found.iter().any(|one| is_at(one, wanted));
        let has_help = |wanted: &&Diagnostic| {
            let is_one = |one: &Diagnostic| is_at(one, wanted) && one.help == wanted.help;
            found.iter().any(is_one)
        };
        Score {
            errors: count(true),
            warnings: count(false),
            spans: wanted.iter().filter(has_span).count(),
            help: wanted.iter().filter(has_help).count(),
            of: wanted.len(),
        }
    }

    fn add(&mut self, other: &Self) {
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.spans += other.spans;
        self.help += other.help;
        self.of += other.of;
    }
}

/// Returns whether two diagnostics are about the same place.
fn is_at(one: &Diagnostic, other: &Diagnostic) -> bool {
    one.is_error == other.is_error && one.place == other.place && one.carets == other.carets
}

/// Returns whether there are diagnostics, and each of them is at a place where one is wanted.
fn is_no_worse(found: &[Diagnostic], wanted: &[Diagnostic]) -> bool {
    let is_wanted = |one: &Diagnostic| wanted.iter().any(|wanted| is_at(one, wanted));
    !found.is_empty() && found.len() <= wanted.len() && found.iter().all(is_wanted)
}

/// Returns rustc's output without its labels and the note that [`BUT_THE_CALL`] mentions.
fn without_call(printed: &str) -> Vec<&str> {
    let is_label = |line: &str| line.trim_start().starts_with('|');
    let is_note = |line: &str| line.contains("= note: this error originates in the macro");
    let lines = printed
        .lines()
        .filter(|line| !is_label(line) && !is_note(line));
    lines.map(str::trim_start).collect()
}
