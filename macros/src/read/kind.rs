//! Which of the attributes is at work.

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Main,
    Test,
    Task,
    /// `#[main]` where there is no operating system.
    Firmware,
}

impl Kind {
    /// The attribute's name. That of `#[main]` and `#[test]` is that of the hidden function they call.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Main | Kind::Firmware => "main",
            Kind::Test => "test",
            Kind::Task => "task",
        }
    }

    /// The attribute as a user writes it.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Kind::Main | Kind::Firmware => "#[portable::main]",
            Kind::Test => "#[portable::test]",
            Kind::Task => "#[portable::task]",
        }
    }
}
