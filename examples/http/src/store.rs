use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Bytes;

/// The values, by their keys. A clone shares the same values.
///
/// A value is JSON, stored in the form in which it was sent.
#[derive(Clone, Debug, Default)]
pub struct Store {
    // The lock is never held across an `await`, so the standard library's will do.
    values: Arc<Mutex<BTreeMap<String, Bytes>>>,
}

impl Store {
    /// Returns the value of `key`.
    pub fn get(&self, key: &str) -> Option<Bytes> {
        self.lock().get(key).cloned()
    }

    /// Sets the value of `key`, and returns the one before.
    pub fn put(&self, key: &str, value: Bytes) -> Option<Bytes> {
        self.lock().insert(key.into(), value)
    }

    /// Removes `key`, and returns its value.
    pub fn delete(&self, key: &str) -> Option<Bytes> {
        self.lock().remove(key)
    }

    /// Returns all keys, sorted.
    pub fn keys(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// Returns the first key after `key` with its value; without a key the first of all.
    pub fn after(&self, key: Option<&str>) -> Option<(String, Bytes)> {
        let start = key.map_or(Bound::Unbounded, Bound::Excluded);
        let values = self.lock();
        let (key, value) = values.range::<str, _>((start, Bound::Unbounded)).next()?;
        Some((key.clone(), value.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Bytes>> {
        // No method leaves the map half changed, so a poisoned lock is no problem.
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
