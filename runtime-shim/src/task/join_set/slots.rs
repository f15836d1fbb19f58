//! The handles of a set, each in its own slot.

/// The index of a slot. A freed slot may be reused for another handle.
pub(super) type Key = usize;

/// Handles by index. A hash table would hash keys that the set chooses itself. (The crate slab
/// cannot reserve an empty slot, and would be one more package on Tokio.)
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

    /// Returns the number of handles.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Reserves a slot, which stays reserved until it is [freed](Self::free).
    pub(super) fn reserve(&mut self) -> Key {
        self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        })
    }

    /// Fills a reserved slot.
    pub(super) fn fill(&mut self, key: Key, handle: H) {
        self.slots[key] = Some(handle);
        self.len += 1;
    }

    /// Returns the handle in the slot, if the slot was filled.
    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut H> {
        self.slots[key].as_mut()
    }

    /// Frees the slot and drops its handle, if it has one.
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
