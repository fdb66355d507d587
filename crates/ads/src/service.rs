//! All of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI32;
use std::time::Duration;

use async_trait::async_trait;
use matinee_catalog::Catalog;
use matinee_engines::db::Db;
use matinee_engines::outbound::network::AddressRules;
use matinee_engines::outbound::{Outbound, SystemLookup};
use matinee_engines::time::now_micros;
use matinee_jobs::Jobs;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio::sync::{Mutex, Semaphore};

use crate::decide::{AdServer, Ask, BUDGET, Candidate, House, Vast};
use crate::store::Placement;
use crate::{AdError, Result, token};

/// How long connecting to an ad server may take.
const CONNECT: Duration = Duration::from_secs(2);
/// How many breaks are decided at once.
const AT_ONCE: usize = 16;

/// Brings what an ad server names into the library, as an advertisement.
#[async_trait]
pub trait Conditioner: Send + Sync {
    /// Begins to fetch this address; gives the video that it will be.
    async fn take(&self, url: &str, title: &str) -> std::result::Result<String, String>;
}

/// What advertisements are kept and decided with.
pub struct AdsDeps {
    /// Where they are kept.
    pub db: Db,
    /// Their videos.
    pub catalog: Catalog,
    /// Passes beacons on.
    pub jobs: Jobs,
    /// Fetches what ad servers name.
    pub conditioner: Arc<dyn Conditioner>,
    /// Where requests may go.
    pub rules: AddressRules,
    /// Signs what players carry.
    pub secret: [u8; 32],
}

/// Advertisements. A clone shares them.
#[derive(Clone)]
pub struct Ads(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) catalog: Catalog,
    pub(crate) jobs: Jobs,
    pub(crate) conditioner: Arc<dyn Conditioner>,
    pub(crate) outbound: Outbound,
    pub(crate) secret: [u8; 32],
    pub(crate) deciding: Semaphore,
    pub(crate) fetching: Mutex<()>,
    pub(crate) kept: crate::breaks::Kept,
    pub(crate) rules: crate::rules::Known,
    /// The first hour that was left by the hour when old figures were last gone through.
    pub(crate) by_the_hour_from: AtomicI32,
}

impl Ads {
    /// The advertisements in this database.
    pub fn new(deps: AdsDeps) -> Result<Self> {
        let outbound = Outbound::new(deps.rules, Arc::new(SystemLookup), CONNECT)
            .map_err(|error| AdError::Client(error.to_string()))?;
        Ok(Self(Arc::new(Inner {
            db: deps.db,
            catalog: deps.catalog,
            jobs: deps.jobs,
            conditioner: deps.conditioner,
            outbound,
            secret: deps.secret,
            deciding: Semaphore::new(AT_ONCE),
            fetching: Mutex::new(()),
            kept: crate::breaks::kept(),
            rules: crate::rules::known(),
            by_the_hour_from: AtomicI32::new(i32::MIN),
        })))
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    pub(crate) fn outbound(&self) -> &Outbound {
        &self.0.outbound
    }

    /// A name for a viewer that tells nobody who it is.
    pub fn viewer_tag(&self, name: &str) -> String {
        let signed = token::sign(&self.0.secret, "viewer", &name);
        let (_, tag) = signed.split_once('.').unwrap_or_default();
        tag.to_owned()
    }

    /// What players carry to ask for the breaks of a channel.
    pub fn sign_break(&self, channel: &str, viewer: Option<&str>) -> String {
        token::sign(&self.0.secret, "breaks", &(channel, viewer))
    }

    /// What the addresses of a channel carry for somebody who sees no advertisements.
    pub fn sign_spared(&self, channel: &str) -> String {
        let until = now_micros() / 1_000_000 + crate::pods::LASTS;
        token::sign(&self.0.secret, "spared", &(channel, until))
    }

    /// Whether addresses of this channel carry that, and it is still good.
    pub fn is_spared(&self, channel: &str, signed: &str) -> bool {
        let read: Option<(String, i64)> = token::read(&self.0.secret, "spared", signed);
        read.is_some_and(|(of, until)| of == channel && until > now_micros() / 1_000_000)
    }

    /// The channel, and who has advertisements of their own.
    pub fn read_break(&self, signed: &str) -> Option<(String, Option<String>)> {
        token::read(&self.0.secret, "breaks", signed)
    }

    /// What campaigns, ad servers and creatives of these identifiers are called.
    pub async fn names(
        &self,
        campaigns: &[String],
        servers: &[String],
        creatives: &[String],
    ) -> Result<HashMap<String, String>> {
        use crate::store;
        let mut names: Vec<(String, String)> = Vec::new();
        macro_rules! read {
            ($table:ident, $ids:expr) => {
                for some in $ids.chunks(400) {
                    names.extend(
                        store::$table::Entity::find()
                            .select_only()
                            .columns([store::$table::Column::Id, store::$table::Column::Name])
                            .filter(
                                store::$table::Column::Id.is_in(some.iter().map(String::as_str)),
                            )
                            .into_tuple::<(String, String)>()
                            .all(self.db().read())
                            .await?,
                    );
                }
            };
        }
        read!(campaigns, campaigns);
        read!(servers, servers);
        read!(creatives, creatives);
        Ok(names.into_iter().collect())
    }

    /// Asks an ad server as a break of a minute would: what it proposes, or why nothing.
    pub async fn try_server(
        &self,
        id: &str,
    ) -> Result<std::result::Result<Vec<Candidate>, String>> {
        let server = self.server(id).await?;
        let placement = server.placements.0.first().copied();
        let ask = Ask {
            placement: placement.unwrap_or(Placement::Preroll),
            subject: server
                .channels
                .0
                .first()
                .cloned()
                .unwrap_or_else(|| "test".to_owned()),
            seconds: 60,
            most: 4,
            at: now_micros() / 1000,
            name: "test".to_owned(),
            viewer: None,
        };
        let asked = Vast::new(self.clone(), server);
        let answer = tokio::time::timeout(BUDGET, asked.propose(&ask)).await;
        let answer = answer.unwrap_or_else(|_| Err("it took too long to answer".to_owned()));
        let error = answer.as_ref().err().map(String::as_str);
        self.note_server(id, error).await;
        Ok(answer)
    }

    /// Who is asked, in this order.
    pub(crate) async fn sources(&self) -> Result<Vec<Box<dyn AdServer>>> {
        let mut all: Vec<Box<dyn AdServer>> = Vec::new();
        for server in self.servers().await? {
            if server.active {
                all.push(Box::new(Vast::new(self.clone(), server)));
            }
        }
        all.push(Box::new(House::new(self.clone())));
        Ok(all)
    }
}
