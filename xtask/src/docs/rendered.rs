//! Checks the pages that rustdoc writes.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::links::{normal, repository, split};
use crate::run::{Result, root};

/// The rendered pages, and the names in each page that was read before.
pub(super) struct Rendered {
    /// `target/doc`.
    folder: PathBuf,
    anchors: HashMap<PathBuf, HashSet<String>>,
    /// Everything that this repository has written. A dead link that is not in it comes from the docs
    /// of another crate's type that is exported here.
    written: String,
}

impl Rendered {
    pub(super) fn new(folder: PathBuf, written: String) -> Self {
        let anchors = HashMap::new();
        Self {
            folder,
            anchors,
            written,
        }
    }

    /// Fails if a link leads nowhere. The link is a path from the folder of all crates.
    pub(super) fn follow(&mut self, link: &str) -> Result {
        let (path, anchor) = split(link);
        let path = normal(Path::new(path)).ok_or("is outside of the documentation")?;
        let file = self.folder.join(path);
        let file = match file.is_dir() {
            true => file.join("index.html"),
            false => file,
        };
        if !file.is_file() {
            return Err(format!("there is no rendered page {}", file.display()));
        }
        // A script makes the names of the lines of a source.
        let is_source = file.starts_with(self.folder.join("src"));
        match anchor {
            Some(anchor) if !is_source && !self.anchors(&file)?.contains(anchor) => {
                Err(format!("{} has no `#{anchor}`", file.display()))
            }
            _ => Ok(()),
        }
    }

    fn anchors(&mut self, file: &Path) -> Result<&HashSet<String>> {
        if !self.anchors.contains_key(file) {
            let page = read(file)?;
            let ids = values(&page, "id").map(String::from).collect();
            self.anchors.insert(file.to_path_buf(), ids);
        }
        Ok(&self.anchors[file])
    }

    /// Checks each page of the crate: its links lead somewhere, and its examples do not name the shim.
    /// Such an example would not work in a user's crate.
    pub(super) fn check(&mut self, krate: &str, wrong: &mut Vec<String>) -> Result {
        let mut folders = vec![self.folder.join(krate)];
        while let Some(folder) = folders.pop() {
            let cannot_read = |error| format!("cannot read {}: {error}", folder.display());
            for entry in fs::read_dir(&folder).map_err(cannot_read)? {
                let path = entry.map_err(cannot_read)?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path
                    .extension()
                    .is_some_and(|extension| extension == "html")
                {
                    self.page(&path, wrong)?;
                }
            }
        }
        Ok(())
    }

    fn page(&mut self, path: &Path, wrong: &mut Vec<String>) -> Result {
        let page = read(path)?;
        let here = path.strip_prefix(&self.folder).unwrap_or(path);
        let folder = here.parent().unwrap_or(Path::new(""));
        if page.contains("portable_runtime_shim::") {
            wrong.push(format!("{}: names the shim in an example", here.display()));
        }
        // A redirection has nothing to read.
        if page.contains("http-equiv=\"refresh\"") {
            return Ok(());
        }
        let links: HashSet<&str> = values(&page, "href").collect();
        let mut dead = Vec::new();
        for link in links {
            let link = link.replace("&amp;", "&");
            // The buttons of rustdoc lead to the page that they are on.
            if link == "#" {
                continue;
            }
            let to = if let Some(path) = repository(&link) {
                match root().join(split(path).0).exists() {
                    true => continue,
                    false => Err("there is no such file".into()),
                }
            } else if link.contains(':') || !self.written.contains(&link) {
                continue;
            } else if link.starts_with('#') {
                self.follow(&format!("{}{link}", here.display()))
            } else {
                self.follow(&folder.join(&link).to_string_lossy())
            };
            if let Err(why) = to {
                dead.push(format!("{}: `{link}`: {why}", here.display()));
            }
        }
        dead.sort();
        wrong.append(&mut dead);
        Ok(())
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// Returns the values of all attributes with this name.
fn values<'a>(page: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let beginning = format!(" {name}=\"");
    page.match_indices(&beginning)
        .map(|(at, found)| at + found.len())
        .collect::<Vec<_>>()
        .into_iter()
        .filter_map(|at| page[at..].split('"').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(name: &str, page: &str) -> Vec<String> {
        wrong_beside(name, page, page)
    }

    fn wrong_beside(name: &str, page: &str, written: &str) -> Vec<String> {
        let folder =
            std::env::temp_dir().join(format!("portable-xtask-{}-{name}", std::process::id()));
        fs::create_dir_all(folder.join("krate")).unwrap();
        fs::write(folder.join("krate/index.html"), page).unwrap();
        fs::write(folder.join("krate/other.html"), "<h2 id=\"part\">").unwrap();
        let mut wrong = Vec::new();
        let checked = Rendered::new(folder.clone(), written.into()).check("krate", &mut wrong);
        fs::remove_dir_all(folder).unwrap();
        checked.unwrap();
        wrong
    }

    #[test]
    fn links_to_pages_and_their_parts_are_right() {
        let page = "<a href=\"other.html#part\"><a class=\"\" href=\"../krate/index.html\">\
                    <a href=\"#here\"><p id=\"here\"><a href=\"https://example.com/x#y\">";
        assert_eq!(wrong("right", page), [""; 0]);
    }

    #[test]
    fn dead_links_of_others_are_left_alone() {
        let page = "<a href=\"of-others.html\">";
        assert_eq!(wrong_beside("others", page, ""), [""; 0]);
    }

    #[test]
    fn dead_links_and_the_name_of_the_shim_are_found() {
        for (i, page) in [
            "<a href=\"none.html\">",
            "<a href=\"other.html#none\">",
            "<a href=\"#none\">",
            "<a href=\"../../other.html\">",
            "<a href=\"https://github.com/portable-rs/portable/blob/main/none.md\">",
            "portable_runtime_shim::spawn",
        ]
        .iter()
        .enumerate()
        {
            assert_eq!(wrong(&i.to_string(), page).len(), 1, "{page}");
        }
    }
}
