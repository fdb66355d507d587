//! Connections of other kinds than HTTP, under the same rules.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Host;

use super::network::AddressRules;
use super::{Lookup, OutboundError};

/// The most addresses of a name that are tried.
const TRIES: usize = 4;

/// Finds permitted addresses, and connects to them. A clone is the same.
#[derive(Clone)]
pub struct Dialer {
    rules: Arc<AddressRules>,
    lookup: Arc<dyn Lookup>,
    patience: Duration,
}

impl Dialer {
    /// Follows `rules`; `patience` bounds finding an address, and connecting to one.
    pub fn new(rules: AddressRules, lookup: Arc<dyn Lookup>, patience: Duration) -> Self {
        Self {
            rules: Arc::new(rules),
            lookup,
            patience,
        }
    }

    /// Whether this may be an address of somebody: all that can be said without the network.
    pub fn check(&self, host: &Host<&str>) -> Result<(), OutboundError> {
        match host {
            Host::Domain(_) => Ok(()),
            Host::Ipv4(address) => self.judge(IpAddr::V4(*address)),
            Host::Ipv6(address) => self.judge(IpAddr::V6(*address)),
        }
    }

    fn judge(&self, address: IpAddr) -> Result<(), OutboundError> {
        if self.rules.permit(address) {
            Ok(())
        } else {
            Err(OutboundError::Address(address.to_string()))
        }
    }

    /// The permitted addresses of a host: at least one. Connect to these, and to nothing that is
    /// looked up again.
    pub async fn addresses(
        &self,
        host: &Host<&str>,
        port: u16,
    ) -> Result<Vec<SocketAddr>, OutboundError> {
        let found = match host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => {
                let passing =
                    |why: String| OutboundError::Passing(format!("{name} cannot be found: {why}"));
                timeout(self.patience, self.lookup.addresses(name))
                    .await
                    .map_err(|_| passing("it took too long".to_owned()))?
                    .map_err(|error| passing(error.to_string()))?
            }
        };
        let permitted: Vec<SocketAddr> = found
            .into_iter()
            .filter(|address| self.rules.permit(*address))
            .map(|address| SocketAddr::new(address, port))
            .collect();
        if permitted.is_empty() {
            return Err(OutboundError::Address(host.to_string()));
        }
        Ok(permitted)
    }

    /// Connects to a host.
    pub async fn tcp(&self, host: &Host<&str>, port: u16) -> Result<TcpStream, OutboundError> {
        let mut last = String::new();
        for address in self.addresses(host, port).await?.into_iter().take(TRIES) {
            match timeout(self.patience, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = error.to_string(),
                Err(_) => "it took too long to answer".clone_into(&mut last),
            }
        }
        Err(OutboundError::Passing(format!(
            "{host} cannot be reached: {last}"
        )))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use async_trait::async_trait;
    use tokio::net::TcpListener;

    use super::*;

    /// Says the same of every name.
    struct Says(Vec<IpAddr>);

    #[async_trait]
    impl Lookup for Says {
        async fn addresses(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
            Ok(self.0.clone())
        }
    }

    fn dialer(allowed: &[&str], says: &[&str]) -> Dialer {
        let allowed = allowed.iter().map(|block| block.parse().unwrap());
        let says = says.iter().map(|address| address.parse().unwrap());
        Dialer::new(
            AddressRules::new(allowed.collect()),
            Arc::new(Says(says.collect())),
            Duration::from_secs(5),
        )
    }

    #[tokio::test]
    async fn only_permitted_addresses_are_dialled() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let here = Host::Domain("here.example");
        let closed = dialer(&[], &["127.0.0.1", "10.0.0.1"]);
        let refused = closed.tcp(&here, port).await.unwrap_err();
        assert_eq!(refused, OutboundError::Address("here.example".to_owned()));
        let literal = Host::parse("127.0.0.1").unwrap();
        let literal = match &literal {
            Host::Ipv4(address) => Host::Ipv4(*address),
            other => panic!("{other}"),
        };
        assert!(closed.check(&literal).is_err());
        assert!(closed.tcp(&literal, port).await.is_err());
        assert!(closed.check(&here).is_ok());

        let open = dialer(&["127.0.0.0/8"], &["10.0.0.1", "127.0.0.1"]);
        let stream = open.tcp(&here, port).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap().port(), port);
        drop(listener);
        let gone = open.tcp(&here, port).await.unwrap_err();
        assert!(matches!(gone, OutboundError::Passing(_)), "{gone}");
    }
}
