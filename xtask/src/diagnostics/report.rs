//! Parses rustc's output.

/// An error or a warning.
pub(super) struct Diagnostic {
    pub(super) is_error: bool,
    /// `line:column` of the primary place.
    pub(super) place: String,
    /// The rows of the snippet that underline this place, cut to the underlining.
    pub(super) carets: Vec<String>,
    /// The suggestions, each with the code that rustc shows for it.
    pub(super) help: Vec<String>,
    pub(super) text: String,
}

/// Returns the diagnostics in rustc's output.
pub(super) fn diagnostics(printed: &str) -> Vec<Diagnostic> {
    let mut texts: Vec<String> = Vec::new();
    for line in printed.lines() {
        let is_head = line.starts_with("error") || line.starts_with("warning");
        let is_summary = line.starts_with("error: aborting due to")
            || line.starts_with("warning: ") && line.ends_with(" emitted")
            || line.starts_with("For more information about")
            || line.starts_with("Some errors have detailed explanations");
        if is_head && !is_summary {
            texts.push(String::new());
        }
        if let (Some(text), false) = (texts.last_mut(), is_summary) {
            *text += line;
            text.push('\n');
        }
    }
    texts.into_iter().map(Diagnostic::read).collect()
}

impl Diagnostic {
    fn read(text: String) -> Self {
        let is_arrow = |line: &&str| line.trim_start().starts_with("--> ");
        let place = text.lines().find(is_arrow).unwrap_or_default();
        let mut columns = place.rsplit(':');
        let (column, line) = (columns.next(), columns.next());
        let place = format!("{}:{}", line.unwrap_or("?"), column.unwrap_or("?"));
        Diagnostic {
            is_error: text.starts_with("error"),
            place,
            carets: carets(&text),
            help: help(&text),
            text,
        }
    }

    /// Returns the text above the snippet.
    pub(super) fn message(&self) -> &str {
        let end = self.text.find("--> ").unwrap_or(self.text.len());
        &self.text[..end]
    }

    /// Returns the line, the first column and the column after the last, if the place is on one
    /// line.
    pub(super) fn range(&self) -> Option<(usize, usize, usize)> {
        let (line, column) = self.place.split_once(':')?;
        let (line, column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
        let width = match self.carets.as_slice() {
            [row] => row.find(' ').unwrap_or(row.len()),
            _ => 1,
        };
        Some((line, column, column + width))
    }
}

/// Returns the first snippet's underlining of the primary place, whose start depends on the other
/// labels.
fn carets(text: &str) -> Vec<String> {
    let snippet = text.lines().skip(1).take_while(|line| {
        let first = line.chars().next();
        !line.is_empty() && !first.is_some_and(char::is_alphabetic)
    });
    // Source lines begin with their number.
    let annotations = snippet.filter(|line| line.trim_start().starts_with('|'));
    annotations
        .filter(|line| line.contains('^'))
        .map(|line| {
            let (start, end) = (line.find('^'), line.rfind('^'));
            let underlining = &line[start.unwrap_or(0)..=end.unwrap_or(0)];
            let keep = |letter| if letter == '^' { '^' } else { ' ' };
            underlining.chars().map(keep).collect()
        })
        .collect()
}

/// Returns the lines of each `help`, which is a section of its own or one line of another.
fn help(text: &str) -> Vec<String> {
    let mut is_inside = false;
    let wanted = text.lines().skip(1).filter(|line| {
        if line.starts_with(|first: char| first.is_alphabetic()) {
            is_inside = line.starts_with("help");
        }
        !line.is_empty() && (is_inside || line.contains("help: "))
    });
    wanted.map(String::from).collect()
}
