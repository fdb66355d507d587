//! Who somebody from a provider is here: known already, linked now, or new.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, SqlErr};
use serde_json::json;

use super::account::{row, taken, valid_display_name, valid_email, valid_username};
use super::oidc::Stranger;
use super::{Accounts, Device, OidcError, Registration, SignedIn, user_of};
use crate::credentials::secret;
use crate::store::{identities, users};
use crate::{Audit, AuditEntry, IdentityError, Principal, Result, Role};

/// An account at a provider, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// The provider's identifier.
    pub provider: String,
    /// The address that the provider knows.
    pub email: Option<String>,
    /// When it was linked, in UTC microseconds.
    pub created_at: i64,
}

/// How somebody came back from a provider.
pub struct OidcArrival {
    /// Their fresh session.
    pub signed_in: SignedIn,
    /// Where they wanted to go.
    pub next: String,
}

impl Accounts {
    /// Takes somebody who comes back from the provider in, by what the cookie
    /// and the address of the callback hold. `current` is the account that is
    /// signed in now, if any.
    pub async fn finish_oidc(
        &self,
        provider: &str,
        cookie: &str,
        state: &str,
        code: &str,
        current: Option<&str>,
        device: &Device,
    ) -> Result<OidcArrival> {
        let errand = self.errand(cookie, state)?;
        // Whoever begins to link an account must be the one who ends it.
        if errand.link.is_some() && errand.link.as_deref() != current {
            return Err(OidcError::State.into());
        }
        let stranger = self.stranger(provider, code, &errand).await?;
        let link = errand.link.as_deref();
        let account = self.whose(provider, stranger, link, device).await?;
        if account.disabled_at.is_some() {
            return Err(IdentityError::Disabled);
        }
        Ok(OidcArrival {
            signed_in: self.open_session(user_of(&account)?, device).await?,
            next: errand.next,
        })
    }

    async fn whose(
        &self,
        provider: &str,
        stranger: Stranger,
        link: Option<&str>,
        device: &Device,
    ) -> Result<users::Model> {
        let known = identities::Entity::find_by_id((provider.to_owned(), stranger.subject.clone()))
            .one(self.0.db.write())
            .await?;
        if let Some(known) = known {
            if link.is_some_and(|link| link != known.user_id) {
                return Err(OidcError::Taken.into());
            }
            return self.find(&known.user_id).await;
        }
        let proven = stranger
            .email
            .as_deref()
            .filter(|_| stranger.email_verified)
            .and_then(|email| valid_email(email).ok());
        if let Some(link) = link {
            let account = self.find(link).await?;
            self.keep_identity(provider, &stranger, account, device)
                .await
        } else {
            let options = self.oidc_options(provider)?;
            let same = match proven.as_deref().filter(|_| options.link_by_email) {
                Some(email) => self.proven_owner(email).await?,
                None => None,
            };
            match same {
                Some(account) => {
                    self.keep_identity(provider, &stranger, account, device)
                        .await
                }
                None if options.sign_up || self.registration() == Registration::Open => {
                    self.welcome_stranger(provider, &stranger, proven, device)
                        .await
                }
                None => Err(OidcError::NoAccount.into()),
            }
        }
    }

    async fn keep_identity(
        &self,
        provider: &str,
        stranger: &Stranger,
        account: users::Model,
        device: &Device,
    ) -> Result<users::Model> {
        let tx = self.0.db.begin().await?;
        insert(&tx, provider, stranger, &account.id).await?;
        let entry = AuditEntry::new(&Principal::User(user_of(&account)?), "user.link")
            .subject(&account.id)
            .detail(json!({ "provider": provider }))
            .addr(&device.addr);
        Audit::record(&tx, entry).await?;
        tx.commit().await?;
        let notice = "An account at a provider was linked: it signs in without your password.";
        self.notify(&account, "Another way to sign in", notice);
        Ok(account)
    }

