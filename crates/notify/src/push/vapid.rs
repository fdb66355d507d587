//! Who sends, so that push services may tell senders apart: RFC 8292.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use matinee_engines::db::Db;
use matinee_identity::Seal;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::store::keys;
use crate::{NotifyError, Result};

/// The name of the one key that there is.
const NAME: &str = "vapid";
/// How long a statement holds, in seconds: at most a day (RFC 8292 §2).
const HOLDS: i64 = 12 * 3600;

/// The key by which push services know this instance.
pub(super) struct Vapid {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    /// Where whoever runs this is found, if that is known: a URL.
    contact: Option<String>,
}

impl Vapid {
    /// The key of the instance that has this database; it is made at the first start. Browsers
    /// subscribe with it, so another one would cost all subscriptions.
    pub(super) async fn load(db: &Db, seal: &Seal, contact: Option<String>) -> Result<Self> {
        let corrupt = || NotifyError::Corrupt("key for push services");
        let random = SystemRandom::new();
        let fresh = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|_| corrupt())?;
        let row = keys::ActiveModel {
            name: Set(NAME.to_owned()),
            value: Set(seal.seal(NAME, fresh.as_ref())),
        };
        // Nodes that start together all insert; the first wins and all read it.
        let first = OnConflict::column(keys::Column::Name)
            .do_nothing()
            .to_owned();
        keys::Entity::insert(row)
            .on_conflict(first)
            .exec_without_returning(db.write())
            .await?;
        let stored = keys::Entity::find_by_id(NAME).one(db.write()).await?;
        let sealed = stored.ok_or_else(corrupt)?.value;
        let document = seal.open(NAME, &sealed).ok_or_else(corrupt)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document, &random)
            .map_err(|_| corrupt())?;
        Ok(Self {
            pair,
            random,
            contact,
        })
    }

    /// What browsers subscribe with: an uncompressed point of P-256, in base64url.
    pub(super) fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key())
    }

    /// The `Authorization` of a request to this origin, at this second since the Unix epoch.
    pub(super) fn authorization(&self, origin: &str, seconds: i64) -> Result<String> {
        let mut claims = json!({ "aud": origin, "exp": seconds + HOLDS });
        if let Some(contact) = &self.contact {
            claims["sub"] = contact.as_str().into();
        }
        let head = json!({ "typ": "JWT", "alg": "ES256" });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let said = format!("{}.{}", part(&head), part(&claims));
        let signature = self.pair.sign(&self.random, said.as_bytes());
        let signature =
            signature.map_err(|_| NotifyError::Client("nothing can be signed".to_owned()))?;
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Ok(format!(
            "vapid t={said}.{signature}, k={}",
            self.public_key()
        ))
    }
}
