//! Runs the example `thumbnails`, whose output has times in it, and checks what it leaves behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::run::{Result, output, root, shown};

/// The time in which an interrupted example must end.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs the example that has been built on a runtime. Returns how many milliseconds it took.
pub fn thumbnails(runtime: &str) -> Result<u128> {
    let start = Instant::now();
    let temporary = Temporary::new()?;
    let made = output(&mut temporary.example(runtime, &["--pictures", "2"]))?;
    temporary.assert_empty()?;
    expect(&made, 0, "2 thumbnails\n", "")?;
    Ok(start.elapsed().as_millis())
}

/// Checks how the example ends that something stops.
pub fn stopped(runtime: &str) -> Result {
    let temporary = Temporary::new()?;
    for (arguments, status, error) in [
        (&["--pictures", "none"][..], 2, "usage: thumbnails"),
        (&["absent", "into"], 1, "thumbnails: cannot list absent: "),
        (&["macros", "into"], 1, "thumbnails: no file in macros ends"),
    ] {
        let ended = output(&mut temporary.example(runtime, arguments))?;
        expect(&ended, status, "", error)?;
    }
    temporary.assert_empty()?;

    let from = temporary.0.join("broken");
    let failed = |error| format!("cannot write {}: {error}", from.display());
    fs::create_dir(&from).map_err(failed)?;
    fs::write(from.join("a.jpg"), "no picture").map_err(failed)?;
    let (folder, into) = (from.to_string_lossy(), from.join("small"));
    let ended = output(&mut temporary.example(runtime, &[&*folder, &*folder]))?;
    expect(&ended, 1, "", "thumbnails: the thumbnails would replace")?;
    let ended = output(&mut temporary.example(runtime, &[&*folder, &into.to_string_lossy()]))?;
    expect(&ended, 1, "", &format!("thumbnails: {folder}/a.jpg: "))?;
    fs::remove_dir_all(&from).map_err(failed)?;

    // Interrupted while it makes the pictures.
    let mut endless = temporary.example(runtime, &["--pictures", "100000"]);
    endless.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = endless
        .spawn()
        .map_err(|error| format!("cannot start {}: {error}", shown(&endless)))?;
    let interrupted = interrupt(&mut child, &temporary);
    if interrupted.is_err() {
        // It has ended, or shall.
        let _ = child.kill();
    }
    let ended = child
        .wait_with_output()
        .map_err(|error| format!("cannot wait for the example: {error}"))?;
    interrupted?;
    expect(&ended, 1, "", "thumbnails: ")?;
    temporary.assert_empty()
}

/// Sends a ctrl-c once there are pictures, and waits for the end.
fn interrupt(child: &mut Child, temporary: &Temporary) -> Result {
    let start = Instant::now();
    let mut is_sent = false;
    loop {
        let failed = |error| format!("cannot wait for the example: {error}");
        if child.try_wait().map_err(failed)?.is_some() {
            return Ok(());
        }
        if !is_sent && temporary.has_pictures() {
            let mut kill = Command::new("kill");
            output(kill.args(["-INT", &child.id().to_string()]))?;
            is_sent = true;
        }
        if start.elapsed() > LIMIT {
            return Err("the example does not end after ctrl-c".into());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn expect(ended: &Output, status: i32, stdout: &str, stderr: &str) -> Result {
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let is_same = ended.status.code() == Some(status)
        && said(&ended.stdout).starts_with(stdout)
        && said(&ended.stderr).starts_with(stderr);
    match is_same {
        true => Ok(()),
        false => Err(format!(
            "thumbnails: {}, wanted {status}\n--- printed\n{}--- errors\n{}",
            ended.status,
            said(&ended.stdout),
            said(&ended.stderr)
        )),
    }
}

/// A folder for temporary files, which is removed when this is dropped.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> Result<Self> {
        let folder = root().join("target/thumbnails");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        Ok(Self(folder))
    }

    fn example(&self, runtime: &str, arguments: &[&str]) -> Command {
        let mut example = Command::new(root().join("target/debug/examples/thumbnails"));
        example
            .args(arguments)
            .current_dir(root())
            .env("TMPDIR", &self.0)
            .env("PORTABLE_RUNTIME", runtime);
        example
    }

    fn entries(&self) -> Vec<PathBuf> {
        entries(&self.0)
    }

    fn has_pictures(&self) -> bool {
        let of_example = self.entries();
        let pictures = of_example.iter().map(|folder| folder.join("pictures"));
        pictures
            .into_iter()
            .any(|folder| !entries(&folder).is_empty())
    }

    fn assert_empty(&self) -> Result {
        match &self.entries()[..] {
            [] => Ok(()),
            left => Err(format!("thumbnails leaves behind: {left:?}")),
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).map_or(Vec::new(), |entries| {
        entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect()
    })
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
