//! The arguments of an attribute.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Lit, LitStr};

use super::arguments::{self, Argument, Takes};
use super::duration;
use super::flavor::Flavor;
use super::kind::Kind;
use super::signal;
use super::value::{path, strings};
use crate::errors::{self, Errors};
use crate::syntax::Expr;

/// The arguments of one attribute.
pub(crate) struct Args {
    /// The path at which the user's crate finds `portable`.
    pub(crate) path: TokenStream,
    /// The flavors to run on: several if a test lists them, none for the default.
    flavors: Vec<(Flavor, Span)>,
    /// Whether the flavors are in a list, even a list of one.
    is_list: bool,
    /// The runtimes that a test is restricted to, or the one of `main`. Empty means all.
    pub(crate) runtimes: Vec<Literal>,
    /// The methods of `runtime::Builder` to call.
    pub(crate) settings: Vec<Setting>,
    /// Calls of hidden functions around the builder, in any order.
    around: Vec<Setting>,
    /// The place of the request that the function run as a task.
    pub(crate) spawn: Option<Span>,
    /// The arguments for Embassy's attribute.
    pub(crate) executor: TokenStream,
    /// A constant expression: the number of places in the pool of a task.
    pub(crate) pool_size: TokenStream,
}

/// One `key = value` whose key is a function, so that rustc reports a value of the wrong type at
/// the value.
pub(crate) struct Setting {
    pub(crate) name: Ident,
    pub(crate) value: TokenStream,
}

impl Args {
    pub(crate) fn parse(kind: Kind, tokens: TokenStream, errors: &mut Errors) -> Self {
        let site = Span::mixed_site();
        let one_place = quote_spanned!(site=> 1);
        let mut args = Args {
            path: quote_spanned!(site=> ::portable),
            flavors: Vec::new(),
            is_list: false,
            runtimes: Vec::new(),
            settings: Vec::new(),
            around: Vec::new(),
            spawn: None,
            executor: TokenStream::new(),
            pool_size: one_place.clone(),
        };
        let seen = arguments::read(kind, tokens, errors, &mut |argument, key, value| {
            args.set(kind, argument, key, value)
        });
        if seen.iter().all(|key| key != "flavor") || !args.flavors.is_empty() {
            args.check_workers(kind, errors);
            args.check_paused(kind, errors);
        }
        args.check_flavors(kind, errors);
        // After a mistake in the arguments, rustc need not report another one in the value.
        if !errors.is_empty() {
            args.pool_size = one_place;
        }
        args
    }

    /// The flavors that a test runs on, if it lists them.
    pub(crate) fn flavors(&self) -> Option<&[(Flavor, Span)]> {
        self.is_list.then_some(&self.flavors)
    }

    /// The flavor, and where the user asks for it.
    pub(crate) fn flavor(&self, kind: Kind) -> (Flavor, Span) {
        let first = self.flavors.first().copied();
        first.unwrap_or((default_flavor(kind), Span::mixed_site()))
    }

    /// The argument with this name, if it is around the builder.
    pub(crate) fn around(&self, key: &str) -> Option<&Setting> {
        self.around.iter().find(|setting| setting.name == key)
    }

    /// The expression that evaluates to the runtime, if it is not known before the program runs.
    pub(crate) fn runtime_expression(&self) -> Option<&Setting> {
        self.settings
            .iter()
            .find(|setting| setting.name == "runtime")
    }

