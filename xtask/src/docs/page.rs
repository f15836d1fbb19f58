//! Reads a Markdown page, as far as the checks need it.

use std::collections::{HashMap, HashSet};
use std::fs;

use pulldown_cmark::{BrokenLink, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::run::{Result, root};

#[derive(Default)]
pub(crate) struct Page {
    /// From the root of the checkout.
    pub(crate) path: String,
    /// The line and the target of each link and image.
    pub(crate) links: Vec<(usize, String)>,
    /// The links whose definition is missing. Readers see the brackets.
    pub(crate) undefined: Vec<(usize, String)>,
    /// The headings, as a forge names them in links.
    pub(crate) anchors: HashSet<String>,
    pub(crate) blocks: Vec<Block>,
    /// The code inside sentences.
    pub(crate) code: Vec<(usize, String)>,
}

/// A fenced block of code.
pub(crate) struct Block {
    pub(crate) line: usize,
    pub(crate) language: String,
    /// The words behind the language, such as `ignore`.
    pub(crate) attributes: Vec<String>,
    pub(crate) text: String,
    /// The file that the block is, if the paragraph before consists of the file's name and a colon.
    pub(crate) file: Option<String>,
    /// Whether a comment before the block says why it is not run.
    pub(crate) is_explained: bool,
}

impl Page {
    pub(crate) fn read(path: &str) -> Result<Self> {
        Ok(Self::parse(path, &text(path)?))
    }

    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let line = |offset: usize| text[..offset].matches('\n').count() + 1;
        let mut undefined = Vec::new();
        let mut note = |link: BrokenLink<'_>| {
            undefined.push((line(link.span.start), link.reference.into_string()));
            None
        };
        let parser =
            Parser::new_with_broken_link_callback(text, Options::ENABLE_TABLES, Some(&mut note));

        let mut page = Self {
            path: path.into(),
            ..Self::default()
        };
        let mut slugs = HashMap::new();
        let mut heading = None;
        let mut block: Option<Block> = None;
        // The paragraph and the comment just before the next block.
        let (mut paragraph, mut comment) = (String::new(), String::new());
        for (event, span) in parser.into_offset_iter() {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push((line(span.start), dest_url.into_string()));
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    page.anchors.insert(unique(
                        slug(&heading.take().unwrap_or_default()),
                        &mut slugs,
                    ));
                    paragraph.clear();
                }
                Event::Start(Tag::Paragraph) => {
                    paragraph = text[span].trim().into();
                    comment.clear();
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match &kind {
                        CodeBlockKind::Fenced(info) => info,
                        CodeBlockKind::Indented => "",
                    };
                    let mut words = info.split([',', ' ']).map(String::from);
                    let file = paragraph
                        .strip_prefix('`')
                        .and_then(|rest| rest.strip_suffix("`:"))
                        .filter(|name| !name.contains('`'));
                    block = Some(Block {
                        line: line(span.start),
                        language: words.next().unwrap_or_default(),
                        attributes: words.collect(),
                        text: String::new(),
                        file: file.map(String::from),
                        is_explained: comment.contains("Not run"),
                    });
                }
                Event::End(TagEnd::CodeBlock) => {
                    page.blocks.extend(block.take());
                    paragraph.clear();
                    comment.clear();
                }
                Event::Html(html) => comment += &html,
                Event::Code(code) => {
                    if let Some(heading) = &mut heading {
                        *heading += &code;
                    }
                    page.code.push((line(span.start), code.into_string()));
                }
                Event::Text(words) => match (&mut block, &mut heading) {
                    (Some(block), _) => block.text += &words,
                    (None, Some(heading)) => *heading += &words,
                    (None, None) => {}
                },
                _ => {}
            }
        }
        page.undefined = undefined;
        page
    }
}

/// Returns the text of a file of the checkout.
pub(super) fn text(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).map_err(|error| format!("cannot read {path}: {error}"))
}

/// Returns a heading's name in links, as forges make it.
fn slug(heading: &str) -> String {
    let kept = |c: char| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ if c.is_alphanumeric() => Some(c),
        _ => None,
    };
    heading.to_lowercase().chars().filter_map(kept).collect()
}

fn unique(slug: String, slugs: &mut HashMap<String, usize>) -> String {
    let before = slugs.entry(slug.clone()).or_default();
    *before += 1;
    match *before {
        1 => slug,
        n => format!("{slug}-{}", n - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_forges() {
        let page = Page::parse("", "# What `main` does, and why\n\n## Same\n\n## Same\n");
        for anchor in ["what-main-does-and-why", "same", "same-1"] {
            assert!(page.anchors.contains(anchor), "{anchor}");
        }
    }

    #[test]
    fn a_block_knows_its_file_and_why_it_is_not_run() {
        let text = "`src/main.rs`:\n\n```rust,ignore\nfn main() {}\n```\n\nText.\n\n\
                    <!-- Not run: elsewhere. -->\n\n```rust,ignore\n```\n\n```rust\n```\n";
        let page = Page::parse("", text);
        let [file, explained, plain] = &page.blocks[..] else {
            panic!("three blocks");
        };
        assert_eq!(file.file.as_deref(), Some("src/main.rs"));
        assert_eq!(file.text, "fn main() {}\n");
        assert_eq!((&*file.language, file.line), ("rust", 3));
        assert_eq!(file.attributes, ["ignore"]);
        assert!(!file.is_explained);
        assert!(explained.file.is_none() && explained.is_explained);
        assert!(plain.file.is_none() && !plain.is_explained);
    }

    #[test]
    fn a_link_without_its_definition_is_noticed() {
        let page = Page::parse("", "[here][there] and [a page](page.md#part)\n");
        assert_eq!(page.undefined, [(1, "there".into())]);
        assert_eq!(page.links, [(1, "page.md#part".into())]);
    }
}
