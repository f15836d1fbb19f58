//! Checks the links of the pages. Links to other sites are not followed.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use super::page::Page;
use super::rendered::Rendered;
use crate::run::root;

/// The beginnings of a link to a file or a folder of the repository.
const REPOSITORY: [&str; 2] = [
    "https://github.com/portable-rs/portable/blob/main/",
    "https://github.com/portable-rs/portable/tree/main/",
];

/// The beginning of a link to a rendered page of `portable`.
const RENDERED: &str = "https://docs.rs/portable/latest/";

/// Adds a line to `wrong` for each dead link of `pages`.
pub(super) fn check(pages: &[Page], rendered: &mut Rendered, wrong: &mut Vec<String>) {
    let by_path: HashMap<&str, &Page> = pages.iter().map(|page| (&*page.path, page)).collect();
    for page in pages {
        for (line, name) in &page.undefined {
            wrong.push(format!(
                "{}:{line}: the link `[{name}]` has no definition",
                page.path
            ));
        }
        for (line, link) in &page.links {
            if let Err(why) = follow(page, link, &by_path, rendered) {
                wrong.push(format!("{}:{line}: `{link}`: {why}", page.path));
            }
        }
    }
}

fn follow(
    page: &Page,
    link: &str,
    pages: &HashMap<&str, &Page>,
    rendered: &mut Rendered,
) -> Result<(), String> {
    if let Some(path) = link.strip_prefix(RENDERED) {
        return rendered.follow(path);
    }
    let (path, anchor) = match repository(link) {
        Some(path) => split(path),
        None if link.starts_with("https://") || link.starts_with("mailto:") => return Ok(()),
        None if link.contains("::") => {
            return Err("a link of rustdoc, which is dead on a forge".into());
        }
        None => split(link),
    };
    let path = match repository(link) {
        Some(_) => PathBuf::from(path),
        None if path.is_empty() => PathBuf::from(&page.path),
        None => Path::new(&page.path)
            .parent()
            .unwrap_or(Path::new(""))
            .join(path),
    };
    let path = normal(&path).ok_or("is outside of the repository")?;
    if !root().join(&path).exists() {
        return Err("there is no such file".into());
    }
    let Some(anchor) = anchor else {
        return Ok(());
    };
    match pages.get(&*path.to_string_lossy()) {
        Some(page) if page.anchors.contains(anchor) => Ok(()),
        _ => Err("the page has no such heading".into()),
    }
}

/// Returns the file or folder of the repository that an absolute link leads to.
pub(super) fn repository(link: &str) -> Option<&str> {
    REPOSITORY
        .iter()
        .find_map(|beginning| link.strip_prefix(beginning))
}

/// Splits a link into its path and the name after the `#`.
pub(super) fn split(link: &str) -> (&str, Option<&str>) {
    match link.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (link, None),
    }
}

/// Returns the path without `..`, or `None` if it leaves the root.
pub(super) fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => normal.push(name),
            Component::ParentDir if normal.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<String> {
        let pages = [
            Page::parse("docs/design.md", text),
            Page::parse("README.md", "# Title\n"),
        ];
        let mut wrong = Vec::new();
        check(
            &pages,
            &mut Rendered::new("/nowhere".into(), String::new()),
            &mut wrong,
        );
        wrong
    }

    #[test]
    fn links_that_lead_somewhere_are_right() {
        let text = "## Here\n\n[a](../README.md) [b](../README.md#title) [c](#here) \
                    [d](https://example.com/) [e](growth) \
                    [f](https://github.com/portable-rs/portable/blob/main/README.md#title)\n";
        assert_eq!(wrong(text), [""; 0]);
    }

    #[test]
    fn dead_links_are_found() {
        for link in [
            "README.md",
            "../README.md#subtitle",
            "#there",
            "../../README.md",
            "crate::task::Pool",
            "https://github.com/portable-rs/portable/blob/main/docs/none.md",
            "https://docs.rs/portable/latest/portable/task/struct.Pool.html",
        ] {
            assert_eq!(wrong(&format!("[a]({link})\n")).len(), 1, "{link}");
        }
        assert_eq!(wrong("[a][b]\n").len(), 1);
    }
}
