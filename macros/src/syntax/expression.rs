//! Finds the extent of an expression, and its value if it is a simple one.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Ident, Lifetime, Lit, Token, token};

use super::cast;
use super::path::Path;
use super::until::until;

pub(crate) struct Expr {
    tokens: TokenStream,
    kind: Kind,
}

enum Kind {
    Lit(Lit),
    List(Vec<Expr>),
    Path(Path),
    Other,
}

impl Expr {
    /// Returns the literal, if the expression is one, also if it came through a `macro_rules!`
    /// fragment.
    pub(crate) fn literal(&self) -> Option<&Lit> {
        match &self.kind {
            Kind::Lit(literal) => Some(literal),
            _ => None,
        }
    }

    /// Returns the elements, if the expression is an array.
    pub(crate) fn list(&self) -> Option<&[Expr]> {
        match &self.kind {
            Kind::List(list) => Some(list),
            _ => None,
        }
    }

    /// Returns the path, if the expression is one without generic arguments.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Path(path) => Some(path),
            _ => None,
        }
    }
}

impl ToTokens for Expr {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}

impl Parse for Expr {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut reader = Reader {
            input,
            tokens: TokenStream::new(),
            next: Next::Operand,
        };
        while !input.is_empty() && reader.step()? {}
        if reader.next == Next::Operand {
            return Err(input.error("expected an expression"));
        }
        let tokens = reader.tokens;
        Ok(Expr {
            kind: Kind::of(&tokens),
            tokens,
        })
    }
}

impl Kind {
    fn of(tokens: &TokenStream) -> Self {
        let mut trees = tokens.clone().into_iter();
        let only = trees.next().filter(|_| trees.next().is_none());
        if let Some(TokenTree::Group(group)) = &only {
            let list = |input: ParseStream<'_>| input.parse_terminated(Expr::parse, Token![,]);
            return match group.delimiter() {
                Delimiter::None => Self::of(&group.stream()),
                Delimiter::Bracket => match list.parse2(group.stream()) {
                    Ok(list) => Kind::List(list.into_iter().collect()),
                    Err(_) => Kind::Other,
                },
                _ => Kind::Other,
            };
        }
        if only.is_some()
            && let Ok(literal) = syn::parse2(tokens.clone())
        {
            return Kind::Lit(literal);
        }
        match Path::parse_mod_style.parse2(tokens.clone()) {
            Ok(path) => Kind::Path(path),
            Err(_) => Kind::Other,
        }
    }
}

/// The kind of token with which an expression goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Operand,
    Operator,
    /// An operand, or nothing.
    Either,
}

/// Words that come before an operand.
const PREFIXES: [&str; 13] = [
    "async", "const", "for", "if", "let", "loop", "match", "move", "mut", "ref", "static",
    "unsafe", "while",
];
/// Words that begin no expression.
const OTHERS: [&str; 15] = [
    "as", "else", "enum", "extern", "fn", "impl", "in", "mod", "pub", "struct", "trait", "type",
    "use", "where", "dyn",
];
/// Words that stand alone, or before an operand.
const LEAVES: [&str; 4] = ["break", "continue", "return", "yield"];

/// The operators, from the longest to the shortest.
const OPERATORS: [&str; 30] = [
    "<<=", ">>=", "..=", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "^=",
    "&=", "|=", "<<", ">>", "..", "+", "-", "*", "/", "%", "^", "&", "|", "<", ">",
];

struct Reader<'a, 'b> {
    input: &'a syn::parse::ParseBuffer<'b>,
    tokens: TokenStream,
    next: Next,
}

impl Reader<'_, '_> {
    /// Takes the next part of the expression. Returns whether there was one.
    fn step(&mut self) -> syn::Result<bool> {
        let input = self.input;
        let after_operand = self.next == Next::Operator;
        if is_group(input) {
            self.take(1)?;
            self.next = Next::Operator;
            return Ok(true);
        }
        if input.peek(Lifetime) {
            // A label.
            if after_operand {
                return Ok(false);
            }
            self.take(2)?;
            if input.peek(Token![:]) {
                self.take(1)?;
            }
            return Ok(true);
        }
        if input.peek(Ident::peek_any) {
            return self.word();
        }
        if input.cursor().literal().is_some() {
            if after_operand {
                return Ok(false);
            }
            self.take(1)?;
            self.next = Next::Operator;
            return Ok(true);
        }
        if input.peek(Token![::]) {
            self.take(2)?;
            self.next = Next::Operand;
            if input.peek(Token![<]) {
                self.angles()?;
                self.next = Next::Operator;
            }
            return Ok(true);
        }
        match self.next {
            Next::Operand => self.prefix(),
            Next::Operator => self.operator(),
            Next::Either => {
                Ok(!ends_in_equals(&puncts(input)) && self.prefix()? || self.operator()?)
            }
        }
    }

