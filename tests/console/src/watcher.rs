//! What tokio-console would show of the program.

use std::collections::HashMap;
use std::env;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use console_api::field::{Name, Value};
use console_api::instrument::InstrumentRequest;
use console_api::instrument::Update;
use console_api::instrument::instrument_client::InstrumentClient;
use console_api::tasks::Stats;

use crate::watched::BLOCKS;

/// The argument with which this program is the one that is watched.
pub(crate) const WATCHED: &str = "watched";

/// How long the program is watched before something that is missing counts as wrong.
const LIMIT: Duration = Duration::from_secs(30);

type Result<T = ()> = std::result::Result<T, String>;

/// Starts the program on this runtime, and looks until everything that it does is seen.
pub(crate) fn watch(runtime: &str) -> Result {
    let start = Instant::now();
    let address = free_address()?;
    let mut program = Program::start(runtime, &address)?;
    let spawned = program.spawned()?;
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start the client: {error}"))?;
    tokio.block_on(look(&address, &spawned))?;
    let took = start.elapsed().as_secs_f32();
    eprintln!("ok   {runtime}: {} tasks in {took:.1} s", spawned.len());
    Ok(())
}

/// Returns an address that nobody listens at.
fn free_address() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0");
    let address = listener.and_then(|listener| listener.local_addr());
    address
        .map(|address| address.to_string())
        .map_err(|error| format!("cannot find a free port: {error}"))
}

/// The program, which ends with this value.
struct Program(Child);

impl Program {
    fn start(runtime: &str, address: &str) -> Result<Self> {
        let failed = |error| format!("cannot start the program: {error}");
        let program = env::current_exe().map_err(failed)?;
        let child = Command::new(program)
            .arg(WATCHED)
            .env("PORTABLE_RUNTIME", runtime)
            .env("TOKIO_CONSOLE_BIND", address)
            .env("TOKIO_CONSOLE_PUBLISH_INTERVAL", "100ms")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        child.map(Self).map_err(failed)
    }

