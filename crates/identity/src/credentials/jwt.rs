//! Access tokens of applications: JSON Web Tokens (RFC 7519) signed with
//! HMAC-SHA256 (RFC 7515) under a key of the instance's secret.
//!
//! Only the one header that this module writes is accepted, byte by byte, so
//! that no token chooses how it is checked (RFC 8725, section 3.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::InstanceSecret;

/// `{"alg":"HS256","typ":"at+jwt"}` (RFC 9068).
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9";
/// No token of ours is nearly as long.
const LEN_MAX: usize = 2048;

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccessClaims {
    /// The account.
    pub(crate) sub: String,
    /// The session that it was issued in.
    pub(crate) sid: String,
    /// What it may be used for, separated by spaces.
    pub(crate) scope: String,
    /// The account's generation: it counts the times that all its tokens were
    /// taken back.
    pub(crate) r#gen: i64,
    /// When it was issued, seconds since the Unix epoch.
    pub(crate) iat: i64,
    /// Until when it is good, seconds since the Unix epoch.
    pub(crate) exp: i64,
}

/// Signs and checks access tokens.
#[derive(Clone)]
pub(crate) struct AccessTokens(Hmac<Sha256>);

impl AccessTokens {
    pub(crate) fn new(secret: &InstanceSecret) -> Self {
        let mac = Hmac::<Sha256>::new_from_slice(&secret.derive("access-token"))
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
        Self(mac)
    }

    pub(crate) fn issue(&self, claims: &AccessClaims) -> String {
        let json = serde_json::to_vec(claims).unwrap_or_default();
        let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(json));
        let mac = self.0.clone().chain_update(&signed).finalize().into_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// What the token says, if it is ours and good at `now` (seconds since the
    /// Unix epoch).
    pub(crate) fn verify(&self, token: &str, now: i64) -> Option<AccessClaims> {
        if token.len() > LEN_MAX {
            return None;
        }
        let (signed, mac) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        if header != HEADER {
            return None;
        }
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        self.0
            .clone()
            .chain_update(signed)
            .verify_slice(&mac)
            .ok()?;
        let claims: AccessClaims =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        (now < claims.exp).then_some(claims)
    }
}

/// Whether a bearer token has the form of an access token.
pub(crate) fn looks_like_one(token: &str) -> bool {
    token.starts_with(HEADER)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens() -> AccessTokens {
        AccessTokens::new(&InstanceSecret::from_bytes([7; 32]))
    }

    fn claims() -> AccessClaims {
        AccessClaims {
            sub: "user_1".into(),
            sid: "session_1".into(),
            scope: "read".into(),
            r#gen: 3,
            iat: 1_000,
            exp: 1_900,
        }
    }

    #[test]
    fn the_header_is_what_its_comment_says() {
        let json = URL_SAFE_NO_PAD.decode(HEADER).unwrap_or_default();
        assert_eq!(json, br#"{"alg":"HS256","typ":"at+jwt"}"#);
    }

    #[test]
    fn a_token_is_good_until_it_expires_and_on_its_own_instance() {
        let token = tokens().issue(&claims());
        assert!(looks_like_one(&token));
        assert_eq!(tokens().verify(&token, 1_899), Some(claims()));
        assert_eq!(tokens().verify(&token, 1_900), None);
        let other = AccessTokens::new(&InstanceSecret::from_bytes([8; 32]));
        assert_eq!(other.verify(&token, 1_000), None);
    }

    #[test]
    fn a_token_that_says_it_needs_no_signature_is_refused() {
        let token = tokens().issue(&claims());
        let payload = token.split('.').nth(1).unwrap_or_default();
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS512"}"#,
            r#"{"alg":"HS256"}"#,
        ] {
            let header = URL_SAFE_NO_PAD.encode(header);
            assert_eq!(
                tokens().verify(&format!("{header}.{payload}."), 1_000),
                None
            );
        }
    }

    proptest! {
        #[test]
        fn no_altered_token_is_good(at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_.-]") {
            let token = tokens().issue(&claims());
            let at = at.index(token.len());
            let mut altered = token.clone();
            altered.replace_range(at..=at, &to);
            prop_assume!(altered != token);
            prop_assert_eq!(tokens().verify(&altered, 1_000), None);
        }

        #[test]
        fn no_text_brings_it_down(text in "[a-zA-Z0-9._-]{0,200}|.{0,50}") {
            prop_assert_eq!(tokens().verify(&text, 1_000), None);
        }
    }
}
