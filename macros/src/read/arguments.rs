//! Reads `key = value, …`, and reports the mistakes in the keys.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, Token, token};

use super::flavor::Flavor;
use super::kind::Kind;
use super::value::{skip_to_comma, value};
use crate::errors::{self, Errors};
use crate::suggest;
use crate::syntax::Expr;

/// The kind of value that an argument takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Flavor,
    /// A number that is at least one.
    Count,
    /// A number of places in a pool, at least one.
    Places,
    Bytes,
    Text,
    Time,
    /// A time limit of a test, which is longer than zero.
    Limit,
    /// A time limit of a poll, which is longer than zero.
    PollLimit,
    /// The name of a signal.
    Signal,
    /// The flavour of a runtime beside the one that is built.
    OtherFlavor,
    Path,
    Runtime,
    Function,
    /// `true` or `false`, written out.
    Switch,
    /// A `bool`.
    Flag,
    /// A value that means something to a firmware alone.
    Firmware,
}

pub(super) struct Argument {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    value: &'static str,
}

/// Makes an argument, with an example of its value.
const fn argument(name: &'static str, takes: Takes, value: &'static str) -> Argument {
    Argument { name, takes, value }
}

/// Every argument there is.
pub(super) const ARGUMENTS: [Argument; 20] = [
    argument("flavor", Takes::Flavor, "\"current_thread\""),
    argument("runtime", Takes::Runtime, "\"smol\""),
    argument("worker_threads", Takes::Count, "4"),
    argument("thread_name", Takes::Text, "\"worker\""),
    argument("thread_stack_size", Takes::Bytes, "3 * 1024 * 1024"),
    argument("max_blocking_threads", Takes::Count, "64"),
    argument("shutdown_timeout", Takes::Time, "\"5s\""),
    argument("timeout", Takes::Limit, "\"5s\""),
    argument("stack_size", Takes::Bytes, "8 * 1024 * 1024"),
    argument("spawn", Takes::Switch, "true"),
    argument("init", Takes::Function, "set_up"),
    argument("name", Takes::Text, "\"crawler\""),
    argument("watchdog", Takes::PollLimit, "\"100ms\""),
    argument("dump_on", Takes::Signal, "\"SIGUSR1\""),
    argument("tokio_context", Takes::OtherFlavor, "\"multi_thread\""),
    argument("start_paused", Takes::Flag, "true"),
    argument("entry", Takes::Firmware, "\"cortex_m_rt::entry\""),
    argument(
        "executor",
        Takes::Firmware,
        "\"embassy_executor::Executor\"",
    ),
    argument("pool_size", Takes::Places, "4"),
    argument("crate", Takes::Path, "my_crate::portable"),
];

/// The names that other attributes have for an argument of ours.
pub(super) const ALIASES: [(&str, &str); 32] = [
    ("core_threads", "worker_threads"),
    ("threads", "worker_threads"),
    ("num_threads", "worker_threads"),
    ("workers", "worker_threads"),
    ("max_threads", "max_blocking_threads"),
    ("blocking_threads", "max_blocking_threads"),
    ("scheduler", "flavor"),
    ("backend", "runtime"),
    ("runtime_name", "name"),
    ("stack", "stack_size"),
    ("main_stack_size", "stack_size"),
    ("spawned", "spawn"),
    ("on_worker", "spawn"),
    ("setup", "init"),
    ("before", "init"),
    ("on_start", "init"),
    ("limit", "timeout"),
    ("time_limit", "timeout"),
    ("max_time", "timeout"),
    ("max_poll", "watchdog"),
    ("dump", "dump_on"),
    ("dump_signal", "dump_on"),
    ("paused", "start_paused"),
    ("virtual_time", "start_paused"),
    ("pool", "pool_size"),
    ("size", "pool_size"),
    ("count", "pool_size"),
    ("instances", "pool_size"),
    ("max", "pool_size"),
    ("max_tasks", "pool_size"),
    ("portable", "crate"),
    ("path", "crate"),
];

/// Arguments of other attributes that have no counterpart here, and why.
const ABSENT: [(&str, &str); 1] = [(
    "unhandled_panic",
    "there is no `unhandled_panic`: a panic ends its task alone, and the task's `JoinHandle` reports it",
)];

impl Argument {
    /// Returns the argument with an example value.
    pub(super) fn example(&self) -> String {
        format!("{} = {}", self.name, self.value)
    }

    fn is_for(&self, kind: Kind) -> bool {
        match (kind, self.takes) {
            (_, Takes::Path) => true,
            (Kind::Task, takes) => takes == Takes::Places,
            (_, Takes::Places) => false,
            (Kind::Firmware, takes) => takes == Takes::Firmware,
            (Kind::Main, takes) => takes != Takes::Limit,
            (Kind::Test, takes) => !matches!(takes, Takes::Firmware | Takes::Switch),
        }
    }

    /// Returns whether the attribute takes the argument, or has an error of its own for it.
    fn is_known(&self, kind: Kind) -> bool {
        self.is_for(kind) || (kind != Kind::Task && self.takes != Takes::Places)
    }
}

/// Returns the arguments that the attribute takes.
fn of(kind: Kind) -> impl Iterator<Item = &'static Argument> {
    ARGUMENTS
        .iter()
        .filter(move |argument| argument.is_for(kind))
}

/// Calls `set` with each argument and its value. Returns the keys, also those without a value.
pub(super) fn read(
    kind: Kind,
    tokens: TokenStream,
    errors: &mut Errors,
    set: &mut dyn FnMut(&Argument, Ident, &Expr) -> syn::Result<()>,
) -> Vec<Ident> {
    let mut seen = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let read = next(kind, input, &mut seen);
            if let Err(error) = read.and_then(|(argument, key, value)| set(argument, key, &value)) {
                errors.push(error);
                skip_to_comma(input);
            }
            if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                errors.at(input.span(), "a `,` is missing before this argument");
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        errors.push(error);
    }
    seen
}

