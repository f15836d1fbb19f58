//! The values of `flavor`.

use syn::LitStr;

use crate::{errors, suggest};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavor {
    MultiThread,
    CurrentThread,
    Local,
}

const FLAVORS: [Flavor; 3] = [Flavor::MultiThread, Flavor::CurrentThread, Flavor::Local];

/// The names that other runtimes and older versions have for the flavors.
const ALIASES: [(&str, Flavor); 8] = [
    ("threaded_scheduler", Flavor::MultiThread),
    ("multi_threaded", Flavor::MultiThread),
    ("multithread", Flavor::MultiThread),
    ("multithreaded", Flavor::MultiThread),
    ("basic_scheduler", Flavor::CurrentThread),
    ("single_thread", Flavor::CurrentThread),
    ("single_threaded", Flavor::CurrentThread),
    ("current", Flavor::CurrentThread),
];

impl Flavor {
    pub(crate) fn parse(text: &LitStr) -> syn::Result<Self> {
        let name = text.value();
        Self::named(&name).ok_or_else(|| {
            let meant = match Self::meant(&name) {
                Some(flavor) => format!("; did you mean \"{}\"?", flavor.name()),
                None => String::new(),
            };
            errors::at(
                text.span(),
                format_args!("unknown flavor \"{name}\"{meant}\n{}", Self::choice()),
            )
        })
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        FLAVORS.into_iter().find(|flavor| flavor.name() == name)
    }

    fn meant(name: &str) -> Option<Self> {
        let alias = ALIASES.into_iter().find(|(alias, _)| *alias == name);
        let nearest = || suggest::nearest(name, FLAVORS.map(Flavor::name)).and_then(Self::named);
        alias.map(|(_, flavor)| flavor).or_else(nearest)
    }

    fn choice() -> &'static str {
        "the flavors are \"multi_thread\", \"current_thread\" and \"local\""
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Flavor::MultiThread => "multi_thread",
            Flavor::CurrentThread => "current_thread",
            Flavor::Local => "local",
        }
    }

    /// The function of `runtime::Builder` that starts with this flavor.
    pub(crate) fn constructor(self) -> &'static str {
        match self {
            Flavor::MultiThread => "new_multi_thread",
            Flavor::CurrentThread | Flavor::Local => "new_current_thread",
        }
    }

    /// The variant of `runtime::Flavor` that this flavor is.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Flavor::MultiThread => "MultiThread",
            Flavor::CurrentThread | Flavor::Local => "CurrentThread",
        }
    }

    pub(crate) fn has_workers(self) -> bool {
        self == Flavor::MultiThread
    }
}

#[cfg(test)]
mod tests {
    use super::{ALIASES, FLAVORS, Flavor};

    #[test]
    fn names_lead_back_to_their_flavor() {
        for flavor in FLAVORS {
            assert_eq!(Flavor::named(flavor.name()), Some(flavor));
            assert!(Flavor::choice().contains(flavor.name()));
        }
    }

    #[test]
    fn no_alias_is_a_name() {
        for (alias, _) in ALIASES {
            assert_eq!(Flavor::named(alias), None);
        }
        assert_eq!(Flavor::meant("single_thread"), Some(Flavor::CurrentThread));
        assert_eq!(Flavor::meant("multi-thread"), Some(Flavor::MultiThread));
        assert_eq!(Flavor::meant("embassy"), None);
    }
}
