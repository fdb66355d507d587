//! How many requests send bytes at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug, Default)]
struct Taken {
    by_person: HashMap<String, usize>,
    all: usize,
}

/// Counts the requests under way, per person and in all.
#[derive(Debug, Clone)]
pub(super) struct Slots {
    taken: Arc<Mutex<Taken>>,
    per_person: usize,
    all: usize,
}

/// One request under way; dropping it makes room.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Slots,
    person: String,
}

impl Slots {
    pub(super) fn new(per_person: usize, all: usize) -> Self {
        Self {
            taken: Arc::default(),
            per_person,
            all,
        }
    }

    /// `None` if there is no room.
    pub(super) fn take(&self, person: &str) -> Option<Slot> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = taken.by_person.get(person).copied().unwrap_or(0);
        if taken.all >= self.all || theirs >= self.per_person {
            return None;
        }
        taken.all += 1;
        taken.by_person.insert(person.to_owned(), theirs + 1);
        Some(Slot {
            slots: self.clone(),
            person: person.to_owned(),
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self
            .slots
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(theirs) = taken.by_person.get_mut(&self.person) {
            *theirs -= 1;
            if *theirs == 0 {
                taken.by_person.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_more_than_their_share_and_room_comes_back() {
        let slots = Slots::new(2, 3);
        let first = slots.take("ada").unwrap();
        let _second = slots.take("ada").unwrap();
        assert!(slots.take("ada").is_none());
        let other = slots.take("bob").unwrap();
        assert!(slots.take("eve").is_none(), "all are taken");
        drop(first);
        assert!(slots.take("eve").is_some());
        drop(other);
        assert_eq!(slots.taken.lock().unwrap().by_person.len(), 1);
    }
}
