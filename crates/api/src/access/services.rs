//! What decisions are made with.

use std::sync::Arc;

use http::HeaderMap;
use http::request::Parts;
use matinee_identity::access::unlock::Unlocks;
use matinee_identity::access::{Asker, Unlocked};
use matinee_identity::{InstanceSecret, Principal};

use super::CountrySource;
use crate::ApiConfig;
use crate::http::caller::{client_ip, cookies};
use crate::http::origin::{is_trusted, peer};

/// A cookie that proves that a password was given is called this and the id of
/// what it opens.
pub(crate) const UNLOCK_COOKIE: &str = "matinee_unlock_";
/// The same from a program: `id=proof`, several separated by commas.
pub(crate) const UNLOCK_HEADER: &str = "matinee-unlock";
/// How many proofs of one request are looked at.
const UNLOCKS_MAX: usize = 32;

/// What decisions are made with. A clone is cheap.
#[derive(Debug, Clone)]
pub struct Access {
    pub(crate) unlocks: Arc<Unlocks>,
    country: Arc<dyn CountrySource>,
}

impl Access {
    /// For the instance that has this secret.
    pub fn new(secret: &InstanceSecret, country: Arc<dyn CountrySource>) -> Self {
        Self {
            unlocks: Arc::new(Unlocks::new(secret)),
            country,
        }
    }

    /// This person, as they ask now and from where they ask.
    pub(crate) fn asker(&self, parts: &Parts, config: &ApiConfig, principal: Principal) -> Asker {
        let addr = client_ip(parts, config);
        let trusted = peer(parts).is_some_and(|peer| is_trusted(peer, config));
        Asker {
            addr,
            country: self
                .country
                .country(addr, trusted.then_some(&parts.headers)),
            unlocked: self.unlocked(&parts.headers),
            ..Asker::new(principal)
        }
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
