//! Reads the input of the macros: the arguments of an attribute, the function below it, and the
//! modifiers before the task in `spawn_task!`.

mod args;
mod arguments;
mod captures;
mod duration;
mod flavor;
mod item;
mod kind;
mod modifiers;
mod signal;
mod value;

pub(crate) use args::{Args, Setting};
pub(crate) use flavor::Flavor;
pub(crate) use item::{Item, body_mentions_self, looks_like_main, with_body};
pub(crate) use kind::Kind;
pub(crate) use modifiers::{Modifier, Modifiers};
