//! Rust as it is written, line by line.

#[derive(Default)]
pub(super) struct Source {
    text: String,
    depth: usize,
}

impl Source {
    /// Adds a line, which is indented by the braces that are open.
    pub(super) fn line(&mut self, line: &str) {
        if line.starts_with('}') {
            self.depth = self.depth.saturating_sub(1);
        }
        if !line.is_empty() {
            self.text += &"    ".repeat(self.depth);
        }
        self.text += line;
        self.text += "\n";
        if line.ends_with('{') {
            self.depth += 1;
        }
    }

    pub(super) fn lines<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) {
        lines.into_iter().for_each(|line| self.line(line));
    }

    /// Adds the condition for what needs a feature.
    pub(super) fn needs(&mut self, feature: Option<&str>) {
        if let Some(feature) = feature {
            self.line(&format!("#[cfg(feature = {feature:?})]"));
        }
    }

    pub(super) fn text(self) -> String {
        self.text
    }
}
