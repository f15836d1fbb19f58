//! Follows the page about browsers literally: takes its files as they are printed, builds them, opens
//! the page, and compares what the console says and how big the module is.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{build, chromium};
use crate::docs::Page;
use crate::run::{Result, root};

const PAGE: &str = "docs/browser.md";

/// What the page says that the console says.
const SAYS: &str = "42, by wasm";

/// The bytes that the module may have, plain and compressed.
const PLAIN: usize = 60_000;
const COMPRESSED: usize = 25_000;

const LIMIT: Duration = Duration::from_secs(60);

pub(super) fn check() -> Result {
    let page = Page::read(PAGE)?;
    if !page.code.iter().any(|(_, code)| code == SAYS) {
        return Err(format!(
            "{PAGE} does not say that the console says `{SAYS}`"
        ));
    }
    let folder = root().join(build::FOLDER).join("page");
    let failed = |error| format!("cannot write to {}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    for block in &page.blocks {
        let Some(file) = &block.file else { continue };
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap_or(&folder))
            .and_then(|()| fs::write(&path, &block.text))
            .map_err(failed)?;
        eprintln!("{PAGE}:{}: {file}", block.line);
    }
    fs::copy(root().join(build::LOCK), folder.join("Cargo.lock")).map_err(failed)?;
    // The page takes `portable` from the registry. This test takes the one of the checkout.
    let patch = format!("patch.crates-io.portable.path={:?}", root());
    let site = build::build(&folder, "hello", &[patch])?;
    fs::copy(folder.join("index.html"), site.join("index.html")).map_err(failed)?;
    let said = chromium::open(&site, include_str!("page.js"), LIMIT)?;
    if said != SAYS {
        return Err(format!("{PAGE}: the console says `{said}`"));
    }
    println!("\nthe program of {PAGE} in Chromium: {said}");

    let module = site.join("hello_bg.wasm");
    let module = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
    let (plain, compressed) = (module.len(), compressed(&module)?);
    println!("its module: {plain} bytes of {PLAIN}, compressed {compressed} of {COMPRESSED}");
    match plain <= PLAIN && compressed <= COMPRESSED {
        true => Ok(()),
        false => Err("the module is bigger than it may be".into()),
    }
}

/// Returns how many bytes gzip makes of them.
fn compressed(bytes: &[u8]) -> Result<usize> {
    let failed = |error| format!("cannot run gzip: {error}");
    let mut gzip = Command::new("gzip")
        .args(["--best", "--no-name"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut stdin = gzip.stdin.take().ok_or("gzip has no standard input")?;
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = gzip.wait_with_output().map_err(failed)?;
    match writer.join() {
        Ok(Ok(())) if output.status.success() => Ok(output.stdout.len()),
        _ => Err("gzip has failed".into()),
    }
}