fn next(
    kind: Kind,
    input: ParseStream<'_>,
    seen: &mut Vec<Ident>,
) -> syn::Result<(&'static Argument, Ident, Expr)> {
    if !input.peek(Ident::peek_any) {
        let message = match meant(kind, input) {
            Some(meant) => format!("an argument is `key = value`: write `{meant}`"),
            None => format!("an argument is `key = value`, as in `{}`", example(kind)),
        };
        return Err(errors::at(input.span(), message));
    }
    let key = Ident::parse_any(input)?;
    let mut known = ARGUMENTS.iter().filter(|argument| argument.is_known(kind));
    let known = known.find(|argument| key == argument.name);
    if !input.peek(Token![=]) || input.peek(Token![==]) || input.peek(Token![=>]) {
        let error = no_value(kind, &key, known, input);
        seen.push(key);
        return Err(error);
    }
    input.parse::<Token![=]>()?;
    let Some(argument) = known else {
        let _ = value(input);
        return Err(unknown(kind, &key));
    };
    if input.is_empty() || input.peek(Token![,]) {
        let error = needs_value(argument, &key);
        seen.push(key);
        return Err(error);
    }
    let value = value(input).map_err(|error| {
        let wrong = format!("`{}` takes an expression: {error}", argument.name);
        errors::at(error.span(), wrong)
    });
    if seen.contains(&key) {
        let wrong = format!("`{key}` is set twice: remove one of the two");
        return Err(errors::at(key.span(), wrong));
    }
    seen.push(key.clone());
    if !argument.is_for(kind) {
        return Err(not_for(kind, &key));
    }
    Ok((argument, key, value?))
}

/// Returns an argument with an example value.
fn example(kind: Kind) -> String {
    of(kind).next().map(Argument::example).unwrap_or_default()
}

/// Returns the argument that a value without a key was meant to be.
fn meant(kind: Kind, input: ParseStream<'_>) -> Option<String> {
    match (kind, input.fork().parse().ok()?) {
        (Kind::Task, Lit::Int(number)) => Some(format!("pool_size = {number}")),
        (Kind::Main | Kind::Test, Lit::Str(text)) => flavor(&text.value()),
        _ => None,
    }
}

/// Returns the argument that the name of a flavor was meant to be.
fn flavor(name: &str) -> Option<String> {
    let flavor = Flavor::named(name)?;
    Some(format!("flavor = \"{}\"", flavor.name()))
}

/// The error for a key that no `=` follows.
fn no_value(
    kind: Kind,
    key: &Ident,
    known: Option<&Argument>,
    input: ParseStream<'_>,
) -> syn::Error {
    if input.peek(Token![::]) && input.peek3(Ident::peek_any) {
        let example = example(kind);
        let message = format!("the key of an argument is one word, as in `{example}`");
        return errors::at(key.span(), message);
    }
    let Some(argument) = known else {
        let is_flavored = matches!(kind, Kind::Main | Kind::Test);
        return match flavor(&key.to_string()).filter(|_| is_flavored) {
            Some(meant) => {
                let message = format!("an argument is `key = value`: write `{meant}`");
                errors::at(key.span(), message)
            }
            None => unknown(kind, key),
        };
    };
    if !argument.is_for(kind) {
        return not_for(kind, key);
    }
    let (name, example) = (argument.name, argument.example());
    if input.is_empty() || input.peek(Token![,]) {
        needs_value(argument, key)
    } else if input.peek(token::Paren) || input.peek(Token![:]) {
        let message = format!("`{name}` takes its value after a `=`: write `{example}`");
        errors::at(input.span(), message)
    } else {
        let message = format!("a `=` is missing after `{name}`: write `{example}`");
        errors::at(input.span(), message)
    }
}

fn needs_value(argument: &Argument, key: &Ident) -> syn::Error {
    let (name, example) = (argument.name, argument.example());
    errors::at(
        key.span(),
        format_args!("`{name}` needs a value: write `{example}`"),
    )
}

/// The error for an argument of another attribute.
fn not_for(kind: Kind, key: &Ident) -> syn::Error {
    let message = match kind {
        Kind::Main => format!(
            "`{key}` is for `#[portable::test]`: a program may run as long as it likes; put \
             `portable::time::timeout` around what may not"
        ),
        Kind::Test if key == "spawn" => String::from(
            "`spawn` is for `#[portable::main]`: spawn in the test what is to run as a task",
        ),
        Kind::Test | Kind::Task => format!(
            "`{key}` is for the `#[portable::main]` of a firmware: remove it; `runtime` says what \
             a test runs on"
        ),
        Kind::Firmware => format!(
            "`{key}` needs an operating system, and `portable` is built without its feature \
             `std`: remove it"
        ),
    };
    errors::at(key.span(), message)
}

fn unknown(kind: Kind, key: &Ident) -> syn::Error {
    let name = key.to_string();
    let absent = ABSENT.iter().find(|(absent, _)| *absent == name);
    if let Some((_, why)) = absent.filter(|_| kind != Kind::Task) {
        return errors::at(key.span(), why);
    }
    let names = || of(kind).map(|argument| argument.name);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let alias = alias
        .map(|(_, meant)| *meant)
        .filter(|meant| names().any(|name| name == *meant));
    let meant = match alias.or_else(|| suggest::nearest(&name, names())) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => String::new(),
    };
    let list = suggest::list(names());
    let message = format!("unknown argument `{name}`{meant}\nthe arguments are {list}");
    errors::at(key.span(), message)
}
