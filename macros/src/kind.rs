//! Which of the two attributes is at work.

use crate::flavor::Flavor;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Main,
    Test,
}

impl Kind {
    /// The attribute's name, and that of the hidden function it calls.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Main => "main",
            Kind::Test => "test",
        }
    }

    /// The attribute as a user writes it.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Kind::Main => "#[portable::main]",
            Kind::Test => "#[portable::test]",
        }
    }

    pub(crate) fn default_flavor(self) -> Flavor {
        match self {
            Kind::Main => Flavor::MultiThread,
            Kind::Test => Flavor::CurrentThread,
        }
    }
}
