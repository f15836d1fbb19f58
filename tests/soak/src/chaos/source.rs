//! The starters of tasks.

use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

use portable::runtime::Flavor;
use portable::task;

use crate::guard::{Guard, Parcel, Record, Trap};
use crate::job::Job;
use crate::watchdog::Slot;
use crate::world::World;

/// A place where tasks are started, with its random numbers.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) world: Arc<World>,
    pub(crate) rng: fastrand::Rng,
    /// Whether this is the thread of `main`, where `spawn_local` works.
    pub(crate) is_main_thread: bool,
    /// Whether this thread belongs to the runtime, so that `portable::spawn` goes to it.
    pub(crate) is_inside: bool,
    /// Whether some closure waits for the tasks that start here. The closure holds a thread of the
    /// pool, so no such task may need another.
    pub(crate) is_in_closure: bool,
    /// The number of tasks above this one.
    pub(crate) depth: u8,
    /// The slot in which a driver notes what it does.
    pub(crate) slot: Option<Arc<Slot>>,
}

/// A started task.
#[derive(Debug)]
pub(crate) struct Launched {
    pub(crate) job: Job,
    /// Whether the task ends without being aborted.
    pub(crate) ends: bool,
    pub(crate) body: &'static str,
    /// Whether nothing else runs between the start and an abort that comes at once.
    pub(crate) is_same_thread: bool,
}

/// The data that a task has of itself.
pub(crate) struct Me {
    pub(crate) source: Source,
    pub(crate) record: Arc<Record>,
}

impl Source {
    pub(crate) fn note(&self, body: &'static str, ending: &'static str) {
        if let Some(slot) = &self.slot {
            slot.note(body, ending);
        }
    }

    pub(crate) fn tick(&self) {
        if let Some(slot) = &self.slot {
            slot.tick();
        }
    }

    pub(crate) fn done(&self) {
        if let Some(slot) = &self.slot {
            slot.done();
        }
    }

    /// Returns the source of a task or a closure that is started here.
    pub(crate) fn within(&mut self, is_main_thread: bool, is_in_closure: bool) -> Self {
        Self {
            world: self.world.clone(),
            rng: self.rng.fork(),
            is_main_thread,
            is_inside: true,
            is_in_closure: self.is_in_closure || is_in_closure,
            depth: self.depth + 1,
            slot: None,
        }
    }

    /// Starts a task in one of the possible ways. Returns whether no other thread may run it at
    /// once.
    pub(crate) fn start<F>(&mut self, make: impl FnOnce(Me) -> F) -> (Job, bool)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let is_local = self.is_main_thread && self.rng.bool();
        let is_current = self.world.flavor == Flavor::CurrentThread;
        let world = self.world.clone();
        let (guard, record) = Guard::new(&world, Trap::random(&mut self.rng));
        let output = Trap::random(&mut self.rng);
        let future = make(Me {
            source: self.within(is_local || is_current, false),
            record: record.clone(),
        });
        let task = async move {
            guard.begin();
            future.await;
            let parcel = Parcel::new(&world, output);
            guard.finish();
            parcel
        };
        let handle = if is_local {
            let here = Rc::new(());
            task::spawn_local(async move {
                let parcel = task.await;
                drop(here);
                parcel
            })
        } else if !self.is_inside {
            self.world.handle.spawn(task)
        } else {
            match self.rng.u8(..4) {
                0 => self.world.handle.spawn(task),
                1 => task::Builder::new()
                    .name("soak")
                    .spawn(task)
                    .expect("`spawn` of a builder has no errors"),
                _ => portable::spawn(task),
            }
        };
        let is_same_thread = self.is_main_thread && (is_local || is_current);
        (Job::new(&self.world, record, handle), is_same_thread)
    }
}
