//! The arguments of `#[main]` and `#[test]`.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, Token, token};

use crate::errors::{self, Errors};
use crate::flavor::Flavor;
use crate::kind::Kind;
use crate::syntax::{Expr, Path};
use crate::{duration, firmware, runtimes, suggest};

/// What an argument takes.
#[derive(Clone, Copy)]
enum Takes {
    Flavor,
    /// A number from one up.
    Count,
    Bytes,
    Text,
    Time,
    /// A time that something can be done in.
    Limit,
    Path,
    Runtime,
    Function,
    /// `true` or `false`.
    Switch,
    /// What means something to a firmware alone.
    Firmware,
}

struct Argument {
    name: &'static str,
    takes: Takes,
    example: &'static str,
}

impl Argument {
    /// Whether only a test has it.
    fn is_for_tests(&self) -> bool {
        matches!(self.takes, Takes::Limit)
    }

    fn is_for(&self, kind: Kind) -> bool {
        match kind {
            Kind::Main => !self.is_for_tests(),
            Kind::Test => !matches!(self.takes, Takes::Firmware | Takes::Switch),
        }
    }
}

/// Every argument there is.
const ARGUMENTS: [Argument; 15] = [
    Argument {
        name: "flavor",
        takes: Takes::Flavor,
        example: "flavor = \"current_thread\"",
    },
    Argument {
        name: "runtime",
        takes: Takes::Runtime,
        example: "runtime = \"smol\"",
    },
    Argument {
        name: "worker_threads",
        takes: Takes::Count,
        example: "worker_threads = 4",
    },
    Argument {
        name: "thread_name",
        takes: Takes::Text,
        example: "thread_name = \"worker\"",
    },
    Argument {
        name: "thread_stack_size",
        takes: Takes::Bytes,
        example: "thread_stack_size = 3 * 1024 * 1024",
    },
    Argument {
        name: "max_blocking_threads",
        takes: Takes::Count,
        example: "max_blocking_threads = 64",
    },
    Argument {
        name: "shutdown_timeout",
        takes: Takes::Time,
        example: "shutdown_timeout = \"5s\"",
    },
    Argument {
        name: "timeout",
        takes: Takes::Limit,
        example: "timeout = \"5s\"",
    },
    Argument {
        name: "stack_size",
        takes: Takes::Bytes,
        example: "stack_size = 8 * 1024 * 1024",
    },
    Argument {
        name: "spawn",
        takes: Takes::Switch,
        example: "spawn = true",
    },
    Argument {
        name: "init",
        takes: Takes::Function,
        example: "init = set_up",
    },
    Argument {
        name: "name",
        takes: Takes::Text,
        example: "name = \"crawler\"",
    },
    Argument {
        name: "entry",
        takes: Takes::Firmware,
        example: "entry = \"cortex_m_rt::entry\"",
    },
    Argument {
        name: "executor",
        takes: Takes::Firmware,
        example: "executor = \"embassy_executor::Executor\"",
    },
    Argument {
        name: "crate",
        takes: Takes::Path,
        example: "crate = my_crate::portable",
    },
];

/// What other attributes call an argument of ours.
const ALIASES: [(&str, &str); 21] = [
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
    ("portable", "crate"),
    ("path", "crate"),
];

/// Arguments of other attributes that have no counterpart here, and why.
const ABSENT: [(&str, &str); 2] = [
    (
        "start_paused",
        "`start_paused` is reserved: virtual time does not exist yet; remove it",
    ),
    (
        "unhandled_panic",
        "there is no `unhandled_panic`: a panic ends its task alone, and the task's `JoinHandle` reports it",
    ),
];

/// The arguments of one attribute.
pub(crate) struct Args {
    kind: Kind,
    path: TokenStream,
    flavor: Option<(Flavor, Span)>,
    runtimes: Vec<Literal>,
    settings: Vec<Setting>,
    /// Where it is asked for that the function runs as a task.
    spawn: Option<Span>,
    /// What is around the builder, in any order.
    around: Vec<Setting>,
}

