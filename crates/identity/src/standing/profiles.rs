//! Profiles: who watches under an account.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::store::profiles::{ActiveModel, Column, Entity, Model};
use super::{Result, StandingError, Standings};
use crate::{IdentityError, User, first_profile, password, ratings, take_back};

/// The most profiles of an account.
pub const PROFILES_MAX: usize = 10;
/// The ceiling of a child's profile that is given none.
const KIDS_CEILING: u8 = 7;
/// The highest ceiling of a child's profile.
const KIDS_CEILING_MAX: u8 = 16;
const NAME_MAX: usize = 40;
const AVATAR_MAX: usize = 64;
const PIN: std::ops::RangeInclusive<usize> = 4..=8;

/// A profile of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// `profile_…`
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The name of a picture that the client knows.
    pub avatar: Option<String>,
    /// The preferred language (BCP 47).
    pub language: Option<String>,
    /// Whether it is a child's.
    pub kids: bool,
    /// The greatest age level ([`ratings`]) that it may watch; none for all.
    pub max_rating: Option<u8>,
    /// Whether it has a PIN.
    pub has_pin: bool,
    /// Whether it is the one that the account began with, and cannot be without.
    pub first: bool,
}

impl From<&Model> for Profile {
    fn from(row: &Model) -> Self {
        Self {
            first: row.id == first_profile(&row.user_id),
            id: row.id.clone(),
            name: row.name.clone(),
            avatar: row.avatar.clone(),
            language: row.language.clone(),
            kids: row.kids,
            max_rating: row.max_rating.and_then(|level| level.try_into().ok()),
            has_pin: row.pin_hash.is_some(),
        }
    }
}

/// A new profile.
#[derive(Debug, Clone, Default)]
pub struct NewProfile {
    /// 1 to 40 characters.
    pub name: String,
    /// See [`Profile::avatar`].
    pub avatar: Option<String>,
    /// See [`Profile::language`].
    pub language: Option<String>,
    /// See [`Profile::kids`].
    pub kids: bool,
    /// See [`Profile::max_rating`].
    pub max_rating: Option<u8>,
    /// 4 to 8 digits.
    pub pin: Option<String>,
}

/// A change of a profile: an absent field stays, an inner `None` clears it.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// See [`NewProfile::name`].
    pub name: Option<String>,
    /// See [`Profile::avatar`].
    pub avatar: Option<Option<String>>,
    /// See [`Profile::language`].
    pub language: Option<Option<String>>,
    /// See [`Profile::kids`].
    pub kids: Option<bool>,
    /// See [`Profile::max_rating`].
    pub max_rating: Option<Option<u8>>,
    /// See [`NewProfile::pin`].
    pub pin: Option<Option<String>>,
    /// The PIN that there is: needed by whoever is under another profile.
    pub current_pin: Option<String>,
}

impl Standings {
    /// The profiles of an account, the first one first.
    pub async fn profiles(&self, user: &User) -> Result<Vec<Profile>> {
        self.ensure_first(user).await?;
        let standing = self.of(user.id.as_str()).await?;
        let mut profiles: Vec<Profile> = standing.profiles.iter().map(Into::into).collect();
        profiles.sort_by_key(|profile| !profile.first);
        Ok(profiles)
    }

    /// Adds a profile.
    pub async fn create_profile(&self, user: &User, new: NewProfile) -> Result<Profile> {
        if self.profiles(user).await?.len() >= PROFILES_MAX {
            return Err(StandingError::Conflict(
                "the account has as many profiles as it may have",
            ));
        }
        let now = now_micros();
        let row = Model {
            id: Id::new("profile").to_string(),
            user_id: user.id.to_string(),
            name: valid_name(&new.name)?,
            avatar: short("avatar", new.avatar)?,
            language: short("language", new.language)?,
            kids: new.kids,
            max_rating: ceiling(new.kids, new.max_rating)?,
            pin_hash: hashed(new.pin).await?,
            created_at: now,
            updated_at: now,
        };
        let row = row
            .into_active_model()
            .reset_all()
            .insert(self.0.db.write())
            .await?;
        self.forget(&row.user_id).await;
        Ok(Profile::from(&row))
    }

