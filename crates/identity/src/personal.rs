//! What the service knows of a person: all of it on request, and none of it
//! when they leave.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Map, Value, json};

use crate::store::identities;
use crate::{Account, Accounts, AuditFilter, IdentityError, Result};

/// How much of what somebody has done an export tells at once.
const ACTS: u64 = 2_000;

/// A part of the program that keeps something of people.
#[async_trait::async_trait]
pub trait PersonalData: Send + Sync {
    /// Under which name an export shows it, such as `videos`.
    fn section(&self) -> &'static str;

    /// Everything that it keeps of this account (`user_…`), as the person
    /// should read it.
    async fn export(&self, user: &str) -> Result<Value, Box<dyn std::error::Error + Send + Sync>>;

    /// Removes what is the account's alone, and takes its name off what stays.
    /// Doing so again changes nothing.
    async fn erase(&self, user: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

fn time(micros: i64) -> Value {
    jiff::Timestamp::from_microsecond(micros).map_or(Value::Null, |at| at.to_string().into())
}

fn account(account: &Account) -> Value {
    json!({
        "id": account.id,
        "username": account.username,
        "display_name": account.display_name,
        "email": account.email,
        "email_verified": account.email_verified,
        "role": account.role.as_str(),
        "two_factor": account.two_factor,
        "created_at": time(account.created_at),
        "last_seen_at": account.last_seen_at.map(time),
    })
}

impl Accounts {
    /// Everything that the service knows of a person, as one JSON object with
    /// a section for each part of the program that knows something. Secrets
    /// are left out; nobody knows them.
    ///
    /// What they have done is told the latest first, [`ACTS`] at once: `before`
    /// is where the part before has ended (its `audit_log_next`).
    pub async fn export(&self, user: &str, before: Option<&Id>) -> Result<Value> {
        let mut out = Map::new();
        out.insert("exported_at".into(), time(now_micros()));
        out.insert("account".into(), account(&self.account(user).await?));
        let sessions = self.sessions(user).await?;
        let sessions = sessions.iter().map(|session| {
            json!({
                "id": session.id,
                "kind": session.kind.as_str(),
                "device": session.device,
                "address": session.addr,
                "created_at": time(session.created_at),
                "last_seen_at": time(session.last_seen_at),
                "expires_at": time(session.expires_at),
            })
        });
        out.insert("sessions".into(), sessions.collect());
        let keys = self.keys(user).await?;
        let keys = keys.iter().map(|key| {
            json!({
                "id": key.id,
                "name": key.name,
                "prefix": key.prefix,
                "scopes": key.scopes.names(),
                "created_at": time(key.created_at),
                "expires_at": key.expires_at.map(time),
                "last_used_at": key.last_used_at.map(time),
            })
        });
        out.insert("api_keys".into(), keys.collect());
        let elsewhere = identities::Entity::find()
            .filter(identities::Column::UserId.eq(user))
            .all(self.0.db.read())
            .await?;
        let elsewhere = elsewhere.iter().map(|identity| {
            json!({
                "provider": identity.provider,
                "subject": identity.subject,
                "email": identity.email,
                "created_at": time(identity.created_at),
            })
        });
        out.insert("identities".into(), elsewhere.collect());
        let theirs = AuditFilter {
            actor: Some(user.to_owned()),
            ..AuditFilter::default()
        };
        let (acts, more) = self.audit().list(&theirs, before, ACTS).await?;
        let next = acts.last().filter(|_| more).map(|act| act.id.clone());
        out.insert("audit_log_next".into(), next.into());
        let acts = acts.iter().map(|act| {
            json!({
                "at": time(act.at),
                "action": act.action,
                "subject": act.subject,
                "address": act.addr,
            })
        });
        out.insert("audit_log".into(), acts.collect());
        for part in self.contributors() {
            let data = part.export(user).await;
            let data = data.map_err(|error| IdentityError::Personal(error.to_string()))?;
            out.insert(part.section().to_owned(), data);
        }
        Ok(Value::Object(out))
    }

    /// Has all parts of the program remove what they keep of this person.
    pub(crate) async fn erase_elsewhere(&self, user: &str) -> Result<()> {
        for part in self.contributors() {
            part.erase(user)
                .await
                .map_err(|error| IdentityError::Personal(error.to_string()))?;
        }
        Ok(())
    }
}
