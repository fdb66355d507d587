//! A second factor: an authenticator's codes, and recovery codes for the day
//! it is lost.

use matinee_engines::time::now_micros;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{Accounts, Device};
use crate::credentials::{base32, secret, totp};
use crate::store::{recovery_codes, users};
use crate::{IdentityError, Result};

/// How many recovery codes are given out.
const RECOVERY_CODES: usize = 10;

/// A secret that is about to be put into an authenticator.
#[derive(Clone)]
pub struct TotpSecret {
    /// In base 32, to be typed.
    pub secret: String,
    /// `otpauth://…`, for a QR code.
    pub url: String,
}

/// How an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoFactor {
    /// Whether codes are asked for.
    pub enabled: bool,
    /// How many recovery codes are left.
    pub recovery_codes: u64,
}

fn owner(user: &str) -> String {
    format!("totp:{user}")
}

impl Accounts {
    /// Whether the account uses an authenticator.
    pub async fn two_factor(&self, user: &str) -> Result<TwoFactor> {
        let account = self.find(user).await?;
        let left = recovery_codes::Entity::find()
            .filter(recovery_codes::Column::UserId.eq(user))
            .count(self.0.db.read())
            .await?;
        Ok(TwoFactor {
            enabled: account.totp_confirmed_at.is_some(),
            recovery_codes: left,
        })
    }

    /// Makes a secret. It counts only once a code made with it has come back.
    pub async fn begin_totp(&self, user: &str) -> Result<TotpSecret> {
        let account = self.find(user).await?;
        let plain: [u8; totp::SECRET_LEN] = rand::random();
        let sealed = self.0.seal.seal(&owner(user), &plain);
        let updated = users::Entity::update_many()
            .col_expr(users::Column::TotpSecret, Expr::value(sealed))
            .col_expr(users::Column::TotpLastStep, Expr::value(None::<i64>))
            .filter(users::Column::Id.eq(user))
            .filter(users::Column::TotpConfirmedAt.is_null())
            .exec(self.0.db.write())
            .await?;
        if updated.rows_affected == 0 {
            return Err(IdentityError::Conflict(
                "an authenticator is in use already: remove it first",
            ));
        }
        Ok(TotpSecret {
            secret: base32::encode(&plain),
            url: totp::address(&plain, &self.policy().service, &account.username),
        })
    }

    /// Begins to ask for codes, and gives out recovery codes, which are shown
    /// once.
    pub async fn confirm_totp(
        &self,
        user: &str,
        code: &str,
        device: &Device,
    ) -> Result<Vec<String>> {
        let account = self.find(user).await?;
        if account.totp_confirmed_at.is_some() {
            return Err(IdentityError::Conflict(
                "an authenticator is in use already: remove it first",
            ));
        }
        if account.totp_secret.is_none() {
            return Err(IdentityError::Conflict("ask for a secret first"));
        }
        self.check_totp(&account, code, device).await?;
        let codes: Vec<String> = (0..RECOVERY_CODES)
            .map(|_| secret::recovery_code())
            .collect();
        let tx = self.0.db.begin().await?;
        users::Entity::update_many()
            .col_expr(users::Column::TotpConfirmedAt, Expr::value(now_micros()))
            .filter(users::Column::Id.eq(user))
            .exec(&tx)
            .await?;
        store_codes(&tx, user, &codes).await?;
        tx.commit().await?;
        let notice = "Signing in to your account now needs a code of your authenticator.";
        self.notify(&account, "An authenticator was added", notice);
        Ok(codes)
    }

