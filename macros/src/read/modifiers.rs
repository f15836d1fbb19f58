//! The words before the task in `spawn_task!`.

use proc_macro2::{Ident, Spacing, Span, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Lit, Token};

use super::captures::{self, Capture};
use super::value::value;
use crate::errors::{self, Errors};
use crate::suggest;
use crate::syntax::Expr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Modifier {
    Name,
    Pool,
    Local,
    Blocking,
    Compute,
    Detach,
}

impl Modifier {
    const ALL: [Self; 6] = [
        Self::Name,
        Self::Pool,
        Self::Local,
        Self::Blocking,
        Self::Compute,
        Self::Detach,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Pool => "pool",
            Self::Local => "local",
            Self::Blocking => "blocking",
            Self::Compute => "compute",
            Self::Detach => "detach",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Name => "name = \"worker\"",
            Self::Pool => "pool = POOL",
            _ => self.word(),
        }
    }

    /// Returns why the two modifiers cannot be combined, if they cannot.
    fn excludes(self, other: Self) -> Option<&'static str> {
        let both = |one, two| [(one, two), (two, one)].contains(&(self, other));
        if both(Self::Local, Self::Blocking) {
            Some("`local` runs a future on this thread, `blocking` a closure on another")
        } else if both(Self::Pool, Self::Name) {
            Some("a task in a pool has no name")
        } else if both(Self::Pool, Self::Local) {
            Some("a task in a pool may run on any thread, `local` keeps it on this one")
        } else if both(Self::Pool, Self::Blocking) {
            Some("a pool is for futures, `blocking` runs a closure")
        } else if both(Self::Local, Self::Compute) {
            Some("`local` runs a future on this thread, `compute` a closure on another")
        } else if both(Self::Blocking, Self::Compute) {
            Some("`blocking` is for a closure that waits, `compute` for one that computes")
        } else if both(Self::Pool, Self::Compute) {
            Some("a pool is for futures, `compute` runs a closure")
        } else {
            None
        }
    }

    fn of(word: &Ident) -> Option<Self> {
        Self::ALL.into_iter().find(|known| word == known.word())
    }

    /// Returns the modifier that a misspelt word was meant to be.
    fn meant(word: &Ident) -> Option<Self> {
        let nearest = suggest::nearest(&word.to_string(), Self::ALL.map(Self::word))?;
        Self::ALL.into_iter().find(|known| known.word() == nearest)
    }
}

/// Everything that stands before the task.
pub(crate) struct Modifiers {
    /// The modifiers in force, also those that are misspelt or misplaced.
    set: Vec<Modifier>,
    pub(crate) name: Option<Expr>,
    pub(crate) pool: Option<Expr>,
    pub(crate) captures: Vec<Capture>,
    /// The end of the last modifier.
    end: Span,
}

impl Modifiers {
    /// Reads up to the task.
    pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> Self {
        let mut modifiers = Modifiers {
            set: Vec::new(),
            name: None,
            pool: None,
            captures: Vec::new(),
            end: Span::call_site(),
        };
        modifiers.words(input, errors, None);
        if let Some(captures) = captures::parse(input, errors) {
            modifiers.captures = captures;
            let comma = input.parse::<Token![,]>();
            let misplaced = "write the modifiers before the list of captures";
            let any = modifiers.words(input, errors, Some(misplaced));
            if let (Ok(comma), false) = (comma, any) {
                let message = "no `,` stands between the captures and the task: remove this one";
                errors.at(comma.span, message);
            }
        }
        modifiers
    }

    pub(crate) fn has(&self, modifier: Modifier) -> bool {
        self.set.contains(&modifier)
    }

    /// The error for a task that is missing.
    pub(crate) fn no_task(&self) -> syn::Error {
        let message = if self.set.is_empty() {
            "`spawn_task!` takes a future: write `spawn_task!(async { … })`"
        } else if self.has(Modifier::Blocking) || self.has(Modifier::Compute) {
            "the closure to run comes last: write `|| …` after this"
        } else {
            "the future to spawn comes last: write `async { … }` after this"
        };
        errors::at(self.end, message)
    }

    /// Takes the modifiers after the task, where none belongs.
    pub(crate) fn take_misplaced(&mut self, task: &mut Vec<TokenTree>, errors: &mut Errors) {
        while let Some((word, modifier)) = take_last(task) {
            let message = format!("the task comes last: write `{word}` before it");
            errors.at(word.span(), message);
            self.set.push(modifier);
        }
    }

    /// Takes all modifiers that follow, and reports each of them if they are `misplaced`.
    fn words(
        &mut self,
        input: ParseStream<'_>,
        errors: &mut Errors,
        misplaced: Option<&str>,
    ) -> bool {
        let mut any = false;
        while let Some(word) = next(input) {
            any = true;
            self.end = word.span();
            if let Some(message) = misplaced {
                errors.at(word.span(), message);
            }
            if let Err(error) = self.word(&word, input) {
                errors.push(error);
            }
            if input.is_empty() {
                break;
            }
            match input.parse::<Token![,]>() {
                Ok(comma) => self.end = comma.span,
                Err(_) => {
                    let message = format!("a `,` is missing after `{word}`");
                    errors.at(input.span(), message);
                }
            }
        }
        any
    }

