//! Passwords: argon2id, off the async threads, never more than a few at once.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;

use crate::{IdentityError, Result};

/// Shortest accepted password, in characters (NIST SP 800-63B asks for 8).
pub(crate) const MIN_CHARS: usize = 8;
/// Longest accepted password, in bytes, so that hashing cannot be abused.
pub(crate) const MAX_BYTES: usize = 1024;

/// Each hash takes 19 MiB and some 20 ms of a core.
static SLOTS: Semaphore = Semaphore::const_new(2);

/// What a wrong user name is compared with, so that it takes as long as a
/// wrong password.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

fn hash_now(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| IdentityError::Hash(error.to_string()))
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let permit = SLOTS
        .acquire()
        .await
        .map_err(|e| IdentityError::Hash(e.to_string()))?;
    let outcome = tokio::task::spawn_blocking(work).await;
    drop(permit);
    outcome.map_err(|error| IdentityError::Hash(error.to_string()))
}

/// The PHC string of a new password, which must keep to the rules.
pub(crate) async fn hash(field: &'static str, password: String) -> Result<String> {
    hash_of(field, password, MIN_CHARS).await
}

/// The same for what may be as short as `min` characters because it guards
/// less: the password of a film, a PIN.
pub(crate) async fn hash_of(field: &'static str, password: String, min: usize) -> Result<String> {
    let reason = if password.chars().count() < min {
        format!("at least {min} characters are needed")
    } else if password.len() > MAX_BYTES {
        format!("at most {MAX_BYTES} bytes are accepted")
    } else {
        return off_thread(move || hash_now(&password)).await?;
    };
    Err(IdentityError::Invalid { field, reason })
}

/// Whether the password is the one behind the hash; `None` for nobody's.
pub(crate) async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    if password.len() > MAX_BYTES {
        return Ok(false);
    }
    off_thread(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        PasswordHash::new(&hash).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        }) && known
    })
    .await
}
