//! Passkeys: what a relying party checks (Web Authentication Level 3, sections
//! 7.1 and 7.2). No attestation is asked for, so none is judged: any
//! authenticator will do, as long as it checks who holds it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::cbor::Cbor;
use super::signature::PublicKey;
use crate::InstanceSecret;

/// How long a challenge may be answered, in seconds.
pub(crate) const CHALLENGE_SECS: i64 = 300;
/// The longest credential identifier that the specification allows.
const CREDENTIAL_ID_MAX: usize = 1023;
/// The most that a browser's answer may hold, in bytes.
const ANSWER_MAX: usize = 16 * 1024;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKED_UP: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;

/// What a person sees when a passkey cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The browser's answer is not what the specification says.
    #[error("the authenticator's answer cannot be read")]
    Malformed,
    /// No account has this passkey (any more).
    #[error("no account has this passkey")]
    Unknown,
    /// It answers no question of ours, or too late.
    #[error("this took too long, or was already used: try again")]
    Challenge,
    /// It was made on another site.
    #[error("the answer was made for another site")]
    Origin,
    /// The authenticator did not check who holds it.
    #[error("the authenticator must check who you are (by fingerprint, face or PIN)")]
    Unverified,
    /// The signature is not this passkey's.
    #[error("the signature is not this passkey's")]
    Signature,
    /// Its counter went backwards: it has been copied.
    #[error("this passkey seems to have been copied, and is refused")]
    Cloned,
}

/// Questions that need no memory: each carries its expiry and our signature.
#[derive(Clone)]
pub(crate) struct Challenges(Hmac<Sha256>);

const RANDOM: usize = 16;
const SIGNED: usize = RANDOM + 8;

impl Challenges {
    pub(crate) fn new(secret: &InstanceSecret) -> Self {
        let mac = Hmac::<Sha256>::new_from_slice(&secret.derive("passkey-challenge"))
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
        Self(mac)
    }

    /// A question for this purpose (`register:user_…`, `login`).
    pub(crate) fn issue(&self, purpose: &str, now: i64) -> String {
        let mut bytes = [0; SIGNED + 32];
        bytes[..RANDOM].copy_from_slice(&rand::random::<[u8; RANDOM]>());
        let expiry = now.saturating_add(CHALLENGE_SECS);
        bytes[RANDOM..SIGNED].copy_from_slice(&expiry.to_be_bytes());
        let mac = self.mac(&bytes[..SIGNED], purpose).finalize().into_bytes();
        bytes[SIGNED..].copy_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Whether this is a question of ours, for this purpose, that may still be
    /// answered.
    pub(crate) fn verify(&self, purpose: &str, challenge: &str, now: i64) -> bool {
        let mut bytes = [0; SIGNED + 32];
        if !matches!(
            URL_SAFE_NO_PAD.decode_slice(challenge, &mut bytes),
            Ok(len) if len == SIGNED + 32
        ) {
            return false;
        }
        let (signed, mac) = bytes.split_at(SIGNED);
        let mut expiry = [0; 8];
        expiry.copy_from_slice(&signed[RANDOM..]);
        self.mac(signed, purpose).verify_slice(mac).is_ok() && now < i64::from_be_bytes(expiry)
    }

    fn mac(&self, signed: &[u8], purpose: &str) -> Hmac<Sha256> {
        self.0.clone().chain_update(signed).chain_update(purpose)
    }
}

/// Which site asks.
#[derive(Debug, Clone)]
pub(crate) struct Site<'a> {
    /// Its origin, such as `https://films.example.org`.
    pub(crate) origin: &'a str,
}

impl Site<'_> {
    /// The relying party's identifier: the host's name without the port.
    pub(crate) fn rp_id(&self) -> String {
        url::Url::parse(self.origin)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Behind a proxy that ends TLS the scheme may differ; host and port may
    /// not. Browsers offer passkeys on secure origins only.
    fn is(&self, origin: &str) -> bool {
        let place = |text: &str| {
            text.split_once("://")
                .map(|(_, place)| place.to_ascii_lowercase())
        };
        place(origin).is_some() && place(origin) == place(self.origin)
    }
}

/// A browser's answer to a question (`CollectedClientData`).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// Reads the client data and checks what it must say; returns the challenge.
fn client_data(json: &[u8], kind: &str, site: &Site<'_>) -> Result<String, PasskeyError> {
    if json.len() > ANSWER_MAX {
        return Err(PasskeyError::Malformed);
    }
    let data: ClientData = serde_json::from_slice(json).map_err(|_| PasskeyError::Malformed)?;
    if data.r#type != kind {
        return Err(PasskeyError::Malformed);
    }
    if data.cross_origin || !site.is(&data.origin) {
        return Err(PasskeyError::Origin);
    }
    Ok(data.challenge)
}

