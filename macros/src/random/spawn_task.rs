//! `spawn_task!`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use syn::Expr;

use super::words::{CAPTURES, MODIFIERS, SOUP, TASKS};
use super::{Case, Random, cases};
use crate::spawn;
use crate::testing::messages;

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

/// The expansion with another task, because a task may hold anything: rustc sees it as it is.
fn with_task(expanded: TokenStream, found: &mut usize) -> TokenStream {
    let mut last = String::new();
    let trees = expanded.into_iter().map(|tree| match tree {
        TokenTree::Group(group) => {
            let is_call = group.delimiter() == Delimiter::Parenthesis
                && ["spawn", "spawn_local", "spawn_blocking"].contains(&last.as_str());
            last.clear();
            *found += usize::from(is_call);
            let inner = match is_call {
                true => quote!(task),
                false => with_task(group.stream(), found),
            };
            TokenTree::Group(Group::new(group.delimiter(), inner))
        }
        tree => {
            last = tree.to_string();
            tree
        }
    });
    trees.collect()
}

#[test]
fn spawn_task_takes_anything() {
    let mut accepted = 0;
    for number in 0..cases() {
        let mut random = Random::of(number);
        let input = random.spawn_task();
        let nothing = TokenStream::new();
        let _case = Case(number, "spawn_task!", [&input, &nothing]);

        let expanded = spawn::expand(quote!([portable] #input));
        let errors = messages(&expanded);
        accepted += u64::from(errors.is_empty());
        if input.is_empty() {
            assert_eq!(errors.len(), 1);
        }
        let mut found = 0;
        let expanded = with_task(expanded, &mut found);
        assert!(found > 0 || !errors.is_empty(), "nothing is spawned");
        if let Err(error) = syn::parse2::<Expr>(expanded.clone()) {
            panic!("{error} in {expanded}");
        }
    }
    assert!(accepted > cases() / 16, "{accepted}");
}
