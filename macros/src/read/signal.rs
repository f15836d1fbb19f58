//! Signals written as text: `"SIGUSR1"`.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;
use syn::LitStr;

use crate::errors;
use crate::suggest;

/// Each signal that may ask for a dump, and the constructor of `SignalKind` for it. Others end the
/// program, or mean something to it.
const SIGNALS: [(&str, &str); 8] = [
    ("SIGUSR1", "user_defined1"),
    ("SIGUSR2", "user_defined2"),
    ("SIGQUIT", "quit"),
    ("SIGHUP", "hangup"),
    ("SIGALRM", "alarm"),
    ("SIGIO", "io"),
    ("SIGWINCH", "window_change"),
    ("SIGTERM", "terminate"),
];

/// Turns the name into `@user_defined1`, with which `portable` calls the constructor.
pub(super) fn constructor(text: &LitStr) -> syn::Result<TokenStream> {
    let name = text.value();
    match SIGNALS.iter().find(|(signal, _)| *signal == name) {
        Some((_, constructor)) => {
            let constructor = Ident::new(constructor, text.span());
            Ok(quote_spanned!(text.span()=> @ #constructor))
        }
        None => Err(errors::at(text.span(), unknown(&name))),
    }
}

fn unknown(name: &str) -> String {
    let names = SIGNALS.map(|(signal, _)| signal);
    let bare = name.to_lowercase();
    let bare = bare.strip_prefix("sig").unwrap_or(&bare);
    let ends = names.map(|signal| signal["SIG".len()..].to_lowercase());
    let meant = match suggest::nearest(bare, ends.iter().map(String::as_str)) {
        Some(meant) => format!("; did you mean \"SIG{}\"?", meant.to_uppercase()),
        None => String::new(),
    };
    let list = suggest::list(names);
    format!(
        "unknown signal \"{name}\"{meant}\nthe signals are {list}; for others write a `SignalKind`"
    )
}
