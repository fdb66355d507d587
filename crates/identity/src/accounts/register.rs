//! Making an account for oneself.

use matinee_engines::id::Id;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::account::{row, taken, valid_display_name, valid_email, valid_username};
use super::{Accounts, Device, Registration, user_of};
use crate::store::users;
use crate::{Audit, AuditEntry, IdentityError, Principal, Result, Role, User, password};

/// Somebody who wants an account.
#[derive(Clone, Default)]
pub struct Registering {
    /// The name to sign in with.
    pub username: String,
    /// At least 8 characters.
    pub password: String,
    /// What others see.
    pub display_name: Option<String>,
    /// Where mail goes, once it is proven.
    pub email: Option<String>,
    /// The token of an invitation.
    pub invitation: Option<String>,
}

/// A fresh account.
#[derive(Debug, Clone)]
pub struct Registered {
    /// Whose.
    pub user: User,
    /// Whether a letter is on its way that proves the address.
    pub verification_sent: bool,
}

impl Accounts {
    /// Makes an account, if registration is open or the invitation is good.
    /// Whether an e-mail address belongs to somebody already is not told:
    /// the letter that goes there tells its owner.
    pub async fn register(&self, wish: Registering, device: &Device) -> Result<Registered> {
        let keys = [format!("register:{}", device.addr)];
        self.admit(&keys)?;
        let invitation = wish.invitation.filter(|token| !token.trim().is_empty());
        match (self.registration(), &invitation) {
            (Registration::Open, _) | (Registration::Invitation, Some(_)) => {}
            (Registration::Invitation, None) => return Err(IdentityError::InvitationNeeded),
            (Registration::Closed, _) => return Err(IdentityError::RegistrationClosed),
        }
        let username = valid_username(&wish.username)?;
        let email = wish
            .email
            .filter(|email| !email.trim().is_empty())
            .map(|email| valid_email(&email))
            .transpose()?;
        let display_name = wish
            .display_name
            .map(|name| valid_display_name(&name))
            .transpose()?
            .flatten();
        let hash = password::hash("password", wish.password).await?;
        // Whether an invitation or a name was guessed right or not.
        self.0.throttle.failed(&keys[0]);
        let tx = self.0.db.begin().await?;
        let role = match &invitation {
            Some(token) => self.use_invitation(&tx, token).await?,
            None => Role::Viewer,
        };
        let id = Id::new("user");
        let new = users::ActiveModel {
            display_name: Set(display_name),
            email: Set(email.clone()),
            ..row(id.clone(), &username, hash, role)
        };
        users::Entity::insert(new)
            .exec_without_returning(&tx)
            .await
            .map_err(taken)?;
        let user = User::new(id.clone(), username, role);
        let entry = AuditEntry::new(&Principal::User(user), "user.register")
            .subject(id.as_str())
            .detail(serde_json::json!({ "role": role.as_str(), "invited": invitation.is_some() }))
            .addr(&device.addr);
        Audit::record(&tx, entry).await?;
        tx.commit().await?;
        let verification_sent = match &email {
            Some(email) => match self.claim_email(id.as_str(), email, device).await {
                Ok(()) => true,
                Err(IdentityError::Throttled { .. }) => false,
                Err(other) => return Err(other),
            },
            None => false,
        };
        Ok(Registered {
            user: user_of(&self.find(id.as_str()).await?)?,
            verification_sent,
        })
    }
}
