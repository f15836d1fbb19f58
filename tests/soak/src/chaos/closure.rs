//! The bodies of blocking closures.

use std::thread;
use std::time::Duration;

use portable::runtime::{Handle, block_on};
use portable::task;

use super::ending;
use super::source::{Launched, Source};
use crate::guard::{Guard, Parcel, Trap, throw};
use crate::job::Job;

impl Source {
    /// Starts a blocking closure that does something at random.
    pub(crate) fn launch_closure(&mut self) -> Launched {
        let world = self.world.clone();
        let (guard, record) = Guard::new(&world, Trap::random(&mut self.rng));
        let output = Trap::random(&mut self.rng);
        let mut source = self.within(false, true);
        world.counters.blocking.add();
        let own = record.clone();
        let what = self.rng.u8(..8);
        let closure = move || {
            guard.begin();
            match what {
                0..2 => thread::sleep(Duration::from_micros(source.rng.u64(..300))),
                2 => throw(&source.world, &own),
                3 => waits_for_tasks(&mut source),
                _ => {}
            }
            let parcel = Parcel::new(&source.world, output);
            guard.finish();
            parcel
        };
        let handle = if self.is_inside && self.rng.bool() {
            task::spawn_blocking(closure)
        } else {
            world.handle.spawn_blocking(closure)
        };
        Launched {
            job: Job::new(&world, record, handle),
            ends: true,
            body: match what {
                2 => "closure that panics",
                3 => "closure that waits for tasks",
                _ => "closure",
            },
            is_same_thread: false,
        }
    }
}

fn waits_for_tasks(source: &mut Source) {
    for _ in 0..source.rng.u8(1..4) {
        let launched = source.launch();
        if source.rng.bool() {
            block_on(ending::settle(source, launched));
        } else {
            Handle::current().block_on(ending::settle(source, launched));
        }
    }
}
