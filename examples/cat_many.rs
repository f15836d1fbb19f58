//! Copies stdin, line by line, to each of the named files, as `tee` does, and prints the number of
//! a line once it is with the operating system in all of them.
//!
//! A number that was printed is a promise: however the program ends, the line is there. A file that
//! cannot be written is reported and left out, and the others go on; the status is 1 then.
//!
//! `seq 3 | cargo run --features smol,fs --example cat_many -- /tmp/a /tmp/b`

use std::process::ExitCode;

use portable::fs::File;
use portable::io::{self, AsyncWriteExt, stderr, stdin, stdout};

#[portable::main]
async fn main() -> io::Result<ExitCode> {
    let mut files = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for path in std::env::args_os().skip(1) {
        match File::create(&path).await {
            Ok(file) => files.push((path, file)),
            Err(error) => {
                code = ExitCode::FAILURE;
                report(&path, &error).await?;
            }
        }
    }

    let (input, mut output) = (stdin(), stdout());
    let mut line = Vec::new();
    for number in 1.. {
        if files.is_empty() {
            break;
        }
        line.clear();
        if input.read_until(b'\n', &mut line).await? == 0 {
            break;
        }
        let mut i = 0;
        while let Some((path, file)) = files.get_mut(i) {
            // A flush is not needed: `write_all` returns when the operating system has the line.
            match file.write_all(&line).await {
                Ok(()) => i += 1,
                Err(error) => {
                    code = ExitCode::FAILURE;
                    report(path, &error).await?;
                    files.remove(i);
                }
            }
        }
        // If no file has the line, there is nothing to promise.
        if !files.is_empty() {
            output.write_all(format!("{number}\n").as_bytes()).await?;
        }
    }
    Ok(code)
}

async fn report(path: &std::ffi::OsStr, error: &io::Error) -> io::Result<()> {
    let text = format!("cat_many: {}: {error}\n", path.display());
    stderr().write_all(text.as_bytes()).await
}
