//! A software authenticator, and what must be refused of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};

use super::*;

const SITE: Site<'static> = Site {
    origin: "https://films.example.org",
};

struct Authenticator {
    key: EcdsaKeyPair,
    rng: SystemRandom,
    flags: u8,
    count: u32,
}

impl Authenticator {
    fn new() -> Self {
        let rng = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &rng).unwrap();
        Self {
            key: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, made.as_ref(), &rng)
                .unwrap(),
            rng,
            flags: USER_PRESENT | USER_VERIFIED,
            count: 0,
        }
    }

    fn cose(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        key.extend(&point[1..33]);
        key.extend([0x22, 0x58, 0x20]);
        key.extend(&point[33..]);
        key
    }

    fn data(&self, rp_id: &str, more: u8) -> Vec<u8> {
        let mut data = Sha256::digest(rp_id).to_vec();
        data.push(self.flags | more);
        data.extend(self.count.to_be_bytes());
        data
    }

    fn register(&self, rp_id: &str) -> Vec<u8> {
        let mut data = self.data(rp_id, HAS_CREDENTIAL);
        data.extend([0; 16]);
        data.extend([0, 4, 1, 2, 3, 4]);
        data.extend(self.cose());
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x58");
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        object
    }

    fn sign(&self, data: &[u8], client: &[u8]) -> Vec<u8> {
        let message = [data, &Sha256::digest(client)].concat();
        self.key
            .sign(&self.rng, &message)
            .unwrap()
            .as_ref()
            .to_vec()
    }
}

fn client(kind: &str, challenge: &str, origin: &str) -> Vec<u8> {
    serde_json::to_vec(&serde_json::json!({
        "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false,
    }))
    .unwrap()
}

#[test]
fn a_passkey_is_made_and_used() {
    let mut device = Authenticator::new();
    let made = client("webauthn.create", "question", SITE.origin);
    let new = registered(&made, &device.register("films.example.org"), &SITE).unwrap();
    assert_eq!(new.challenge, "question");
    assert_eq!(new.credential_id, [1, 2, 3, 4]);
    assert_eq!(new.public_key, device.cose());
    device.count = 5;
    let asked = client("webauthn.get", "another", SITE.origin);
    let data = device.data("films.example.org", 0);
    let signature = device.sign(&data, &asked);
    let proof = used(&asked, &data, &signature, &new.public_key, 4, &SITE).unwrap();
    assert_eq!((proof.challenge.as_str(), proof.sign_count), ("another", 5));
    let cloned = used(&asked, &data, &signature, &new.public_key, 5, &SITE);
    assert_eq!(cloned, Err(PasskeyError::Cloned));
    let other = Authenticator::new().cose();
    let stolen = used(&asked, &data, &signature, &other, 0, &SITE);
    assert_eq!(stolen, Err(PasskeyError::Signature));
}

#[test]
fn what_was_made_elsewhere_or_by_nobody_in_particular_is_refused() {
    let mut device = Authenticator::new();
    let here = client("webauthn.create", "question", SITE.origin);
    let object = device.register("films.example.org");
    for (client, object, error) in [
        (
            client("webauthn.create", "question", "https://evil.example"),
            object.clone(),
            PasskeyError::Origin,
        ),
        (
            client("webauthn.get", "question", SITE.origin),
            object.clone(),
            PasskeyError::Malformed,
        ),
        (
            here.clone(),
            device.register("evil.example"),
            PasskeyError::Origin,
        ),
    ] {
        assert_eq!(registered(&client, &object, &SITE), Err(error));
    }
    device.flags = USER_PRESENT;
    let unverified = registered(&here, &device.register("films.example.org"), &SITE);
    assert_eq!(unverified, Err(PasskeyError::Unverified));
}

#[test]
fn a_challenge_is_good_for_its_purpose_and_time() {
    let challenges = Challenges::new(&InstanceSecret::from_bytes([7; 32]));
    let asked = challenges.issue("login", 1_000);
    assert!(challenges.verify("login", &asked, 1_000));
    assert!(!challenges.verify("register:user_1", &asked, 1_000));
    assert!(!challenges.verify("login", &asked, 1_000 + CHALLENGE_SECS));
    let own = URL_SAFE_NO_PAD.encode([0; 56]);
    assert!(!challenges.verify("login", &own, 0));
}

proptest! {
    #[test]
    fn no_altered_proof_is_good(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let device = Authenticator::new();
        let asked = client("webauthn.get", "question", SITE.origin);
        let data = device.data("films.example.org", 0);
        let signature = device.sign(&data, &asked);
        let mut altered = data.clone();
        let at = at.index(altered.len());
        altered[at] ^= 1 << bit;
        prop_assert!(used(&asked, &altered, &signature, &device.cose(), 0, &SITE).is_err());
    }

    #[test]
    fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let here = client("webauthn.create", "question", SITE.origin);
        prop_assert!(registered(&here, &bytes, &SITE).is_err());
        prop_assert!(registered(&bytes, &bytes, &SITE).is_err());
    }
}
