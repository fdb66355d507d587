//! Which profile a request is under, and when that needs a PIN.
//!
//! * A profile with a PIN is entered by that PIN.
//! * A child's profile with a PIN is left by that PIN. Whoever has chosen no
//!   profile might be that child, so they need it too.
//! * Who may not be under the account's first profile without a PIN, and has
//!   not chosen one, is treated as the child whose ceiling is the lowest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use super::store::profiles::Model;
use super::{Result, Standing, StandingError, Standings};
use crate::{IdentityError, ProfileRef, User, first_profile, password};

/// The longest choice that is looked at.
const CHOICE_MAX: usize = 200;

impl Standing {
    fn profile(&self, id: &str) -> Option<&Model> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// The PINs of which one opens the way into this profile; none if the way
    /// is open. `from` is the profile that was chosen before.
    fn pins(&self, target: &Model, from: Option<&Model>) -> Vec<String> {
        if from.is_some_and(|from| from.id == target.id) {
            return Vec::new();
        }
        if let Some(pin) = &target.pin_hash {
            // A child's PIN keeps the child in; nobody is kept out.
            if !target.kids {
                return vec![pin.clone()];
            }
        }
        let leaving = |profile: &Model| profile.pin_hash.clone().filter(|_| profile.kids);
        match from {
            Some(from) => leaving(from).into_iter().collect(),
            None if target.kids => Vec::new(),
            None => self.profiles.iter().filter_map(leaving).collect(),
        }
    }

    /// Whom somebody is taken for who has chosen nobody.
    fn first(&self, user: &User) -> Model {
        let id = first_profile(user.id.as_str());
        self.profile(&id).cloned().unwrap_or_else(|| Model {
            id,
            user_id: user.id.to_string(),
            name: user.username.clone(),
            avatar: None,
            language: None,
            kids: false,
            max_rating: None,
            pin_hash: None,
            created_at: 0,
            updated_at: 0,
        })
    }
}

fn reference(profile: &Model) -> Option<ProfileRef> {
    Some(ProfileRef {
        id: profile.id.parse().ok()?,
        kids: profile.kids,
        max_rating: profile.max_rating.and_then(|level| level.try_into().ok()),
    })
}

impl Standings {
    /// The profile that a request has chosen, if it could.
    fn chosen<'a>(&self, standing: &'a Standing, choice: &str) -> Option<(&'a Model, bool)> {
        if choice.len() > CHOICE_MAX {
            return None;
        }
        let (id, proof) = match choice.split_once('.') {
            Some((id, proof)) => (id, Some(proof)),
            None => (choice, None),
        };
        let profile = standing.profile(id)?;
        let proven = proof.is_some_and(|proof| {
            URL_SAFE_NO_PAD
                .decode(proof)
                .is_ok_and(|mac| self.sign(profile).verify_slice(&mac).is_ok())
        });
        Some((profile, proven))
    }

    pub(super) fn effective(
        &self,
        user: &User,
        standing: &Standing,
        choice: Option<&str>,
        program: bool,
    ) -> ProfileRef {
        let first = standing.first(user);
        let chosen = choice
            .and_then(|choice| {
                // The first profile is there before its row is.
                if choice == first.id && standing.profile(choice).is_none() {
                    return Some((&first, false));
                }
                self.chosen(standing, choice)
            })
            .filter(|(profile, proven)| *proven || standing.pins(profile, None).is_empty())
            .map(|(profile, _)| profile);
        let open = program || standing.pins(&first, None).is_empty();
        let profile = match chosen {
            Some(profile) => Some(profile),
            None if open => Some(&first),
            None => None,
        };
        if let Some(reference) = profile.and_then(reference) {
            return reference;
        }
        let youngest = standing
            .profiles
            .iter()
            .filter(|profile| profile.kids)
            .min_by_key(|profile| profile.max_rating);
        youngest.and_then(reference).unwrap_or_else(|| ProfileRef {
            id: first.id.parse().unwrap_or_else(|_| user.id.clone()),
            kids: true,
            max_rating: Some(0),
        })
    }

    /// Chooses a profile, coming from the one that `before` chose, and yields
    /// what later requests choose it with. `from` is the asker's address, which
    /// is slowed down after wrong PINs.
    pub async fn select(
        &self,
        user: &User,
        before: Option<&str>,
        id: &str,
        pin: Option<String>,
        from: &str,
    ) -> Result<String> {
        self.ensure_first(user).await?;
        let standing = self.of(user.id.as_str()).await?;
        let target = standing
            .profile(id)
            .ok_or(StandingError::NotFound("profile"))?;
        let before = before
            .and_then(|choice| self.chosen(&standing, choice))
            .filter(|(_, proven)| *proven)
            .map(|(profile, _)| profile);
        self.check_pin(user, &standing.pins(target, before), pin, from)
            .await?;
        let mac = self.sign(target).finalize().into_bytes();
        Ok(format!("{id}.{}", URL_SAFE_NO_PAD.encode(mac)))
    }

    /// Refuses unless this is one of these PINs, if there are any.
    pub(super) async fn check_pin(
        &self,
        user: &User,
        hashes: &[String],
        pin: Option<String>,
        from: &str,
    ) -> Result<()> {
        if hashes.is_empty() {
            return Ok(());
        }
        let pin = pin.ok_or(StandingError::Pin { given: false })?;
        let key = format!("{}@{from}", user.id);
        // Four digits are guessed in an afternoon: the account counts as well.
        let keys = [key, user.id.to_string()];
        let waits = keys.iter().filter_map(|key| self.0.throttle.wait(key));
        if let Some(retry_after) = waits.max() {
            return Err(IdentityError::Throttled { retry_after }.into());
        }
        for hash in hashes {
            if password::verify(pin.clone(), Some(hash.clone())).await? {
                for key in &keys {
                    self.0.throttle.succeeded(key);
                }
                return Ok(());
            }
        }
        for key in &keys {
            self.0.throttle.failed(key);
        }
        Err(StandingError::Pin { given: true })
    }

    /// Another PIN ends what was chosen with the old one.
    fn sign(&self, profile: &Model) -> Hmac<Sha256> {
        let mac = self.0.mac.clone();
        mac.chain_update(&profile.user_id)
            .chain_update("/")
            .chain_update(&profile.id)
            .chain_update("/")
            .chain_update(profile.pin_hash.as_deref().unwrap_or_default())
    }
}
