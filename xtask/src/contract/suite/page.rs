//! Reads the lines of the contract's page.

use std::fmt;

/// The address of the page.
const ADDRESS: &str = "https://docs.rs/portable/latest/portable/contract/index.html";

/// A line of the contract.
pub(super) struct Line {
    /// The number, or what the line is about.
    name: String,
    title: String,
    /// The first paragraph.
    promise: String,
    /// The section of the page, as a link names it.
    anchor: String,
    /// The paths of its tests.
    pub(super) tests: Vec<String>,
}

/// Prints what stands for the line in the table.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line")
            .field("name", &self.name)
            .field("title", &self.title)
            .field("promise", &self.promise)
            .field("address", &format!("{ADDRESS}#{}", self.anchor))
            .finish()
    }
}

/// Returns the lines that have tests.
pub(super) fn lines(page: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut anchor = String::new();
    let mut labels: Vec<Vec<String>> = Vec::new();
    for paragraph in page.split("\n\n") {
        if let Some(heading) = paragraph.strip_prefix("## ") {
            anchor = heading.trim().to_lowercase().replace(' ', "-");
        }
        for item in items(paragraph) {
            let (text, tests) = match item.split_once("Tests: ") {
                Some((text, tests)) => (text.trim(), Some(tests)),
                None => (&*item, None),
            };
            if let Some(line) = line(text, &anchor) {
                lines.push(line);
                labels.push(Vec::new());
            }
            if let (Some(tests), Some(last)) = (tests, labels.last_mut()) {
                last.extend(
                    tests.split('[').skip(1).filter_map(|label| {
                        label.split_once(']').map(|(label, _)| label.to_string())
                    }),
                );
            }
        }
    }
    for (line, labels) in lines.iter_mut().zip(labels) {
        line.tests = labels
            .iter()
            .filter_map(|label| target(page, label))
            .collect();
    }
    lines.retain(|line| !line.tests.is_empty());
    lines
}

/// Returns the items of a list in a paragraph, and what stands before them, each on one line. Items
/// of an inner list are left out.
fn items(paragraph: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut is_inner = false;
    for line in paragraph.lines() {
        if line.starts_with("- ") {
            items.push(String::new());
            is_inner = false;
        }
        is_inner |= line.trim_start().starts_with("- ") && line.starts_with(' ');
        if let (false, Some(last)) = (is_inner, items.last_mut()) {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(line.trim());
        }
    }
    items
}

/// Reads an item that is a line of the contract: `3. **Abort.** …`, or ``- `JoinSet`: …``.
fn line(item: &str, anchor: &str) -> Option<Line> {
    let made = |name: &str, title: &str, promise: &str| Line {
        name: name.into(),
        title: title.into(),
        promise: promise.trim().into(),
        anchor: anchor.into(),
        tests: Vec::new(),
    };
    if let Some((title, promise)) = item.split_once(".** ") {
        let (number, title) = title.split_once("**")?;
        let number = number.trim_end_matches(". ");
        let name = if number.starts_with('-') {
            title
        } else {
            number
        };
        return Some(made(name, title, promise));
    }
    let item = item.strip_prefix("- ")?;
    let (name, promise) = item
        .split_once(": ")
        .unwrap_or((item.trim_end_matches('.'), ""));
    let name = name.split(", with the feature").next().unwrap_or(name);
    Some(made(name, name, promise))
}

/// Returns the path of the file that a label of the page links to.
fn target(page: &str, label: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("\n[{label}]: "))?;
    let (_, path) = rest.lines().next()?.split_once("/blob/main/")?;
    Some(path.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
## From anywhere

3. **Abort.** `abort` returns at
   once.
   - Before the first poll: never.

   Tests: [abort], [more].

- `JoinSet`: tasks that are
  awaited. Tests: [set].
- `select!`, with the feature `select`. Tests: [select].

An end.

[abort]: https://github.com/portable-rs/portable/blob/main/a/abort.rs
[more]: https://github.com/portable-rs/portable/blob/main/a/more.rs
[select]: https://github.com/portable-rs/portable/blob/main/b/select.rs
[set]: https://github.com/portable-rs/portable/blob/main/b/set.rs
";

    #[test]
    fn lines_are_read_with_their_tests() {
        let read: Vec<_> = lines(PAGE)
            .into_iter()
            .map(|line| (line.name, line.title, line.promise, line.tests.join(" ")))
            .collect();
        let of = |name: &str, title: &str, promise: &str, tests: &str| {
            (name.into(), title.into(), promise.into(), tests.into())
        };
        let wanted = [
            of(
                "3",
                "Abort",
                "`abort` returns at once.",
                "a/abort.rs a/more.rs",
            ),
            of(
                "`JoinSet`",
                "`JoinSet`",
                "tasks that are awaited.",
                "b/set.rs",
            ),
            of("`select!`", "`select!`", "", "b/select.rs"),
        ];
        assert_eq!(read, wanted);
        assert_eq!(lines(PAGE)[0].anchor, "from-anywhere");
    }
}
