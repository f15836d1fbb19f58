//! The part of Rust's syntax that the macros look at.
//!
//! syn reads all of it, but only with its feature `full`, which takes longer to build than
//! everything else here together. rustc has parsed an item before an attribute sees it, so this
//! module finds the parts of an item and not its mistakes. An expression ends where one must end;
//! rustc reports the mistakes within it at the place where the expression is put.

mod attribute;
mod cast;
mod expression;
mod generics;
mod parameter;
mod path;
mod signature;
mod until;
mod visibility;

pub(crate) use attribute::Attribute;
pub(crate) use expression::Expr;
pub(crate) use generics::GenericParam;
pub(crate) use parameter::{FnArg, Receiver, Typed};
pub(crate) use path::Path;
pub(crate) use signature::{ReturnType, Signature};
pub(crate) use until::{calls_a_macro, mentions};
pub(crate) use visibility::Visibility;

#[cfg(test)]
mod tests;
