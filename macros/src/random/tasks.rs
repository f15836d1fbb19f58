//! Inputs of `#[task]`, and of `#[main]` without an operating system.

use proc_macro2::TokenStream;
use syn::{File, FnArg, Item, ItemFn, Pat, Safety};

use super::attributes::{are_arguments, read};
use super::{Case, Random, cases};
use crate::testing::messages;
use crate::write;

const ARGS: &[&str] = &[
    "",
    "",
    "pool_size = 4",
    "pool_size = { N | 3 } + f::<A, B>(), crate = a",
    "entry = \"a::b\"",
    "executor = \"a::B\", crate = \"a::b\"",
];

const FUNCTIONS: &[&str] = &[
    "async fn main() {}",
    "pub async fn main(a: A) -> ! { loop {} }",
    "#[inline] async fn f(mut a: &'static u8, _: Box<dyn Fn(&u8) -> &u8>) -> Vec<u8> { a; }",
    "async fn r#match(a: for<'a> fn(&'a u8) -> B<'a>, [u8; 3]: C) {}",
    "pub(crate) async fn f(a: (A, B), b: Option<&'static [A; N]>,) -> Result<(), E> { Ok(a?) }",
];

impl Random {
    fn task_args(&mut self) -> TokenStream {
        match self.below(6) {
            0 => self.args(),
            1 => {
                let (args, donor) = (self.pick(ARGS), self.args());
                self.mutate(args, &donor)
            }
            _ => self.pick(ARGS),
        }
    }

    fn task(&mut self) -> TokenStream {
        match self.below(6) {
            0 => self.item(),
            1 | 2 => {
                let (item, donor) = (self.pick(FUNCTIONS), self.item());
                self.mutate(item, &donor)
            }
            _ => self.pick(FUNCTIONS),
        }
    }
}

/// Returns whether the function may be a task, apart from the types in it.
fn may_be_a_task(function: &ItemFn) -> bool {
    let sig = &function.sig;
    let is_second = |path: &syn::Path| {
        let last = path.segments.last();
        last.is_some_and(|last| {
            last.ident == "task" || last.ident == "main" || last.ident == "test"
        })
    };
    let is_name = |input: &FnArg| match input {
        FnArg::Receiver(_) => false,
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(pat) => pat.by_ref.is_none() && pat.subpat.is_none(),
            Pat::Wild(_) => true,
            _ => false,
        },
    };
    sig.asyncness.is_some()
        && sig.constness.is_none()
        && sig.abi.is_none()
        && sig.variadic.is_none()
        && !matches!(sig.safety, Safety::Unsafe(_))
        && sig.generics.params.is_empty()
        && sig.generics.where_clause.is_none()
        && sig.inputs.iter().all(is_name)
        && !function.attrs.iter().any(|attr| is_second(attr.path()))
}

fn may_be_a_main(function: &ItemFn) -> bool {
    let sig = &function.sig;
    sig.ident == "main"
        && sig.asyncness.is_some()
        && sig.constness.is_none()
        && sig.abi.is_none()
        && sig.variadic.is_none()
        && !matches!(sig.safety, Safety::Unsafe(_))
        && sig.generics.params.is_empty()
        && sig.generics.where_clause.is_none()
        && sig.inputs.len() < 2
        && sig.receiver().is_none()
}

#[test]
fn tasks_and_firmware_take_anything() {
    let (mut accepted, mut parsed) = (0, 0);
    for number in 0..cases() {
        let mut random = Random::of(number);
        let (args, item) = (random.task_args(), random.task());
        let is_task = random.one_in(2);
        let _case = Case(
            number,
            if is_task { "task" } else { "main" },
            [&args, &item],
        );

        let expanded = match is_task {
            true => write::task(args.clone(), item.clone()),
            false => write::firmware(args.clone(), item.clone()),
        };
        let errors = messages(&expanded);
        accepted += u64::from(errors.is_empty());
        if let Some(read) = read(&item)
            && errors.is_empty()
        {
            let is_fine = match &read {
                Item::Fn(function) if is_task => may_be_a_task(function),
                Item::Fn(function) => may_be_a_main(function),
                _ => false,
            };
            assert!(is_fine, "this is a mistake");
        }
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
