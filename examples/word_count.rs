//! Counts the words, lines and bytes of files and folders, sixteen files at a time.
//!
//! A fixed number of tasks share a queue, and each file is read by `spawn_blocking`. The table goes
//! to stdout; progress and errors go to stderr.
//!
//! `cargo run --release --features smol --example word_count -- .`

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::vec;

use portable::spawn_task;
use portable::time::{Duration, Instant, interval};

const USAGE: &str = "\
usage: word_count PATH...

Counts the words, lines and bytes of files, and of all files in folders. Words stand
between ASCII whitespace, lines end with a newline; nothing need be UTF-8.

In a folder, whatever is hidden, folders named `target`, links and special files are
skipped. A link or a hidden file that is named as a PATH is counted.

exit status: 0 all was counted, 1 something could not be read, 2 no path was given
";

/// The number of files that are read at the same time.
const AT_ONCE: usize = 16;

type Queue = Mutex<vec::IntoIter<PathBuf>>;
type Failure = (PathBuf, io::Error);

#[portable::main]
async fn main() -> ExitCode {
    let start = Instant::now();
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        complain(USAGE.trim_end());
        return ExitCode::from(2);
    }
    if paths[0] == Path::new("--help") {
        return print(USAGE);
    }

    let walk = spawn_task!(blocking, || walk(paths));
    let (files, mut failures) = walk.await.expect("the walk does not panic");

    let total = files.len();
    let queue = Arc::new(Mutex::new(files.into_iter()));
    let progress = spawn_task!(name = "progress", report(queue.clone(), total));
    let tasks: Vec<_> = (0..AT_ONCE.min(total))
        .map(|_| spawn_task!(count_queue(queue.clone())))
        .collect();

    let mut counts = Vec::new();
    for task in tasks {
        for (path, count) in task.await.expect("counting does not panic") {
            match count {
                Ok(count) => counts.push((path, count)),
                Err(error) => failures.push((path, error)),
            }
        }
    }
    progress.abort();

    counts.sort_by(|(path, a), (other, b)| b.words.cmp(&a.words).then_with(|| path.cmp(other)));
    let printed = print(&table(&counts));

    failures.sort_by(|(path, _), (other, _)| path.cmp(other));
    for (path, error) in &failures {
        complain(&format!("{}: {error}", shown(path)));
    }
    let (files, time) = (counts.len(), start.elapsed());
    let runtime = portable::runtime::current();
    complain(&format!("{files} files counted on {runtime} in {time:?}"));
    if failures.is_empty() {
        printed
    } else {
        ExitCode::FAILURE
    }
}

/// Returns the files that `paths` stand for, and the paths that cannot be read.
fn walk(paths: Vec<PathBuf>) -> (Vec<PathBuf>, Vec<Failure>) {
    let (mut files, mut folders, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        match fs::metadata(&path) {
            Ok(data) if data.is_dir() => folders.push(path),
            Ok(data) if data.is_file() => files.push(path),
            Ok(_) => failures.push((path, io::Error::other("neither a file nor a folder"))),
            Err(error) => failures.push((path, error)),
        }
    }
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                failures.push((folder, error));
                continue;
            }
        };
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.file_type()?, entry))) {
                Ok((_, entry)) if entry.file_name().as_encoded_bytes().starts_with(b".") => {}
                Ok((kind, entry)) if kind.is_file() => files.push(entry.path()),
                Ok((kind, entry)) if kind.is_dir() && entry.file_name() != "target" => {
                    folders.push(entry.path());
                }
                // Links are not followed, so there are no loops; a pipe could block for ever.
                Ok(_) => {}
                Err(error) => failures.push((folder.clone(), error)),
            }
        }
    }
    (files, failures)
}

/// Counts files until the queue is empty.
async fn count_queue(queue: Arc<Queue>) -> Vec<(PathBuf, io::Result<Count>)> {
    let mut counts = Vec::new();
    // In the condition of the loop, the guard would live across the await.
    let next = || queue.lock().unwrap().next();
    while let Some(path) = next() {
        let file = path.clone();
        let count = spawn_task!(blocking, move || Count::of(&file)).await;
        counts.push((path, count.unwrap_or_else(|error| Err(error.into()))));
    }
    counts
}

/// Prints the progress until it is aborted.
async fn report(queue: Arc<Queue>, total: usize) {
    let mut ticks = interval(Duration::from_millis(250));
    loop {
        ticks.tick().await;
        let started = total - queue.lock().unwrap().len();
        complain(&format!("{started} of {total} files"));
    }
}

#[derive(Default)]
struct Count {
    words: u64,
    lines: u64,
    bytes: u64,
    in_word: bool,
}

impl Count {
    fn of(path: &Path) -> io::Result<Self> {
        let mut count = Self::default();
        io::copy(&mut File::open(path)?, &mut count)?;
        Ok(count)
    }

    fn row(&self, name: &str) -> String {
        let (words, lines, bytes) = (self.words, self.lines, self.bytes);
        format!("{words:>12} {lines:>12} {bytes:>14}  {name}\n")
    }
}

/// Counts the bytes that are written, so that a file need neither be valid UTF-8 nor fit in memory.
impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for byte in bytes {
            let in_word = !matches!(byte, b' ' | b'\t'..=b'\r');
            self.words += u64::from(in_word && !self.in_word);
            self.lines += u64::from(*byte == b'\n');
            self.in_word = in_word;
        }
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn table(counts: &[(PathBuf, Count)]) -> String {
    let mut text = format!("{:>12} {:>12} {:>14}  path\n", "words", "lines", "bytes");
    let mut total = Count::default();
    for (path, count) in counts {
        text += &count.row(&shown(path));
        total.words += count.words;
        total.lines += count.lines;
        total.bytes += count.bytes;
    }
    text + &total.row("total")
}

/// Returns the path as one line, without control characters.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace(char::is_control, "?")
}

/// Prints to stdout. A reader that has enough, such as `head`, is no failure.
fn print(text: &str) -> ExitCode {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes());
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&format!("stdout: {error}"));
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

/// Prints to stderr, and ignores a failure, at which `eprintln!` would panic.
fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
