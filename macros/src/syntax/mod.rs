//! As much of Rust's syntax as the macros look at.
//!
//! syn reads all of it, but only with its feature `full`, which takes longer to build than
//! everything else here together. rustc has parsed an item before an attribute sees it, so this
//! finds the parts of one and need not find its mistakes. An expression ends where one must end;
//! what is wrong within rustc says where the expression is put.

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
