//! The programs that one case becomes.

use super::Case;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    /// Without the attribute, and with a call where the macro stands.
    Plain,
    /// As it is written.
    Ours,
    /// As it is written, on a function named `main`.
    OurMain,
    PlainOnTokio,
    /// With Tokio's attribute, and a call where the macro stands.
    Tokio,
}

const ATTRIBUTE: &str = "#[portable::main]";
/// As wide as [`ATTRIBUTE`]. It does nothing, but rustc puts a `use` that it suggests above it.
const NO_ATTRIBUTE: &str = "#[rustfmt::skip] ";
const MACRO: &str = "spawn_task!(";
/// As wide as [`MACRO`], so that what follows stays in its column.
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

    /// The program. Each line stands where it stands in the file.
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
        // rustc shortens a path if no crate that it has loaded has another thing of that name.
        source + "extern crate portable as _;\n"
    }

    /// Whether a case has this form.
    pub(super) fn fits(self, case: &Case) -> bool {
        self != Variant::OurMain || !case.source.contains("fn main")
    }

    /// What rustc printed, in the words that it has for [`Variant::Plain`].
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
