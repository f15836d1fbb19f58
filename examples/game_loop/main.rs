//! A game of 1,000 entities whose scripts are async functions, on an executor that a game engine
//! would have: `engine.rs` is a runtime of one's own, `world.rs` the entities, `screen.rs` the picture.
//!
//! `cargo run --release --features custom --example game_loop` plays 5 seconds, at 60 frames a second.
//! With `-- --headless` frames do not wait for the clock. Either way the program checks at its end what
//! happened, and fails if that is wrong.

mod engine;
mod screen;
mod world;

use std::process::ExitCode;

use engine::Engine;
use screen::Screen;
use world::World;

static ENGINE: Engine = Engine::new();

const ENTITIES: usize = 1000;

/// Directs the play. It runs at the beginning of each frame, before the scripts.
#[portable::main(runtime = &ENGINE)]
async fn main() -> ExitCode {
    let mut play = Play {
        world: World::default(),
        screen: Screen::new(),
        failures: Vec::new(),
    };
    ENGINE.set_paced(std::env::args().all(|argument| argument != "--headless"));

    play.screen.say("1,000 entities enter");
    play.world.spawn(ENTITIES);
    // A script takes a step every 90 ms, which is every sixth frame.
    let steps = play.frames(90).await;
    play.check("15 steps in 90 frames", (14..=16).contains(&steps));

    play.screen.say("slow motion");
    ENGINE.set_speed(50);
    let steps = play.frames(66).await;
    play.check("half as many in slow motion", (5..=7).contains(&steps));

    play.screen.say("pause");
    ENGINE.set_speed(0);
    play.settle().await;
    let steps = play.frames(30).await;
    play.check("none in a pause", steps == 0);

    play.screen.say("half of the entities leave");
    ENGINE.set_speed(100);
    play.world.despawn(ENTITIES / 2);
    play.settle().await;
    let alive = play.world.running_scripts();
    play.check("a script ends with its entity", alive == ENTITIES / 2);
    let steps = play.frames(114).await;
    play.check("the others go on", (17..=20).contains(&steps));

    let polls = ENGINE.polls();
    play.check("each step took at least one poll", polls >= 50 * ENTITIES);
    play.world.despawn(ENTITIES);
    play.settle().await;
    play.check("no script is left", play.world.running_scripts() == 0);
    play.end()
}

struct Play {
    world: World,
    screen: Screen,
    failures: Vec<&'static str>,
}

impl Play {
    /// Plays `count` frames. Returns the steps that each script took meanwhile, on the average.
    async fn frames(&mut self, count: usize) -> usize {
        let before = self.world.steps();
        for _ in 0..count {
            ENGINE.next_frame().await;
            self.screen.draw(&ENGINE, &self.world);
        }
        let steps = self.world.steps() - before;
        let scripts = self.world.running_scripts();
        (steps + scripts / 2) / scripts
    }

    /// Plays frames until no script has anything to do. A frame that had no time left for a script
    /// leaves it to the next one.
    async fn settle(&mut self) {
        ENGINE.next_frame().await;
        while ENGINE.ready() > 0 {
            ENGINE.next_frame().await;
        }
    }

    fn check(&mut self, what: &'static str, holds: bool) {
        if !holds {
            self.failures.push(what);
        }
    }

    fn end(self) -> ExitCode {
        self.screen.end(&ENGINE);
        for what in &self.failures {
            eprintln!("this does not hold: {what}");
        }
        match self.failures.as_slice() {
            [] => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }
}
