//! What decisions are made with.

use std::sync::Arc;

use http::HeaderMap;
use http::request::Parts;
use matinee_engines::hot::{Hot, Rate};
use matinee_engines::live::Live;
use matinee_identity::access::unlock::Unlocks;
use matinee_identity::access::{Asker, Unlocked};
use matinee_identity::standing::Standings;
use matinee_identity::{InstanceSecret, Principal};

use super::{CountrySource, Quotas};
use crate::http::caller::{client_ip, cookie, cookies};
use crate::http::origin::{is_trusted, peer};
use crate::{ApiConfig, ProblemResult};

/// A cookie that proves that a password was given is called this and the id of
/// what it opens.
pub(crate) const UNLOCK_COOKIE: &str = "matinee_unlock_";
/// The same from a program: `id=proof`, several separated by commas.
pub(crate) const UNLOCK_HEADER: &str = "matinee-unlock";
/// The cookie with the profile that was chosen.
pub(crate) const PROFILE_COOKIE: &str = "matinee_profile";
/// The same from a program.
pub(crate) const PROFILE_HEADER: &str = "matinee-profile";
/// How many proofs of one request are looked at.
const UNLOCKS_MAX: usize = 32;

/// How much is allowed at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// Requests of one address (IPv6: of one /64); none for no limit.
    pub per_address: Option<Rate>,
    /// Requests of one account; none for no limit.
    pub per_account: Option<Rate>,
    /// Devices of one account that play at the same time; none for no limit.
    pub playbacks: Option<usize>,
    /// What accounts may keep and upload.
    pub quotas: Quotas,
}

/// What decisions are made with. A clone is cheap.
#[derive(Debug, Clone)]
pub struct Access {
    /// Profiles and groups of accounts.
    pub standings: Standings,
    /// Passwords of things.
    pub unlocks: Arc<Unlocks>,
    pub(crate) hot: Arc<dyn Hot>,
    limits: Arc<Live<Limits>>,
    country: Arc<dyn CountrySource>,
}

impl Access {
    /// For the instance that has this secret.
    pub fn new(
        secret: &InstanceSecret,
        standings: Standings,
        hot: Arc<dyn Hot>,
        country: Arc<dyn CountrySource>,
        limits: Limits,
    ) -> Self {
        Self {
            standings,
            unlocks: Arc::new(Unlocks::new(secret)),
            hot,
            limits: Arc::new(Live::new(limits)),
            country,
        }
    }

    /// How much is allowed now.
    pub(crate) fn limits(&self) -> Limits {
        *self.limits.get()
    }

    /// How much is allowed from now on.
    pub fn set_limits(&self, limits: Limits) {
        self.limits.set(limits);
    }

    /// This person, as they ask now and from where they ask: with their groups,
    /// and under the profile that they chose.
    pub(crate) async fn asker(
        &self,
        parts: &Parts,
        config: &ApiConfig,
        principal: Principal,
    ) -> ProblemResult<Asker> {
        let addr = client_ip(parts, config);
        let principal = match principal {
            Principal::User(user) => {
                self.count(&user, addr).await?;
                let chosen = chosen(&parts.headers);
                let program = parts.headers.contains_key(http::header::AUTHORIZATION);
                let complete = self.standings.complete(user, chosen.as_deref(), program);
                Principal::User(complete.await?)
            }
            anonymous @ Principal::Anonymous { .. } => anonymous,
        };
        let trusted = peer(parts).is_some_and(|peer| is_trusted(peer, config));
        Ok(Asker {
            addr,
            country: self
                .country
                .country(addr, trusted.then_some(&parts.headers)),
            unlocked: self.unlocked(&parts.headers),
            ..Asker::new(principal)
        })
    }

    fn unlocked(&self, headers: &HeaderMap) -> Arc<[Unlocked]> {
        let cookies = cookies(headers)
            .filter_map(|(name, value)| Some((name.strip_prefix(UNLOCK_COOKIE)?, value)));
        let sent = headers
            .get_all(UNLOCK_HEADER)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(','))
            .filter_map(|pair| pair.trim().split_once('='));
        cookies
            .chain(sent)
            .take(UNLOCKS_MAX)
            .filter_map(|(id, proof)| self.unlocks.verify(id, proof))
            .collect()
    }
}

/// The profile that a request chooses.
pub(crate) fn chosen(headers: &HeaderMap) -> Option<String> {
    let header = headers
        .get(PROFILE_HEADER)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    header.or_else(|| cookie(headers, PROFILE_COOKIE))
}
