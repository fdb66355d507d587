//! Passwords of things, and the proof that somebody has given one.
//!
//! The proof is `expiry.tag.mac`: seconds since the Unix epoch, which password
//! it was (`password_tag`, in hexadecimal), and an HMAC-SHA256 over both and the
//! thing's id in unpadded URL-safe base 64. It is bound to the thing and to its
//! password, not to a person: a cookie keeps it, or a program sends it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use matinee_engines::time::now_micros;
use sha2::Sha256;

use super::{Unlocked, password_tag};
use crate::throttle::Throttle;
use crate::{IdentityError, InstanceSecret, Result, password};

/// How long a password once given is remembered.
pub const LIFETIME: Duration = Duration::from_hours(12);
/// The shortest password of a thing, in characters. It guards one film, behind
/// a throttle, and is read out on the telephone.
pub const PASSWORD_MIN: usize = 4;
/// The longest proof.
const PROOF_MAX: usize = 100;

/// Checks passwords of things, and issues and verifies the proofs.
pub struct Unlocks {
    mac: Hmac<Sha256>,
    throttle: Throttle,
}

impl Unlocks {
    /// Those of the instance that has this secret.
    pub fn new(secret: &InstanceSecret) -> Self {
        let key = secret.derive("unlock");
        Self {
            mac: Hmac::<Sha256>::new_from_slice(&key)
                .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length")),
            throttle: Throttle::new(),
        }
    }

    /// The PHC string of a new password for a thing.
    pub async fn hash(&self, password: String) -> Result<String> {
        password::hash_of("password", password, PASSWORD_MIN).await
    }

    /// A proof for whoever knows the password of this thing, and until when it
    /// is good (seconds since the Unix epoch). `from` is their address, which is
    /// slowed down after failures.
    pub async fn unlock(
        &self,
        id: &str,
        hash: &str,
        given: String,
        from: &str,
    ) -> Result<(String, u64)> {
        // Not by thing alone: one stranger could keep all others out.
        let keys = [format!("{id}@{from}"), format!("@{from}")];
        let waits = keys.iter().filter_map(|key| self.throttle.wait(key));
        if let Some(retry_after) = waits.max() {
            return Err(IdentityError::Throttled { retry_after });
        }
        if !password::verify(given, Some(hash.to_owned())).await? {
            for key in &keys {
                self.throttle.failed(key);
            }
            return Err(IdentityError::WrongCredentials);
        }
        for key in &keys {
            self.throttle.succeeded(key);
        }
        let expires_at = now_seconds() + LIFETIME.as_secs();
        Ok((self.prove(id, hash, expires_at), expires_at))
    }

    fn prove(&self, id: &str, hash: &str, expires_at: u64) -> String {
        let signed = format!("{expires_at}.{}", hex(password_tag(hash)));
        let mac = self.sign(&signed, id).finalize().into_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// What this proof says about the thing, if it is one of ours and still
    /// good.
    pub fn verify(&self, id: &str, proof: &str) -> Option<Unlocked> {
        if proof.len() > PROOF_MAX {
            return None;
        }
        let (signed, mac) = proof.rsplit_once('.')?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        self.sign(signed, id).verify_slice(&mac).ok()?;
        let (expires_at, tag) = signed.split_once('.')?;
        if expires_at.parse::<u64>().ok()? <= now_seconds() {
            return None;
        }
        let tag = u64::from_str_radix(tag, 16).ok()?.to_be_bytes();
        Some(Unlocked {
            id: id.to_owned(),
            tag,
        })
    }

    fn sign(&self, signed: &str, id: &str) -> Hmac<Sha256> {
        let mac = self.mac.clone();
        mac.chain_update(signed).chain_update("@").chain_update(id)
    }
}

impl std::fmt::Debug for Unlocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unlocks(…)")
    }
}

fn hex(tag: [u8; 8]) -> String {
    format!("{:016x}", u64::from_be_bytes(tag))
}

fn now_seconds() -> u64 {
    u64::try_from(now_micros() / 1_000_000).unwrap_or(0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unlocks() -> Unlocks {
        Unlocks::new(&InstanceSecret::from_bytes([3; 32]))
    }

    #[tokio::test]
    async fn the_password_opens_its_thing_and_no_other() {
        let unlocks = unlocks();
        let hash = unlocks.hash("tuesday".into()).await.unwrap();
        let wrong = unlocks
            .unlock("video_a", &hash, "monday".into(), "::1")
            .await;
        assert!(matches!(wrong, Err(IdentityError::WrongCredentials)));
        let given = unlocks.unlock("video_a", &hash, "tuesday".into(), "::1");
        let (proof, _) = given.await.unwrap();
        let unlocked = unlocks.verify("video_a", &proof).unwrap();
        assert_eq!(unlocked.tag, password_tag(&hash));
        assert_eq!(unlocks.verify("video_b", &proof), None);
        let other = Unlocks::new(&InstanceSecret::from_bytes([4; 32]));
        assert_eq!(other.verify("video_a", &proof), None);
    }

    #[tokio::test]
    async fn guessing_is_slowed_down_where_it_comes_from() {
        let unlocks = unlocks();
        let hash = unlocks.hash("tuesday".into()).await.unwrap();
        let guess = |from| unlocks.unlock("video_a", &hash, "monday".into(), from);
        let mut slowed = false;
        for _ in 0..10 {
            slowed |= matches!(guess("::1").await, Err(IdentityError::Throttled { .. }));
        }
        assert!(slowed);
        assert!(matches!(
            guess("::2").await,
            Err(IdentityError::WrongCredentials)
        ));
    }

    #[test]
    fn a_proof_ends() {
        let unlocks = unlocks();
        let past = unlocks.prove("video_a", "hash", now_seconds());
        assert_eq!(unlocks.verify("video_a", &past), None);
        let later = unlocks.prove("video_a", "hash", now_seconds() + 60);
        assert!(unlocks.verify("video_a", &later).is_some());
    }

    proptest! {
        #[test]
        fn no_text_brings_it_down(text in ".{0,120}") {
            prop_assert_eq!(unlocks().verify("video_a", &text), None);
        }
    }
}