    /// Changes a profile. `from` is the asker's address.
    pub async fn change_profile(
        &self,
        user: &User,
        id: &str,
        change: ProfileChange,
        from: &str,
    ) -> Result<Profile> {
        let before = self.own(user, id).await?;
        self.guard(user, &before, change.current_pin, from).await?;
        let kids = change.kids.unwrap_or(before.kids);
        let wanted = match change.max_rating {
            Some(wanted) => wanted,
            None => before.max_rating.and_then(|level| level.try_into().ok()),
        };
        let mut row = before.into_active_model();
        if let Some(name) = change.name {
            row.name = Set(valid_name(&name)?);
        }
        if let Some(avatar) = change.avatar {
            row.avatar = Set(short("avatar", avatar)?);
        }
        if let Some(language) = change.language {
            row.language = Set(short("language", language)?);
        }
        if let Some(pin) = change.pin {
            row.pin_hash = Set(hashed(pin).await?);
        }
        row.kids = Set(kids);
        row.max_rating = Set(ceiling(kids, wanted)?);
        row.updated_at = Set(now_micros());
        let tx = self.0.db.begin().await?;
        let row = row.update(&tx).await?;
        take_back(&tx, [row.user_id.as_str()]).await?;
        tx.commit().await?;
        self.forget(&row.user_id).await;
        Ok(Profile::from(&row))
    }

    /// Removes a profile; the account's first one stays.
    pub async fn delete_profile(
        &self,
        user: &User,
        id: &str,
        current_pin: Option<String>,
        from: &str,
    ) -> Result<()> {
        let row = self.own(user, id).await?;
        if row.id == first_profile(&row.user_id) {
            return Err(StandingError::Conflict(
                "the profile that the account began with cannot be removed",
            ));
        }
        self.guard(user, &row, current_pin, from).await?;
        let tx = self.0.db.begin().await?;
        Entity::delete_by_id(&row.id).exec(&tx).await?;
        take_back(&tx, [row.user_id.as_str()]).await?;
        tx.commit().await?;
        self.forget(&row.user_id).await;
        Ok(())
    }

    /// Nobody changes a profile that keeps them out, unless they know its PIN.
    async fn guard(
        &self,
        user: &User,
        target: &Model,
        pin: Option<String>,
        from: &str,
    ) -> Result<()> {
        let under_it = user.profile_id() == target.id;
        let keeps_out = target.pin_hash.clone().filter(|_| !target.kids);
        match keeps_out {
            Some(hash) if !under_it => self.check_pin(user, &[hash], pin, from).await,
            _ => Ok(()),
        }
    }

    async fn own(&self, user: &User, id: &str) -> Result<Model> {
        self.ensure_first(user).await?;
        let row = Entity::find_by_id(id.to_owned())
            .one(self.0.db.write())
            .await?;
        row.filter(|row| row.user_id == user.id.as_str())
            .ok_or(StandingError::NotFound("profile"))
    }

    /// Writes the profile that every account has from the beginning.
    pub(super) async fn ensure_first(&self, user: &User) -> Result<()> {
        let id = first_profile(user.id.as_str());
        let standing = self.of(user.id.as_str()).await?;
        if standing.profiles.iter().any(|profile| profile.id == id) {
            return Ok(());
        }
        let now = now_micros();
        let row = ActiveModel {
            id: Set(id),
            user_id: Set(user.id.to_string()),
            name: Set(user.username.chars().take(NAME_MAX).collect()),
            avatar: Set(None),
            language: Set(None),
            kids: Set(false),
            max_rating: Set(None),
            pin_hash: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
        };
        Entity::insert(row)
            .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
            .exec_without_returning(self.0.db.write())
            .await?;
        self.forget(user.id.as_str()).await;
        Ok(())
    }
}

fn refuse(field: &'static str, reason: impl Into<String>) -> StandingError {
    let reason = reason.into();
    IdentityError::Invalid { field, reason }.into()
}

fn valid_name(name: &str) -> Result<String> {
    let name = name.trim();
    let length = name.chars().count();
    if (1..=NAME_MAX).contains(&length) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(refuse(
            "name",
            format!("1 to {NAME_MAX} characters are needed"),
        ))
    }
}

fn short(field: &'static str, text: Option<String>) -> Result<Option<String>> {
    let text = text.filter(|text| !text.is_empty());
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    match &text {
        Some(t) if t.len() > AVATAR_MAX || !t.chars().all(plain) => Err(refuse(
            field,
            format!("up to {AVATAR_MAX} letters, digits and - _ . / are accepted"),
        )),
        _ => Ok(text),
    }
}

fn ceiling(kids: bool, wanted: Option<u8>) -> Result<Option<i32>> {
    let most = if kids {
        KIDS_CEILING_MAX
    } else {
        ratings::LEVEL_MAX
    };
    match wanted {
        Some(level) if level > most => Err(refuse(
            "max_rating",
            format!("an age from 0 to {most} is needed"),
        )),
        None if kids => Ok(Some(i32::from(KIDS_CEILING))),
        level => Ok(level.map(i32::from)),
    }
}

async fn hashed(pin: Option<String>) -> Result<Option<String>> {
    let Some(pin) = pin else { return Ok(None) };
    if !PIN.contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit()) {
        let (low, high) = (PIN.start(), PIN.end());
        return Err(refuse("pin", format!("{low} to {high} digits are needed")));
    }
    Ok(Some(password::hash_of("pin", pin, *PIN.start()).await?))
}
