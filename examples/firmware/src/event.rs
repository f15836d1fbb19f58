//! The events of the application, and their text in the log.

use core::fmt;

/// A line of the log.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// The milliseconds from the start at which it was due, which are the same wherever it runs.
    pub at: u32,
    /// The event.
    pub event: Event,
}

/// An event of the application.
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
    /// The chime for the nth press has rung.
    Rang(u32),
    /// The nth press rings no chime, because as many ring as can.
    Busy(u32),
    /// The watchdog got no message from the sensor.
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
