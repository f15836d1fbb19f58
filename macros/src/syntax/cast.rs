//! The type after `as`.
//!
//! The type ends before a `+`, as in `number as u8 + 1`. Every other form of a type may stand
//! there: `&'static [u8]`, `unsafe extern "C" fn(A) -> B`, `*const dyn for<'a> Tr<'a>`,
//! `<T as Tr>::Item`, `size!{}`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Lifetime, Token, token};

use super::until::Angles;

/// Reads the type.
pub(super) fn ty(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut reader = Reader {
        input,
        tokens: TokenStream::new(),
    };
    reader.ty()?;
    Ok(reader.tokens)
}

/// Reads everything from a `<` to its `>`.
pub(super) fn angles(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut angles = Angles::default();
    loop {
        let tree: TokenTree = input.parse()?;
        angles.pass(&tree);
        tokens.extend([tree]);
        if angles.are_closed() {
            return Ok(tokens);
        }
    }
}

struct Reader<'a, 'b> {
    input: &'a syn::parse::ParseBuffer<'b>,
    tokens: TokenStream,
}

impl Reader<'_, '_> {
    fn ty(&mut self) -> syn::Result<()> {
        let input = self.input;
        // A fragment is looked for first, because syn's `peek` sees through it.
        if let Some(group) = next_group(input) {
            self.take(1)?;
            return match group.delimiter() {
                // `$name!()`
                Delimiter::None => self.macro_arguments(),
                _ => Ok(()),
            };
        }
        if input.peek(Token![&]) {
            self.take(1)?;
            self.lifetime()?;
            if input.peek(Token![mut]) {
                self.take(1)?;
            }
            self.ty()
        } else if input.peek(Token![*]) {
            self.take(1)?;
            if !input.peek(Token![const]) && !input.peek(Token![mut]) {
                return Err(input.error("expected `const` or `mut`"));
            }
            self.take(1)?;
            self.ty()
        } else if input.peek(Token![!]) {
            self.take(1)
        } else if input.peek(Token![for]) {
            self.binder()?;
            self.ty()
        } else if input.peek(Token![impl]) || input.peek(Token![dyn]) {
            self.take(1)?;
            self.bound()
        } else if input.peek(Token![fn]) || input.peek(Token![unsafe]) || input.peek(Token![extern])
        {
            self.function()
        } else {
            self.path()
        }
    }

    /// Reads `'a`, if there is one.
    fn lifetime(&mut self) -> syn::Result<()> {
        let input = self.input;
        match next_group(input) {
            Some(group) => match is_lifetime(&group) {
                true => self.take(1),
                false => Ok(()),
            },
            None if input.peek(Lifetime) => self.take(2),
            None => Ok(()),
        }
    }

    /// Reads `for<'a>`.
    fn binder(&mut self) -> syn::Result<()> {
        self.take(1)?;
        if !self.input.peek(Token![<]) {
            return Err(self.input.error("expected `<`"));
        }
        self.angles()
    }

    /// Reads one of the bounds after `impl` and `dyn`.
    fn bound(&mut self) -> syn::Result<()> {
        let input = self.input;
        if next_group(input).is_none() && input.peek(Lifetime) {
            return self.take(2);
        }
        loop {
            let is_fragment = next_group(input).is_some();
            if is_fragment || input.peek(token::Paren) {
                return self.take(1);
            } else if input.peek(Token![for]) {
                self.binder()?;
            } else if input.peek(Token![?])
                || input.peek(Token![~])
                || input.peek(Token![const])
                || input.peek(Token![async])
            {
                self.take(1)?;
            } else {
                return self.path();
            }
        }
    }

    /// Reads `unsafe extern "C" fn(A, B) -> C`.
    fn function(&mut self) -> syn::Result<()> {
        let input = self.input;
        if input.peek(Token![unsafe]) {
            self.take(1)?;
        }
        if input.peek(Token![extern]) {
            self.take(1)?;
            if input.cursor().literal().is_some() {
                self.take(1)?;
            }
        }
        if !input.peek(Token![fn]) {
            return Err(input.error("expected `fn`"));
        }
        self.take(1)?;
        if !input.peek(token::Paren) {
            return Err(input.error("expected parentheses"));
        }
        self.take(1)?;
        self.output()
    }

    /// Reads `-> T`, if it stands here.
    fn output(&mut self) -> syn::Result<()> {
        if !self.input.peek(Token![->]) {
            return Ok(());
        }
        self.take(2)?;
        self.ty()
    }

    /// Reads `<A as B>::C`, `a::B<C>::D`, `Fn(A) -> B` or `a::b!(c)`.
    fn path(&mut self) -> syn::Result<()> {
        let input = self.input;
        if input.peek(Token![<]) {
            self.angles()?;
        } else {
            if input.peek(Token![::]) {
                self.take(2)?;
            }
            self.segment()?;
        }
        while input.peek(Token![::]) {
            self.take(2)?;
            self.segment()?;
        }
        self.macro_arguments()
    }

    fn segment(&mut self) -> syn::Result<()> {
        let input = self.input;
        if next_group(input).is_some() || !input.peek(Ident::peek_any) {
            return Err(input.error("expected a type"));
        }
        self.take(1)?;
        let has_colons =
            input.peek(Token![::]) && (input.peek3(Token![<]) || input.peek3(token::Paren));
        if has_colons {
            self.take(2)?;
        }
        let is_shift = input.peek(Token![<<=]) || input.peek(Token![<=]);
        if input.peek(token::Paren) && next_group(input).is_some() {
            self.take(1)?;
            self.output()
        } else if input.peek(Token![<]) && !is_shift {
            // A `<` that is never closed is an operator: rustc reports what is wrong with it.
            let ahead = input.fork();
            if let Ok(angles) = angles(&ahead) {
                input.advance_to(&ahead);
                self.tokens.extend(angles);
            }
            Ok(())
        } else {
            Ok(())
        }
    }

    /// Reads the rest of `name!(…)`, if this is a macro call.
    fn macro_arguments(&mut self) -> syn::Result<()> {
        let is_macro = matches!(self.input.cursor().punct(), Some((bang, rest))
            if bang.as_char() == '!' && matches!(rest.token_tree(), Some((TokenTree::Group(_), _))));
        match is_macro {
            true => self.take(2),
            false => Ok(()),
        }
    }

    fn angles(&mut self) -> syn::Result<()> {
        self.tokens.extend(angles(self.input)?);
        Ok(())
    }

    fn take(&mut self, trees: usize) -> syn::Result<()> {
        for _ in 0..trees {
            let tree: TokenTree = self.input.parse()?;
            self.tokens.extend([tree]);
        }
        Ok(())
    }
}

fn next_group(input: ParseStream<'_>) -> Option<Group> {
    match input.cursor().token_tree() {
        Some((TokenTree::Group(group), _)) => Some(group),
        _ => None,
    }
}

fn is_lifetime(group: &Group) -> bool {
    let parser = |input: ParseStream<'_>| input.parse::<Lifetime>();
    group.delimiter() == Delimiter::None && parser.parse2(group.stream()).is_ok()
}