/// One `key = value` whose key is a function: a method of `runtime::Builder`, or one of the hidden
/// functions around it. So rustc reports a value of the wrong type at the value.
struct Setting {
    name: Ident,
    value: TokenStream,
}

impl Args {
    pub(crate) fn parse(kind: Kind, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Args {
            kind,
            path: quote_spanned!(Span::mixed_site()=> ::portable),
            flavor: None,
            runtimes: Vec::new(),
            settings: Vec::new(),
            spawn: None,
            around: Vec::new(),
        };
        let mut seen = Vec::new();
        let parsed = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if let Err(error) = args.argument(input, &mut seen) {
                    errors.push(error);
                    skip_to_comma(input);
                }
                if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                    errors.at(input.span(), "a `,` is missing before this argument");
                }
            }
            Ok(())
        };
        if let Err(error) = parsed.parse2(tokens) {
            errors.push(error);
        }
        if seen.iter().all(|key| key != "flavor") || args.flavor.is_some() {
            args.check_workers(errors);
        }
        args
    }

    /// Where the user's crate finds `portable`.
    pub(crate) fn path(&self) -> &TokenStream {
        &self.path
    }

    /// The runtimes that a test is for; none for all.
    pub(crate) fn runtimes(&self) -> &[Literal] {
        &self.runtimes
    }

    /// The call of the function that `init` names.
    pub(crate) fn init(&self) -> Option<TokenStream> {
        self.around("init")
    }

    /// An expression for the bytes of `stack_size`.
    pub(crate) fn stack_size(&self) -> Option<TokenStream> {
        self.around("stack_size")
    }

    /// Where it is asked for that the function runs as a task.
    pub(crate) fn spawn(&self) -> Option<Span> {
        self.spawn
    }

    /// An expression for the `Duration` of `timeout`.
    pub(crate) fn timeout(&self) -> Option<TokenStream> {
        self.around("timeout")
    }

    fn setting_around(&self, key: &str) -> Option<&Setting> {
        self.around.iter().find(|setting| setting.name == key)
    }

    fn around(&self, key: &str) -> Option<TokenStream> {
        let Setting { name, value } = self.setting_around(key)?;
        let path = &self.path;
        Some(quote_spanned!(Span::mixed_site()=> #path::__private::#name(#value)))
    }

    /// Reports `stack_size` on a function whose caller wants what it returns.
    pub(crate) fn refuse_stack_size(&self, errors: &mut Errors) {
        if let Some(Setting { name, value }) = self.setting_around("stack_size") {
            errors.under(
                quote!(#name = #value),
                "`stack_size` is for the `main` of a program and for tests, whose result can be \
                 an exit status: remove it, and call this function on a thread that has the \
                 stack, as in `std::thread::Builder::new().stack_size(…)`",
            );
        }
    }

    /// Reports `stack_size` where another stack than that is used.
    pub(crate) fn check_stack(&self, errors: &mut Errors) {
        if let Some(Setting { name, value }) = self.setting_around("stack_size")
            && self.spawn.is_some()
        {
            errors.under(
                quote!(#name = #value),
                "`stack_size` is that of the thread that waits for `main`, and with \
                 `spawn = true` a worker runs it: write `thread_stack_size`",
            );
        }
    }

    /// The function that makes the builder, if nothing else is to be done to it.
    pub(crate) fn plain_builder(&self) -> Option<TokenStream> {
        let is_pinned = self.kind == Kind::Main && !self.runtimes.is_empty();
        (self.settings.is_empty() && !is_pinned).then(|| self.constructor())
    }

    fn constructor(&self) -> TokenStream {
        let site = Span::mixed_site();
        let path = &self.path;
        let (flavor, span) = self.flavor.unwrap_or((self.kind.default_flavor(), site));
        let new = Ident::new(flavor.constructor(), span);
        quote_spanned!(site=> #path::runtime::Builder::#new)
    }

    /// An expression of type `&mut Builder`.
    pub(crate) fn builder(&self) -> TokenStream {
        let site = Span::mixed_site();
        let path = &self.path;
        let new = self.constructor();
        let builder = quote_spanned!(site=> #new());
        let calls = self
            .settings
            .iter()
            .map(|Setting { name, value }| quote_spanned!(site=> .#name(#value)));
        let runtime = match (self.kind, self.runtimes.as_slice()) {
            (Kind::Main, [name]) => {
                let name = runtimes::ask(path, "pin", &name.to_token_stream());
                quote_spanned!(site=> .runtime(#name))
            }
            _ if self.settings.is_empty() => return quote_spanned!(site=> &mut #builder),
            _ => TokenStream::new(),
        };
        quote!(#builder #runtime #(#calls)*)
    }

    fn argument(&mut self, input: ParseStream<'_>, seen: &mut Vec<Ident>) -> syn::Result<()> {
        if !input.peek(Ident::peek_any) {
            return Err(not_an_argument(input));
        }
        let key = Ident::parse_any(input)?;
        let known = ARGUMENTS.iter().find(|argument| key == argument.name);
        if !input.peek(Token![=]) || input.peek(Token![==]) || input.peek(Token![=>]) {
            let error = no_value(self.kind, &key, known, input);
            seen.push(key);
            return Err(error);
        }
        input.parse::<Token![=]>()?;
        let Some(argument) = known else {
            let _ = value(input);
            return Err(unknown(self.kind, &key));
        };
        if input.is_empty() || input.peek(Token![,]) {
            seen.push(key.clone());
            return Err(errors::at(key.span(), needs_value(argument)));
        }
        let value = value(input).map_err(|error| {
            let wrong = format_args!("`{}` takes an expression: {error}", argument.name);
            errors::at(error.span(), wrong)
        });
        if seen.contains(&key) {
            let wrong = format_args!("`{key}` is set twice: remove one of the two");
            return Err(errors::at(key.span(), wrong));
        }
        seen.push(key.clone());
        if !argument.is_for(self.kind) {
            return Err(not_for(self.kind, &key));
        }
        self.set(argument, key, &value?)
    }

    fn set(&mut self, argument: &Argument, key: Ident, value: &Expr) -> syn::Result<()> {
        let wrong = |what: &str| {
            let Argument { name, example, .. } = argument;
            let message = format_args!("`{name}` takes {what}: write `{example}`");
            Err(errors::under(value, message))
        };
        let mut tokens = value.to_token_stream();
        match (argument.takes, value.literal()) {
            (Takes::Flavor, Some(Lit::Str(text))) => {
                self.flavor = Some((Flavor::parse(text)?, text.span()));
                return Ok(());
            }
            (Takes::Flavor, _) => return wrong("a string"),

            (Takes::Runtime, Some(Lit::Str(name))) => {
                self.runtimes = vec![name.token()];
                return Ok(());
            }
            (Takes::Runtime, None) if self.kind == Kind::Main => {
                if let Some(list) = value.list() {
                    let first = list.iter().find_map(Expr::literal);
                    let name = match first {
                        Some(Lit::Str(name)) => name.value(),
                        _ => String::from("smol"),
                    };
                    let message = format_args!(
                        "`#[portable::main]` runs on one runtime, and a list is for `#[portable::test]`: write \
                         `runtime = \"{name}\"`"
                    );
                    return Err(errors::under(value, message));
                }
            }
            (Takes::Runtime, _) if self.kind == Kind::Main => return wrong("a string"),
            (Takes::Runtime, _) => match names(value) {
                Some(names) => {
                    self.runtimes = names;
                    return Ok(());
                }
                None => {
                    return wrong("the name of a runtime, or a list like `[\"tokio\", \"smol\"]`");
                }
            },

            (Takes::Path, _) => match path(value) {
                Some(path) => {
                    self.path = path;
                    return Ok(());
                }
                None => return wrong("a path"),
            },

            (Takes::Count, Some(Lit::Int(number))) if number.base10_digits() == "0" => {
                let message = format_args!(
                    "`{key}` cannot be 0: write 1 or more, or leave it out for the default",
                );
                return Err(errors::at(number.span(), message));
            }
            (Takes::Count, Some(Lit::Int(_)) | None) => {}
            (Takes::Count, Some(_)) => return wrong("a whole number"),

            (Takes::Bytes, Some(Lit::Int(_)) | None) => {}
            (Takes::Bytes, Some(_)) => return wrong("a number of bytes"),

            (Takes::Text, Some(Lit::Str(_)) | None) => {}
            (Takes::Text, Some(_)) => return wrong("a string"),

            (Takes::Limit, Some(Lit::Str(text))) if duration::is_zero(text) => {
                let message = format_args!("`{key}` cannot be 0: no test takes less");
                return Err(errors::at(text.span(), message));
            }
            (Takes::Time | Takes::Limit, Some(Lit::Str(text))) => {
                tokens = duration::expression(text)?;
            }
            (Takes::Time | Takes::Limit, None) => {}
            (Takes::Time | Takes::Limit, Some(_)) => {
                return wrong("a string with a unit, or an expression of type `Duration`");
            }

            (Takes::Firmware, _) => {
                firmware::check(argument.name, value)?;
                return Ok(());
            }

            (Takes::Switch, Some(Lit::Bool(switch))) => {
                self.spawn = switch.value.then(|| key.span());
                return Ok(());
            }
            (Takes::Switch, _) => return wrong("`true` or `false`"),

            (Takes::Function, None) => {}
            (Takes::Function, Some(_)) => return wrong("a function or a closure"),
        }
        let settings = match argument.name {
            "timeout" | "stack_size" | "init" => &mut self.around,
            _ => &mut self.settings,
        };
        settings.push(Setting {
            name: key,
            value: tokens,
        });
        Ok(())
    }

    fn check_workers(&self, errors: &mut Errors) {
        let flavor = self.flavor.map(|(flavor, _)| flavor);
        if flavor.unwrap_or(self.kind.default_flavor()).has_workers() {
            return;
        }
        let Some(workers) = self.settings.iter().find(|s| s.name == "worker_threads") else {
            return;
        };
        let Setting { name, value } = workers;
        let why = match flavor {
            Some(flavor) => format!(
                "and \"{}\" runs on one thread: change the flavor",
                flavor.name()
            ),
            None => String::from("which a test must ask for: add the flavor"),
        };
        errors.under(
            quote!(#name = #value),
            format_args!("`worker_threads` needs `flavor = \"multi_thread\"`, {why} or remove `worker_threads`"),
        );
    }
}

/// Reads a value, or leaves `input` where it is.
pub(crate) fn value(input: ParseStream<'_>) -> syn::Result<Expr> {
    let ahead = input.fork();
    let value = ahead.parse()?;
    input.advance_to(&ahead);
    Ok(value)
}

/// The strings that `value` lists, at least one.
fn names(value: &Expr) -> Option<Vec<Literal>> {
    let name = |name: &Expr| match name.literal() {
        Some(Lit::Str(name)) => Some(name.token()),
        _ => None,
    };
    let names: Option<Vec<_>> = value.list()?.iter().map(name).collect();
    names.filter(|names| !names.is_empty())
}

/// The path that `value` is, bare or in a string.
pub(crate) fn path(value: &Expr) -> Option<TokenStream> {
    let path = match value.literal() {
        Some(Lit::Str(text)) => &text.parse_with(Path::parse_mod_style).ok()?,
        _ => value.path()?,
    };
    Some(path.to_token_stream())
}

pub(crate) fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let skipped = input.step(|cursor| {
            let next = cursor.token_tree().map(|(_, next)| ((), next));
            next.ok_or_else(|| cursor.error("unexpected end"))
        });
        if skipped.is_err() {
            return;
        }
    }
}

fn not_an_argument(input: ParseStream<'_>) -> syn::Error {
    let flavor = match input.fork().parse() {
        Ok(Lit::Str(text)) => Flavor::named(&text.value()),
        _ => None,
    };
    let meant = match flavor {
        Some(flavor) => format!(": write `flavor = \"{}\"`", flavor.name()),
        None => format!(", as in `{}`", ARGUMENTS[0].example),
    };
    errors::at(
        input.span(),
        format_args!("an argument is `key = value`{meant}"),
    )
}

/// The error for a key that no `=` follows.
fn no_value(
    kind: Kind,
    key: &Ident,
    known: Option<&Argument>,
    input: ParseStream<'_>,
) -> syn::Error {
    if input.peek(Token![::]) && input.peek3(Ident::peek_any) {
        return errors::at(
            key.span(),
            "the key of an argument is one word, as in `flavor = \"current_thread\"`",
        );
    }
    let Some(argument) = known else {
        return match Flavor::named(&key.to_string()) {
            Some(flavor) => {
                let name = flavor.name();
                let message =
                    format_args!("an argument is `key = value`: write `flavor = \"{name}\"`");
                errors::at(key.span(), message)
            }
            None => unknown(kind, key),
        };
    };
    if !argument.is_for(kind) {
        return not_for(kind, key);
    }
    let Argument { name, example, .. } = argument;
    if input.is_empty() || input.peek(Token![,]) {
        errors::at(key.span(), needs_value(argument))
    } else if input.peek(token::Paren) || input.peek(Token![:]) {
        let message = format_args!("`{name}` takes its value after a `=`: write `{example}`");
        errors::at(input.span(), message)
    } else {
        let message = format_args!("a `=` is missing after `{name}`: write `{example}`");
        errors::at(input.span(), message)
    }
}

fn needs_value(argument: &Argument) -> String {
    let Argument { name, example, .. } = argument;
    format!("`{name}` needs a value: write `{example}`")
}

/// Whether the word is an argument of `#[main]` or `#[test]`.
pub(crate) fn is_argument(word: &str) -> bool {
    ARGUMENTS.iter().any(|argument| argument.name == word)
}

fn not_for(kind: Kind, key: &Ident) -> syn::Error {
    let message = match kind {
        Kind::Main => format!(
            "`{key}` is for `#[portable::test]`: a program may run as long as it likes; put \
             `portable::time::timeout` around what may not"
        ),
        Kind::Test if key == "spawn" => String::from(
            "`spawn` is for `#[portable::main]`: spawn in the test what is to run as a task",
        ),
        Kind::Test => format!(
            "`{key}` is for the `#[portable::main]` of a firmware: remove it; `runtime` says what \
             a test runs on"
        ),
    };
    errors::at(key.span(), message)
}

fn unknown(kind: Kind, key: &Ident) -> syn::Error {
    let name = key.to_string();
    if let Some((_, why)) = ABSENT.iter().find(|(absent, _)| *absent == name) {
        return errors::at(key.span(), why);
    }
    let there = || ARGUMENTS.iter().filter(|argument| argument.is_for(kind));
    let names = || there().map(|argument| argument.name);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let alias = alias.map(|(_, meant)| *meant);
    let meant = match alias
        .filter(|meant| names().any(|name| name == *meant))
        .or_else(|| suggest::nearest(&name, names()))
    {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => String::new(),
    };
    let list = suggest::list(names());
    let message = format_args!("unknown argument `{name}`{meant}\nthe arguments are {list}");
    errors::at(key.span(), message)
}

#[cfg(test)]
mod tests;
