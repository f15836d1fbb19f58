//! Reads which behaviours the files of the library list.

use super::{FOLDER, read};
use crate::run::Result;

/// The macros that list behaviours, each with the module that it makes in the library and the
/// flavours that it is for.
const MACROS: [(&str, &str, &str); 6] = [
    ("on_both_flavors", "both_flavors", "each"),
    ("with_both_builders", "both_builders", "each"),
    ("on_current_thread", "current_thread", "current_thread"),
    (
        "with_current_thread_builder",
        "current_thread_builder",
        "current_thread",
    ),
    ("on_multi_thread", "multi_thread", "multi_thread"),
    (
        "with_multi_thread_builder",
        "multi_thread_builder",
        "workers",
    ),
];

/// A folder.
pub(super) struct Section {
    pub(super) name: String,
    pub(super) files: Vec<File>,
}

impl Section {
    /// Returns the paths of the files.
    pub(super) fn paths(&self) -> impl Iterator<Item = String> + use<'_> {
        self.files
            .iter()
            .map(|file| format!("{FOLDER}/{}/{}.rs", self.name, file.name))
    }
}

/// A file, or a module in it.
#[derive(Default)]
pub(super) struct File {
    pub(super) name: String,
    /// The feature that it needs.
    pub(super) feature: Option<String>,
    pub(super) lists: Lists,
    pub(super) inner: Vec<File>,
}

pub(super) type Lists = Vec<List>;

/// The behaviours of one macro.
pub(super) struct List {
    pub(super) module: &'static str,
    pub(super) kind: &'static str,
    pub(super) names: Vec<String>,
}

/// Returns the sections of the library, which `lib.rs` declares.
pub(super) fn sections() -> Result<Vec<Section>> {
    let mut sections: Vec<Section> = Vec::new();
    let mut feature = None;
    for line in read(&format!("{FOLDER}/lib.rs"))?.lines() {
        if let Some(name) = line
            .strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(" {"))
        {
            sections.push(Section {
                name: name.into(),
                files: Vec::new(),
            });
        } else if let Some(condition) = line.strip_prefix("    #[cfg(") {
            feature = of_condition(condition);
        } else if let (Some(name), Some(section)) = (
            line.strip_prefix("    pub(crate) mod "),
            sections.last_mut(),
        ) {
            let name = name.trim_end_matches(';');
            let text = read(&format!("{FOLDER}/{}/{name}.rs", section.name))?;
            section.files.push(file(name, feature.take(), &text));
        }
    }
    Ok(sections)
}

/// Returns the feature in `feature = "sync")]`.
fn of_condition(condition: &str) -> Option<String> {
    let feature = condition.strip_prefix("feature = \"")?;
    Some(feature.split('"').next()?.into())
}

/// Reads the lists of a file, and those of the modules in it that are not of tests alone.
fn file(name: &str, feature: Option<String>, text: &str) -> File {
    let mut file = File {
        name: name.into(),
        feature,
        ..File::default()
    };
    let mut inner: Option<File> = None;
    let mut lines = text.lines();
    let mut condition = "";
    while let Some(line) = lines.next() {
        if line == "}" {
            file.inner
                .extend(inner.take().filter(|inner| !inner.lists.is_empty()));
        }
        if let Some(name) = line
            .trim_start_matches("pub(crate) ")
            .strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(" {"))
        {
            if condition == "test)]" {
                // Nothing that follows up to its end is of the library.
                lines
                    .by_ref()
                    .take_while(|line| *line != "}")
                    .for_each(drop);
                continue;
            }
            inner = Some(File {
                name: name.into(),
                feature: of_condition(condition),
                ..File::default()
            });
        }
        condition = line.strip_prefix("#[cfg(").unwrap_or_default();
        let Some((list, rest)) = line.trim_start().split_once("! {") else {
            continue;
        };
        let Some((_, module, kind)) = MACROS.into_iter().find(|(name, ..)| *name == list) else {
            continue;
        };
        let mut names = rest.to_string();
        while !names.contains('}') {
            let Some(more) = lines.next() else { break };
            names += more;
        }
        let names = names.trim_end_matches('}').split(',').map(str::trim);
        let names = names
            .filter(|name| !name.is_empty())
            .map(String::from)
            .collect();
        let lists = inner
            .as_mut()
            .map_or(&mut file.lists, |inner| &mut inner.lists);
        lists.push(List {
            module,
            kind,
            names,
        });
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_with_their_modules() {
        let text = "\
on_both_flavors! {
    a,
    b,
}

with_multi_thread_builder! { c }

#[cfg(test)]
mod exceptions {
    on_both_flavors! { d }
}

#[cfg(feature = \"sync\")]
pub(crate) mod limit {
    on_current_thread! {
        e,
    }
}
";
        let file = file("name", None, text);
        let of = |lists: &Lists| -> Vec<(&str, String)> {
            lists
                .iter()
                .map(|list| (list.module, list.names.join(" ")))
                .collect()
        };
        let outer = [
            ("both_flavors", "a b".into()),
            ("multi_thread_builder", "c".into()),
        ];
        assert_eq!(of(&file.lists), outer);
        let [inner] = &file.inner[..] else {
            panic!("one module")
        };
        assert_eq!(
            (&*inner.name, inner.feature.as_deref()),
            ("limit", Some("sync"))
        );
        assert_eq!(of(&inner.lists), [("current_thread", "e".into())]);
    }
}
