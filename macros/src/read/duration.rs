//! Durations written as text: `"500ms"`, `"5s"`, `"2m"`.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::LitStr;

use crate::errors;

/// Each unit, the constructor of `Duration` for it, and the factor between the two.
const UNITS: [(&str, &str, u64); 7] = [
    ("ns", "from_nanos", 1),
    ("us", "from_micros", 1),
    ("µs", "from_micros", 1),
    ("ms", "from_millis", 1),
    ("s", "from_secs", 1),
    ("m", "from_secs", 60),
    ("h", "from_secs", 60 * 60),
];

const HINT: &str =
    "write a whole number and a unit (`ns`, `us`, `ms`, `s`, `m` or `h`), as in `\"500ms\"`";

/// A call of one of `Duration`'s constructors.
#[derive(Debug, PartialEq, Eq)]
struct Time {
    constructor: &'static str,
    count: u64,
}

/// Turns the text into an expression of type `Duration`.
pub(crate) fn expression(text: &LitStr) -> syn::Result<TokenStream> {
    let Time { constructor, count } =
        parse(&text.value()).map_err(|message| errors::at(text.span(), message))?;
    let constructor = syn::Ident::new(constructor, text.span());
    let mut count = Literal::u64_unsuffixed(count);
    count.set_span(text.span());
    let count = count.to_token_stream();
    Ok(quote_spanned!(text.span()=> ::core::time::Duration::#constructor(#count)))
}

/// Returns whether the text is a duration of zero.
pub(crate) fn is_zero(text: &LitStr) -> bool {
    parse(&text.value()).is_ok_and(|time| time.count == 0)
}

fn parse(text: &str) -> Result<Time, String> {
    let digits = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '_')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number = number.replace('_', "");
    if number.is_empty() {
        return Err(format!("\"{text}\" is not a duration: {HINT}"));
    }
    if unit.is_empty() {
        return Err(format!("the duration \"{text}\" has no unit: {HINT}"));
    }
    let Some((_, constructor, factor)) = UNITS.into_iter().find(|(name, ..)| *name == unit) else {
        return Err(format!("\"{text}\" is not a duration: {HINT}"));
    };
    let count = number
        .parse::<u64>()
        .ok()
        .and_then(|count| count.checked_mul(factor))
        .ok_or_else(|| {
            format!(
                "the duration \"{text}\" is too long: write `std::time::Duration::MAX` for no limit"
            )
        })?;
    Ok(Time { constructor, count })
}

#[cfg(test)]
mod tests {
    use super::{Time, parse};

    #[test]
    fn reads_every_unit() {
        for (text, constructor, count) in [
            ("7ns", "from_nanos", 7),
            ("250us", "from_micros", 250),
            ("250µs", "from_micros", 250),
            ("500ms", "from_millis", 500),
            ("1_500ms", "from_millis", 1500),
            ("5s", "from_secs", 5),
            ("0s", "from_secs", 0),
            ("2m", "from_secs", 120),
            ("1h", "from_secs", 3600),
            ("18446744073709551615s", "from_secs", u64::MAX),
        ] {
            assert_eq!(parse(text), Ok(Time { constructor, count }), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for (text, reason) in [
            ("", "is not a duration"),
            ("s", "is not a duration"),
            ("_s", "is not a duration"),
            ("-5s", "is not a duration"),
            ("5 s", "is not a duration"),
            ("1.5s", "is not a duration"),
            ("5sec", "is not a duration"),
            ("5S", "is not a duration"),
            ("5", "has no unit"),
            ("18446744073709551616s", "is too long"),
            ("18446744073709551615h", "is too long"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
