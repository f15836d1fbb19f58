//! Follows the firmware page literally: takes its files as they are printed, runs its command, and
//! compares the output with the page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{LIMIT, TARGET, compare, flags, printed_size};
use crate::docs::Page;
use crate::run::{Result, root, step};
use crate::toolchain::Toolchain;

const PAGE: &str = "docs/firmware.md";

/// The command on the page whose output is compared.
const RUN: &str = "$ cargo run --release\n";

/// The sections that an image without code lacks. The linker leaves them out, or writes them empty.
const SECTIONS: [&str; 2] = [".vector_table", ".text"];

/// The versions of all dependencies, which are those of the demonstration.
const LOCK: &str = "examples/firmware/cortex-m/Cargo.lock";

/// Builds the program, looks into its image, and runs it with the page's own runner.
pub(super) fn check() -> Result {
    let page = Page::read(PAGE)?;
    let folder = root().join("target/firmware/page");
    write(&page, &folder)?;
    let built = |command| {
        let mut cargo = Toolchain::of(TARGET)?.cargo(command, TARGET);
        // The page takes `portable` from the registry. This test takes the one of the checkout.
        cargo
            .args(["--release", "--config"])
            .arg(format!("patch.crates-io.portable.path={:?}", root()))
            // With the same settings as the demonstration, Cargo does not build the dependencies twice.
            .args(["--config", "profile.release.debug=\"line-tables-only\""])
            .env("RUSTFLAGS", flags())
            .env("CARGO_TARGET_DIR", root().join("target/firmware"))
            .current_dir(&folder);
        Ok::<_, String>(cargo)
    };
    step(built("build")?)?;
    has_code(&program(&folder)?)?;
    let printed = page
        .blocks
        .iter()
        .find_map(|block| block.text.split_once(RUN))
        .map(|(_, after)| after.split("\n$ ").next().unwrap_or_default())
        .ok_or_else(|| format!("{PAGE} does not say what {RUN} prints"))?;
    let mut run = built("run")?;
    run.arg("--quiet");
    compare(
        "the program of the firmware page",
        &mut limited(&run),
        printed,
    )
}

/// Writes the files of the page.
fn write(page: &Page, folder: &Path) -> Result {
    let failed = |error| format!("cannot write to {}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    for block in &page.blocks {
        let Some(file) = &block.file else { continue };
        let path = folder.join(file);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, &block.text))
            .map_err(failed)?;
        eprintln!("{PAGE}:{}: {file}", block.line);
    }
    fs::copy(root().join(LOCK), folder.join("Cargo.lock")).map_err(failed)?;
    Ok(())
}

/// Returns the path of the image, which has the name of the package.
fn program(folder: &Path) -> Result<PathBuf> {
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest)
        .map_err(|error| format!("cannot read {}: {error}", manifest.display()))?;
    let manifest: toml::Table = text
        .parse()
        .map_err(|error| format!("{}: {error}", manifest.display()))?;
    let name = manifest["package"]["name"].as_str().unwrap_or_default();
    let built = root().join("target/firmware").join(TARGET).join("release");
    Ok(built.join(name))
}

/// Fails if the image has no code: the linker reports no error when it drops everything.
fn has_code(program: &Path) -> Result {
    let printed = printed_size(program, &["-A"])?;
    for section in SECTIONS {
        if section_size(&printed, section) == 0 {
            return Err(format!(
                "the image of {PAGE} has no {section}: {}\n{printed}",
                program.display()
            ));
        }
    }
    Ok(())
}

/// Returns the size of a section in the output of `size -A`, or 0 if it is not there.
fn section_size(printed: &str, section: &str) -> u64 {
    let columns = printed.lines().map(|line| line.split_whitespace());
    columns
        .filter_map(|mut line| Some((line.next()?, line.next()?.parse().ok()?)))
        .find(|(name, _)| *name == section)
        .map_or(0, |(_, size)| size)
}

/// Returns the same command with a limit of time: an emulator may never come to the end.
fn limited(command: &Command) -> Command {
    let mut limited = Command::new("timeout");
    limited
        .arg(LIMIT)
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        limited.current_dir(folder);
    }
    limited
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_image_has_no_code() {
        let printed = "blink  :\nsection   size   addr\n.vector_table   1024   0x0\n.bss   8   0\n";
        assert_eq!(section_size(printed, ".vector_table"), 1024);
        assert_eq!(section_size(printed, ".text"), 0);
    }
}
