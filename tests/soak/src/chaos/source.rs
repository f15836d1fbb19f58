//! Who starts tasks.

use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

use portable::runtime::Flavor;
use portable::task;

use crate::guard::{Guard, Parcel, Record, Trap};
use crate::job::Job;
use crate::watchdog::Slot;
use crate::world::World;

/// Where tasks are started, and by what chance.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) world: Arc<World>,
    pub(crate) rng: fastrand::Rng,
    /// Whether this is the thread of `main`, where `spawn_local` works.
    pub(crate) is_main_thread: bool,
    /// Whether this thread belongs to the runtime, so that `portable::spawn` goes to it.
    pub(crate) is_inside: bool,
    /// Whether some closure waits for what is started here. It holds a thread of the pool, so
    /// nothing here may need another.
    pub(crate) is_in_closure: bool,
    /// Tasks above this one.
    pub(crate) depth: u8,
    /// Where a driver says what it does.
    pub(crate) slot: Option<Arc<Slot>>,
}

/// A task that was started.
#[derive(Debug)]
pub(crate) struct Launched {
    pub(crate) job: Job,
    /// Whether it ends without being aborted.
    pub(crate) ends: bool,
    pub(crate) body: &'static str,
    /// Whether nothing else runs between its start and an abort that comes at once.
    pub(crate) is_same_thread: bool,
}

/// What a task knows of itself.
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

    /// The same within a task or a closure that is started here.
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

    /// Starts a task in one of the ways that there are. Says whether another thread may run it at
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
