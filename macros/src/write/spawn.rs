//! The expansion of `spawn_task!`.
//!
//! The task is the rest of the tokens after the modifiers. It is never parsed and goes straight
//! into the call, so that rustc's errors point at it.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Lit;
use syn::parse::{ParseStream, Parser};

use crate::errors::Errors;
use crate::read::{Modifier, Modifiers};
use crate::syntax::Expr;

/// Expands `[path::to::portable] modifiers, task`.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut input = input.into_iter();
    let path = match input.next() {
        Some(TokenTree::Group(path)) if path.delimiter() == Delimiter::Bracket => path.stream(),
        _ => {
            errors.at(Span::call_site(), "call this as `portable::spawn_task!`");
            return in_place(&errors);
        }
    };
    let parser = |input: ParseStream<'_>| {
        let modifiers = Modifiers::parse(input, &mut errors);
        let task: TokenStream = input.parse()?;
        Ok((modifiers, task))
    };
    let (mut modifiers, task) = match parser.parse2(input.collect()) {
        Ok(parsed) => parsed,
        Err(error) => {
            errors.push(error);
            return in_place(&errors);
        }
    };
    let mut task: Vec<TokenTree> = task.into_iter().collect();
    if task.is_empty() {
        if errors.is_empty() {
            errors.push(modifiers.no_task());
        }
        return in_place(&errors);
    }
    modifiers.take_misplaced(&mut task, &mut errors);
    let spawned = spawned(&path, &modifiers, &task, errors.is_empty());
    if errors.is_empty() {
        spawned
    } else {
        quote!({ #errors #spawned })
    }
}

fn spawned(
    path: &TokenStream,
    modifiers: &Modifiers,
    task: &[TokenTree],
    is_right: bool,
) -> TokenStream {
    let site = Span::mixed_site();
    let function = match function(modifiers, task) {
        // After a mistake, the call is one that each build has, and the mistake the only error.
        "spawn_compute" if !is_right => "spawn_blocking",
        function => function,
    };
    let function = Ident::new(function, site);
    let task: TokenStream = task.iter().cloned().collect();
    let name = modifiers.name.as_ref().map(|name| text(path, name));
    // After a mistake, the call is the one that the task was written for.
    let for_another = [Modifier::Local, Modifier::Blocking, Modifier::Compute]
        .into_iter()
        .any(|modifier| modifiers.has(modifier));
    let pool = modifiers.pool.as_ref().filter(|_| !for_another);
    let mut call = match (pool, &name) {
        (Some(pool), _) => {
            // Located at the pool, so that rustc reports there that it is no pool, or does not live
            // long enough.
            let start = pool.to_token_stream().into_iter().next();
            let at_pool = site.located_at(start.map_or(site, |tree| tree.span()));
            let pool = quote_spanned!(at_pool=> &(#pool));
            quote_spanned!(site=> #path::task::Pool::spawn(#pool, #task))
        }
        (None, None) => quote_spanned!(site=> #path::task::#function(#task)),
        (None, Some(name)) => quote_spanned! {site=>
            #path::__private::spawned(
                #path::task::Builder::new().name(#name).#function(#task)
            )
        },
    };
    let detach = modifiers.has(Modifier::Detach);
    if detach {
        call = quote_spanned!(site=> ::core::mem::drop(#call));
    }
    let captures = &modifiers.captures;
    let is_plain = name.is_none() && pool.is_none() && captures.is_empty();
    // The name and the builder are dropped at the `;`, so neither of them lives across an `.await`
    // on the handle.
    let spawned = match (detach, is_plain) {
        (true, true) => call,
        (true, false) => quote_spanned!(site=> { #(#captures)* #call; }),
        (false, true) => quote_spanned!(site=> #path::task::spawn_task(#call)),
        (false, false) => quote_spanned!(site=> #path::task::spawn_task({
            #(#captures)*
            let __handle = #call;
            __handle
        })),
    };
    // It needs a feature, which the macros do not know.
    match is_right && modifiers.has(Modifier::Compute) {
        true => quote_spanned!(site=> #path::__private::compute!(#spawned)),
        false => spawned,
    }
}

/// Returns the name of the function that spawns, which is the same in `task` and on its `Builder`.
fn function(modifiers: &Modifiers, task: &[TokenTree]) -> &'static str {
    let local = modifiers.has(Modifier::Local);
    let blocking = modifiers.has(Modifier::Blocking);
    let compute = modifiers.has(Modifier::Compute);
    if compute && !blocking && (!local || is_closure(task)) {
        "spawn_compute"
    } else if blocking && (!local || is_closure(task)) {
        "spawn_blocking"
    } else if local {
        "spawn_local"
    } else {
        "spawn"
    }
}

fn is_closure(task: &[TokenTree]) -> bool {
    let first = match task {
        [TokenTree::Ident(word), rest @ ..] if word == "move" => rest.first(),
        _ => task.first(),
    };
    matches!(first, Some(TokenTree::Punct(bar)) if bar.as_char() == '|')
}

/// Writes a task's name as `Builder::name` takes it. A literal may name variables, as in
/// `"conn-{id}"`.
fn text(path: &TokenStream, name: &Expr) -> TokenStream {
    let site = Span::mixed_site();
    match name.literal() {
        Some(Lit::Str(literal)) if literal.value().contains(['{', '}']) => {
            quote_spanned!(site=> &#path::__private::format!(#literal))
        }
        Some(literal) => literal.to_token_stream(),
        None => quote_spanned!(site=> &(#name)),
    }
}

/// Writes the errors as an expression.
fn in_place(errors: &Errors) -> TokenStream {
    quote!({ #errors })
}

#[cfg(test)]
mod tests;
