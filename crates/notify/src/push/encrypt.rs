//! Messages that only one browser can read: RFC 8291, with the coding of RFC 8188.

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::SystemRandom;

/// Bytes of a public key: an uncompressed point of P-256.
pub(super) const PUBLIC_LEN: usize = 65;
/// Bytes of what a browser authenticates messages with.
pub(super) const AUTH_LEN: usize = 16;
/// Bytes of a content encryption key (RFC 8188 §2.2).
const KEY_LEN: usize = 16;
/// Bytes of a salt.
const SALT_LEN: usize = 16;
/// The size of a record; push services take 4096 bytes in all (RFC 8291 §4).
const RECORD: u32 = 4096;
/// Bytes around the text: what the coding puts before it, the delimiter, and the tag.
const AROUND: usize = SALT_LEN + 4 + 1 + PUBLIC_LEN + 1 + 16;
/// The longest text, in bytes.
pub(super) const TEXT_MAX: usize = RECORD as usize - AROUND;
/// What ends the last record.
const LAST: u8 = 2;

/// The keys cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no key that messages can be encrypted for")]
pub(super) struct Unfit;

/// The length of what is derived.
struct Len(usize);

impl KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(from: &Prk, info: &[&[u8]]) -> Result<[u8; N], Unfit> {
    let mut out = [0; N];
    let derived = from.expand(info, Len(N)).map_err(|_| Unfit)?;
    derived.fill(&mut out).map_err(|_| Unfit)?;
    Ok(out)
}

/// The key and the nonce of a message (RFC 8291 §3.4).
fn derive(
    shared: &[u8],
    theirs: &[u8],
    ours: &[u8],
    auth: &[u8],
    salt: &[u8],
) -> Result<([u8; KEY_LEN], [u8; NONCE_LEN]), Unfit> {
    let first = Salt::new(HKDF_SHA256, auth).extract(shared);
    let ikm: [u8; 32] = expand(&first, &[b"WebPush: info\0", theirs, ours])?;
    let second = Salt::new(HKDF_SHA256, salt).extract(&ikm);
    let key = expand(&second, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce = expand(&second, &[b"Content-Encoding: nonce\0"])?;
    Ok((key, nonce))
}

/// The body of a request: one record, after its header (RFC 8188 §2).
fn seal(
    key: &[u8; KEY_LEN],
    nonce: [u8; NONCE_LEN],
    salt: &[u8; SALT_LEN],
    ours: &[u8],
    text: &[u8],
) -> Result<Vec<u8>, Unfit> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).map_err(|_| Unfit)?);
    let mut record = [text, &[LAST]].concat();
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut record,
    )
    .map_err(|_| Unfit)?;
    let id_len = u8::try_from(ours.len()).map_err(|_| Unfit)?;
    let head = [&salt[..], &RECORD.to_be_bytes(), &[id_len], ours];
    Ok([head.concat(), record].concat())
}

/// Encrypts a text of at most [`TEXT_MAX`] bytes for the browser that has this public key and this
/// secret.
pub(super) fn encrypt(theirs: &[u8], auth: &[u8], text: &[u8]) -> Result<Vec<u8>, Unfit> {
    if theirs.len() != PUBLIC_LEN || auth.len() != AUTH_LEN || text.len() > TEXT_MAX {
        return Err(Unfit);
    }
    let random = SystemRandom::new();
    let private = EphemeralPrivateKey::generate(&ECDH_P256, &random).map_err(|_| Unfit)?;
    let ours = private.compute_public_key().map_err(|_| Unfit)?;
    let salt: [u8; SALT_LEN] = rand::random();
    // What is no point of the curve is refused here.
    let peer = UnparsedPublicKey::new(&ECDH_P256, theirs);
    let (key, nonce) = agree_ephemeral(private, &peer, |shared| {
        derive(shared, theirs, ours.as_ref(), auth, &salt)
    })
    .map_err(|_| Unfit)??;
    seal(&key, nonce, &salt, ours.as_ref(), text)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// Appendix A of RFC 8291.
    const THEIRS: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const OURS: &str =
        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const SHARED: &str = "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs";
    const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const TEXT: &[u8] = b"When I grow up, I want to be a watermelon";
    const BODY: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    #[test]
    fn messages_are_those_of_the_rfc() {
        let (theirs, ours, auth) = (bytes(THEIRS), bytes(OURS), bytes(AUTH));
        let salt: [u8; SALT_LEN] = bytes(SALT).try_into().unwrap();
        let (key, nonce) = derive(&bytes(SHARED), &theirs, &ours, &auth, &salt).unwrap();
        assert_eq!(key.to_vec(), bytes("oIhVW04MRdy2XN9CiKLxTg"));
        assert_eq!(nonce.to_vec(), bytes("4h_95klXJ5E_qnoN"));
        let body = seal(&key, nonce, &salt, &ours, TEXT).unwrap();
        assert_eq!(body, bytes(BODY));
    }

    #[test]
    fn what_is_no_key_is_refused_and_no_two_messages_are_alike() {
        let (theirs, auth) = (bytes(THEIRS), bytes(AUTH));
        let body = encrypt(&theirs, &auth, TEXT).unwrap();
        assert_eq!(body.len(), TEXT.len() + AROUND);
        assert_ne!(body, encrypt(&theirs, &auth, TEXT).unwrap());
        let longest = encrypt(&theirs, &auth, &[b'x'; TEXT_MAX]).unwrap();
        assert_eq!(longest.len(), RECORD as usize);
        assert_eq!(encrypt(&theirs, &auth, &[b'x'; TEXT_MAX + 1]), Err(Unfit));
        let mut elsewhere = theirs.clone();
        elsewhere[40] ^= 1;
        for (theirs, auth) in [
            (&elsewhere[..], &auth[..]),
            (&theirs[..64], &auth),
            (&theirs, &auth[..15]),
            (&[], &[]),
        ] {
            assert_eq!(encrypt(theirs, auth, TEXT), Err(Unfit));
        }
    }
}
