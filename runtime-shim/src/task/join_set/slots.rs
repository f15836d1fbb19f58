//! The handles of a set, each in a place of its own.

/// A place; another handle may have it once it is free.
pub(super) type Key = usize;

/// Handles that are found by their place: a table would hash what the set chooses itself. (The crate
/// slab has no place that is reserved and empty, and would be one more package on Tokio.)
#[derive(Debug)]
pub(super) struct Slots<H> {
    slots: Vec<Option<H>>,
    free: Vec<Key>,
    len: usize,
}

impl<H> Slots<H> {
    pub(super) const fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            len: 0,
        }
    }

    /// How many handles there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// A place for a handle, which nobody else gets before it is [freed](Self::free).
    pub(super) fn reserve(&mut self) -> Key {
        self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        })
    }

    /// Fills a place that was reserved.
    pub(super) fn fill(&mut self, key: Key, handle: H) {
        self.slots[key] = Some(handle);
        self.len += 1;
    }

    /// The handle there, if the place was filled.
    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut H> {
        self.slots[key].as_mut()
    }

    /// Drops the handle, if there is one.
    pub(super) fn free(&mut self, key: Key) {
        if self.slots[key].take().is_some() {
            self.len -= 1;
        }
        self.free.push(key);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &H> {
        self.slots.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_again_once_it_is_free() {
        let mut slots = Slots::new();
        for (expected, handle) in ["a", "b", "c"].into_iter().enumerate() {
            let key = slots.reserve();
            assert_eq!(key, expected);
            slots.fill(key, handle);
        }
        slots.free(1);
        assert_eq!(slots.len(), 2);
        assert_eq!(slots.reserve(), 1);
        assert_eq!(slots.get_mut(1), None);
        assert_eq!(slots.reserve(), 3);
        assert_eq!(slots.len(), 2);
        slots.free(1);
        assert_eq!(slots.reserve(), 1);
        slots.fill(1, "d");
        assert_eq!(slots.get_mut(1), Some(&mut "d"));
        assert_eq!(slots.len(), 3);
        assert_eq!(slots.iter().copied().collect::<Vec<_>>(), ["a", "d", "c"]);
    }
}
