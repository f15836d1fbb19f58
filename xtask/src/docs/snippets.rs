//! Checks the code on the pages: a test compiles the Rust, and manifests name features that exist.

use toml::{Table, Value};

use super::packages::Packages;
use super::page::{Block, Page};

/// Adds a line to `wrong` for each mistake in the code on `page`. `library` is the text of `src/lib.rs`,
/// which includes the pages whose Rust is compiled.
pub(super) fn check(page: &Page, packages: &Packages, library: &str, wrong: &mut Vec<String>) {
    let mut add = |block: &Block, why: String| {
        wrong.push(format!("{}:{}: {why}", page.path, block.line));
    };
    // These are the features of the package that the page describes, if it describes one.
    let mut features: Option<Table> = None;
    for block in &page.blocks {
        match &*block.language {
            "" => add(block, "the block has no language".into()),
            "rust" => {
                if let Err(why) = rust(page, block, library) {
                    add(block, why);
                }
            }
            "toml" => match block.text.parse::<Table>() {
                Ok(manifest) => {
                    for why in dependencies(&manifest, packages) {
                        add(block, why);
                    }
                    if let Some(Value::Table(found)) = manifest.get("features") {
                        features = Some(found.clone());
                    }
                }
                Err(error) => add(block, format!("not TOML: {error}")),
            },
            _ => {}
        }
    }
    let Some(features) = features else { return };
    for block in page.blocks.iter().filter(|block| block.language == "rust") {
        for name in asked_for(&block.text) {
            if !features.contains_key(name) {
                add(
                    block,
                    format!("the page's manifest has no feature `{name}`"),
                );
            }
        }
    }
}

/// Fails if nothing compiles a Rust block and no comment says why.
fn rust(page: &Page, block: &Block, library: &str) -> Result<(), String> {
    if block.file.is_some() {
        return Ok(());
    }
    let is_ignored = block.attributes.iter().any(|word| word == "ignore");
    if is_ignored {
        return match block.is_explained {
            true => Ok(()),
            false => Err("the block is ignored, and no comment before it says `Not run: …`".into()),
        };
    }
    match library.contains(&format!("include_str!(\"../{}\")", page.path)) {
        true => Ok(()),
        false => Err("src/lib.rs does not include the page, so nothing compiles the block".into()),
    }
}

/// Returns the mistakes in the dependencies on packages of this repository.
fn dependencies(manifest: &Table, packages: &Packages) -> Vec<String> {
    let mut wrong = Vec::new();
    for (key, value) in manifest {
        let Value::Table(table) = value else { continue };
        match &**key {
            "dependencies" | "dev-dependencies" | "build-dependencies" => {
                for (name, dependency) in table {
                    wrong.extend(self::dependency(name, dependency, packages));
                }
            }
            "target" => {
                for target in table.values().filter_map(Value::as_table) {
                    wrong.extend(dependencies(target, packages));
                }
            }
            "features" => {
                let turned_on = table.values().filter_map(Value::as_array).flatten();
                for feature in turned_on.filter_map(Value::as_str) {
                    let passed_on = feature.split_once('/');
                    let package = passed_on.and_then(|(name, feature)| {
                        Some((packages.get(name.trim_end_matches('?'))?, feature))
                    });
                    if package.is_some_and(|(package, name)| !package.features.contains(name)) {
                        wrong.push(format!("there is no feature `{feature}`"));
                    }
                }
            }
            _ => {}
        }
    }
    wrong
}

fn dependency(name: &str, dependency: &Value, packages: &Packages) -> Vec<String> {
    let renamed = dependency.get("package").and_then(Value::as_str);
    let name = renamed.unwrap_or(name);
    let Some(package) = packages.get(name) else {
        return Vec::new();
    };
    let version = match dependency {
        Value::String(version) => Some(&**version),
        _ => dependency.get("version").and_then(Value::as_str),
    };
    let mut wrong = Vec::new();
    if version.is_none_or(|version| !is_of(version, &package.version)) {
        let ours = &package.version;
        wrong.push(format!("`{name}` is of another version than {ours}"));
    }
    let features = dependency.get("features").and_then(Value::as_array);
    for feature in features.into_iter().flatten().filter_map(Value::as_str) {
        if !package.features.contains(feature) {
            wrong.push(format!("`{name}` has no feature `{feature}`"));
        }
    }
    wrong
}

/// Returns whether `asked`, such as `0.1`, is the beginning of `version`.
fn is_of(asked: &str, version: &str) -> bool {
    let rest = version.strip_prefix(asked);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Returns the features in the conditions of the code.
fn asked_for(code: &str) -> impl Iterator<Item = &str> {
    const BEGINNING: &str = "feature = \"";
    code.match_indices(BEGINNING)
        .filter_map(|(at, found)| code[at + found.len()..].split('"').next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::packages::Package;

    fn wrong(text: &str) -> Vec<String> {
        let package = Package {
            features: ["smol".into(), "std".into()].into(),
            version: "0.1.0".into(),
            ..Package::default()
        };
        let packages = [("portable".to_string(), package)].into();
        let page = Page::parse("docs/page.md", text);
        let mut wrong = Vec::new();
        let library = "#[doc = include_str!(\"../docs/page.md\")]";
        check(&page, &packages, library, &mut wrong);
        wrong
    }

    #[test]
    fn right_code_is_right() {
        let text = "```toml\n[features]\nsmol = [\"portable/smol\"]\n[dependencies]\n\
                    portable = { version = \"0.1\", features = [\"std\"] }\nother = \"7\"\n```\n\n\
                    ```rust\n#[cfg(feature = \"smol\")]\nfn main() {}\n```\n\n\
                    <!-- Not run: a file elsewhere. -->\n\n```rust,ignore\n```\n";
        assert_eq!(wrong(text), [""; 0]);
    }

    #[test]
    fn each_mistake_is_found() {
        for text in [
            "```\n```\n",
            "```rust,ignore\n```\n",
            "```toml\na = 1\na = 2\n```\n",
            "```toml\n[dependencies]\nportable = \"0.2\"\n```\n",
            "```toml\n[dependencies]\nportable = { version = \"0.1\", features = [\"smoll\"] }\n```\n",
            "```toml\n[target.'cfg(unix)'.dev-dependencies]\nportable = \"1\"\n```\n",
            "```toml\n[dependencies]\na = { package = \"portable\", version = \"0.2\" }\n```\n",
            "```toml\n[features]\na = [\"portable/a\"]\n```\n",
            "```toml\n[features]\na = []\n```\n\n```rust\n#[cfg(feature = \"b\")]\n```\n",
        ] {
            assert_eq!(wrong(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn rust_on_a_page_that_is_not_included_is_found() {
        let page = Page::parse("docs/other.md", "```rust\n```\n");
        let mut wrong = Vec::new();
        check(&page, &Packages::new(), "", &mut wrong);
        assert_eq!(wrong.len(), 1);
    }
}
