//! The mistakes that a case in `arguments/` marks in comments:
//!
//! ```text
//! #[portable::main(worker_thread = 4)]
//! //               ^^^^^^^^^^^^^ worker_threads
//! ```
//!
//! There is one mark per mistake, under its place, followed by the cure that the message must name.
//! A second mark of the same line stands below the first.

pub(super) struct Mark {
    pub(super) line: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) cure: String,
}

pub(super) fn marks(source: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut marked = 0;
    for (index, text) in source.lines().enumerate() {
        let carets = text.trim_start().strip_prefix("//").map(str::trim_start);
        let Some(carets) = carets.filter(|rest| rest.starts_with('^')) else {
            marked = index + 1;
            continue;
        };
        let cure = carets.trim_start_matches('^');
        let end = text.len() - cure.len();
        marks.push(Mark {
            line: marked,
            start: text.len() - carets.len() + 1,
            end: end + 1,
            cure: cure.trim().into(),
        });
    }
    marks
}
