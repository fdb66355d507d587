//! Stream tokens: a signed, expiring permission to play one video.
//!
//! A token is 73 bytes in unpadded URL-safe base 64 (98 characters):
//!
//! | bytes | what |
//! |-------|------|
//! | 1     | version, 2 |
//! | 8     | expiry, seconds since the Unix epoch, big-endian |
//! | 8     | when it was issued, microseconds since the Unix epoch, big-endian |
//! | 12    | the viewer's tag: a keyed hash, so that no URL tells who watches |
//! | 12    | the tag of the session or key that it was asked for with |
//! | 32    | HMAC-SHA256 over all of the above and the video's identifier |
//!
//! The video is not written in the token but is part of what is signed, so a
//! token fits one video only. Every node derives the same keys from the
//! instance's secret, so that any node checks any token without a query. What
//! was taken back before it ran out is known from memory
//! ([`Revocations`](crate::Revocations)).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use matinee_engines::time::now_micros;
use sha2::Sha256;

use crate::InstanceSecret;
use crate::revocations::Revoked;

const VERSION: u8 = 2;
const TAG: usize = 12;
const ISSUED: usize = 1 + 8;
const VIEWER: usize = ISSUED + 8;
const DEVICE: usize = VIEWER + TAG;
const SIGNED: usize = DEVICE + TAG;
const LEN: usize = SIGNED + 32;
/// [`LEN`] bytes in base 64 without padding.
const TEXT_LEN: usize = LEN.div_ceil(3) * 4 - (3 - LEN % 3) % 3;

/// Issues and verifies stream tokens.
#[derive(Clone)]
pub struct StreamTokens {
    // Keyed once: a clone of the state saves two compressions a request.
    mac: Hmac<Sha256>,
    viewers: Hmac<Sha256>,
    revoked: Arc<Revoked>,
}

/// Who a token is issued to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer<'a> {
    /// The account (`user_…`), or what somebody without one is known by.
    pub viewer: &'a str,
    /// The session or the key that they ask with; empty for none.
    pub device: &'a str,
}

impl<'a> Bearer<'a> {
    /// Somebody who asks with no session in particular.
    pub fn new(viewer: &'a str) -> Self {
        Self { viewer, device: "" }
    }
}

/// What a valid token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// Until when it is good, seconds since the Unix epoch.
    pub expires_at: u64,
    /// When it was issued, microseconds since the Unix epoch.
    pub issued_at: i64,
    /// Who it was issued to, as a keyed hash ([`StreamTokens::viewer_tag`]).
    pub viewer_tag: [u8; TAG],
}

/// Why a token does not open the video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no token, was altered, or is for another video.
    #[error("this token is not valid for this video")]
    Invalid,
    /// It was good once.
    #[error("this token has expired: ask for a new one")]
    Expired,
    /// It was taken back.
    #[error("this token was taken back: ask for a new one")]
    Revoked,
}

impl StreamTokens {
    /// Tokens of the instance that has this secret.
    pub fn new(secret: &InstanceSecret) -> Self {
        let key = |purpose| {
            let key = secret.derive(purpose);
            Hmac::<Sha256>::new_from_slice(&key)
                .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
        };
        Self {
            mac: key("stream-token"),
            viewers: key("stream-token-viewer"),
            revoked: Arc::default(),
        }
    }

