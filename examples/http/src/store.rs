use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Bytes;

/// The values, by their keys; a clone is the same store.
///
/// A value is JSON, as it is sent.
#[derive(Clone, Debug, Default)]
pub struct Store {
    // Never held across an `await`, so it is the standard library's.
    values: Arc<Mutex<BTreeMap<String, Bytes>>>,
}

impl Store {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<Bytes> {
        self.lock().get(key).cloned()
    }

    /// Sets the value of `key`, and gives the one before.
    pub fn put(&self, key: &str, value: Bytes) -> Option<Bytes> {
        self.lock().insert(key.into(), value)
    }

    /// Takes `key` out.
    pub fn delete(&self, key: &str) -> Option<Bytes> {
        self.lock().remove(key)
    }

    /// All keys, sorted.
    pub fn keys(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// The first key after `key` and its value; without a key the first of all.
    pub fn after(&self, key: Option<&str>) -> Option<(String, Bytes)> {
        let start = key.map_or(Bound::Unbounded, Bound::Excluded);
        let values = self.lock();
        let (key, value) = values.range::<str, _>((start, Bound::Unbounded)).next()?;
        Some((key.clone(), value.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Bytes>> {
        // No method leaves it half changed.
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