    fn set(
        &mut self,
        kind: Kind,
        argument: &Argument,
        key: Ident,
        value: &Expr,
    ) -> syn::Result<()> {
        let wrong = |what: &str| {
            let (name, example) = (argument.name, argument.example());
            let message = format!("`{name}` takes {what}: write `{example}`");
            Err(errors::under(value, message))
        };
        let mut tokens = value.to_token_stream();
        match (argument.takes, value.literal()) {
            (Takes::Flavor, Some(Lit::Str(text))) => {
                self.flavors = vec![(Flavor::parse(text)?, text.span())];
                return Ok(());
            }
            (Takes::Flavor, _) if kind == Kind::Test => match strings(value) {
                Some(names) => {
                    self.is_list = true;
                    return self.set_flavors(&names);
                }
                None => {
                    return wrong(
                        "a string, or a list like `[\"multi_thread\", \"current_thread\"]`",
                    );
                }
            },
            (Takes::Flavor, _) => {
                return match value.list() {
                    Some(list) => Err(not_one("flavor", "current_thread", list, value)),
                    None => wrong("a string"),
                };
            }

            (Takes::Runtime, Some(Lit::Str(name))) => {
                self.runtimes = vec![name.token()];
                return Ok(());
            }
            (Takes::Runtime, literal) if kind == Kind::Main => match (literal, value.list()) {
                (Some(_), _) => {
                    return wrong(
                        "the name of a runtime, or a value that implements `CustomRuntime`",
                    );
                }
                (None, Some(list)) => return Err(not_one("runtime", "smol", list, value)),
                (None, None) => {}
            },
            (Takes::Runtime, literal) => match strings(value) {
                Some(names) => {
                    self.runtimes = names.into_iter().map(LitStr::token).collect();
                    return Ok(());
                }
                None if literal.is_none() && value.list().is_none() => {}
                None => {
                    return wrong(
                        "the name of a runtime, a list like `[\"tokio\", \"smol\"]`, or a value that \
                         implements `CustomRuntime`",
                    );
                }
            },

            (Takes::Path, _) => match path(value) {
                Some(path) => {
                    self.path = path;
                    return Ok(());
                }
                None => return wrong("a path"),
            },

            (Takes::Count | Takes::Places, Some(Lit::Int(number)))
                if number.base10_digits() == "0" =>
            {
                let rest = match argument.takes {
                    Takes::Places => {
                        "write how many of these tasks may run at once, or leave it out for 1"
                    }
                    _ => "write 1 or more, or leave it out for the default",
                };
                let message = format!("`{key}` cannot be 0: {rest}");
                return Err(errors::at(number.span(), message));
            }
            (Takes::Places, Some(Lit::Int(_)) | None) => {
                self.pool_size = tokens;
                return Ok(());
            }
            (Takes::Count, Some(Lit::Int(_)) | None) => {}
            (Takes::Count | Takes::Places, Some(_)) => return wrong("a whole number"),

            (Takes::Bytes, Some(Lit::Int(_)) | None) => {}
            (Takes::Bytes, Some(_)) => return wrong("a number of bytes"),

            (Takes::Text, Some(Lit::Str(_)) | None) => {}
            (Takes::Text, Some(_)) => return wrong("a string"),

            (Takes::Limit, Some(Lit::Str(text))) if duration::is_zero(text) => {
                let message = format!("`{key}` cannot be 0: no test takes less");
                return Err(errors::at(text.span(), message));
            }
            (Takes::PollLimit, Some(Lit::Str(text))) if duration::is_zero(text) => {
                let message = format!("`{key}` cannot be 0: every poll takes longer");
                return Err(errors::at(text.span(), message));
            }
            (Takes::Time | Takes::Limit | Takes::PollLimit, Some(Lit::Str(text))) => {
                tokens = duration::expression(text)?;
            }
            (Takes::Time | Takes::Limit | Takes::PollLimit, None) => {}
            (Takes::Time | Takes::Limit | Takes::PollLimit, Some(_)) => {
                return wrong("a string with a unit, or an expression of type `Duration`");
            }

            (Takes::Signal, Some(Lit::Str(text))) => tokens = signal::constructor(text)?,
            (Takes::Signal, None) => {}
            (Takes::Signal, Some(_)) => {
                return wrong("the name of a signal, or an expression of type `SignalKind`");
            }

            (Takes::OtherFlavor, Some(Lit::Str(text))) => {
                let variant = Ident::new(Flavor::parse(text)?.variant(), text.span());
                tokens = quote_spanned!(Span::mixed_site()=> @ #variant);
            }
            (Takes::OtherFlavor, None) => {}
            (Takes::OtherFlavor, Some(_)) => {
                return wrong("a flavor in a string, or an expression of type `Flavor`");
            }

            (Takes::Firmware, Some(Lit::Str(text))) => {
                // An empty entry counts as a missing one.
                let is_missing = argument.name == "executor" && text.value().trim().is_empty();
                let parser = |input: ParseStream<'_>| input.parse::<TokenStream>();
                if is_missing || parser.parse_str(&text.value()).is_err() {
                    let (name, example) = (argument.name, argument.example());
                    let message = format!("`{name}` takes a path in a string: write `{example}`");
                    return Err(errors::at(text.span(), message));
                }
                let key = Ident::new(argument.name, Span::mixed_site());
                let told = quote_spanned!(Span::mixed_site()=> #key = #text,);
                self.executor.extend(told);
                return Ok(());
            }
            (Takes::Firmware, _) => return wrong("a string"),

            (Takes::Switch, Some(Lit::Bool(switch))) => {
                self.spawn = switch.value.then(|| key.span());
                return Ok(());
            }
            (Takes::Switch, _) => return wrong("`true` or `false`"),

            (Takes::Flag, Some(Lit::Bool(_)) | None) => {}
            (Takes::Flag, Some(_)) => return wrong("`true` or `false`"),

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

    fn set_flavors(&mut self, names: &[&LitStr]) -> syn::Result<()> {
        let mut flavors: Vec<(Flavor, Span)> = Vec::new();
        for name in names {
            let flavor = Flavor::parse(name)?;
            if flavors.iter().any(|(other, _)| *other == flavor) {
                let message = format!("{} is listed twice: remove one", name.token());
                return Err(errors::at(name.span(), message));
            }
            flavors.push((flavor, name.span()));
        }
        self.flavors = flavors;
        Ok(())
    }

    /// Reports flavors that a test lists for a runtime of the user's own, which has none.
    fn check_flavors(&self, kind: Kind, errors: &mut Errors) {
        if let Some(Setting { name, value }) = self.runtime_expression()
            && kind == Kind::Test
            && self.is_list
        {
            errors.under(
                quote!(#name = #value),
                "a list of flavors is for runtimes that are named: remove `flavor`, because a \
                 runtime of your own decides itself which threads run the tasks",
            );
        }
    }

    fn check_workers(&self, kind: Kind, errors: &mut Errors) {
        let has_workers = match self.flavors.as_slice() {
            [] => default_flavor(kind).has_workers(),
            flavors => flavors.iter().any(|(flavor, _)| flavor.has_workers()),
        };
        let mut settings = self.settings.iter();
        let workers = settings.find(|setting| setting.name == "worker_threads");
        let Some(Setting { name, value }) = workers.filter(|_| !has_workers) else {
            return;
        };
        let why = match self.flavors.first() {
            Some((flavor, _)) => format!(
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

    /// Reports `start_paused` on a flavor whose clock cannot be paused.
    fn check_paused(&self, kind: Kind, errors: &mut Errors) {
        let mut settings = self.settings.iter();
        let paused = settings.find(|setting| setting.name == "start_paused");
        let Some(Setting { name, value }) = paused else {
            return;
        };
        let why = match self.flavors.iter().find(|(flavor, _)| flavor.has_workers()) {
            Some((flavor, _)) => format!("not \"{}\": change the flavor", flavor.name()),
            None if self.flavors.is_empty() && default_flavor(kind).has_workers() => {
                String::from("which `main` must ask for: add the flavor")
            }
            None => return,
        };
        errors.under(
            quote!(#name = #value),
            format_args!(
                "`start_paused` needs `flavor = \"current_thread\"`, {why} or remove `start_paused`"
            ),
        );
    }
}

fn default_flavor(kind: Kind) -> Flavor {
    match kind {
        Kind::Test => Flavor::CurrentThread,
        Kind::Main | Kind::Firmware | Kind::Task => Flavor::MultiThread,
    }
}

/// The error for a list where `main` takes one.
fn not_one(key: &str, example: &str, list: &[Expr], value: &Expr) -> syn::Error {
    let name = match list.iter().find_map(Expr::literal) {
        Some(Lit::Str(name)) => name.value(),
        _ => String::from(example),
    };
    let message = format!(
        "`#[portable::main]` runs on one {key}, and a list is for `#[portable::test]`: write \
         `{key} = \"{name}\"`"
    );
    errors::under(value, message)
}

#[cfg(test)]
mod tests;
