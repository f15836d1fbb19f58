//! Scales the pictures of a folder on all cores, and prints beside it how long that takes one picture
//! after another.
//!
//! Each picture is a task, which waits for its file, then for a closure on rayon's pool, then for the
//! file of its thumbnail. A limit on the tasks bounds the memory. Without a folder the example makes
//! one in the temporary directory and removes it, also after ctrl-c.
//!
//! `cargo run --release --features "tokio rayon" --example thumbnails`

mod files;
mod pictures;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use portable::task::{self, JoinSet};
use portable::time::Instant;
use rayon::prelude::*;

const USAGE: &str = "\
usage: thumbnails [--pictures N]
       thumbnails FROM INTO

Writes a thumbnail of each JPEG in the folder FROM to the folder INTO, on all cores.
Without folders, makes N pictures (48) and scales these.

exit status: 0 all was scaled, 1 something was not, 2 the arguments are wrong
";

/// The number of pictures in memory for each core: one is scaled while the file of the other comes.
const FOR_EACH_CORE: usize = 2;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// What to do, by the arguments.
enum Work {
    Make(usize),
    Scale { from: PathBuf, into: PathBuf },
}

#[portable::main]
async fn main() -> ExitCode {
    let Some(work) = work() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match work {
        Work::Make(count) => of_our_own(count).await,
        Work::Scale { from, into } => scale_folder(&from, &into, &interrupts()).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("thumbnails: {error}");
            ExitCode::FAILURE
        }
    }
}

fn work() -> Option<Work> {
    let mut arguments = std::env::args_os().skip(1);
    let work = match (arguments.next(), arguments.next()) {
        (None, _) => Work::Make(48),
        (Some(option), Some(count)) if option == "--pictures" => {
            let count = count.to_str()?.parse().ok()?;
            Work::Make(Some(count).filter(|count| *count > 0)?)
        }
        (Some(from), Some(into)) => Work::Scale {
            from: from.into(),
            into: into.into(),
        },
        (Some(_), None) => return None,
    };
    arguments.next().is_none().then_some(work)
}

/// Returns a flag that ctrl-c and `SIGTERM` set.
///
/// `portable::signal` would do too, but needs one more feature.
fn interrupts() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // Without the flag the signal ends the program, which leaves the folder behind.
        if let Err(error) = signal_hook::flag::register(signal, flag.clone()) {
            eprintln!("thumbnails: ctrl-c leaves a folder behind: {error}");
        }
    }
    flag
}

/// Makes pictures in a folder of the temporary directory, scales them, and removes the folder.
async fn of_our_own(count: usize) -> Result<(), Error> {
    let interrupted = interrupts();
    let folder = tempfile::Builder::new()
        .prefix("thumbnails-")
        .tempdir()
        .map_err(|error| format!("cannot make a folder for the pictures: {error}"))?;
    let done = make_and_scale(folder.path(), count, &interrupted).await;
    let removed = task::spawn_blocking(move || folder.close()).await?;
    done?;
    Ok(removed?)
}

async fn make_and_scale(
    folder: &Path,
    count: usize,
    interrupted: &Arc<AtomicBool>,
) -> Result<(), Error> {
    let (from, into) = (folder.join("pictures"), folder.join("thumbnails"));
    files::create_dir_all(&from).await?;
    let stop = interrupted.clone();
    let made = task::spawn_compute({
        let from = from.clone();
        // The iterator runs on the pool that the closure is on.
        move || {
            (0..count).into_par_iter().try_for_each(|number| {
                if stop.load(Ordering::Relaxed) {
                    return Err(Error::from("interrupted"));
                }
                let path = from.join(format!("{number:03}.jpg"));
                Ok(std::fs::write(path, pictures::make(number as u32)?)?)
            })
        }
    });
    made.await?
        .map_err(|error| format!("cannot make the pictures: {error}"))?;
    scale_folder(&from, &into, interrupted).await
}

