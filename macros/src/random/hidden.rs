//! Inputs of the macros that the others expand to. The table of runtimes in their input is always
//! ours.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, File};

use super::words::SOUP;
use super::{Case, Random, cases};
use crate::write;

const NAMES: &[&str] = &[
    "\"tokio\"",
    "\"smol\"",
    "\"async-std\"",
    "\"tokyo\"",
    "\"\"",
    "\"{}\"",
];
const TABLES: &[&str] = &[
    "[(\"tokio\" on) (\"smol\" off) (\"async-std\" on)]",
    "[(\"tokio\" off) (\"smol\" on)]",
    "[]",
];
const ATTRIBUTES: &[&str] = &[
    "[]",
    "[#[should_panic]]",
    "[#[ignore = \"x\"] #[cfg_attr(a, b)]]",
];
const FLAVORS: &[&str] = &["[]", "[\"local\"]", "[\"multi_thread\" \"current_thread\"]"];
const OUTPUTS: &[&str] = &["[]", "[_]", "[Result<(), E>]"];

impl Random {
    fn pinned(&mut self) -> TokenStream {
        let (table, name) = (self.pick(TABLES), self.pick(NAMES));
        quote!(#table #name)
    }

    fn fan_out(&mut self) -> TokenStream {
        let only = self.soup(NAMES, 3);
        let (table, attributes) = (self.pick(TABLES), self.pick(ATTRIBUTES));
        let (output, name) = (self.pick(OUTPUTS), self.pick(&["works", "r#match"]));
        let flavors = self.pick(FLAVORS);
        quote!(#table [::portable] [#only] #flavors #attributes #output #name)
    }

    /// Returns the input, or one that differs widely from it.
    fn perhaps(&mut self, input: TokenStream) -> TokenStream {
        match self.below(4) {
            0 => self.soup(SOUP, 8),
            1 => {
                let (table, rest) = (self.pick(TABLES), self.soup(SOUP, 4));
                quote!(#table #rest)
            }
            _ => input,
        }
    }
}

#[test]
fn hidden_macros_take_anything() {
    let nothing = TokenStream::new();
    for number in 0..cases() {
        let mut random = Random::of(number);
        let pinned = random.pinned();
        let input = random.perhaps(pinned);
        {
            let _case = Case(number, "__pin!", [&input, &nothing]);
            let expanded = write::pin(input.clone());
            let parsed = syn::parse2::<Expr>(expanded.clone());
            assert!(parsed.is_ok(), "{expanded}");
        }
        let tests = random.fan_out();
        let input = random.perhaps(tests);
        let _case = Case(number, "__fan_out!", [&input, &nothing]);
        let expanded = write::fan_out(input.clone());
        let parsed = syn::parse2::<File>(expanded.clone());
        assert!(parsed.is_ok(), "{expanded}");
    }
}
