//! The programs that are made of one case.

use super::Case;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    /// The case without the attribute, and with a call in place of the macro.
    Plain,
    /// The case as written.
    Ours,
    /// The case as written, but with the function named `main`.
    OurMain,
    PlainOnTokio,
    /// The case with Tokio's attribute, and with a call in place of the macro.
    Tokio,
}

const ATTRIBUTE: &str = "#[portable::main]";
/// An attribute of the width of [`ATTRIBUTE`]. It has no effect, but rustc puts a suggested `use`
/// above it.
const NO_ATTRIBUTE: &str = "#[rustfmt::skip] ";
const MACRO: &str = "spawn_task!(";
/// A call of the width of [`MACRO`], so that the following tokens stay in their columns.
const CALL: &str = "spawn      (";

impl Variant {
    pub(super) fn folder(self) -> &'static str {
        match self {
            Variant::Plain => "plain",
            Variant::Ours => "portable",
            Variant::OurMain => "portable-main",
            Variant::PlainOnTokio => "plain-tokio",
            Variant::Tokio => "tokio",
        }
    }

    pub(super) fn is_on_tokio(self) -> bool {
        matches!(self, Variant::PlainOnTokio | Variant::Tokio)
    }

    /// Returns the program. Each line stands where it stands in the file.
    pub(super) fn source(self, case: &Case) -> String {
        let mut source = match self {
            Variant::Ours => case.source.clone(),
            Variant::OurMain => case.source.replace("fn case(", "fn main("),
            Variant::Plain | Variant::PlainOnTokio => {
                let plain = case.source.replace(ATTRIBUTE, NO_ATTRIBUTE);
                plain.replace(MACRO, CALL)
            }
            Variant::Tokio => case.source.replace(MACRO, CALL),
        };
        if !source.contains("fn main") {
            source += "fn main() { let _ = case; }\n";
        }
        // rustc shortens a path only if no crate that it has loaded has another item of that name.
        source + "extern crate portable as _;\n"
    }

    /// Returns whether the case has this variant.
    pub(super) fn fits(self, case: &Case) -> bool {
        self != Variant::OurMain || !case.source.contains("fn main")
    }

    /// Translates rustc's output to the words of [`Variant::Plain`].
    pub(super) fn as_plain(self, printed: &str) -> String {
        let printed = printed
            .replace(ATTRIBUTE, NO_ATTRIBUTE)
            .replace(MACRO, CALL);
        let printed = match self {
            Variant::OurMain => printed.replace("fn main(", "fn case("),
            _ => printed,
        };
        let lines = printed
            .lines()
            .map(|line| line.trim_end().to_owned() + "\n");
        lines.collect()
    }
}
