//! Leases on hot state: one of many does something, and if it dies another.
//!
//! They keep work from being done twice for nothing; what must never happen
//! twice needs a fencing token in the database as well, because hot state may
//! be lost.

use std::time::Duration;

use bytes::Bytes;

use super::{Hot, Result};

/// Takes a lease, or prolongs one that `owner` has; tells whether it has it now.
pub async fn acquire(hot: &dyn Hot, key: &str, owner: &str, ttl: Duration) -> Result<bool> {
    let mine = Bytes::copy_from_slice(owner.as_bytes());
    if hot
        .compare_and_set(key, None, Some(mine), Some(ttl))
        .await?
    {
        return Ok(true);
    }
    renew(hot, key, owner, ttl).await
}

/// Prolongs a lease; tells whether `owner` still had it.
pub async fn renew(hot: &dyn Hot, key: &str, owner: &str, ttl: Duration) -> Result<bool> {
    let mine = Bytes::copy_from_slice(owner.as_bytes());
    hot.compare_and_set(key, Some(owner.as_bytes()), Some(mine), Some(ttl))
        .await
}

/// Gives a lease back; tells whether `owner` still had it.
pub async fn release(hot: &dyn Hot, key: &str, owner: &str) -> Result<bool> {
    hot.compare_and_set(key, Some(owner.as_bytes()), None, None)
        .await
}
