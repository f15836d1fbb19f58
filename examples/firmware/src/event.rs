//! What there is to say, and how it reads.

use core::fmt;

/// A line of the log.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// Milliseconds from the start: when it was due, which is the same wherever it runs.
    pub at: u32,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// The application runs.
    Started,
    /// A reading, in tenths of a degree.
    Temperature(i16),
    /// The button is down, for the nth time.
    Pressed(u32),
    /// The button is up.
    Released,
    /// The chime rings for the nth press.
    Rings(u32),
    /// It has rung.
    Rang(u32),
    /// As many chimes ring as can; the nth press rings none.
    Busy(u32),
    /// The watchdog heard nothing of the sensor.
    Silent,
    /// The sensor's task was ended, and the next one starts.
    Restarted,
    /// The simulation is over.
    Off,
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:5} ms  {}", self.at, self.event)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started => f.write_str("started"),
            Self::Temperature(tenths) => {
                write!(f, "sensor: {}.{} degrees", tenths / 10, tenths % 10)
            }
            Self::Pressed(n) => write!(f, "button: press {n}"),
            Self::Released => f.write_str("button: released"),
            Self::Rings(n) => write!(f, "chime {n}: rings"),
            Self::Rang(n) => write!(f, "chime {n}: silent"),
            Self::Busy(n) => write!(f, "chime {n}: refused, the pool is full"),
            Self::Silent => f.write_str("watchdog: the sensor hangs"),
            Self::Restarted => f.write_str("watchdog: sensor aborted and restarted"),
            Self::Off => f.write_str("off"),
        }
    }
}
