//! The item that an error of the compiler misses.

/// Returns the path of the item, or the message if it misses none.
pub(super) fn cause(message: &str) -> String {
    let message = message.lines().next().unwrap_or_default();
    let ticked: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match ticked.as_slice() {
        // no method named `a` found for struct `B<C>` in the current scope
        [item, of, ..] if message.contains(" found for ") => format!("{}::{item}", bare(of)),
        // cannot find function `a` in module `tokio::b`; no `a` in `b`
        [item, of, ..] if message.contains("` in ") => format!("{}::{item}", path(of)),
        [item] if message.starts_with("cannot find ") || message.starts_with("no ") => {
            path(item).into()
        }
        [item, ..] if message.starts_with("unresolved import") => path(item).into(),
        _ => message.into(),
    }
}

/// Returns a path from Tokio's root.
fn path(path: &str) -> &str {
    path.strip_prefix("tokio::").unwrap_or(path)
}

/// Returns the name of a type without its path, its arguments and what it is behind.
fn bare(of: &str) -> &str {
    let of = of.trim_start_matches(['&', ' ']).trim_start_matches("mut ");
    let of = of.strip_prefix("Arc<").unwrap_or(of);
    let of = of.split(['<', '>']).next().unwrap_or(of);
    of.rsplit("::").next().unwrap_or(of).trim_end_matches(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_item_is_found_in_the_message() {
        for (message, wanted) in [
            (
                "no method named `enter` found for struct `Arc<portable::runtime::Runtime>` in the \
                 current scope",
                "Runtime::enter",
            ),
            (
                "no method named `a` found for mutable reference `&mut JoinSet<()>` in the current",
                "JoinSet::a",
            ),
            (
                "cannot find function `pause` in module `tokio::time`",
                "time::pause",
            ),
            ("unresolved import `tokio::io::Interest`", "io::Interest"),
            ("no `Interest` in `io`", "io::Interest"),
            ("cannot find type `Ready` in this scope", "Ready"),
            ("mismatched types", "mismatched types"),
        ] {
            assert_eq!(cause(message), wanted, "{message}");
        }
    }
}
