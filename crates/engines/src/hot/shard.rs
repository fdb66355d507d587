//! A part of the keys, behind one lock.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use super::value::Value;

/// What a key costs besides its text and value.
const PER_KEY: usize = 128;
/// How many keys are looked at to find one that was not used for long, or has
/// expired.
const SAMPLE: usize = 6;

/// Keys in a list, so that one can be drawn at random, and where they are in it.
#[derive(Debug, Default)]
pub(super) struct Shard {
    places: HashMap<Arc<str>, usize>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    key: Arc<str>,
    value: Value,
    expires: Option<Instant>,
    used: Instant,
    /// Holds a promise (a lease, a limit) that forgetting would break.
    promise: bool,
}

/// What an edit works on.
pub(super) struct Slot {
    pub(super) value: Option<Value>,
    pub(super) expires: Option<Instant>,
    pub(super) promise: bool,
}

impl Shard {
    /// Lets `edit` change what a key holds; yields its result and by how many
    /// bytes the shard has grown.
    pub(super) fn edit<R>(
        &mut self,
        key: &str,
        now: Instant,
        edit: impl FnOnce(&mut Slot) -> R,
    ) -> (R, isize) {
        let mut grown = 0;
        let mut slot = Slot {
            value: None,
            expires: None,
            promise: false,
        };
        // The entry leaves the list while it is edited: cheaper than it looks
        // (one swap), and no half-edited entry can stay behind.
        let known = self.places.get(key).copied();
        let key = match known {
            Some(at) => {
                let entry = self.take(at);
                grown -= size(&entry);
                if entry.expires.is_none_or(|at| at > now) {
                    slot = Slot {
                        value: Some(entry.value),
                        expires: entry.expires,
                        promise: entry.promise,
                    };
                }
                entry.key
            }
            None => Arc::from(key),
        };
        let result = edit(&mut slot);
        if let Some(value) = slot.value
            && slot.expires.is_none_or(|at| at > now)
        {
            let entry = Entry {
                key,
                value,
                expires: slot.expires,
                used: now,
                promise: slot.promise,
            };
            grown += size(&entry);
            self.places
                .insert(Arc::clone(&entry.key), self.entries.len());
            self.entries.push(entry);
        }
        (result, grown)
    }

    fn take(&mut self, at: usize) -> Entry {
        let entry = self.entries.swap_remove(at);
        self.places.remove(&entry.key);
        if let Some(moved) = self.entries.get(at) {
            self.places.insert(Arc::clone(&moved.key), at);
        }
        entry
    }

    /// Drops a few expired keys; yields by how many bytes the shard has shrunk.
    pub(super) fn sweep(&mut self, now: Instant) -> isize {
        let mut shrunk = 0;
        for _ in 0..2 {
            if self.entries.is_empty() {
                break;
            }
            let at = rand::random_range(0..self.entries.len());
            if self.entries[at]
                .expires
                .is_some_and(|expires| expires <= now)
            {
                shrunk += size(&self.take(at));
            }
        }
        shrunk
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Drops the key that was not used for longest among a few, except `keep`
    /// and, unless it must be, promises; yields by how many bytes the shard has
    /// shrunk.
    pub(super) fn evict(&mut self, now: Instant, keep: &str, promises: bool) -> isize {
        let drawn = (0..SAMPLE.min(self.entries.len()))
            .map(|_| rand::random_range(0..self.entries.len()))
            .filter(|at| &*self.entries[*at].key != keep)
            .map(|at| {
                let entry = &self.entries[at];
                let alive = entry.expires.is_none_or(|expires| expires > now);
                (alive, alive && entry.promise, entry.used, at)
            });
        match drawn.min() {
            Some((_, promise, _, at)) if promises || !promise => size(&self.take(at)),
            _ => 0,
        }
    }
}

fn size(entry: &Entry) -> isize {
    // Memory sizes are far below 2^63.
    isize::try_from(entry.key.len() + entry.value.size() + PER_KEY).unwrap_or(isize::MAX)
}