    fn word(&mut self) -> syn::Result<bool> {
        let word = self.input.fork().call(Ident::parse_any)?;
        let is_one_of = |words: &[&str]| words.iter().any(|known| word == known);
        if word == "for" && self.input.peek2(Token![<]) && self.next != Next::Operator {
            // The `<…>` of a `for` stands before the parameters of a closure.
            self.take(1)?;
            self.angles()?;
            self.next = Next::Operand;
            return Ok(true);
        }
        if word == "as" && self.next != Next::Operand {
            self.take(1)?;
            self.tokens.extend(cast::ty(self.input)?);
            self.next = Next::Operator;
            return Ok(true);
        }
        if self.next == Next::Operator {
            if !is_one_of(&["else", "in"]) {
                return Ok(false);
            }
            self.next = Next::Operand;
        } else if is_one_of(&OTHERS) {
            return match self.next {
                Next::Either => Ok(false),
                _ => Err(self.input.error("expected an expression")),
            };
        } else if is_one_of(&PREFIXES) {
            self.next = Next::Operand;
        } else if is_one_of(&LEAVES) {
            self.next = Next::Either;
        } else {
            self.next = Next::Operator;
        }
        self.take(1)?;
        Ok(true)
    }

    /// Reads a part that stands before an operand.
    fn prefix(&mut self) -> syn::Result<bool> {
        let input = self.input;
        if input.peek(Token![|]) || input.peek(Token![||]) {
            self.closure()?;
        } else if input.peek(Token![<]) {
            self.angles()?;
            self.next = Next::Operator;
            return Ok(true);
        } else if input.peek(Token![#]) && input.peek2(token::Bracket) {
            self.take(2)?;
        } else if input.peek(Token![..]) {
            self.take(if input.peek(Token![..=]) { 3 } else { 2 })?;
            self.next = Next::Either;
            return Ok(true);
        } else if input.peek(Token![&]) {
            self.take(1)?;
            let raw = input.fork();
            let is_raw = raw.call(Ident::parse_any).is_ok_and(|word| word == "raw");
            if is_raw && (raw.peek(Token![const]) || raw.peek(Token![mut])) {
                self.take(2)?;
            }
        } else if input.peek(Token![*]) || input.peek(Token![-]) || input.peek(Token![!]) {
            self.take(1)?;
        } else {
            return match self.next {
                Next::Either => Ok(false),
                _ => Err(input.error("expected an expression")),
            };
        }
        self.next = Next::Operand;
        Ok(true)
    }

    /// Reads a part that stands after an operand.
    fn operator(&mut self) -> syn::Result<bool> {
        let input = self.input;
        if input.peek(Token![?]) {
            self.take(1)?;
            return Ok(true);
        }
        let is_macro = input.peek(Token![!]) && !input.peek(Token![!=]);
        let is_field = input.peek(Token![.]) && !input.peek(Token![..]);
        let is_assignment =
            input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>]);
        if is_macro || is_field || is_assignment {
            self.take(1)?;
            self.next = Next::Operand;
            return Ok(true);
        }
        let ahead = puncts(input);
        let Some(operator) = OPERATORS.iter().find(|known| ahead.starts_with(*known)) else {
            return Ok(false);
        };
        self.take(operator.len())?;
        self.next = match *operator {
            ".." => Next::Either,
            _ => Next::Operand,
        };
        Ok(true)
    }

    /// Reads `|a, b| -> T`.
    fn closure(&mut self) -> syn::Result<()> {
        let input = self.input;
        if input.peek(Token![||]) {
            self.take(2)?;
        } else {
            self.take(1)?;
            let parameters = until(input, &|input| input.peek(Token![|]))?;
            self.tokens.extend(parameters);
            self.take(1)?;
        }
        if input.peek(Token![->]) {
            self.take(2)?;
            let output = until(input, &|input| input.peek(token::Brace))?;
            self.tokens.extend(output);
        }
        Ok(())
    }

    /// Reads everything from this `<` to its `>`.
    fn angles(&mut self) -> syn::Result<()> {
        self.tokens.extend(cast::angles(self.input)?);
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

/// Returns whether a comparison or an assignment stands here, with which no operand begins.
fn ends_in_equals(ahead: &str) -> bool {
    let operator = OPERATORS.iter().find(|known| ahead.starts_with(*known));
    operator.is_some_and(|operator| operator.ends_with('=') && *operator != "..=")
}

fn is_group(input: ParseStream<'_>) -> bool {
    matches!(input.cursor().token_tree(), Some((TokenTree::Group(_), _)))
}

/// Returns up to three punctuation characters that stand here without a space.
fn puncts(input: ParseStream<'_>) -> String {
    let mut found = String::new();
    let mut rest = input.cursor();
    while let Some((punct, next)) = rest.punct() {
        found.push(punct.as_char());
        if punct.spacing() == Spacing::Alone || found.len() == 3 {
            break;
        }
        rest = next;
    }
    found
}
