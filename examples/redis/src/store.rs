use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::str;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portable::sync::Notify;
use portable::time::{Duration, Instant, sleep_until};

/// The longest time to live: more than a human's life.
const MAX_LEFT: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// The values, by their keys. A clone shares the same values.
#[derive(Clone, Debug, Default)]
pub struct Store(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    // The lock is never held across an `await`, so the standard library's will do.
    state: Mutex<State>,
    /// Told of a new first deadline.
    first: Notify,
}

#[derive(Debug, Default)]
struct State {
    values: HashMap<Key, Value>,
    /// The keys that expire, the first to do so first.
    deadlines: BTreeSet<(Instant, Key)>,
}

type Key = Arc<[u8]>;

#[derive(Debug)]
struct Value {
    bytes: Arc<[u8]>,
    deadline: Option<Instant>,
}

/// The time for which a new value stays.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expiry {
    Never,
    In(Duration),
    /// As long as the value before it.
    Keep,
}

/// What must hold for a value to be set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Condition {
    None,
    IsNew,
    Exists,
}

impl Store {
    /// Returns the value of a key.
    pub fn get(&self, key: &[u8]) -> Option<Arc<[u8]>> {
        self.lock().find(key).map(|value| value.bytes.clone())
    }

    /// Returns whether a key has a value.
    pub fn contains(&self, key: &[u8]) -> bool {
        self.lock().find(key).is_some()
    }

    /// Removes a value, and returns whether there was one.
    pub fn remove(&self, key: &[u8]) -> bool {
        let mut state = self.lock();
        // One that has expired does not count.
        state.find(key).is_some() && state.remove(key)
    }

    /// Returns the number of keys.
    pub fn len(&self) -> usize {
        let mut state = self.lock();
        state.remove_expired();
        state.values.len()
    }

    /// Returns whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sets a value if the condition holds, and returns whether it does.
    pub(crate) fn set(
        &self,
        key: &[u8],
        value: &[u8],
        expiry: Expiry,
        condition: Condition,
    ) -> bool {
        let bytes = Arc::from(value);
        self.change(|state| {
            let old = state.find(key);
            match condition {
                Condition::IsNew if old.is_some() => return false,
                Condition::Exists if old.is_none() => return false,
                _ => {}
            }
            match old {
                Some(old) => old.bytes = bytes,
                None => {
                    let deadline = None;
                    state.values.insert(key.into(), Value { bytes, deadline });
                }
            }
            match expiry {
                Expiry::Never => state.set_deadline(key, None),
                Expiry::In(left) => state.set_deadline(key, Some(after(left))),
                Expiry::Keep => true,
            }
        })
    }

    /// Adds to a number, which is 0 if the key has no value.
    pub(crate) fn increment(&self, key: &[u8], by: i64) -> Result<i64, &'static str> {
        let mut state = self.lock();
        let old = match state.find(key) {
            Some(value) => str::from_utf8(&value.bytes)
                .ok()
                .and_then(|digits| digits.parse::<i64>().ok())
                .ok_or("ERR value is not an integer or out of range")?,
            None => 0,
        };
        let new = old.checked_add(by);
        let new = new.ok_or("ERR increment or decrement would overflow")?;
        let bytes = new.to_string().into_bytes().into();
        match state.values.entry(key.into()) {
            Entry::Occupied(mut value) => value.get_mut().bytes = bytes,
            Entry::Vacant(place) => {
                let deadline = None;
                place.insert(Value { bytes, deadline });
            }
        }
        Ok(new)
    }

    /// Lets a value expire, and returns whether there is one.
    pub(crate) fn expire(&self, key: &[u8], left: Duration) -> bool {
        self.change(|state| state.find(key).is_some() && state.set_deadline(key, Some(after(left))))
    }

    /// Lets a value stay, and returns whether it would have expired.
    pub(crate) fn persist(&self, key: &[u8]) -> bool {
        let mut state = self.lock();
        let expires = state.find(key).is_some_and(|it| it.deadline.is_some());
        expires && state.set_deadline(key, None)
    }

    /// Returns the time that a value has left, if it has a limit. `None` means that there is no
    /// value.
    pub(crate) fn time_left(&self, key: &[u8]) -> Option<Option<Duration>> {
        let mut state = self.lock();
        let deadline = state.find(key)?.deadline;
        Some(deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())))
    }

    /// Removes values as they expire. Nobody sees an expired value, but it takes memory until
    /// then.
    pub(crate) async fn remove_expired(&self) -> Infallible {
        loop {
            let next = self.lock().remove_expired();
            match next {
                Some(deadline) => portable::select! {
                    () = sleep_until(deadline) => {}
                    () = self.0.first.notified() => {}
                },
                None => self.0.first.notified().await,
            }
        }
    }

    /// Makes a change, and tells [`remove_expired`](Self::remove_expired) if it has to look sooner.
    fn change(&self, change: impl FnOnce(&mut State) -> bool) -> bool {
        let mut state = self.lock();
        let before = state.first();
        let is_done = change(&mut state);
        let after = state.first();
        drop(state);
        if after.is_some_and(|after| before.is_none_or(|before| after < before)) {
            self.0.first.notify_one();
        }
        is_done
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns a value that has not expired.
    fn find(&mut self, key: &[u8]) -> Option<&mut Value> {
        let value = self.values.get(key)?;
        if value.deadline.is_some_and(|it| it <= Instant::now()) {
            self.remove(key);
            return None;
        }
        self.values.get_mut(key)
    }

    fn remove(&mut self, key: &[u8]) -> bool {
        let removed = self.values.remove_entry(key);
        if let Some((key, value)) = &removed
            && let Some(deadline) = value.deadline
        {
            self.deadlines.remove(&(deadline, key.clone()));
        }
        removed.is_some()
    }

    /// Sets the deadline of a value, and returns whether there is one.
    fn set_deadline(&mut self, key: &[u8], deadline: Option<Instant>) -> bool {
        let Some(value) = self.values.get_mut(key) else {
            return false;
        };
        let old = std::mem::replace(&mut value.deadline, deadline);
        if old != deadline {
            let key = Key::from(key);
            if let Some(old) = old {
                self.deadlines.remove(&(old, key.clone()));
            }
            if let Some(deadline) = deadline {
                self.deadlines.insert((deadline, key));
            }
        }
        true
    }

    fn first(&self) -> Option<Instant> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    /// Removes what has expired, and returns when the next value does.
    fn remove_expired(&mut self) -> Option<Instant> {
        let now = Instant::now();
        while let Some(first) = self.first() {
            if first > now {
                return Some(first);
            }
            if let Some((_, key)) = self.deadlines.pop_first() {
                self.values.remove(&key);
            }
        }
        None
    }
}

fn after(left: Duration) -> Instant {
    Instant::now() + left.min(MAX_LEFT)
}