    /// Makes an account for somebody new.
    async fn welcome_stranger(
        &self,
        provider: &str,
        stranger: &Stranger,
        proven: Option<String>,
        device: &Device,
    ) -> Result<users::Model> {
        let email = match proven {
            Some(email) if self.proven_owner(&email).await?.is_none() => Some(email),
            _ => None,
        };
        let username = self.free_username(stranger).await?;
        let display_name = stranger
            .name
            .as_deref()
            .and_then(|name| valid_display_name(name).ok())
            .flatten();
        let id = Id::new("user");
        let tx = self.0.db.begin().await?;
        let new = users::ActiveModel {
            display_name: Set(display_name),
            email_verified_at: Set(email.as_ref().map(|_| now_micros())),
            email: Set(email),
            ..row(id.clone(), &username, String::new(), Role::Viewer)
        };
        users::Entity::insert(new)
            .exec_without_returning(&tx)
            .await
            .map_err(taken)?;
        insert(&tx, provider, stranger, id.as_str()).await?;
        let user = crate::User::new(id.clone(), username, Role::Viewer);
        let entry = AuditEntry::new(&Principal::User(user), "user.register")
            .subject(id.as_str())
            .detail(json!({ "provider": provider }))
            .addr(&device.addr);
        Audit::record(&tx, entry).await?;
        tx.commit().await?;
        self.find(id.as_str()).await
    }

    /// A user name as near to what the provider says as is free.
    async fn free_username(&self, stranger: &Stranger) -> Result<String> {
        let local = stranger
            .email
            .as_deref()
            .and_then(|email| email.split('@').next());
        let wanted = stranger.preferred_username.as_deref().or(local);
        let base: String = wanted
            .unwrap_or("person")
            .split('@')
            .next()
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_alphanumeric() || "._-+".contains(*c))
            .take(40)
            .collect();
        let base = valid_username(&base).unwrap_or_else(|_| "person".to_owned());
        let numbered = (2..=9).map(|n| format!("{base}-{n}"));
        let random: String = secret::random_token()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(8)
            .collect();
        let names: Vec<String> = std::iter::once(base.clone())
            .chain(numbered)
            .chain([format!("{base}-{}", random.to_lowercase())])
            .collect();
        let used = users::Entity::find()
            .filter(users::Column::Username.is_in(&names))
            .all(self.0.db.write())
            .await?;
        names
            .into_iter()
            .find(|name| used.iter().all(|account| account.username != *name))
            .ok_or(IdentityError::Conflict("no free user name was found"))
    }

    /// The accounts at providers that are linked to this one.
    pub async fn linked_identities(&self, user: &str) -> Result<Vec<LinkedIdentity>> {
        let rows = identities::Entity::find()
            .filter(identities::Column::UserId.eq(user))
            .all(self.0.db.read())
            .await?;
        let linked = rows.into_iter().map(|row| LinkedIdentity {
            provider: row.provider,
            email: row.email,
            created_at: row.created_at,
        });
        Ok(linked.collect())
    }

    /// Unlinks a provider, unless it is the only way in.
    pub async fn unlink_identity(&self, user: &str, provider: &str) -> Result<()> {
        let account = self.find(user).await?;
        if account.password_hash.is_empty() && self.passkeys(user).await?.is_empty() {
            return Err(IdentityError::Conflict(
                "this is the only way to sign in: choose a password or add a passkey first",
            ));
        }
        let gone = identities::Entity::delete_many()
            .filter(identities::Column::UserId.eq(user))
            .filter(identities::Column::Provider.eq(provider))
            .exec(self.0.db.write())
            .await?;
        if gone.rows_affected == 0 {
            return Err(IdentityError::NotFound("linked account"));
        }
        Ok(())
    }
}

async fn insert<C: ConnectionTrait>(
    conn: &C,
    provider: &str,
    stranger: &Stranger,
    user: &str,
) -> Result<()> {
    let row = identities::ActiveModel {
        provider: Set(provider.to_owned()),
        subject: Set(stranger.subject.clone()),
        user_id: Set(user.to_owned()),
        email: Set(stranger.email.clone()),
        created_at: Set(now_micros()),
    };
    identities::Entity::insert(row)
        .exec_without_returning(conn)
        .await
        .map_err(|error| match error.sql_err() {
            // Two who come back at the same instant.
            Some(SqlErr::UniqueConstraintViolation(_)) => OidcError::State.into(),
            _ => IdentityError::from(error),
        })?;
    Ok(())
}
