//! Standard input, output and error (contract 19).

use std::env;
use std::fs;
use std::io::{BufRead, ErrorKind, Read, Write};
use std::pin::pin;
use std::process::{self, Command};
use std::thread;

use crate::common::{self, Running, program};
use portable::io::{self, AsyncReadExt, AsyncWriteExt, stderr, stdin, stdout};
use portable::task;
use portable::time::{Duration, timeout};

/// Begins a read for which there is no input, and drops it once the reading thread waits.
async fn cancel<T: std::fmt::Debug>(read: impl Future<Output = T>) {
    timeout(Duration::from_millis(50), read).await.unwrap_err();
}

/// Asserts that the program ends although its stdin is open and empty.
fn ends_by_itself(mut program: Running) {
    let stdin = program.stdin.take();
    assert_eq!(program.line(), "the end of main");
    assert_eq!(program.rest(), b"");
    drop(stdin);
}

#[test]
fn a_read_that_waits_does_not_delay_the_end() {
    #[portable::main(flavor = "multi_thread")]
    async fn main() {
        let mut line = String::new();
        cancel(stdin().read_line(&mut line)).await;
        println!("the end of main");
    }

    program!("a_read_that_waits_does_not_delay_the_end").talk(main, ends_by_itself);
}

#[test]
fn a_task_that_reads_does_not_delay_the_end() {
    #[portable::main(flavor = "current_thread")]
    async fn main() {
        let reads = portable::spawn(async { stdin().read(&mut [0; 8]).await });
        cancel(reads).await;
        println!("the end of main");
    }

    program!("a_task_that_reads_does_not_delay_the_end").talk(main, ends_by_itself);
}