/// Writes the thumbnails of the pictures in a folder, twice: on all cores, and one after another.
async fn scale_folder(
    from: &Path,
    into: &Path,
    interrupted: &Arc<AtomicBool>,
) -> Result<(), Error> {
    let pictures = files::list(from)
        .await
        .map_err(|error| format!("cannot list {}: {error}", from.display()))?;
    if pictures.is_empty() {
        return Err(format!("no file in {} ends with .jpg or .jpeg", from.display()).into());
    }
    files::create_dir_all(into)
        .await
        .map_err(|error| format!("cannot make {}: {error}", into.display()))?;

    if files::are_same(from, into).await? {
        let what = "the thumbnails would replace the pictures";
        return Err(format!("{what}: FROM and INTO are {}", from.display()).into());
    }

    let cores = rayon::current_num_threads();
    let start = Instant::now();
    scale_all(&pictures, into, cores * FOR_EACH_CORE, interrupted).await?;
    let took = start.elapsed();

    // The same with nothing beside it, on one thread.
    let serial = task::spawn_blocking({
        let (pictures, into) = (pictures.clone(), into.to_path_buf());
        let stop = interrupted.clone();
        move || {
            let start = Instant::now();
            for picture in &pictures {
                if stop.load(Ordering::Relaxed) {
                    return Err(Error::from("interrupted"));
                }
                let thumbnail = pictures::scale(&std::fs::read(picture)?)?;
                std::fs::write(thumbnail_of(picture, &into), thumbnail)?;
            }
            Ok(start.elapsed())
        }
    });
    let serial = serial.await??;

    println!("{} thumbnails", pictures.len());
    println!(
        "{:.2} s on {cores} cores, {:.2} s one after another: {:.1} times as fast",
        took.as_secs_f64(),
        serial.as_secs_f64(),
        serial.as_secs_f64() / took.as_secs_f64(),
    );
    Ok(())
}

/// Scales all pictures, at most `limit` at a time, and fails with the number of those that could not
/// be scaled.
async fn scale_all(
    pictures: &[PathBuf],
    into: &Path,
    limit: usize,
    interrupted: &AtomicBool,
) -> Result<(), Error> {
    let progress = progress(pictures.len());
    let mut tasks = JoinSet::new();
    let mut failures = 0;
    let mut left = pictures.iter();
    loop {
        if interrupted.load(Ordering::Relaxed) {
            return Err("interrupted".into());
        }
        if tasks.len() < limit
            && let Some(picture) = left.next()
        {
            tasks.spawn(scale(picture.clone(), thumbnail_of(picture, into)));
            continue;
        }
        let Some(done) = tasks.join_next().await else {
            break;
        };
        if let Err(error) = done? {
            progress.suspend(|| eprintln!("thumbnails: {error}"));
            failures += 1;
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    match failures {
        0 => Ok(()),
        _ => Err(format!("{failures} of {} pictures are not scaled", pictures.len()).into()),
    }
}

/// Scales one picture. The worker of the runtime is free while a core of the pool is busy with it.
async fn scale(picture: PathBuf, thumbnail: PathBuf) -> Result<(), Error> {
    let scaled: Result<(), Error> = async {
        let bytes = files::read(&picture).await?;
        let scaled = task::spawn_compute(move || pictures::scale(&bytes)).await??;
        Ok(files::write(&thumbnail, scaled).await?)
    }
    .await;
    scaled.map_err(|error| format!("{}: {error}", picture.display()).into())
}

fn thumbnail_of(picture: &Path, into: &Path) -> PathBuf {
    into.join(picture.file_name().unwrap_or_default())
}

fn progress(count: usize) -> ProgressBar {
    let target = match std::io::stderr().is_terminal() {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    };
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len}, {elapsed}")
        .expect("the template is well-formed");
    ProgressBar::with_draw_target(Some(count as u64), target).with_style(style)
}
