//! Inputs of `#[main]` and `#[test]`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, File, GenericParam, Ident, Item, ItemFn, Safety, Token};

use super::words::{ARGS, BODIES, ITEM, OTHER_ITEMS, SOUP, TYPES, VALID_ARGS};
use super::{Case, Random, cases, flat};
use crate::read::Kind;
use crate::testing::messages;
use crate::write;

impl Random {
    pub(super) fn args(&mut self) -> TokenStream {
        match self.below(6) {
            0 => TokenStream::new(),
            1 => self.soup(SOUP, 10),
            2 => self.soup(ARGS, 8),
            3 => {
                let (args, donor) = (self.pick(VALID_ARGS), self.soup(ARGS, 8));
                self.mutate(args, &donor)
            }
            _ => self.pick(VALID_ARGS),
        }
    }

    fn function(&mut self) -> TokenStream {
        let mut item = TokenStream::new();
        for (index, choices) in ITEM.iter().enumerate() {
            let part = self.pick(choices);
            // The fragments `$vis:vis` and `$ty:ty` come in groups.
            let is_fragment = [1, 9].contains(&index) && self.one_in(8);
            if is_fragment && index == 9 {
                item.extend(self.pick(&["->"]));
                item.extend(fragment(self.pick(TYPES)));
            } else if is_fragment {
                item.extend(fragment(part));
            } else {
                item.extend(part);
            }
        }
        let body = match self.one_in(6) {
            true => self.soup(SOUP, 12),
            false => self.pick(BODIES),
        };
        let body = TokenTree::Group(Group::new(Delimiter::Brace, body)).into();
        item.extend(match self.one_in(8) {
            true => fragment(body),
            false => body,
        });
        item
    }

    pub(super) fn item(&mut self) -> TokenStream {
        match self.below(8) {
            0 => self.soup(SOUP, 12),
            1 => self.pick(OTHER_ITEMS),
            2 => {
                let (item, donor) = (self.pick(OTHER_ITEMS), self.function());
                self.mutate(item, &donor)
            }
            3 | 4 => {
                let (item, donor) = (self.function(), self.function());
                self.mutate(item, &donor)
            }
            _ => self.function(),
        }
    }
}

fn fragment(tokens: TokenStream) -> TokenStream {
    TokenTree::Group(Group::new(Delimiter::None, tokens)).into()
}

/// Reads an item with syn. The body of a function may hold anything.
pub(super) fn read(item: &TokenStream) -> Option<Item> {
    let mut trees: Vec<TokenTree> = flat(item.clone()).into_iter().collect();
    if let Some(TokenTree::Group(last)) = trees.last_mut()
        && last.delimiter() == Delimiter::Brace
    {
        *last = Group::new(Delimiter::Brace, TokenStream::new());
    }
    syn::parse2(trees.into_iter().collect()).ok()
}

/// Returns whether the function has none of the mistakes that we report.
fn is_accepted(kind: Kind, function: &ItemFn) -> bool {
    let sig = &function.sig;
    let is_second = |path: &syn::Path| {
        let last = path.segments.last();
        let others: &[&str] = match kind {
            Kind::Test => &["test", "target_feature"],
            _ => &["main"],
        };
        last.is_some_and(|last| others.iter().any(|other| last.ident == other))
    };
    let is_plain = sig.asyncness.is_some()
        && sig.constness.is_none()
        && sig.abi.is_none()
        && sig.variadic.is_none()
        && !function.attrs.iter().any(|attr| is_second(attr.path()));
    let is_lifetime = |param: &GenericParam| matches!(param, GenericParam::Lifetime(_));
    let fits = match kind {
        Kind::Main if sig.ident != "main" || sig.receiver().is_some() => true,
        Kind::Main | Kind::Firmware | Kind::Task => {
            sig.inputs.is_empty()
                && sig.generics.params.is_empty()
                && sig.generics.where_clause.is_none()
                && !matches!(sig.safety, Safety::Unsafe(_))
        }
        Kind::Test => {
            sig.inputs.is_empty()
                && sig.generics.params.iter().all(is_lifetime)
                && !matches!(sig.safety, Safety::Unsafe(_))
        }
    };
    is_plain && fits
}

/// Returns whether the tokens are `key = value`, separated by commas.
pub(super) fn are_arguments(args: &TokenStream) -> bool {
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            Ident::parse_any(input)?;
            input.parse::<Token![=]>()?;
            input.parse::<Expr>()?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    parser.parse2(args.clone()).is_ok()
}

#[test]
fn attributes_take_anything() {
    let (mut accepted, mut parsed) = (0, 0);
    for number in 0..cases() {
        let mut random = Random::of(number);
        let (args, item) = (random.args(), random.item());
        let kind = match random.one_in(2) {
            true => Kind::Main,
            false => Kind::Test,
        };
        let _case = Case(number, kind.attribute(), [&args, &item]);

        let expanded = write::entry(kind, args.clone(), item.clone());
        let errors = messages(&expanded);
        accepted += u64::from(errors.is_empty());
        // rustc never hands tokens that are no item to a macro.
        if let Some(read) = read(&item) {
            let is_fine = match &read {
                Item::Fn(function) => is_accepted(kind, function),
                _ => false,
            };
            if errors.is_empty() {
                assert!(is_fine, "this is a mistake");
            } else if args.is_empty() {
                assert!(!is_fine, "{errors:?}");
            }
        }
        // rustc reports the mistakes within a value at the place where the value is put.
        let are_whole = !errors.is_empty() || are_arguments(&args);
        if are_whole && syn::parse2::<Item>(item.clone()).is_ok() {
            parsed += 1;
            if let Err(error) = syn::parse2::<File>(expanded.clone()) {
                panic!("{error} in {expanded}");
            }
        }
    }
    let enough = cases() / 100;
    assert!(accepted > enough && parsed > enough, "{accepted} {parsed}");
}