    /// A token that opens this video to this viewer until `expires_at`
    /// (seconds since the Unix epoch).
    pub fn issue(&self, video_id: &str, bearer: Bearer<'_>, expires_at: u64) -> String {
        let mut bytes = [0; LEN];
        bytes[0] = VERSION;
        bytes[1..9].copy_from_slice(&expires_at.to_be_bytes());
        bytes[ISSUED..VIEWER].copy_from_slice(&now_micros().to_be_bytes());
        bytes[VIEWER..DEVICE].copy_from_slice(&self.viewer_tag(bearer.viewer));
        bytes[DEVICE..SIGNED].copy_from_slice(&self.viewer_tag(bearer.device));
        let mac = self
            .sign(&bytes[..SIGNED], video_id)
            .finalize()
            .into_bytes();
        bytes[SIGNED..].copy_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What the token says, if it opens this video at `now` (seconds since
    /// the Unix epoch). Takes the same time whatever is wrong with the MAC.
    pub fn verify(&self, token: &str, video_id: &str, now: u64) -> Result<Claims, TokenError> {
        let mut bytes = [0; LEN];
        if token.len() != TEXT_LEN {
            return Err(TokenError::Invalid);
        }
        match URL_SAFE_NO_PAD.decode_slice(token, &mut bytes) {
            Ok(LEN) if bytes[0] == VERSION => {}
            _ => return Err(TokenError::Invalid),
        }
        let (signed, mac) = bytes.split_at(SIGNED);
        self.sign(signed, video_id)
            .verify_slice(mac)
            .map_err(|_| TokenError::Invalid)?;
        let (mut expires_at, mut issued_at) = ([0; 8], [0; 8]);
        expires_at.copy_from_slice(&signed[1..ISSUED]);
        issued_at.copy_from_slice(&signed[ISSUED..VIEWER]);
        let (mut viewer_tag, mut device_tag) = ([0; TAG], [0; TAG]);
        viewer_tag.copy_from_slice(&signed[VIEWER..DEVICE]);
        device_tag.copy_from_slice(&signed[DEVICE..]);
        let claims = Claims {
            expires_at: u64::from_be_bytes(expires_at),
            issued_at: i64::from_be_bytes(issued_at),
            viewer_tag,
        };
        if now >= claims.expires_at {
            return Err(TokenError::Expired);
        }
        let subjects = [&viewer_tag, &device_tag, &self.viewer_tag(video_id)];
        if self.revoked.is_revoked(claims.issued_at, subjects) {
            return Err(TokenError::Revoked);
        }
        Ok(claims)
    }

    /// What was taken back.
    pub(crate) fn revoked(&self) -> &Revoked {
        &self.revoked
    }

    /// The keyed hash by which tokens name this viewer.
    pub fn viewer_tag(&self, viewer: &str) -> [u8; TAG] {
        let hash = self
            .viewers
            .clone()
            .chain_update(viewer)
            .finalize()
            .into_bytes();
        let mut tag = [0; TAG];
        tag.copy_from_slice(&hash[..TAG]);
        tag
    }

    fn sign(&self, signed: &[u8], video_id: &str) -> Hmac<Sha256> {
        self.mac.clone().chain_update(signed).chain_update(video_id)
    }
}

impl std::fmt::Debug for StreamTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StreamTokens(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens() -> StreamTokens {
        StreamTokens::new(&InstanceSecret::from_bytes([7; 32]))
    }

    #[test]
    fn a_token_opens_its_video_until_it_expires() {
        let tokens = tokens();
        let token = tokens.issue("video_a", Bearer::new("user_1"), 1_000);
        assert_eq!(token.len(), TEXT_LEN);
        let claims = tokens.verify(&token, "video_a", 999);
        let claims = claims.map(|claims| (claims.expires_at, claims.viewer_tag));
        assert_eq!(claims, Ok((1_000, tokens.viewer_tag("user_1"))));
        assert_eq!(
            tokens.verify(&token, "video_a", 1_000),
            Err(TokenError::Expired)
        );
        assert_eq!(
            tokens.verify(&token, "video_b", 999),
            Err(TokenError::Invalid)
        );
    }

    #[test]
    fn another_instance_s_token_opens_nothing() {
        let other = StreamTokens::new(&InstanceSecret::from_bytes([8; 32]));
        let token = other.issue("video_a", Bearer::new("user_1"), 1_000);
        assert_eq!(
            tokens().verify(&token, "video_a", 0),
            Err(TokenError::Invalid)
        );
    }

    proptest! {
        #[test]
        fn no_altered_token_opens_anything(at in 0..TEXT_LEN, to in "[A-Za-z0-9_-]") {
            let tokens = tokens();
            let token = tokens.issue("video_a", Bearer::new("user_1"), 1_000);
            let mut altered = token.clone();
            altered.replace_range(at..=at, &to);
            prop_assume!(altered != token);
            prop_assert_eq!(tokens.verify(&altered, "video_a", 0), Err(TokenError::Invalid));
        }

        #[test]
        fn no_text_brings_it_down(text in ".{0,100}") {
            prop_assert!(tokens().verify(&text, "video_a", 0).is_err());
        }
    }
}
