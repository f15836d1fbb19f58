//! Ends the process when something hangs, and prints what it is.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::world::{World, lock};

/// The time that any action may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The current action of one driver.
#[derive(Debug)]
pub(crate) struct Slot {
    name: String,
    ticks: AtomicU64,
    is_done: AtomicBool,
    doing: Mutex<(&'static str, &'static str)>,
}

impl Slot {
    pub(crate) fn new(name: String) -> Arc<Self> {
        Arc::new(Self {
            name,
            ticks: AtomicU64::new(0),
            is_done: AtomicBool::new(false),
            doing: Mutex::new(("nothing", "yet")),
        })
    }

    pub(crate) fn note(&self, body: &'static str, ending: &'static str) {
        *lock(&self.doing) = (body, ending);
    }

    pub(crate) fn tick(&self) {
        self.ticks.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn done(&self) {
        self.is_done.store(true, Ordering::SeqCst);
    }

    fn ticks(&self) -> Option<u64> {
        let is_done = self.is_done.load(Ordering::SeqCst);
        (!is_done).then(|| self.ticks.load(Ordering::SeqCst))
    }
}

/// The watchdog, which looks at each driver by itself, so that the others cannot hide one that
/// hangs.
#[derive(Debug)]
pub(crate) struct Watchdog {
    title: String,
    world: Arc<World>,
    slots: Vec<Arc<Slot>>,
    /// The action of the thread of `main`, and its start.
    phase: Mutex<(&'static str, Instant)>,
    is_over: AtomicBool,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Watchdog {
    pub(crate) fn start(title: String, world: Arc<World>, slots: Vec<Arc<Slot>>) -> Arc<Self> {
        let watchdog = Arc::new(Self {
            title,
            world,
            slots,
            phase: Mutex::new((RUNS, Instant::now())),
            is_over: AtomicBool::new(false),
            thread: Mutex::default(),
        });
        let watched = watchdog.clone();
        let thread = thread::spawn(move || watched.watch());
        *lock(&watchdog.thread) = Some(thread);
        watchdog
    }

    /// Starts a phase, which may take as long as any action.
    pub(crate) fn phase(&self, what: &'static str) {
        *lock(&self.phase) = (what, Instant::now());
    }

    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        if let Some(thread) = lock(&self.thread).take() {
            // The watchdog's thread does not panic.
            let _ = thread.join();
        }
    }

    fn watch(&self) {
        let mut seen: Vec<_> = self
            .slots
            .iter()
            .map(|_| (None::<u64>, Instant::now()))
            .collect();
        while !self.is_over.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(200));
            for (slot, (ticks, since)) in self.slots.iter().zip(&mut seen) {
                let now = slot.ticks();
                if now.is_none() || now != *ticks {
                    (*ticks, *since) = (now, Instant::now());
                } else if since.elapsed() > PATIENCE {
                    self.bark(&format!("{} hangs", slot.name));
                }
            }
            let (phase, since) = *lock(&self.phase);
            if phase != RUNS && since.elapsed() > PATIENCE {
                self.bark(&format!("`{phase}` hangs"));
            }
        }
    }

    fn bark(&self, what: &str) {
        eprintln!("{}: {what}", self.title);
        for slot in &self.slots {
            let (body, ending) = *lock(&slot.doing);
            eprintln!(
                "  {}: {body}, {ending}; {:?} ticks",
                slot.name,
                slot.ticks()
            );
        }
        eprint!("{}", self.world.counters);
        // A core dump is of more use than destructors.
        std::process::abort();
    }
}

/// The phase whose length is given on the command line.
const RUNS: &str = "runs";
