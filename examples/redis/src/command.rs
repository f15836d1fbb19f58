use std::str;

use portable::time::Duration;

use crate::Database;
use crate::answer::Answer;
use crate::store::{Condition, Expiry};

/// The commands, for the error that says whether the name or the arguments are wrong.
const NAMES: &[&[u8]] = &[
    b"DBSIZE",
    b"DECR",
    b"DECRBY",
    b"DEL",
    b"ECHO",
    b"EXISTS",
    b"EXPIRE",
    b"GET",
    b"INCR",
    b"INCRBY",
    b"PERSIST",
    b"PEXPIRE",
    b"PING",
    b"PTTL",
    b"PUBLISH",
    b"SET",
    b"SUBSCRIBE",
    b"TTL",
];

/// Runs a command, whose name is in upper case.
pub(crate) fn run(name: &[u8], arguments: &[&[u8]], database: &Database) -> Answer {
    answer(name, arguments, database).unwrap_or_else(Answer::Error)
}

fn answer(name: &[u8], arguments: &[&[u8]], database: &Database) -> Result<Answer, String> {
    let store = &database.store;
    Ok(match (name, arguments) {
        (b"PING", []) => Answer::Simple("PONG"),
        (b"PING" | b"ECHO", [text]) => Answer::bulk(text),
        (b"GET", [key]) => store.get(key).map_or(Answer::Nil, Answer::Bulk),
        (b"SET", [key, value, options @ ..]) => {
            let (expiry, condition) = set_options(options)?;
            match store.set(key, value, expiry, condition) {
                true => Answer::Simple("OK"),
                false => Answer::Nil,
            }
        }
        (b"DEL", keys @ [_, ..]) => {
            Answer::count(keys.iter().filter(|key| store.remove(key)).count())
        }
        (b"EXISTS", keys @ [_, ..]) => {
            Answer::count(keys.iter().filter(|key| store.contains(key)).count())
        }
        (b"INCR", [key]) => Answer::Integer(store.increment(key, 1)?),
        (b"DECR", [key]) => Answer::Integer(store.increment(key, -1)?),
        (b"INCRBY", [key, by]) => Answer::Integer(store.increment(key, integer(by)?)?),
        (b"DECRBY", [key, by]) => {
            let by = integer(by)?.checked_neg();
            let by = by.ok_or("ERR decrement would overflow")?;
            Answer::Integer(store.increment(key, by)?)
        }
        (b"EXPIRE", [key, seconds]) => {
            let left = integer(seconds)?.saturating_mul(1000);
            Answer::Integer(store.expire(key, millis(left)).into())
        }
        (b"PEXPIRE", [key, left]) => {
            Answer::Integer(store.expire(key, millis(integer(left)?)).into())
        }
        (b"PERSIST", [key]) => Answer::Integer(store.persist(key).into()),
        // Rounded, as Redis does: what was given 10 s has 10 s just after.
        (b"TTL", [key]) => time_left(store.time_left(key), |left| (left.as_millis() + 500) / 1000),
        (b"PTTL", [key]) => time_left(store.time_left(key), |left| left.as_millis()),
        (b"DBSIZE", []) => Answer::count(store.len()),
        (b"PUBLISH", [channel, text]) => Answer::count(database.channels.publish(channel, text)),
        _ => {
            let is_known = NAMES.contains(&name);
            let name = String::from_utf8_lossy(name).to_lowercase();
            return Err(match is_known {
                true => format!("ERR wrong number of arguments for '{name}' command"),
                false => format!("ERR unknown command '{name}'"),
            });
        }
    })
}

/// Reads what follows the value in `SET`.
fn set_options(mut options: &[&[u8]]) -> Result<(Expiry, Condition), String> {
    let mut expiry = None;
    let mut condition = None;
    while let [name, rest @ ..] = options {
        options = rest;
        let is_first = match (name.to_ascii_uppercase().as_slice(), rest) {
            (b"NX", _) => condition.replace(Condition::IsNew).is_none(),
            (b"XX", _) => condition.replace(Condition::Exists).is_none(),
            (b"KEEPTTL", _) => expiry.replace(Expiry::Keep).is_none(),
            (unit @ (b"EX" | b"PX"), [time, rest @ ..]) => {
                options = rest;
                let factor = if unit == b"EX" { 1000 } else { 1 };
                let left = integer(time)?.checked_mul(factor);
                let left = left.filter(|left| *left > 0);
                let left = left.ok_or("ERR invalid expire time in 'set' command")?;
                expiry.replace(Expiry::In(millis(left))).is_none()
            }
            _ => false,
        };
        if !is_first {
            return Err("ERR syntax error".into());
        }
    }
    Ok((
        expiry.unwrap_or(Expiry::Never),
        condition.unwrap_or(Condition::None),
    ))
}

/// Returns a duration, which is zero if the number is negative.
fn millis(number: i64) -> Duration {
    Duration::from_millis(u64::try_from(number).unwrap_or(0))
}

fn integer(digits: &[u8]) -> Result<i64, String> {
    str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| "ERR value is not an integer or out of range".into())
}

fn time_left(left: Option<Option<Duration>>, unit: impl Fn(Duration) -> u128) -> Answer {
    Answer::Integer(match left {
        None => -2,
        Some(None) => -1,
        Some(Some(left)) => i64::try_from(unit(left)).unwrap_or(i64::MAX),
    })
}
