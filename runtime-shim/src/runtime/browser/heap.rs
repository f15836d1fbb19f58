//! A heap of timers, from which any can be removed.
//!
//! A `BTreeMap` does the same in three times the code, which every page would load.

use crate::time::Instant;

/// Values by their times. Of those with the same time the one that came first is the first.
pub(super) struct Heap<T> {
    /// The smallest is at the front, and each is smaller than those at twice its place.
    places: Vec<Place>,
    slots: Vec<Slot<T>>,
    /// The first of the empty slots.
    empty: usize,
    /// The number of values that there have ever been.
    count: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    time: Instant,
    number: u64,
    slot: usize,
}

enum Slot<T> {
    Full { place: usize, value: T },
    Empty { next: usize },
}

/// Which value it is. No other one ever has the same key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    slot: usize,
    number: u64,
}

impl<T> Heap<T> {
    pub(super) const fn new() -> Self {
        Self {
            places: Vec::new(),
            slots: Vec::new(),
            empty: 0,
            count: 0,
        }
    }

    /// Returns the first time.
    pub(super) fn first(&self) -> Option<Instant> {
        self.places.first().map(|first| first.time)
    }

    pub(super) fn push(&mut self, time: Instant, value: T) -> Key {
        let (place, slot, number) = (self.places.len(), self.empty, self.count);
        self.count += 1;
        let full = Slot::Full { place, value };
        match self.slots.get_mut(slot) {
            Some(empty) => {
                if let Slot::Empty { next } = *empty {
                    self.empty = next;
                }
                *empty = full;
            }
            None => {
                self.slots.push(full);
                self.empty = self.slots.len();
            }
        }
        self.places.push(Place { time, number, slot });
        self.up(place);
        Key { slot, number }
    }

    /// Removes the value with the first time.
    pub(super) fn pop(&mut self) -> Option<T> {
        self.remove_at(0)
    }

    /// Removes a value, if it is still there.
    pub(super) fn remove(&mut self, key: Key) -> Option<T> {
        match self.slots.get(key.slot) {
            Some(&Slot::Full { place, .. }) if self.places[place].number == key.number => {
                self.remove_at(place)
            }
            _ => None,
        }
    }

    fn remove_at(&mut self, place: usize) -> Option<T> {
        let slot = self.places.get(place)?.slot;
        self.places.swap_remove(place);
        if place < self.places.len() {
            self.note(place);
            self.up(place);
            self.down(place);
        }
        let empty = Slot::Empty { next: self.empty };
        self.empty = slot;
        match std::mem::replace(&mut self.slots[slot], empty) {
            Slot::Full { value, .. } => Some(value),
            Slot::Empty { .. } => None,
        }
    }

    /// Moves what is at `place` up to where it belongs.
    fn up(&mut self, mut place: usize) {
        while place > 0 && self.swap_if_less(place, (place - 1) / 2) {
            place = (place - 1) / 2;
        }
    }

    /// Moves what is at `place` down to where it belongs.
    fn down(&mut self, mut place: usize) {
        loop {
            let left = 2 * place + 1;
            let right = left + 1;
            let (Some(at_left), at_right) = (self.places.get(left), self.places.get(right)) else {
                return;
            };
            let less = match at_right {
                Some(at_right) if at_right < at_left => right,
                _ => left,
            };
            if !self.swap_if_less(less, place) {
                return;
            }
            place = less;
        }
    }

    /// Swaps two places if the first is the smaller one.
    fn swap_if_less(&mut self, one: usize, other: usize) -> bool {
        let is_less = self.places[one] < self.places[other];
        if is_less {
            self.places.swap(one, other);
            self.note(one);
            self.note(other);
        }
        is_less
    }

    /// Tells the value at `at` its place.
    fn note(&mut self, at: usize) {
        if let Slot::Full { place, .. } = &mut self.slots[self.places[at].slot] {
            *place = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Duration;

    /// Compares the heap with a sorted list, over pseudo-random pushes, pops and removals.
    #[test]
    fn it_gives_values_in_the_order_of_their_times() {
        let start = Instant::now();
        let mut heap = Heap::new();
        let mut list: Vec<(Instant, u64, Key)> = Vec::new();
        let mut random = 0x9E37_79B9_7F4A_7C15_u64;
        for n in 0..20_000_u64 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let grows = n % 4000 < 2000;
            match random % 8 {
                0..=2 => {
                    let first = list.iter().min_by_key(|(time, n, _)| (*time, *n)).copied();
                    assert_eq!(heap.first(), first.map(|(time, ..)| time));
                    assert_eq!(heap.pop(), first.map(|(_, n, _)| n));
                    list.retain(|(_, n, _)| Some(*n) != first.map(|(_, n, _)| n));
                    if let Some((_, _, key)) = first {
                        assert_eq!(heap.remove(key), None);
                    }
                }
                3 | 4 if !list.is_empty() => {
                    let (_, n, key) = list.swap_remove(random as usize / 8 % list.len());
                    assert_eq!(heap.remove(key), Some(n));
                    assert_eq!(heap.remove(key), None);
                }
                5 if !grows => {}
                _ => {
                    let time = start + Duration::from_millis(random / 64 % 500);
                    list.push((time, n, heap.push(time, n)));
                }
            }
        }
        assert!(heap.slots.len() < 4000, "slots are used again");
    }
}
