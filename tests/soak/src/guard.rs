//! The values that a task owns, which show how it ended.

use std::panic::panic_any;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use portable::task::{self, Id};

use crate::chaos;
use crate::world::World;

/// The action of a destructor, beside being counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Trap {
    Nothing,
    /// Panics.
    Panics,
    /// Starts a task.
    Spawns,
}

impl Trap {
    pub(crate) fn random(rng: &mut fastrand::Rng) -> Self {
        match rng.u8(..32) {
            0..3 => Self::Panics,
            3 => Self::Spawns,
            _ => Self::Nothing,
        }
    }
}

/// The stages of a task.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum Fate {
    Alive,
    /// The task has announced its end; its guard is still there.
    Finishing,
    Panicking,
    /// The guard is gone.
    Finished,
    Panicked,
    Cancelled,
}

impl Fate {
    const ALL: [Self; 6] = [
        Self::Alive,
        Self::Finishing,
        Self::Panicking,
        Self::Finished,
        Self::Panicked,
        Self::Cancelled,
    ];
}

/// The record of a task, which the task and its handle share.
#[derive(Debug, Default)]
pub(crate) struct Record {
    fate: AtomicU8,
    pub(crate) is_asked_to_end: AtomicBool,
    /// The id that the task sees itself, once it was polled.
    pub(crate) id: OnceLock<Id>,
}

impl Record {
    pub(crate) fn fate(&self) -> Fate {
        Fate::ALL[usize::from(self.fate.load(Ordering::SeqCst))]
    }

    pub(crate) fn was_polled(&self) -> bool {
        self.id.get().is_some()
    }

    fn set_fate(&self, fate: Fate) {
        self.fate.store(fate as u8, Ordering::SeqCst);
    }
}

/// The guard that each task owns, from before its start until it is dropped.
pub(crate) struct Guard {
    world: Arc<World>,
    record: Arc<Record>,
    trap: Trap,
}

impl Guard {
    pub(crate) fn new(world: &Arc<World>, trap: Trap) -> (Self, Arc<Record>) {
        world.counters.spawned.add();
        let record = Arc::<Record>::default();
        let guard = Self {
            world: world.clone(),
            record: record.clone(),
            trap,
        };
        (guard, record)
    }

    /// Marks the task's first poll.
    pub(crate) fn begin(&self) {
        if let Some(id) = task::try_id() {
            let is_alone = self.record.id.set(id).is_ok() && self.world.ids.insert(id);
            if !is_alone {
                self.world.counters.id_twice.add();
            }
        } else {
            self.world.counters.wrong_id.add();
        }
    }

    /// Marks the task's last statement.
    pub(crate) fn finish(self) {
        self.record.set_fate(Fate::Finishing);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let counters = &self.world.counters;
        if let Some(id) = self.record.id.get() {
            self.world.ids.remove(*id);
        }
        counters.dropped.add();
        let is_trapped = match self.record.fate() {
            Fate::Finishing => {
                counters.finished.add();
                self.record.set_fate(Fate::Finished);
                return;
            }
            Fate::Panicking => {
                counters.panicked.add();
                self.record.set_fate(Fate::Panicked);
                return;
            }
            _ => self.trap == Trap::Panics,
        };
        if is_trapped {
            counters.panicked.add();
            self.record.set_fate(Fate::Panicked);
            panic_any(Thrown::new(&self.world));
        }
        counters.cancelled.add();
        self.record.set_fate(Fate::Cancelled);
        if self.trap == Trap::Spawns {
            chaos::spawn_from_destructor(&self.world);
        }
    }
}

/// The output of each task.
#[derive(Debug)]
pub(crate) struct Parcel {
    world: Arc<World>,
    trap: Trap,
}

impl Parcel {
    pub(crate) fn new(world: &Arc<World>, trap: Trap) -> Self {
        world.counters.outputs_made.add();
        Self {
            world: world.clone(),
            trap,
        }
    }

    /// Marks the output as delivered: its destructor does nothing unusual then.
    pub(crate) fn accept(&mut self) {
        self.trap = Trap::Nothing;
    }
}

impl Drop for Parcel {
    fn drop(&mut self) {
        self.world.counters.outputs_dropped.add();
        match self.trap {
            Trap::Nothing => {}
            Trap::Panics => panic_any(Thrown::new(&self.world)),
            Trap::Spawns => chaos::spawn_from_destructor(&self.world),
        }
    }
}

/// The payload of each panic that is made on purpose.
pub(crate) struct Thrown {
    world: Arc<World>,
    // The payload is big enough for the memory to show if payloads are not freed.
    _weight: [u8; 512],
}

impl Thrown {
    fn new(world: &Arc<World>) -> Self {
        world.counters.payloads_made.add();
        Self {
            world: world.clone(),
            _weight: [0; 512],
        }
    }
}

impl Drop for Thrown {
    fn drop(&mut self) {
        self.world.counters.payloads_dropped.add();
    }
}

/// Ends a task, in its poll, by a panic.
pub(crate) fn throw(world: &Arc<World>, record: &Record) -> ! {
    record.set_fate(Fate::Panicking);
    panic_any(Thrown::new(world))
}