#[test]
fn a_cancelled_read_loses_nothing() {
    #[portable::main]
    async fn main() {
        let mut line = String::new();
        // There is no input.
        cancel(stdin().read_line(&mut line)).await;
        cancel(stdin().read(&mut [0; 8])).await;
        println!("one?");
        stdin().read_line(&mut line).await.unwrap();
        println!("{line:?}");
        // There is the beginning of a line.
        println!("beginning?");
        cancel(stdin().read_line(&mut line)).await;
        cancel(stdin().lines().next_line()).await;
        println!("end?");
        line.clear();
        assert_eq!(stdin().read_line(&mut line).await.unwrap(), 12);
        println!("{line:?}");
        // A dropped reader of lines keeps no input from the next one.
        let mut lines = stdin().lines();
        assert_eq!(lines.next_line().await.unwrap().unwrap(), "three");
        let _stdin = lines.into_inner();
        let mut lines = pin!(stdin().lines());
        let next = futures::StreamExt::next(&mut lines).await.unwrap();
        assert_eq!(next.unwrap(), "four");
        println!("fine");
    }

    program!("a_cancelled_read_loses_nothing").talk(main, |mut program| {
        assert_eq!(program.line(), "one?");
        program.say(b"one\n");
        assert_eq!(program.line(), r#""one\n""#);
        assert_eq!(program.line(), "beginning?");
        program.say(b"two and ");
        assert_eq!(program.line(), "end?");
        program.say(b"two\nthree\r\nfour\n");
        assert_eq!(program.line(), r#""two and two\n""#);
        assert_eq!(program.line(), "fine");
        assert_eq!(program.rest(), b"");
    });
}

#[test]
fn a_line_that_is_cancelled_all_the_time_comes_whole() {
    #[portable::main]
    async fn main() {
        let mut lines = stdin().lines();
        let mut count = 0;
        loop {
            let line = match common::poll_once(pin!(lines.next_line())) {
                std::task::Poll::Ready(line) => line,
                std::task::Poll::Pending => {
                    task::yield_now().await;
                    continue;
                }
            };
            let Some(line) = line.unwrap() else { break };
            assert_eq!(line, format!("line {count}"));
            count += 1;
        }
        println!("{count}");
    }

    let program = program!("a_line_that_is_cancelled_all_the_time_comes_whole");
    program.talk(main, |mut program| {
        for n in 0..20_000 {
            program.say(format!("line {n}\n").as_bytes());
        }
        program.stdin = None;
        assert_eq!(program.line(), "20000");
        program.rest();
    });
}

#[test]
fn handles_share_what_was_read() {
    #[portable::main]
    async fn main() {
        let mut text = [0; 4];
        stdin().read_exact(&mut text).await.unwrap();
        println!("{:?}", str::from_utf8(&text));
        let mut line = String::new();
        // The next read is on another thread and under another executor.
        let line = thread::spawn(move || {
            common::block_on(stdin().read_line(&mut line)).unwrap();
            line
        });
        println!("{:?}", line.join().unwrap());
        let mut bytes = Vec::new();
        stdin().read_until(b';', &mut bytes).await.unwrap();
        println!("{:?}", str::from_utf8(&bytes));
        let tasks: Vec<_> = (0..10)
            .map(|_| portable::spawn(async { stdin().lines().next_line().await.unwrap() }))
            .collect();
        let mut lines = Vec::new();
        for task in tasks {
            lines.push(task.await.unwrap().unwrap());
        }
        lines.sort_unstable();
        println!("{}", lines.concat());
    }

    program!("handles_share_what_was_read").talk(main, |mut program| {
        program.say(b"to be or not\nto;be\n");
        assert_eq!(program.line(), r#"Ok("to b")"#);
        assert_eq!(program.line(), r#""e or not\n""#);
        assert_eq!(program.line(), r#"Ok("to;")"#);
        for n in 0..9 {
            program.say(format!("{n}\n").as_bytes());
        }
        assert_eq!(program.line(), "012345678be");
        program.rest();
    });
}

#[test]
fn the_end_of_the_input_is_no_error() {
    #[portable::main]
    async fn main() {
        let mut line = String::new();
        assert_eq!(stdin().read_line(&mut line).await.unwrap(), 4);
        let error = stdin().read_line(&mut line).await.unwrap_err();
        println!("{:?}", error.kind());
        assert_eq!(stdin().read(&mut []).await.unwrap(), 0);
        assert_eq!(stdin().read_line(&mut line).await.unwrap(), 3);
        println!("{line:?}");
        for _ in 0..3 {
            assert_eq!(stdin().read_line(&mut line).await.unwrap(), 0);
            assert_eq!(stdin().read(&mut [0; 8]).await.unwrap(), 0);
            assert_eq!(stdin().lines().next_line().await.unwrap(), None);
        }
    }

    program!("the_end_of_the_input_is_no_error").talk(main, |mut program| {
        program.say(b"one\nnot \xff\nend");
        program.stdin = None;
        assert_eq!(program.line(), "InvalidData");
        assert_eq!(program.line(), r#""one\nend""#);
        program.rest();
    });
}

/// Input that no read waits for stays with the operating system.
#[test]
fn a_child_may_have_what_is_left() {
    #[portable::main]
    async fn main() {
        let mut line = String::new();
        stdin().read_line(&mut line).await.unwrap();
        println!("next?");
        let status = Command::new("cat").status();
        assert!(status.unwrap().success());
    }

    #[cfg(unix)]
    program!("a_child_may_have_what_is_left").talk(main, |mut program| {
        program.say(b"one\n");
        assert_eq!(program.line(), "next?");
        program.say(b"two\n");
        program.stdin = None;
        assert_eq!(program.line(), "two");
        program.rest();
    });
}

#[test]
fn bytes_go_through_unchanged() {
    #[portable::main]
    async fn main() {
        io::copy(stdin(), &mut stdout()).await.unwrap();
    }

    let bytes: Vec<u8> = (0..1_000_000_u32).map(|n| (n / 11) as u8).collect();
    program!("bytes_go_through_unchanged").talk(main, |mut program| {
        let mut stdin = program.stdin.take().unwrap();
        let sent = bytes.clone();
        let says = thread::spawn(move || stdin.write_all(&sent).unwrap());
        assert!(program.rest() == bytes);
        says.join().unwrap();
    });
}

/// The output does not wait for the end of the process, which may be an abort.
#[test]
fn output_is_seen_when_the_write_returns() {
    #[portable::main]
    async fn main() {
        let mut output = stdout();
        // The output does not end a line.
        output.write_all(b"name? ").await.unwrap();
        stdin().read_line(&mut String::new()).await.unwrap();
        output.write_all(b"thanks").await.unwrap();
        process::abort();
    }

    program!("output_is_seen_when_the_write_returns").talk(main, |mut program| {
        let mut text = [0; 6];
        program.stdout.read_exact(&mut text).unwrap();
        assert_eq!(&text, b"name? ");
        program.say(b"portable\n");
        program.stdout.read_exact(&mut text).unwrap();
        assert_eq!(&text, b"thanks");
        assert!(!program.child.wait().unwrap().success());
    });
}

/// Returns many lines, which the programs write without a flush.
fn flood() -> Vec<u8> {
    let lines = (0..30_000).map(|n| format!("line {n:04}\n"));
    lines.collect::<String>().into_bytes()
}

#[test]
fn output_is_complete_when_main_returns() {
    #[portable::main(flavor = "multi_thread")]
    async fn main() {
        stdout().write_all(&flood()).await.unwrap();
        // The output need not end with a line, either.
        stdout().write_all(b"end").await.unwrap();
    }

    program!("output_is_complete_when_main_returns").talk(main, |program| {
        assert!(program.rest() == [&flood()[..], b"end"].concat());
    });
}

#[test]
fn output_is_complete_when_a_current_thread_main_returns() {
    #[portable::main(flavor = "current_thread")]
    async fn main() {
        let task = portable::spawn(async {
            stdout().write_all(&flood()).await.unwrap();
            stdout().write_all(b"end").await.unwrap();
        });
        task.await.unwrap();
    }

    let program = program!("output_is_complete_when_a_current_thread_main_returns");
    program.talk(main, |program| {
        assert!(program.rest() == [&flood()[..], b"end"].concat());
    });
}

#[test]
fn output_is_complete_after_an_exit() {
    #[portable::main]
    async fn main() {
        stdout().write_all(&flood()).await.unwrap();
        stdout().write_all(b"end").await.unwrap();
        process::exit(0);
    }

    program!("output_is_complete_after_an_exit").talk(main, |program| {
        assert!(program.rest() == [&flood()[..], b"end"].concat());
    });
}

#[test]
fn output_of_several_handles_is_in_order() {
    #[portable::main]
    async fn main() {
        let mut kept = stdout();
        for n in (0..400).step_by(4) {
            // The text does not end a line, so a buffer would keep it.
            stdout()
                .write_all(format!("{n} ").as_bytes())
                .await
                .unwrap();
            print!("{} ", n + 1);
            kept.write_all(format!("{} ", n + 2).as_bytes())
                .await
                .unwrap();
            let text = format!("{}\n", n + 3);
            let task = portable::spawn(async move { stdout().write_all(text.as_bytes()).await });
            task.await.unwrap().unwrap();
        }
    }

    let program = program!("output_of_several_handles_is_in_order");
    program.talk(main, |program| {
        let printed = String::from_utf8(program.rest()).unwrap();
        let numbers = printed.split_whitespace().map(|n| n.parse().unwrap());
        assert_eq!(Vec::<u32>::from_iter(numbers), Vec::from_iter(0..400));
    });
}

/// Many tasks write at once, on any number of threads, and each write stays whole.
#[test]
fn writes_at_once_are_not_mixed() {
    #[portable::main(flavor = "multi_thread")]
    async fn main() {
        let tasks: Vec<_> = (0..8)
            .map(|n: u8| {
                portable::spawn(async move {
                    let mut line = vec![b'a' + n; 5000];
                    line.push(b'\n');
                    for _ in 0..20 {
                        stdout().write_all(&line).await.unwrap();
                        let text = String::from_utf8(line.clone()).unwrap();
                        task::spawn_blocking(move || print!("{text}"))
                            .await
                            .unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }

    program!("writes_at_once_are_not_mixed").talk(main, |program| {
        let printed = program.rest();
        let lines: Vec<_> = printed.lines().map(Result::unwrap).collect();
        assert_eq!(lines.len(), 8 * 20 * 2);
        for line in lines {
            assert_eq!(line, line[..1].repeat(5000));
        }
    });
}

/// The variable with the path to which a program's stderr or stdout goes.
const PATH: &str = "PORTABLE_TEST_FILE";

#[cfg(unix)]
#[test]
fn an_error_is_given_by_the_write_itself() {
    #[portable::main]
    async fn main() {
        for _ in 0..2 {
            let error = stderr().write_all(b"to be").await.unwrap_err();
            println!("{:?}", error.raw_os_error());
        }
    }

    let program = program!("an_error_is_given_by_the_write_itself");
    let program = program.by_shell("", "2> /dev/full");
    program.run(main, |outcome| outcome.printed(&["Some(28)", "Some(28)"]));
}

#[cfg(unix)]
#[test]
fn standard_error_is_complete_and_in_order() {
    #[portable::main]
    async fn main() {
        for n in (0..100).step_by(2) {
            stderr()
                .write_all(format!("{n} ").as_bytes())
                .await
                .unwrap();
            eprint!("{} ", n + 1);
        }
        process::exit(0);
    }

    let path = env::temp_dir().join(format!("portable-stderr-{}", process::id()));
    let program = program!("standard_error_is_complete_and_in_order");
    let program = program
        .env(PATH, &path)
        .by_shell("", "2> \"$PORTABLE_TEST_FILE\"");
    program.run(main, |outcome| {
        outcome.printed(&[]);
        let printed = fs::read_to_string(&path).unwrap();
        let numbers = printed.split_whitespace().map(|n| n.parse().unwrap());
        assert_eq!(Vec::<u32>::from_iter(numbers), Vec::from_iter(0..100));
    });
    fs::remove_file(&path).unwrap();
}

/// Streams that another program has set to non-blocking, as a shell, `ssh` or Node.js may.
#[cfg(unix)]
mod that_do_not_block {
    use std::os::fd::AsFd;

    use super::*;

    fn set_non_blocking(stream: impl AsFd) {
        rustix::io::ioctl_fionbio(&stream, true).unwrap();
    }

    /// Returns a text that does not fit into a pipe, with and without ends of lines.
    fn text() -> String {
        let mut text = "to be\n".repeat(20_000);
        text.push_str(&"or not".repeat(20_000));
        text.push('\n');
        text
    }

    fn comes_whole(mut program: Running) {
        thread::sleep(Duration::from_millis(50));
        let mut whole = Vec::new();
        program.stdout.read_to_end(&mut whole).unwrap();
        assert!(whole == [text(), text(), "end\n".into()].concat().into_bytes());
        assert!(program.child.wait().unwrap().success());
    }

    #[test]
    fn a_write_to_stdout_waits() {
        #[portable::main]
        async fn main() {
            set_non_blocking(stdout());
            let mut stdout = stdout();
            stdout.write_all(text().as_bytes()).await.unwrap();
            // The text that `print!` has left in the standard library's buffer comes first.
            print!("{}", &text()[..5]);
            let rest = &text()[5..];
            stdout.write_all(rest.as_bytes()).await.unwrap();
            stdout.write_all(b"end\n").await.unwrap();
            process::exit(0);
        }

        program!("a_write_to_stdout_waits").talk(main, comes_whole);
    }

    #[test]
    fn a_write_to_stderr_waits() {
        #[portable::main]
        async fn main() {
            set_non_blocking(stderr());
            for _ in 0..2 {
                stderr().write_all(text().as_bytes()).await.unwrap();
            }
            stderr().write_all(b"end\n").await.unwrap();
        }

        let program = program!("a_write_to_stderr_waits");
        program.by_shell("", "2>&1").talk(main, comes_whole);
    }

    #[test]
    fn a_reader_that_goes_while_a_write_waits_is_an_error() {
        #[portable::main]
        async fn main() {
            set_non_blocking(stdout());
            let error = stdout().write_all(text().as_bytes()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BrokenPipe);
            // The text in the standard library's buffer has no reader.
            process::exit(7);
        }

        let program = program!("a_reader_that_goes_while_a_write_waits_is_an_error");
        program.talk(main, |mut program| {
            thread::sleep(Duration::from_millis(50));
            drop(program.stdout);
            assert_eq!(program.child.wait().unwrap().code(), Some(7));
        });
    }

    #[test]
    fn a_read_of_stdin_waits() {
        #[portable::main]
        async fn main() {
            set_non_blocking(stdin());
            let mut lines = stdin().lines();
            println!("one?");
            println!("{:?}", lines.next_line().await.unwrap());
            println!("more?");
            cancel(lines.next_line()).await;
            println!("end?");
            println!("{:?}", lines.next_line().await.unwrap());
            let mut rest = String::new();
            lines.into_inner().read_to_string(&mut rest).await.unwrap();
            println!("{rest:?}");
        }

        program!("a_read_of_stdin_waits").talk(main, |mut program| {
            assert_eq!(program.line(), "one?");
            program.say(b"one\n");
            assert_eq!(program.line(), r#"Some("one")"#);
            assert_eq!(program.line(), "more?");
            program.say(b"begin");
            assert_eq!(program.line(), "end?");
            program.say(b"ning\nto be ");
            assert_eq!(program.line(), r#"Some("beginning")"#);
            thread::sleep(Duration::from_millis(20));
            program.say(b"or not");
            program.stdin = None;
            assert_eq!(program.rest(), b"\"to be or not\"\n");
        });
    }

    #[test]
    fn a_read_that_waits_does_not_delay_the_end() {
        #[portable::main]
        async fn main() {
            set_non_blocking(stdin());
            let mut line = String::new();
            cancel(stdin().read_line(&mut line)).await;
            println!("the end of main");
        }

        program!("a_read_that_waits_does_not_delay_the_end").talk(main, ends_by_itself);
    }
}
