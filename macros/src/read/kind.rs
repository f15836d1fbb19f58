//! The attribute that is being expanded.

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Main,
    Test,
    Task,
    /// `#[main]` where there is no operating system.
    Firmware,
}

impl Kind {
    /// Returns the attribute's name. For `#[main]` and `#[test]` it is also the name of the hidden
    /// function that they call.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Main | Kind::Firmware => "main",
            Kind::Test => "test",
            Kind::Task => "task",
        }
    }

    /// Returns the attribute as a user writes it.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Kind::Main | Kind::Firmware => "#[portable::main]",
            Kind::Test => "#[portable::test]",
            Kind::Task => "#[portable::task]",
        }
    }
}
