//! The argument `runtime` of the attributes, if it is an expression.

use std::borrow::Cow;

use crate::runtime::Builder;

/// A value of the argument `runtime`: the name of a runtime, or a runtime of the user's own.
#[cfg_attr(
    feature = "custom",
    diagnostic::on_unimplemented(
        message = "portable: `{Self}` is neither the name of a runtime nor a runtime",
        label = "this is not a runtime",
        note = "implement `portable::runtime::CustomRuntime` for `{Self}`, or write a name as in \
                `runtime = \"smol\"`"
    )
)]
#[cfg_attr(
    not(feature = "custom"),
    diagnostic::on_unimplemented(
        message = "portable: `{Self}` is not the name of a runtime",
        label = "this is not a name, such as \"smol\"",
        note = "a runtime of your own needs the feature `custom`, as in \
                portable = {{ version = \"0.1\", features = [\"custom\"] }}, and implements \
                `portable::runtime::CustomRuntime`"
    )
)]
pub trait RuntimeArgument {
    /// Makes this the runtime that `builder` builds.
    #[doc(hidden)]
    fn choose(self, builder: &mut Builder);
}

macro_rules! names {
    ($($name:ty),*) => {
        $(impl RuntimeArgument for $name {
            fn choose(self, builder: &mut Builder) {
                builder.runtime(self);
            }
        })*
    };
}
names! { &str, &mut str, String, &String, Box<str>, Cow<'_, str> }

#[cfg(feature = "custom")]
impl<R: crate::runtime::CustomRuntime> RuntimeArgument for R {
    fn choose(self, builder: &mut Builder) {
        builder.set_custom(self);
    }
}

/// Implements the argument `runtime`, if it is an expression.
pub fn runtime(builder: &mut Builder, runtime: impl RuntimeArgument) -> &mut Builder {
    runtime.choose(builder);
    builder
}