    /// Takes one modifier, and its value.
    fn word(&mut self, word: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(equals) => {
                self.end = equals.span;
                Some(value(input))
            }
            None => None,
        };
        let Some(modifier) = Modifier::of(word) else {
            let meant = Modifier::meant(word);
            self.set.extend(meant);
            let place = match meant {
                Some(Modifier::Pool) => &mut self.pool,
                _ => &mut self.name,
            };
            *place = place.take().or(value.and_then(Result::ok));
            return Err(unknown(word, meant));
        };
        let before = self.set.clone();
        self.set.push(modifier);
        if before.contains(&modifier) {
            let message = format!("`{word}` stands here twice: remove one of the two");
            return Err(errors::at(word.span(), message));
        }
        let example = modifier.example();
        match (modifier, value) {
            (Modifier::Name | Modifier::Pool, None) => {
                let message = format!("`{word}` needs a value: write `{example}`");
                return Err(errors::at(word.span(), message));
            }
            (Modifier::Name, Some(value)) => {
                let message = format!("`name` takes a string: write `{example}`");
                let value = value.map_err(|error| errors::at(error.span(), &message))?;
                if !may_be_text(&value) {
                    return Err(errors::under(value, message));
                }
                self.name = Some(value);
            }
            (Modifier::Pool, Some(value)) => {
                let message = format!("`pool` takes a `static` pool: write `{example}`");
                let value = value.map_err(|error| errors::at(error.span(), &message))?;
                if value.literal().is_some() {
                    return Err(errors::under(value, message));
                }
                self.pool = Some(value);
            }
            (_, None) => {}
            (_, Some(value)) => {
                let message = format!("`{word}` takes no value: write `{example}`");
                return Err(match value {
                    Ok(value) => errors::under(value, message),
                    Err(error) => errors::at(error.span(), message),
                });
            }
        }
        for other in before {
            if let Some(why) = modifier.excludes(other) {
                let message = format!(
                    "`{}` and `{word}` exclude each other: {why}; remove one of the two",
                    other.word(),
                );
                return Err(errors::at(word.span(), message));
            }
        }
        Ok(())
    }
}

/// Returns the next word if it is a modifier and not the beginning of the task.
fn next(input: ParseStream<'_>) -> Option<Ident> {
    if !input.peek(syn::Ident) {
        return None;
    }
    let ahead = input.fork();
    let word: Ident = ahead.parse().ok()?;
    let known = Modifier::of(&word).is_some();
    let equals = ahead.peek(Token![=]) && !ahead.peek(Token![==]) && !ahead.peek(Token![=>]);
    let comma = ahead.peek(Token![,]) && (known || !only_modifiers(&ahead));
    // Two words in a row are no expression, and `blocking || …` is no task: a comma is missing.
    let another = ahead.peek(Ident::peek_any) && !ahead.peek(Token![as]);
    let forgotten = known && (another || ahead.peek(Token![|]) || ahead.peek(Token![||]));
    if !equals && !comma && !forgotten {
        return None;
    }
    input.advance_to(&ahead);
    Some(word)
}

/// Returns whether only modifiers, or nothing, follow a word. In that case the word is the task.
fn only_modifiers(input: ParseStream<'_>) -> bool {
    let word = Ident::new("task", Span::call_site());
    let mut trees = vec![TokenTree::Ident(word)];
    trees.extend(input.cursor().token_stream());
    while take_last(&mut trees).is_some() {}
    trees.len() == 1
}

/// Cuts off the last modifier after the task, and a trailing comma.
fn take_last(trees: &mut Vec<TokenTree>) -> Option<(Ident, Modifier)> {
    if trees.len() > 1 {
        trees.pop_if(|last| is_comma(last));
    }
    let comma = trees
        .iter()
        .rposition(is_comma)
        .filter(|comma| *comma > 0)?;
    let [TokenTree::Ident(word), rest @ ..] = &trees[comma + 1..] else {
        return None;
    };
    let whole = match rest {
        [] => true,
        [TokenTree::Punct(p), ..] => p.as_char() == '=' && p.spacing() == Spacing::Alone,
        _ => false,
    };
    let taken = Modifier::of(word)
        .filter(|_| whole)
        .map(|modifier| (word.clone(), modifier))?;
    trees.truncate(comma);
    Some(taken)
}

fn is_comma(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',')
}

/// Returns whether the expression may be a string: it is not a literal of another type.
fn may_be_text(name: &Expr) -> bool {
    name.literal()
        .is_none_or(|literal| matches!(literal, Lit::Str(_)))
}

fn unknown(word: &Ident, meant: Option<Modifier>) -> syn::Error {
    let meant = match meant {
        Some(meant) => format!("; did you mean `{}`?", meant.word()),
        None => String::new(),
    };
    let list = suggest::list(Modifier::ALL.map(Modifier::example));
    let message =
        format!("unknown modifier `{word}`{meant}\nthe modifiers are {list}; the task comes last");
    errors::at(word.span(), message)
}
