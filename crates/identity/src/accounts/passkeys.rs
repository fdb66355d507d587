//! Passkeys: signing in by fingerprint, face or PIN, without a name or a
//! password.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    SqlErr,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Accounts, Device, SignedIn, user_of};
use crate::credentials::secret;
use crate::credentials::signature::ALGORITHMS;
use crate::credentials::webauthn::{self, CHALLENGE_SECS, PasskeyError, Site};
use crate::store::{passkeys, spent_tokens};
use crate::{IdentityError, Result};

const NAME_MAX: usize = 80;
const PASSKEYS_MAX: u64 = 20;
const LOGIN: &str = "login";

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// `passkey_…`
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Whether it is kept in more than one device.
    pub backed_up: bool,
    /// In UTC microseconds.
    pub created_at: i64,
    /// In UTC microseconds.
    pub last_used_at: Option<i64>,
}

impl From<passkeys::Model> for Passkey {
    fn from(row: passkeys::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            backed_up: row.backed_up,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// Bytes in unpadded URL-safe base 64, as browsers write them in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base64Url(Vec<u8>);

impl<'de> Deserialize<'de> for Base64Url {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        URL_SAFE_NO_PAD
            .decode(text.trim_end_matches('='))
            .map(Self)
            .map_err(|_| serde::de::Error::custom("expected URL-safe base 64"))
    }
}

/// A browser's answer to `navigator.credentials.create()`
/// (`RegistrationResponseJSON`).
#[derive(Debug, Clone, Deserialize)]
pub struct NewCredential {
    /// What the authenticator says.
    pub response: AttestationResponse,
}

/// See [`NewCredential`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttestationResponse {
    /// What the browser says.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: Base64Url,
    /// The new public key.
    pub attestation_object: Base64Url,
    /// How the authenticator is reached.
    #[serde(default)]
    pub transports: Vec<String>,
}

/// A browser's answer to `navigator.credentials.get()`
/// (`AuthenticationResponseJSON`).
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsedCredential {
    /// Which passkey.
    pub raw_id: Base64Url,
    /// What the authenticator says.
    pub response: AssertionResponse,
}

/// See [`UsedCredential`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssertionResponse {
    /// What the browser says.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: Base64Url,
    /// Flags and the counter.
    pub authenticator_data: Base64Url,
    /// Over both.
    pub signature: Base64Url,
    /// Whose passkey the authenticator says it is.
    #[serde(default)]
    pub user_handle: Option<Base64Url>,
}

fn purpose(user: &str) -> String {
    format!("register:{user}")
}

fn seconds() -> i64 {
    now_micros() / 1_000_000
}