    /// New recovery codes in the place of the old ones.
    pub async fn renew_recovery_codes(&self, user: &str) -> Result<Vec<String>> {
        if self.find(user).await?.totp_confirmed_at.is_none() {
            return Err(IdentityError::Conflict(
                "there is no authenticator to recover",
            ));
        }
        let codes: Vec<String> = (0..RECOVERY_CODES)
            .map(|_| secret::recovery_code())
            .collect();
        let tx = self.0.db.begin().await?;
        store_codes(&tx, user, &codes).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Asks for no more codes.
    pub async fn remove_totp(&self, user: &str) -> Result<()> {
        let account = self.find(user).await?;
        self.remove_second_factor(user).await?;
        let notice = "Signing in to your account no longer needs a code.";
        self.notify(&account, "Your authenticator was removed", notice);
        Ok(())
    }

    pub(super) async fn remove_second_factor(&self, user: &str) -> Result<()> {
        let tx = self.0.db.begin().await?;
        users::Entity::update_many()
            .col_expr(users::Column::TotpSecret, Expr::value(None::<Vec<u8>>))
            .col_expr(users::Column::TotpConfirmedAt, Expr::value(None::<i64>))
            .col_expr(users::Column::TotpLastStep, Expr::value(None::<i64>))
            .filter(users::Column::Id.eq(user))
            .exec(&tx)
            .await?;
        store_codes(&tx, user, &[]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a code of the authenticator, or a recovery code, which is then
    /// spent. Guessing is slowed down, apart from guessing passwords.
    pub(super) async fn check_code(
        &self,
        account: &users::Model,
        code: &str,
        device: &Device,
    ) -> Result<()> {
        // An authenticator's are digits alone; recovery codes have letters
        // too, or twice as many characters.
        let digits = code.chars().filter(|c| !c.is_whitespace());
        if digits.clone().count() <= 8 && digits.clone().all(|c| c.is_ascii_digit()) {
            return self.check_totp(account, code, device).await;
        }
        let keys = [format!("code:{}", account.id)];
        self.admit(&keys)?;
        let tidy = secret::tidy_code(&code.to_lowercase(), 4);
        let spent = recovery_codes::Entity::delete_many()
            .filter(recovery_codes::Column::UserId.eq(&account.id))
            .filter(recovery_codes::Column::CodeHash.eq(secret::hash(&tidy).to_vec()))
            .exec(self.0.db.write())
            .await?;
        if spent.rows_affected == 0 {
            self.0.throttle.failed(&keys[0]);
            return Err(IdentityError::WrongCode);
        }
        self.0.throttle.succeeded(&keys[0]);
        self.notify(account, "A recovery code was used", "Somebody has just signed in to your account with a recovery code in the place of your authenticator.");
        Ok(())
    }

    async fn check_totp(&self, account: &users::Model, code: &str, device: &Device) -> Result<()> {
        let keys = [
            format!("code:{}", account.id),
            format!("addr:{}", device.addr),
        ];
        self.admit(&keys)?;
        let sealed = account.totp_secret.as_deref().unwrap_or_default();
        let plain = self
            .0
            .seal
            .open(&owner(&account.id), sealed)
            .ok_or(IdentityError::Corrupt("authenticator's secret"))?;
        let now = now_micros() / 1_000_000;
        let accepted = match totp::verify(&plain, code, now, account.totp_last_step) {
            Some(step) => self.spend_step(&account.id, step).await?,
            None => false,
        };
        if accepted {
            self.0.throttle.succeeded(&keys[0]);
            return Ok(());
        }
        for key in &keys {
            self.0.throttle.failed(key);
        }
        Err(IdentityError::WrongCode)
    }

    /// Whether this step's code has not been used; from now on it has.
    async fn spend_step(&self, user: &str, step: i64) -> Result<bool> {
        use users::Column as U;
        let unspent = sea_orm::Condition::any()
            .add(U::TotpLastStep.is_null())
            .add(U::TotpLastStep.lt(step));
        let updated = users::Entity::update_many()
            .col_expr(U::TotpLastStep, Expr::value(step))
            .filter(U::Id.eq(user))
            .filter(unspent)
            .exec(self.0.db.write())
            .await?;
        Ok(updated.rows_affected == 1)
    }
}

async fn store_codes<C: ConnectionTrait>(conn: &C, user: &str, codes: &[String]) -> Result<()> {
    recovery_codes::Entity::delete_many()
        .filter(recovery_codes::Column::UserId.eq(user))
        .exec(conn)
        .await?;
    if codes.is_empty() {
        return Ok(());
    }
    let rows = codes.iter().map(|code| recovery_codes::ActiveModel {
        user_id: Set(user.to_owned()),
        code_hash: Set(secret::hash(code).to_vec()),
    });
    recovery_codes::Entity::insert_many(rows)
        .exec_without_returning(conn)
        .await?;
    Ok(())
}