/// Authenticator data (section 6.1).
struct AuthenticatorData<'a> {
    flags: u8,
    sign_count: u32,
    rest: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    fn read(bytes: &'a [u8], site: &Site<'_>) -> Result<Self, PasskeyError> {
        let (rp_id_hash, rest) = bytes.split_at_checked(32).ok_or(PasskeyError::Malformed)?;
        let (head, rest) = rest.split_at_checked(5).ok_or(PasskeyError::Malformed)?;
        if rp_id_hash != Sha256::digest(site.rp_id()).as_slice() {
            return Err(PasskeyError::Origin);
        }
        let data = Self {
            flags: head[0],
            sign_count: u32::from_be_bytes([head[1], head[2], head[3], head[4]]),
            rest,
        };
        let needed = USER_PRESENT | USER_VERIFIED;
        if data.flags & needed == needed {
            Ok(data)
        } else {
            Err(PasskeyError::Unverified)
        }
    }
}

/// A passkey that has just been made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewPasskey {
    pub(crate) challenge: String,
    pub(crate) credential_id: Vec<u8>,
    /// The COSE key, as it was sent.
    pub(crate) public_key: Vec<u8>,
    pub(crate) sign_count: u32,
    /// Whether it is kept in more than one device.
    pub(crate) backed_up: bool,
}

/// Reads a registration (section 7.1). The caller checks the challenge.
pub(crate) fn registered(
    client_data_json: &[u8],
    attestation_object: &[u8],
    site: &Site<'_>,
) -> Result<NewPasskey, PasskeyError> {
    let challenge = client_data(client_data_json, "webauthn.create", site)?;
    if attestation_object.len() > ANSWER_MAX {
        return Err(PasskeyError::Malformed);
    }
    let read = || {
        let (object, _) = Cbor::read(attestation_object)?;
        object.named("authData")?.bytes()
    };
    let data = AuthenticatorData::read(read().ok_or(PasskeyError::Malformed)?, site)?;
    let credential = || {
        if data.flags & HAS_CREDENTIAL == 0 {
            return None;
        }
        let (_aaguid, rest) = data.rest.split_at_checked(16)?;
        let (len, rest) = rest.split_at_checked(2)?;
        let len = usize::from(u16::from_be_bytes([len[0], len[1]]));
        let (id, rest) = rest.split_at_checked(len)?;
        let (key, after) = Cbor::read(rest)?;
        PublicKey::from_cose(&key)?;
        let key = &rest[..rest.len() - after.len()];
        ((1..=CREDENTIAL_ID_MAX).contains(&len)).then(|| (id.to_vec(), key.to_vec()))
    };
    let (credential_id, public_key) = credential().ok_or(PasskeyError::Malformed)?;
    Ok(NewPasskey {
        challenge,
        credential_id,
        public_key,
        sign_count: data.sign_count,
        backed_up: data.flags & BACKED_UP != 0,
    })
}

/// What a passkey's use says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assertion {
    pub(crate) challenge: String,
    pub(crate) sign_count: u32,
    pub(crate) backed_up: bool,
}

/// Reads a use of a passkey (section 7.2). The caller checks the challenge.
pub(crate) fn used(
    client_data_json: &[u8],
    authenticator_data: &[u8],
    signature: &[u8],
    public_key: &[u8],
    last_count: u32,
    site: &Site<'_>,
) -> Result<Assertion, PasskeyError> {
    let challenge = client_data(client_data_json, "webauthn.get", site)?;
    if authenticator_data.len() > ANSWER_MAX {
        return Err(PasskeyError::Malformed);
    }
    let data = AuthenticatorData::read(authenticator_data, site)?;
    let (key, _) = Cbor::read(public_key).ok_or(PasskeyError::Malformed)?;
    let key = PublicKey::from_cose(&key).ok_or(PasskeyError::Malformed)?;
    let signed = [authenticator_data, &Sha256::digest(client_data_json)].concat();
    if !key.verifies(&signed, signature) {
        return Err(PasskeyError::Signature);
    }
    // Passkeys that are kept in several devices do not count (both are 0).
    if (data.sign_count, last_count) != (0, 0) && data.sign_count <= last_count {
        return Err(PasskeyError::Cloned);
    }
    Ok(Assertion {
        challenge,
        sign_count: data.sign_count,
        backed_up: data.flags & BACKED_UP != 0,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests;