impl Accounts {
    /// What a browser needs to make a passkey for this account, on the site at
    /// this origin (`PublicKeyCredentialCreationOptionsJSON`).
    pub async fn new_passkey_options(&self, user: &str, origin: &str) -> Result<Value> {
        let account = self.find(user).await?;
        let existing = passkeys::Entity::find()
            .filter(passkeys::Column::UserId.eq(user))
            .all(self.0.db.read())
            .await?;
        let exclude: Vec<Value> = existing
            .iter()
            .map(|key| {
                let transports: Vec<&str> = key.transports.split_whitespace().collect();
                json!({
                    "type": "public-key",
                    "id": URL_SAFE_NO_PAD.encode(&key.credential_id),
                    "transports": transports,
                })
            })
            .collect();
        let parameters = ALGORITHMS.map(|alg| json!({ "type": "public-key", "alg": alg }));
        let display = account.display_name.as_ref().unwrap_or(&account.username);
        Ok(json!({
            "challenge": self.0.challenges.issue(&purpose(user), seconds()),
            "rp": { "id": Site { origin }.rp_id(), "name": self.policy().service },
            "user": {
                "id": URL_SAFE_NO_PAD.encode(user),
                "name": account.username,
                "displayName": display,
            },
            "pubKeyCredParams": parameters,
            "timeout": CHALLENGE_SECS * 1000,
            "excludeCredentials": exclude,
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": true,
                "userVerification": "required",
            },
            "attestation": "none",
        }))
    }

    /// Keeps a passkey that a browser has made.
    pub async fn add_passkey(
        &self,
        user: &str,
        name: &str,
        credential: &NewCredential,
        origin: &str,
    ) -> Result<Passkey> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX {
            return Err(IdentityError::Invalid {
                field: "name",
                reason: format!("must have 1 to {NAME_MAX} characters"),
            });
        }
        let account = self.find(user).await?;
        let response = &credential.response;
        let new = webauthn::registered(
            &response.client_data_json.0,
            &response.attestation_object.0,
            &Site { origin },
        )?;
        self.spend_challenge(&purpose(user), &new.challenge).await?;
        let count = passkeys::Entity::find()
            .filter(passkeys::Column::UserId.eq(user))
            .count(self.0.db.write())
            .await?;
        if count >= PASSKEYS_MAX {
            return Err(IdentityError::Conflict(
                "there are as many passkeys as there may be: remove one first",
            ));
        }
        let known = ["usb", "nfc", "ble", "internal", "hybrid", "smart-card"];
        let transports: Vec<&str> = known
            .into_iter()
            .filter(|known| response.transports.iter().any(|t| t == known))
            .collect();
        let row = passkeys::Model {
            id: Id::new("passkey").into(),
            user_id: user.to_owned(),
            name: name.to_owned(),
            credential_id: new.credential_id,
            public_key: new.public_key,
            sign_count: i64::from(new.sign_count),
            backed_up: new.backed_up,
            transports: transports.join(" "),
            created_at: now_micros(),
            last_used_at: None,
        };
        passkeys::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(self.0.db.write())
            .await
            .map_err(|error| match error.sql_err() {
                Some(SqlErr::UniqueConstraintViolation(_)) => {
                    IdentityError::Conflict("this passkey is known already")
                }
                _ => error.into(),
            })?;
        let notice = "A passkey was added to your account: it signs in without a password.";
        self.notify(&account, "A passkey was added", notice);
        Ok(row.into())
    }

    /// The account's passkeys, the newest first.
    pub async fn passkeys(&self, user: &str) -> Result<Vec<Passkey>> {
        let rows = passkeys::Entity::find()
            .filter(passkeys::Column::UserId.eq(user))
            .order_by_desc(passkeys::Column::Id)
            .all(self.0.db.read())
            .await?;
        Ok(rows.into_iter().map(Passkey::from).collect())
    }

    /// Removes one of the account's passkeys.
    pub async fn delete_passkey(&self, user: &str, id: &str) -> Result<()> {
        let gone = passkeys::Entity::delete_many()
            .filter(passkeys::Column::UserId.eq(user))
            .filter(passkeys::Column::Id.eq(id))
            .exec(self.0.db.write())
            .await?;
        if gone.rows_affected == 0 {
            return Err(IdentityError::NotFound("passkey"));
        }
        Ok(())
    }

    /// What a browser needs to ask for a passkey
    /// (`PublicKeyCredentialRequestOptionsJSON`). It names no account: whoever
    /// holds a passkey chooses it on their device.
    pub fn passkey_options(&self, origin: &str) -> Value {
        json!({
            "challenge": self.0.challenges.issue(LOGIN, seconds()),
            "rpId": Site { origin }.rp_id(),
            "timeout": CHALLENGE_SECS * 1000,
            "userVerification": "required",
            "allowCredentials": [],
        })
    }

    /// Signs in with a passkey. It proves possession and who holds it, so no
    /// further factor is asked for.
    pub async fn sign_in_with_passkey(
        &self,
        credential: &UsedCredential,
        origin: &str,
        device: &Device,
    ) -> Result<SignedIn> {
        let keys = [format!("addr:{}", device.addr)];
        self.admit(&keys)?;
        let outcome = self.check_passkey(credential, origin).await;
        if matches!(outcome, Err(IdentityError::Passkey(_))) {
            self.0.throttle.failed(&keys[0]);
        }
        let account = self.find(&outcome?).await?;
        if account.disabled_at.is_some() {
            return Err(IdentityError::Disabled);
        }
        self.open_session(user_of(&account)?, device).await
    }

    /// Whose passkey has been used.
    async fn check_passkey(&self, credential: &UsedCredential, origin: &str) -> Result<String> {
        use passkeys::Column as P;
        let response = &credential.response;
        let known = passkeys::Entity::find()
            .filter(P::CredentialId.eq(credential.raw_id.0.clone()))
            .one(self.0.db.write())
            .await?
            .ok_or(PasskeyError::Unknown)?;
        let handle = response.user_handle.as_ref();
        if handle.is_some_and(|handle| handle.0 != known.user_id.as_bytes()) {
            return Err(PasskeyError::Signature.into());
        }
        let proof = webauthn::used(
            &response.client_data_json.0,
            &response.authenticator_data.0,
            &response.signature.0,
            &known.public_key,
            u32::try_from(known.sign_count).unwrap_or(u32::MAX),
            &Site { origin },
        );
        if proof == Err(PasskeyError::Cloned) {
            tracing::warn!(
                passkey = known.id,
                "the counter of a passkey went backwards"
            );
        }
        let proof = proof?;
        self.spend_challenge(LOGIN, &proof.challenge).await?;
        let count = i64::from(proof.sign_count);
        let newer = Condition::any()
            .add(P::SignCount.lt(count))
            .add(P::SignCount.eq(0));
        let moved = passkeys::Entity::update_many()
            .col_expr(P::SignCount, Expr::value(count))
            .col_expr(P::BackedUp, Expr::value(proof.backed_up))
            .col_expr(P::LastUsedAt, Expr::value(now_micros()))
            .filter(P::Id.eq(&known.id))
            .filter(newer)
            .exec(self.0.db.write())
            .await?;
        if moved.rows_affected == 0 {
            return Err(PasskeyError::Cloned.into());
        }
        Ok(known.user_id)
    }

    /// Takes an answered question out of the world, on every node.
    async fn spend_challenge(&self, purpose: &str, challenge: &str) -> Result<()> {
        if !self.0.challenges.verify(purpose, challenge, seconds()) {
            return Err(PasskeyError::Challenge.into());
        }
        let row = spent_tokens::ActiveModel {
            token_hash: Set(secret::hash(challenge).to_vec()),
            session_id: Set(None),
            expires_at: Set(now_micros() + 2 * CHALLENGE_SECS * 1_000_000),
        };
        spent_tokens::Entity::insert(row)
            .exec_without_returning(self.0.db.write())
            .await
            .map_err(|error| match error.sql_err() {
                Some(SqlErr::UniqueConstraintViolation(_)) => PasskeyError::Challenge.into(),
                _ => IdentityError::from(error),
            })?;
        Ok(())
    }
}
