//! Inputs of `spawn_task!`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use syn::Expr;

use super::words::{CAPTURES, MODIFIERS, SOUP, TASKS};
use super::{Case, Random, cases};
use crate::testing::messages;
use crate::write;

impl Random {
    fn call(&mut self) -> TokenStream {
        let mut call = self.pick(MODIFIERS);
        call.extend(self.pick(MODIFIERS));
        call.extend(self.pick(CAPTURES));
        call.extend(self.pick(TASKS));
        call
    }

    fn spawn_task(&mut self) -> TokenStream {
        match self.below(4) {
            0 => self.soup(SOUP, 12),
            1 | 2 => {
                let (call, donor) = (self.call(), self.call());
                self.mutate(call, &donor)
            }
            _ => self.call(),
        }
    }
}

/// Returns the expansion with another task and other values. The original ones may hold anything,
/// because they reach rustc unread.
fn with_others(expanded: TokenStream, found: &mut usize) -> TokenStream {
    let mut others = TokenStream::new();
    let mut last = String::new();
    let mut trees = expanded.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let is_value = matches!(&tree, TokenTree::Punct(p) if p.as_char() == '=');
        if is_value && last != "__handle" {
            others.extend([tree]);
            others.extend(quote!(value));
            let is_end =
                |tree: &TokenTree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ';');
            while trees.next_if(|tree| !is_end(tree)).is_some() {}
            continue;
        }
        let text = tree.to_string();
        others.extend([match tree {
            TokenTree::Group(group) => {
                let is_call = group.delimiter() == Delimiter::Parenthesis
                    && ["spawn", "spawn_local", "spawn_blocking", "spawn_compute"]
                        .contains(&last.as_str());
                *found += usize::from(is_call);
                let inner = match is_call || last == "name" {
                    true => quote!(task),
                    false => with_others(group.stream(), found),
                };
                TokenTree::Group(Group::new(group.delimiter(), inner))
            }
            tree => tree,
        }]);
        last = text;
    }
    others
}

#[test]
fn spawn_task_takes_anything() {
    let mut accepted = 0;
    for number in 0..cases() {
        let mut random = Random::of(number);
        let input = random.spawn_task();
        let nothing = TokenStream::new();
        let _case = Case(number, "spawn_task!", [&input, &nothing]);

        let expanded = write::spawn(quote!([portable] #input));
        let errors = messages(&expanded);
        accepted += u64::from(errors.is_empty());
        if input.is_empty() {
            assert_eq!(errors.len(), 1);
        }
        let mut found = 0;
        let expanded = with_others(expanded, &mut found);
        assert!(found > 0 || !errors.is_empty(), "nothing is spawned");
        if let Err(error) = syn::parse2::<Expr>(expanded.clone()) {
            panic!("{error} in {expanded}");
        }
    }
    assert!(accepted > cases() / 16, "{accepted}");
}