    /// Returns the name and the line of each task that the program says it has spawned.
    fn spawned(&mut self) -> Result<HashMap<String, u32>> {
        let out = self.0.stdout.take().expect("it is piped");
        let mut spawned = HashMap::new();
        for line in BufReader::new(out).lines() {
            let line = line.map_err(|error| format!("the program cannot be read: {error}"))?;
            if line == "ready" {
                return Ok(spawned);
            }
            let (number, name) = line.split_once(' ').unwrap_or((&line, ""));
            let number = number
                .parse()
                .map_err(|_| format!("the program said {line:?}"))?;
            spawned.insert(name.to_string(), number);
        }
        Err("the program has ended early".into())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A task as the console shows it.
#[derive(Debug, Default)]
struct Task {
    fields: HashMap<String, String>,
    file: String,
    line: u32,
    stats: Stats,
}

impl Task {
    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    fn polls(&self) -> u64 {
        self.stats
            .poll_stats
            .as_ref()
            .map_or(0, |stats| stats.polls)
    }

    fn busy(&self) -> Duration {
        let busy = self
            .stats
            .poll_stats
            .as_ref()
            .and_then(|stats| stats.busy_time);
        busy.and_then(|busy| busy.try_into().ok())
            .unwrap_or_default()
    }

    fn wakers(&self) -> i64 {
        self.stats.waker_clones as i64 - self.stats.waker_drops as i64
    }
}

async fn look(address: &str, spawned: &HashMap<String, u32>) -> Result {
    let start = Instant::now();
    let address = format!("http://{address}");
    let mut client = loop {
        match InstrumentClient::connect(address.clone()).await {
            Ok(client) => break client,
            Err(error) if start.elapsed() > LIMIT => return Err(format!("no answer: {error}")),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    };
    let failed = |error| format!("the program does not tell: {error}");
    let updates = client.watch_updates(InstrumentRequest {}).await;
    let mut updates = updates.map_err(failed)?.into_inner();
    let mut tasks = HashMap::new();
    loop {
        let update = tokio::time::timeout(LIMIT, updates.message()).await;
        let update = update.map_err(|_| "the program tells nothing".to_string())?;
        let update = update.map_err(failed)?.ok_or("the program has ended")?;
        add(&mut tasks, update)?;
        match check(&tasks, spawned) {
            Ok(()) => return Ok(()),
            Err(missing) if start.elapsed() > LIMIT => {
                return Err(format!("{missing}\nwhat was seen: {tasks:#?}"));
            }
            Err(_) => {}
        }
    }
}

/// Adds what an update tells.
fn add(tasks: &mut HashMap<u64, Task>, update: Update) -> Result {
    let update = update.task_update.unwrap_or_default();
    if update.dropped_events > 0 {
        return Err(format!("{} events were dropped", update.dropped_events));
    }
    for task in update.new_tasks {
        let mut fields = HashMap::new();
        for field in task.fields {
            let Some(Name::StrName(name)) = field.name else {
                return Err(format!("a field without a name: {field:?}"));
            };
            let value = match field.value {
                Some(Value::DebugVal(value) | Value::StrVal(value)) => value,
                Some(Value::U64Val(value)) => value.to_string(),
                other => return Err(format!("{name} is {other:?}")),
            };
            fields.insert(name, value);
        }
        let id = task.id.ok_or("a task without an id")?.id;
        let place = task.location.unwrap_or_default();
        let seen = tasks.entry(id).or_default();
        seen.fields = fields;
        seen.file = place.file.unwrap_or_default();
        seen.line = place.line.unwrap_or_default();
    }
    for (id, stats) in update.stats_update {
        tasks.entry(id).or_default().stats = stats;
    }
    Ok(())
}

/// Checks that everything has been seen.
fn check(tasks: &HashMap<u64, Task>, spawned: &HashMap<String, u32>) -> Result {
    let mut of = HashMap::new();
    for (name, line) in spawned {
        let is_it = |task: &&Task| task.field("task.name") == name && task.line == *line;
        let mut found = tasks.values().filter(is_it);
        let task = found.next().ok_or(format!("{name:?} is missing"))?;
        wants(found.next().is_none(), name, "is there twice")?;
        wants(task.file.ends_with("watched.rs"), name, "is elsewhere")?;
        let has_id = task.field("task.id").parse::<u64>().is_ok();
        wants(has_id, name, "has no id")?;
        let kind = match name.as_str() {
            "closure" => "blocking",
            "local" => "local",
            _ => "task",
        };
        wants(task.field("kind") == kind, name, "is of another kind")?;
        let has_ended = task.stats.dropped_at.is_some();
        wants(
            has_ended == (name == "has ended"),
            name,
            "has ended, or not",
        )?;
        of.insert(name.as_str(), task);
    }
    for name in ["sleeps", "local", ""] {
        let task = of[name];
        wants(task.polls() >= 10, name, "has few polls")?;
        wants(task.stats.wakes >= 9, name, "has few wake-ups")?;
        wants(task.stats.self_wakes == 0, name, "wakes itself")?;
        wants(task.wakers() <= 2, name, "has many wakers")?;
    }

    let itself = of["wakes itself"];
    wants(itself.stats.self_wakes >= 5, "wakes itself", "does not")?;
    let others = itself.stats.wakes - itself.stats.self_wakes;
    wants(others >= 5, "wakes itself", "is woken by nobody else")?;

    let lost = of["has lost its waker"];
    wants(lost.polls() == 1, "has lost its waker", "is polled")?;
    wants(lost.wakers() == 0, "has lost its waker", "has wakers")?;
    wants(of["has ended"].polls() == 1, "has ended", "has other polls")?;

    // Each second poll at most is one in which the sleep has not ended yet.
    let blocks = of["blocks"];
    wants(blocks.polls() >= 10, "blocks", "has few polls")?;
    let least = BLOCKS * (blocks.polls() as u32 / 2);
    wants(blocks.busy() >= least, "blocks", "is not busy enough")?;
    for name in ["sleeps", "wakes itself", "has lost its waker", "local", ""] {
        let is_less = of[name].busy() * 2 < blocks.busy();
        wants(is_less, name, "is as busy as the one that blocks")?;
    }

    let mains = tasks
        .values()
        .filter(|task| task.field("kind") == "block_on");
    let mains: Vec<_> = mains.collect();
    wants(mains.len() == 1, "main", "is not there once")?;
    wants(
        mains[0].file.ends_with("watched.rs"),
        "main",
        "is elsewhere",
    )
}

fn wants(is_so: bool, name: &str, wrong: &str) -> Result {
    match is_so {
        true => Ok(()),
        false => Err(format!("{name:?} {wrong}")),
    }
}
