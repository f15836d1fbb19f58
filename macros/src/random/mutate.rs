//! Changes a few tokens of an input.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::Random;
use super::words::SOUP;

impl Random {
    /// Makes up to four changes, anywhere in the tree. `donor` gives tokens to splice in.
    pub(super) fn mutate(&mut self, stream: TokenStream, donor: &TokenStream) -> TokenStream {
        let mut stream = stream;
        for _ in 0..=self.below(4) {
            stream = self.mutate_once(stream, donor);
        }
        stream
    }

    fn mutate_once(&mut self, stream: TokenStream, donor: &TokenStream) -> TokenStream {
        let mut trees: Vec<TokenTree> = stream.into_iter().collect();
        if trees.is_empty() {
            return self.soup(SOUP, 3);
        }
        let (here, there) = (self.below(trees.len()), self.below(trees.len()));
        if let TokenTree::Group(group) = &trees[here]
            && !self.one_in(3)
        {
            let inner = self.mutate_once(group.stream(), donor);
            trees[here] = TokenTree::Group(Group::new(group.delimiter(), inner));
            return trees.into_iter().collect();
        }
        match self.below(7) {
            0 => drop(trees.remove(here)),
            1 => trees.insert(here, trees[there].clone()),
            2 => trees.swap(here, there),
            3 => drop(trees.splice(here..here, self.soup(SOUP, 2))),
            4 => {
                let donor: Vec<TokenTree> = donor.clone().into_iter().collect();
                let start = self.below(donor.len() + 1);
                let length = self.below(4).min(donor.len() - start);
                let slice = donor[start..start + length].iter().cloned();
                trees.splice(here..here, slice);
            }
            5 => {
                // The token comes as a fragment of a `macro_rules!`, which is never punctuation.
                if !matches!(trees[here], TokenTree::Punct(_)) {
                    let group = Group::new(Delimiter::None, trees[here].clone().into());
                    trees[here] = TokenTree::Group(group);
                }
            }
            _ => {
                if let TokenTree::Group(group) = &trees[here] {
                    trees[here] = self.group(group.stream());
                }
            }
        }
        trees.into_iter().collect()
    }
}
