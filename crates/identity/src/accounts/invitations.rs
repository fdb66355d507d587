//! Invitations: links by which people make accounts.

use std::time::Duration;

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{Accounts, later};
use crate::credentials::secret;
use crate::store::invitations;
use crate::{IdentityError, Result, Role};

const NOTE_MAX: usize = 200;
const USES_MAX: u32 = 10_000;
const LIFE_MAX: Duration = Duration::from_hours(365 * 24);

/// An invitation as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// `invitation_…`
    pub id: String,
    /// What those who use it may do.
    pub role: Role,
    /// What it is for.
    pub note: String,
    /// How many accounts may be made with it.
    pub max_uses: u32,
    /// How many were.
    pub uses: u32,
    /// The account that made it.
    pub created_by: Option<String>,
    /// In UTC microseconds.
    pub created_at: i64,
    /// In UTC microseconds.
    pub expires_at: i64,
}

impl TryFrom<invitations::Model> for Invitation {
    type Error = IdentityError;

    fn try_from(row: invitations::Model) -> Result<Self> {
        Ok(Self {
            role: Role::parse(&row.role).ok_or(IdentityError::Corrupt("invitation"))?,
            id: row.id,
            note: row.note,
            max_uses: row.max_uses.unsigned_abs(),
            uses: row.uses.unsigned_abs(),
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }
}

/// An invitation to be made.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// What those who use it may do.
    pub role: Role,
    /// What it is for.
    pub note: String,
    /// How many accounts may be made with it.
    pub max_uses: u32,
    /// How long it is good.
    pub life: Duration,
}

fn invalid(field: &'static str, reason: String) -> IdentityError {
    IdentityError::Invalid { field, reason }
}

impl Accounts {
    /// Makes an invitation. The second part is its token, which goes into the
    /// link, is shown once and kept nowhere.
    pub async fn invite(&self, by: &str, new: NewInvitation) -> Result<(Invitation, String)> {
        let note = new.note.trim();
        if note.chars().count() > NOTE_MAX {
            return Err(invalid(
                "note",
                format!("at most {NOTE_MAX} characters are accepted"),
            ));
        }
        if !(1..=USES_MAX).contains(&new.max_uses) {
            return Err(invalid("max_uses", format!("must be from 1 to {USES_MAX}")));
        }
        if new.life.is_zero() || new.life > LIFE_MAX {
            return Err(invalid(
                "expires_in_hours",
                "must be from 1 to 8760".to_owned(),
            ));
        }
        let token = secret::random_token();
        let row = invitations::Model {
            id: Id::new("invitation").into(),
            token_hash: secret::hash(&token).to_vec(),
            role: new.role.as_str().to_owned(),
            note: note.to_owned(),
            max_uses: i32::try_from(new.max_uses).unwrap_or(i32::MAX),
            uses: 0,
            created_by: Some(by.to_owned()),
            created_at: now_micros(),
            expires_at: later(new.life),
        };
        invitations::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(self.0.db.write())
            .await?;
        Ok((row.try_into()?, token))
    }

    /// All invitations, used up and expired ones too; the newest first.
    pub async fn invitations(&self, after: Option<&Id>, limit: u64) -> Result<Vec<Invitation>> {
        let mut query = invitations::Entity::find()
            .order_by_desc(invitations::Column::Id)
            .limit(limit);
        if let Some(after) = after {
            query = query.filter(invitations::Column::Id.lt(after.as_str()));
        }
        let rows = query.all(self.0.db.read()).await?;
        rows.into_iter().map(Invitation::try_from).collect()
    }

    /// Takes an invitation back; the accounts made with it stay.
    pub async fn delete_invitation(&self, id: &str) -> Result<()> {
        let gone = invitations::Entity::delete_by_id(id)
            .exec(self.0.db.write())
            .await?;
        if gone.rows_affected == 0 {
            return Err(IdentityError::NotFound("invitation"));
        }
        Ok(())
    }

    /// Uses an invitation up by one; returns the role that it gives.
    pub(super) async fn use_invitation<C: ConnectionTrait>(
        &self,
        conn: &C,
        token: &str,
    ) -> Result<Role> {
        use invitations::Column as I;
        let hash = secret::hash(token.trim()).to_vec();
        let used = invitations::Entity::update_many()
            .col_expr(I::Uses, Expr::col(I::Uses).add(1))
            .filter(I::TokenHash.eq(hash.clone()))
            .filter(I::ExpiresAt.gt(now_micros()))
            .filter(Expr::col(I::Uses).lt(Expr::col(I::MaxUses)))
            .exec(conn)
            .await?;
        if used.rows_affected == 0 {
            return Err(invalid(
                "invitation",
                "is unknown, used up or expired".to_owned(),
            ));
        }
        let row = invitations::Entity::find()
            .filter(I::TokenHash.eq(hash))
            .one(conn)
            .await?
            .ok_or(IdentityError::Corrupt("invitation"))?;
        Role::parse(&row.role).ok_or(IdentityError::Corrupt("invitation"))
    }
}
