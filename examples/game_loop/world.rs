//! The entities and their scripts. The scripts use `portable` alone, and would run on any runtime.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use portable::task::AbortOnDropHandle;
use portable::time::{Duration, sleep, timeout};

/// The places on which entities stand, side by side.
pub(crate) const PLACES: usize = 60;

const STEP: Duration = Duration::from_millis(90);

#[derive(Default)]
pub(crate) struct World {
    entities: Vec<Entity>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    steps: AtomicUsize,
    scripts: AtomicUsize,
}

/// An entity. Its script ends with it.
struct Entity {
    body: Arc<Body>,
    _script: AbortOnDropHandle<()>,
}

/// What a script moves.
struct Body {
    place: AtomicUsize,
    counts: Arc<Counts>,
}

/// Counts a script while it runs.
struct Running(Arc<Counts>);

impl World {
    pub(crate) fn spawn(&mut self, count: usize) {
        for number in 0..count {
            let body = Arc::new(Body {
                place: AtomicUsize::new(number % PLACES),
                counts: self.counts.clone(),
            });
            let script = script(number, body.clone(), Running::new(&self.counts));
            self.entities.push(Entity {
                body,
                _script: AbortOnDropHandle::new(portable::spawn(script)),
            });
        }
    }

    /// Removes as many entities, the oldest first.
    pub(crate) fn despawn(&mut self, count: usize) {
        self.entities.drain(..count.min(self.entities.len()));
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = usize> {
        let place = |entity: &Entity| entity.body.place.load(Ordering::Relaxed);
        self.entities.iter().map(place)
    }

    /// The number of steps that all scripts have taken.
    pub(crate) fn steps(&self) -> usize {
        self.counts.steps.load(Ordering::Relaxed)
    }

    pub(crate) fn running_scripts(&self) -> usize {
        self.counts.scripts.load(Ordering::Relaxed)
    }
}

impl Body {
    fn step(&self, by: isize) {
        let place = self.place.load(Ordering::Relaxed);
        let place = place.saturating_add_signed(by).min(PLACES - 1);
        self.place.store(place, Ordering::Relaxed);
        self.counts.steps.fetch_add(1, Ordering::Relaxed);
    }
}

impl Running {
    fn new(counts: &Arc<Counts>) -> Self {
        counts.scripts.fetch_add(1, Ordering::Relaxed);
        Self(counts.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.scripts.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn script(number: usize, body: Arc<Body>, _running: Running) {
    match number % 3 {
        0 => patrols(&body).await,
        1 => flees(&body).await,
        _ => asks(&body).await,
    }
}

/// Walks to and fro.
async fn patrols(body: &Body) {
    loop {
        for by in [1, 1, 1, -1, -1, -1] {
            sleep(STEP).await;
            body.step(by);
        }
    }
}

/// Waits for a noise that never comes, and goes on after a while.
async fn flees(body: &Body) {
    loop {
        let _silence = timeout(STEP, pending::<()>()).await;
        body.step(1);
    }
}

/// Goes where a task of its own says, which ends with this script.
async fn asks(body: &Body) {
    loop {
        let way = portable::spawn(async {
            sleep(STEP).await;
            -1
        });
        match AbortOnDropHandle::new(way).await {
            Ok(way) => body.step(way),
            Err(_) => return,
        }
    }
}
