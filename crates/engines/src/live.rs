//! A value that everybody reads and that changes now and then.

use std::sync::Arc;

use parking_lot::RwLock;

/// A value that is read on every request and replaced whole, once in a while.
/// Reading copies a pointer: whoever has read it keeps what they have read.
#[derive(Debug, Default)]
pub struct Live<T>(RwLock<Arc<T>>);

impl<T> Live<T> {
    /// With this value to begin with.
    pub fn new(value: T) -> Self {
        Self(RwLock::new(Arc::new(value)))
    }

    /// The value as it is now.
    pub fn get(&self) -> Arc<T> {
        self.0.read().clone()
    }

    /// Another value, for whoever reads from now on.
    pub fn set(&self, value: T) {
        *self.0.write() = Arc::new(value);
    }
}
