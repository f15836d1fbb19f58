//! Measures the server of `examples/redis`: `benches/redis` is the same source on Tokio alone.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::{load, median};
use crate::run::{Result, cargo, output, root, step, table};

/// The sides: a name, and the package with its features. The first is what the others are compared
/// with.
const SIDES: [(&str, &[&str]); 3] = [
    ("Tokio alone", &["portable-bench-redis"]),
    ("tokio", &["redis-demo", "--features", "tokio"]),
    ("smol", &["redis-demo", "--features", "smol"]),
];

/// The requests of a round, for each of the two commands.
const REQUESTS: u32 = 200_000;

/// The requests of the round in which strace counts system calls, and slows everything down.
const TRACED: u32 = 20_000;

/// What one round says.
#[derive(Clone, Copy, Debug)]
struct Round {
    /// Requests a second, and the 99th percentile of their times in milliseconds: of SET, and of GET.
    rates: [f64; 2],
    tails: [f64; 2],
    /// The server's processor time for a request, in microseconds.
    cpu: f64,
    /// Switches of the server's threads for a thousand requests: those that wait, and those that are
    /// made to.
    switches: [f64; 2],
}

/// Implements `bench redis`: `rounds` rounds, the sides in turns.
pub fn redis(rounds: usize) -> Result {
    if Command::new("redis-benchmark")
        .arg("--version")
        .output()
        .is_err()
    {
        println!("skipped: there is no redis-benchmark here (Debian's package `redis-tools`)");
        return Ok(());
    }
    let programs = build()?;
    println!("load {}", load());
    let mut measured: [Vec<Round>; SIDES.len()] = Default::default();
    for round in 0..rounds {
        // Each side is the first in its turn.
        for place in 0..SIDES.len() {
            let side = (round + place) % SIDES.len();
            measured[side].push(run(&programs[side])?);
        }
    }
    println!("load {}, after {rounds} rounds", load());
    print(&measured);
    calls(&programs)
}

/// Builds all sides, each alone: in one build their features would meet.
fn build() -> Result<Vec<PathBuf>> {
    let folder = root().join("target/bench-redis");
    fs::create_dir_all(&folder).map_err(|error| format!("cannot make {folder:?}: {error}"))?;
    let mut programs = Vec::new();
    for (name, package) in SIDES {
        step(cargo(
            &[&["build", "--release", "--package"], package].concat(),
        ))?;
        let built = root().join("target/release").join(package[0]);
        let program = folder.join(name.replace(' ', "-"));
        fs::copy(&built, &program).map_err(|error| format!("cannot copy {built:?}: {error}"))?;
        programs.push(program);
    }
    Ok(programs)
}

/// A server that runs.
struct Server {
    child: Child,
    port: String,
    /// What the server prints: it has to be open when the server says that it ends.
    _printed: BufReader<ChildStdout>,
}

impl Server {
    fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start the server: {error}"))?;
        let mut printed = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        let read = printed.read_line(&mut line);
        let mut server = Self {
            child,
            port: String::new(),
            _printed: printed,
        };
        read.map_err(|error| format!("the server prints nothing: {error}"))?;
        let port = line.split_once("127.0.0.1:").map(|it| it.1);
        let port = port.and_then(|rest| rest.split_once(',')).map(|it| it.0);
        server.port = port
            .ok_or_else(|| format!("the server gives no address: {line}"))?
            .into();
        Ok(server)
    }

    /// Has redis-benchmark send requests, and returns its line for each command.
    fn drive(&self, requests: u32) -> Result<Vec<Vec<String>>> {
        let requests = requests.to_string();
        let mut benchmark = Command::new("redis-benchmark");
        benchmark.args(["-p", &self.port, "-c", "50", "-t", "set,get"]);
        benchmark.args(["-n", &requests, "--csv"]);
        let printed = output(&mut benchmark)?;
        let text = String::from_utf8_lossy(&printed.stdout);
        let lines = text.lines().map(|line| {
            let cells = line.split(',').map(|cell| cell.trim_matches('"').into());
            cells.collect::<Vec<String>>()
        });
        let lines: Vec<_> = lines.filter(|cells| cells.len() >= 8).collect();
        // The first line is the head.
        match lines.len() == 3 && printed.status.success() {
            true => Ok(lines[1..].to_vec()),
            false => Err(format!(
                "redis-benchmark: {}\n{text}{}",
                printed.status,
                String::from_utf8_lossy(&printed.stderr)
            )),
        }
    }

    /// Returns the seconds of processor time so far.
    fn cpu(&self) -> Result<f64> {
        let stat = read(Path::new(&format!("/proc/{}/stat", self.child.id())))?;
        // The name of the program, which may have spaces, ends with the last parenthesis.
        let fields: Vec<_> = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split(' ')
            .collect();
        let ticks = |field: usize| fields.get(field).and_then(|it| it.parse::<f64>().ok());
        // Linux has 100 ticks a second for programs, on every machine.
        match (ticks(12), ticks(13)) {
            (Some(user), Some(system)) => Ok((user + system) / 100.0),
            _ => Err(format!("no times in {stat}")),
        }
    }

    /// Returns how often the threads gave up the processor, and how often it was taken from them.
    fn switches(&self) -> Result<[f64; 2]> {
        let mut sums = [0.0; 2];
        let tasks = format!("/proc/{}/task", self.child.id());
        let tasks =
            fs::read_dir(&tasks).map_err(|error| format!("cannot read {tasks}: {error}"))?;
        for task in tasks.flatten() {
            let status = read(&task.path().join("status"))?;
            for line in status.lines() {
                let names = ["voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"];
                for (name, sum) in names.iter().zip(&mut sums) {
                    if let Some(count) = line.strip_prefix(name) {
                        *sum += count.trim().parse().unwrap_or(0.0);
                    }
                }
            }
        }
        Ok(sums)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It does not end on its own.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {path:?}: {error}"))
}

