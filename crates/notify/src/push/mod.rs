//! Browsers that are told also when nobody looks at the site: the Push API, by RFC 8030.
//!
//! Where messages go is named by whoever subscribes, so they pass the same guard as all that goes
//! to addresses of others ([`matinee_engines::outbound`]). Push services read nothing of them. A
//! subscription that a push service does not know any more is forgotten.

mod deliver;
mod encrypt;
mod store;
mod vapid;

use std::sync::Arc;
use std::time::Duration;

use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::outbound::network::AddressRules;
use matinee_engines::outbound::{Outbound, SystemLookup};
use matinee_engines::time::now_micros;
use matinee_identity::{Accounts, InstanceSecret, Seal};
use matinee_jobs::Jobs;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use sha2::{Digest as _, Sha256};

use crate::{NotifyError, Result};

pub use deliver::PushHandler;
pub(crate) use deliver::enqueue;
pub(crate) use store::Tables;
pub use store::subscriptions::Model as Subscription;

use encrypt::{AUTH_LEN, PUBLIC_LEN};
use store::subscriptions;
use vapid::Vapid;

/// The most browsers of one account; another one takes the place of the one that subscribed first.
pub const BROWSERS_MAX: u64 = 8;
/// The longest address of a push service, in bytes.
const ENDPOINT_MAX: usize = 2_048;
/// The longest name of a browser, in characters.
const DEVICE_MAX: usize = 100;
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);

/// A browser that wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    /// Where messages to it go.
    pub endpoint: String,
    /// Its public key: an uncompressed point of P-256.
    pub public_key: Vec<u8>,
    /// Its secret of 16 bytes.
    pub auth: Vec<u8>,
    /// What a person would call it.
    pub device: String,
}

/// How browsers are reached.
#[derive(Debug, Clone, Default)]
pub struct PushOptions {
    /// Where messages may go. Plain HTTP is for where push services are one's own only.
    pub rules: AddressRules,
    /// Whether messages may go by plain HTTP.
    pub plain: bool,
    /// The site's own address, by which push services find whoever runs it.
    pub site: Option<String>,
}

/// Tells browsers. A clone is the same.
#[derive(Clone)]
pub struct Push(Arc<Inner>);

struct Inner {
    db: Db,
    jobs: Jobs,
    accounts: Accounts,
    outbound: Outbound,
    vapid: Vapid,
    plain: bool,
}

impl Push {
    /// Tells the browsers of this database.
    pub async fn new(
        db: Db,
        jobs: Jobs,
        accounts: Accounts,
        secret: &InstanceSecret,
        options: PushOptions,
    ) -> Result<Self> {
        let outbound = Outbound::new(options.rules, Arc::new(SystemLookup), CONNECT)
            .map_err(|error| NotifyError::Client(error.to_string()))?;
        let site = options.site.filter(|site| site.starts_with("https://"));
        let vapid = Vapid::load(&db, &Seal::new(secret, "push-keys"), site).await?;
        Ok(Self(Arc::new(Inner {
            db,
            jobs,
            accounts,
            outbound,
            vapid,
            plain: options.plain,
        })))
    }

    fn db(&self) -> &Db {
        &self.0.db
    }

    /// The `applicationServerKey` with which browsers subscribe, in base64url.
    pub fn public_key(&self) -> String {
        self.0.vapid.public_key()
    }

    /// Has a browser told what the account is told. One that is known belongs to whoever subscribed
    /// last, so that nobody is told what the one before them wanted to know.
    pub async fn subscribe(&self, account: &str, new: NewSubscription) -> Result<Subscription> {
        let endpoint = self.checked_endpoint(&new.endpoint)?;
        if new.public_key.len() != PUBLIC_LEN {
            let reason = format!("must be {PUBLIC_LEN} bytes in base64url");
            return Err(NotifyError::field("keys.p256dh", reason));
        }
        if new.auth.len() != AUTH_LEN {
            let reason = format!("must be {AUTH_LEN} bytes in base64url");
            return Err(NotifyError::field("keys.auth", reason));
        }
        // A key that is none is refused now, and not when there is something to tell.
        encrypt::encrypt(&new.public_key, &new.auth, b"")
            .map_err(|unfit| NotifyError::field("keys.p256dh", unfit.to_string()))?;
        let hash = hash(&endpoint);
        let tx = self.db().begin().await?;
        subscriptions::Entity::delete_many()
            .filter(subscriptions::Column::EndpointHash.eq(hash.as_str()))
            .exec(&tx)
            .await?;
        let too_many: Vec<String> = subscriptions::Entity::find()
            .select_only()
            .column(subscriptions::Column::Id)
            .filter(subscriptions::Column::Account.eq(account))
            .order_by_desc(subscriptions::Column::Id)
            .offset(BROWSERS_MAX - 1)
            .limit(BROWSERS_MAX)
            .into_tuple()
            .all(&tx)
            .await?;
        if !too_many.is_empty() {
            subscriptions::Entity::delete_many()
                .filter(subscriptions::Column::Id.is_in(too_many))
                .exec(&tx)
                .await?;
        }
        let row = subscriptions::ActiveModel {
            id: Set(Id::new("push").to_string()),
            account: Set(account.to_owned()),
            endpoint: Set(endpoint),
            endpoint_hash: Set(hash),
            public_key: Set(new.public_key),
            auth: Set(new.auth),
            device: Set(new.device.chars().take(DEVICE_MAX).collect()),
            created_at: Set(now_micros()),
            told_at: Set(None),
        };
        let row = row.insert(&tx).await?;
        tx.commit().await?;
        Ok(row)
    }

    fn checked_endpoint(&self, endpoint: &str) -> Result<String> {
        let wrong = |reason: String| NotifyError::field("endpoint", reason);
        if endpoint.len() > ENDPOINT_MAX {
            let reason = format!("must not be longer than {ENDPOINT_MAX} characters");
            return Err(wrong(reason));
        }
        let checked = self.0.outbound.check(endpoint);
        let url = checked.map_err(|error| wrong(error.to_string()))?;
        if url.scheme() != "https" && !self.0.plain {
            return Err(wrong("must begin with https://".to_owned()));
        }
        Ok(url.to_string())
    }

    /// The browsers of an account, the earliest first.
    pub async fn of(&self, account: &str) -> Result<Vec<Subscription>> {
        Ok(subscriptions::Entity::find()
            .filter(subscriptions::Column::Account.eq(account))
            .order_by_asc(subscriptions::Column::Id)
            .limit(BROWSERS_MAX)
            .all(self.db().read())
            .await?)
    }

    /// Tells a browser of an account nothing more.
    pub async fn unsubscribe(&self, account: &str, id: &str) -> Result<()> {
        let gone = subscriptions::Entity::delete_many()
            .filter(subscriptions::Column::Account.eq(account))
            .filter(subscriptions::Column::Id.eq(id))
            .exec(self.db().write())
            .await?;
        if gone.rows_affected == 0 {
            return Err(NotifyError::NotFound("browser"));
        }
        Ok(())
    }

    /// Forgets an account.
    pub async fn forget(&self, account: &str) -> Result<()> {
        subscriptions::Entity::delete_many()
            .filter(subscriptions::Column::Account.eq(account))
            .exec(self.db().write())
            .await?;
        Ok(())
    }
}

/// By what a browser is known.
fn hash(endpoint: &str) -> String {
    hex::encode(Sha256::digest(endpoint))
}
