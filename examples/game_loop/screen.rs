//! Draws the world as text: one line that changes on a terminal, otherwise a line twice a second.

use std::io::{self, IsTerminal, Write};

use crate::engine::Engine;
use crate::world::{PLACES, World};

pub(crate) struct Screen {
    is_terminal: bool,
}

impl Screen {
    pub(crate) fn new() -> Self {
        Self {
            is_terminal: io::stdout().is_terminal(),
        }
    }

    /// Prints a line that stays.
    pub(crate) fn say(&self, what: &str) {
        let clear = if self.is_terminal { "\r\x1b[2K" } else { "" };
        print(&format!("{clear}{what}\n"));
    }

    /// Draws the world, unless this frame is one that is left out.
    pub(crate) fn draw(&self, engine: &Engine, world: &World) {
        let every = if self.is_terminal { 3 } else { 30 };
        let frame = engine.frame();
        if !frame.is_multiple_of(every) {
            return;
        }
        let mut places = [0_usize; PLACES];
        for place in world.places() {
            places[place] += 1;
        }
        let row: String = places.iter().map(|count| crowd(*count)).collect();
        let (time, speed) = engine.time();
        let time = time.as_secs_f64();
        let line = format!("frame {frame:3}  {time:4.2} s  {speed:3} %  |{row}|");
        match self.is_terminal {
            true => print(&format!("\r\x1b[2K{line}")),
            false => print(&format!("{line}\n")),
        }
    }

    pub(crate) fn end(&self, engine: &Engine) {
        let (frames, polls, late) = (engine.frame(), engine.polls(), engine.late());
        self.say(&format!(
            "{frames} frames, {late} of them late; {polls} polls of scripts"
        ));
    }
}

/// The character for as many entities on one place.
fn crowd(count: usize) -> char {
    match count {
        0 => ' ',
        1..=9 => '.',
        10..=19 => ':',
        20..=99 => 'o',
        _ => '#',
    }
}

fn print(text: &str) {
    let mut out = io::stdout().lock();
    // A picture that nobody sees is no error.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