fn run(program: &Path) -> Result<Round> {
    let server = Server::start(Command::new(program))?;
    let lines = server.drive(REQUESTS)?;
    let column = |column: usize| {
        [0, 1].map(|line: usize| lines[line][column].parse::<f64>().unwrap_or(f64::NAN))
    };
    let all = 2.0 * f64::from(REQUESTS);
    Ok(Round {
        rates: column(1),
        tails: column(6),
        cpu: server.cpu()? / all * 1e6,
        switches: server.switches()?.map(|count| count / all * 1e3),
    })
}

fn print(measured: &[Vec<Round>; SIDES.len()]) {
    let mut rows = vec![
        [
            "server",
            "SET/s",
            "GET/s",
            "ratio",
            "p99 of SET",
            "of GET",
            "ratio",
            "processor a request",
            "switches of 1000: waits",
            "taken",
        ]
        .map(String::from)
        .to_vec(),
    ];
    for ((name, _), rounds) in SIDES.iter().zip(measured) {
        let of = |value: fn(&Round) -> f64| median(rounds.iter().map(value).collect());
        // Compared within a round, since the load of the machine changes.
        let ratio = |value: fn(&Round) -> f64| {
            let beside = rounds.iter().zip(&measured[0]);
            median(
                beside
                    .map(|(ours, base)| value(ours) / value(base))
                    .collect(),
            )
        };
        rows.push(vec![
            (*name).into(),
            format!("{:.0}", of(|it| it.rates[0])),
            format!("{:.0}", of(|it| it.rates[1])),
            format!("{:.2}", ratio(|it| it.rates.iter().sum())),
            format!("{:.2} ms", of(|it| it.tails[0])),
            format!("{:.2} ms", of(|it| it.tails[1])),
            format!("{:.2}", ratio(|it| it.tails.iter().sum())),
            format!("{:.2} µs", of(|it| it.cpu)),
            format!("{:.0}", of(|it| it.switches[0])),
            format!("{:.0}", of(|it| it.switches[1])),
        ]);
    }
    println!();
    table(&rows);
}

/// Counts the system calls of each side, with strace.
fn calls(programs: &[PathBuf]) -> Result {
    if Command::new("strace").arg("--version").output().is_err() {
        println!("\nthere is no strace here to count system calls");
        return Ok(());
    }
    let mut rows = vec![
        ["server", "system calls of 1000 requests"]
            .map(String::from)
            .to_vec(),
    ];
    for ((name, _), program) in SIDES.iter().zip(programs) {
        let summary = program.with_extension("strace");
        let mut traced = Command::new("strace");
        traced.args(["--follow-forks", "--summary-only", "--output"]);
        traced.arg(&summary).arg(program);
        let mut server = Server::start(traced)?;
        server.drive(TRACED)?;
        // strace writes its summary when the server, its child, has ended.
        let children = format!("/proc/{0}/task/{0}/children", server.child.id());
        let child = read(Path::new(&children))?;
        output(Command::new("kill").args(["-INT", child.trim()]))?;
        server
            .child
            .wait()
            .map_err(|error| format!("cannot wait for strace: {error}"))?;
        rows.push(vec![(*name).into(), shown(&read(&summary)?)]);
    }
    println!();
    table(&rows);
    Ok(())
}

/// Returns the calls in a summary of strace that come more often than for one request of a thousand.
fn shown(summary: &str) -> String {
    let mut calls: Vec<(f64, &str)> = summary
        .lines()
        .filter_map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            let count: f64 = words.get(3)?.parse().ok()?;
            let name = *words.last()?;
            let each = count / (2.0 * f64::from(TRACED)) * 1e3;
            (each >= 1.0 && name != "total").then_some((each, name))
        })
        .collect();
    calls.sort_by(|a, b| b.0.total_cmp(&a.0));
    let calls = calls.iter().map(|(each, name)| format!("{name} {each:.0}"));
    calls.collect::<Vec<_>>().join(", ")
}
