//! Where peers reach us.

use std::net::{IpAddr, SocketAddr};

/// The most addresses that a peer is told: it tries all of them.
const MOST: usize = 12;

/// The addresses at which a socket that is bound to `bound` is reached: those that were set, then
/// that under which the client found us, then the machine's own.
pub(super) fn reached_at(
    bound: SocketAddr,
    set: &[IpAddr],
    asked: Option<IpAddr>,
    machine: impl FnOnce() -> Vec<IpAddr>,
) -> Vec<SocketAddr> {
    let mut all = set.to_vec();
    if bound.ip().is_unspecified() {
        let own = machine();
        // Somebody at the machine itself, or at an address that the machine does not know of:
        // behind the port mapping of a container, say.
        all.extend(asked.filter(|ip| !ip.is_unspecified()));
        all.extend(own.iter().copied().filter(is_of_the_world));
        if all.is_empty() {
            all.extend(own);
        }
        if bound.is_ipv4() {
            all.retain(IpAddr::is_ipv4);
        }
    } else {
        all.push(bound.ip());
    }
    let mut told = Vec::new();
    for ip in all.iter().map(IpAddr::to_canonical) {
        let address = SocketAddr::new(ip, bound.port());
        if !told.contains(&address) && told.len() < MOST {
            told.push(address);
        }
    }
    told
}

/// Whether others than this machine, and without naming an interface, can send to it.
fn is_of_the_world(ip: &IpAddr) -> bool {
    let link_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    !ip.is_loopback() && !link_local && !ip.is_unspecified()
}

/// The addresses of this machine's interfaces, as they are now.
pub(super) fn of_machine() -> Vec<IpAddr> {
    match if_addrs::get_if_addrs() {
        Ok(interfaces) => interfaces.iter().map(if_addrs::Interface::ip).collect(),
        Err(error) => {
            tracing::warn!(%error, "this machine's addresses cannot be told: set WEBRTC_PUBLIC_ADDRESS");
            Vec::new()
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    // One address is listened at; it may be mapped.
    #[case("127.0.0.1:1", "", "", "127.0.0.1")]
    #[case("10.0.0.2:1", "203.0.113.9", "192.0.2.7", "203.0.113.9 10.0.0.2")]
    // All of them.
    #[case("0.0.0.0:1", "", "", "10.0.0.5")]
    #[case("0.0.0.0:1", "203.0.113.9", "10.0.0.5", "203.0.113.9 10.0.0.5")]
    #[case("0.0.0.0:1", "", "127.0.0.1", "127.0.0.1 10.0.0.5")]
    #[case("[::]:1", "", "192.0.2.7", "192.0.2.7 10.0.0.5 2001:db8::5")]
    #[case("[::]:1", "", "::ffff:10.0.0.5", "10.0.0.5 2001:db8::5")]
    fn peers_are_told(
        #[case] bound: SocketAddr,
        #[case] set: &str,
        #[case] asked: &str,
        #[case] wanted: &str,
    ) {
        let list = |text: &str| -> Vec<IpAddr> {
            text.split_whitespace()
                .map(|ip| ip.parse().unwrap())
                .collect()
        };
        let machine = || list("127.0.0.1 ::1 10.0.0.5 2001:db8::5 fe80::1 169.254.0.1");
        let asked = list(asked).first().copied();
        let told = reached_at(bound, &list(set), asked, machine);
        let told: Vec<IpAddr> = told.iter().map(SocketAddr::ip).collect();
        assert_eq!(told, list(wanted));
    }

    #[test]
    fn a_machine_without_network_is_reached_by_itself() {
        let told = reached_at("0.0.0.0:5".parse().unwrap(), &[], None, || {
            vec!["127.0.0.1".parse().unwrap()]
        });
        assert_eq!(told, ["127.0.0.1:5".parse().unwrap()]);
    }
}
