//! Requests to addresses that somebody else has named.
//!
//! They go to the open internet, and to what the operator allows besides:
//! [`network`] says what that is. Every address is judged before anything is
//! sent to it: literal ones when they are read, names when they are resolved,
//! and the client connects to what was judged, so that nobody can answer
//! differently in between. Redirects are not followed here: whoever does
//! judges each of them anew.

mod dial;
pub mod network;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, RequestBuilder, Response};
use url::{Host, Url};

pub use dial::Dialer;
use network::AddressRules;

/// The longest address that is taken, in bytes.
const URL_MAX: usize = 4096;

/// Why nothing can be sent, in words for whoever named the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The address itself is not acceptable.
    #[error("{0}")]
    Url(String),
    /// It leads to an address that is not public.
    #[error("{0} is not a public address on the internet")]
    Address(String),
    /// A failure that may pass.
    #[error("{0}")]
    Passing(String),
}

/// Finds the addresses of a name.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// All addresses of this name.
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The system's own resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// Resolves names for the HTTP client to permitted addresses only. The client
/// connects to what this returns, so nobody can answer differently in between.
struct Guard {
    rules: Arc<AddressRules>,
    lookup: Arc<dyn Lookup>,
}

#[derive(Debug, thiserror::Error)]
#[error("{0} has no permitted address")]
struct Blocked(String);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (rules, lookup) = (self.rules.clone(), self.lookup.clone());
        Box::pin(async move {
            let found = lookup.addresses(name.as_str()).await?;
            let permitted: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| rules.permit(*address))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if permitted.is_empty() {
                return Err(Blocked(name.as_str().to_owned()).into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// Sends requests to permitted addresses. A clone shares its connections.
#[derive(Clone)]
pub struct Outbound {
    client: Client,
    rules: Arc<AddressRules>,
}

impl Outbound {
    /// Follows `rules`. `connect` bounds connecting; each wait for more bytes
    /// is bounded by four times as much.
    pub fn new(
        rules: AddressRules,
        lookup: Arc<dyn Lookup>,
        connect: Duration,
    ) -> Result<Self, OutboundError> {
        crate::install_tls();
        let rules = Arc::new(rules);
        let client = Client::builder()
            .user_agent(concat!("Matinee/", env!("CARGO_PKG_VERSION")))
            // A proxy would resolve names out of our sight; compressed bytes
            // would make offsets and limits mean something else.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .no_gzip()
            .referer(false)
            .connect_timeout(connect)
            .read_timeout(connect.max(Duration::from_secs(1)) * 4)
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(Guard {
                rules: rules.clone(),
                lookup,
            }))
            .build()
            .map_err(|error| OutboundError::Passing(describe(&error)))?;
        Ok(Self { client, rules })
    }

    /// What requests are made with; [`Self::send`] sends them.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Reads an address that somebody gave, and checks what can be checked
    /// without the network.
    pub fn check(&self, text: &str) -> Result<Url, OutboundError> {
        let text = text.trim();
        if text.len() > URL_MAX {
            return Err(OutboundError::Url(format!(
                "must be at most {URL_MAX} characters long"
            )));
        }
        let url = Url::parse(text)
            .map_err(|error| OutboundError::Url(format!("must be a whole URL ({error})")))?;
        self.check_url(&url)?;
        Ok(url)
    }

    /// The same of an address that was read.
    pub fn check_url(&self, url: &Url) -> Result<(), OutboundError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutboundError::Url(
                "must begin with http:// or https://".into(),
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutboundError::Url(
                "must not contain a user name or a password".into(),
            ));
        }
        // Names are checked when they are resolved; literal addresses never are.
        let literal = match url.host() {
            None => return Err(OutboundError::Url("must name a host".into())),
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
        };
        if self.rules.permit(literal) {
            Ok(())
        } else {
            Err(OutboundError::Address(literal.to_string()))
        }
    }

    /// Sends a request to an address that was checked.
    pub async fn send(
        &self,
        url: &Url,
        request: RequestBuilder,
    ) -> Result<Response, OutboundError> {
        let response = request.send().await.map_err(|error| {
            let host = url.host_str().unwrap_or_default().to_owned();
            if is_blocked(&error) {
                OutboundError::Address(host)
            } else {
                OutboundError::Passing(format!("{host} cannot be reached: {}", describe(&error)))
            }
        })?;
        // Belt and braces: what we are really connected to.
        match response.remote_addr() {
            Some(peer) if !self.rules.permit(peer.ip()) => {
                Err(OutboundError::Address(peer.ip().to_string()))
            }
            _ => Ok(response),
        }
    }
}

fn is_blocked(error: &reqwest::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.is::<Blocked>() {
            return true;
        }
        source = inner.source();
    }
    false
}

/// The innermost reason of a failure, which is the one that tells something.
pub fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long to answer".into();
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}
