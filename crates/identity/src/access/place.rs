//! Where somebody asks from: countries and networks.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A country by its two letters (ISO 3166-1 alpha-2), in capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// A text that names no country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a country is two letters, such as DE")]
pub struct NoCountry;

impl FromStr for Country {
    type Err = NoCountry;

    /// Reads two letters. `XX` (unknown) and `T1` (Tor), as proxies write
    /// them, are no countries.
    fn from_str(text: &str) -> Result<Self, NoCountry> {
        match text.trim().as_bytes() {
            &[a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                let code = [a.to_ascii_uppercase(), b.to_ascii_uppercase()];
                if code == *b"XX" {
                    return Err(NoCountry);
                }
                Ok(Self(code))
            }
            _ => Err(NoCountry),
        }
    }
}

impl TryFrom<String> for Country {
    type Error = NoCountry;

    fn try_from(text: String) -> Result<Self, NoCountry> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.to_string()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", char::from(self.0[0]), char::from(self.0[1]))
    }
}

/// A network: an address, and how many of its bits count (CIDR, RFC 4632).
/// The bits that do not count are zero, so that a network has one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

/// A text that is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a network is an address and a number of bits, such as 10.0.0.0/8")]
pub struct NoNetwork;

impl Network {
    /// The network of this many leading bits that holds this address.
    pub fn around(addr: IpAddr, bits: u8) -> Result<Self, NoNetwork> {
        let base = match addr.to_canonical() {
            IpAddr::V4(v4) if bits <= 32 => {
                let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask))
            }
            IpAddr::V6(v6) if bits <= 128 => {
                let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask))
            }
            _ => return Err(NoNetwork),
        };
        Ok(Self { base, bits })
    }

    /// Whether this address lies in it.
    pub fn holds(&self, addr: IpAddr) -> bool {
        let addr = addr.to_canonical();
        addr.is_ipv4() == self.base.is_ipv4() && Self::around(addr, self.bits) == Ok(*self)
    }

    /// Every network that holds this address, from the widest.
    pub fn all_around(addr: IpAddr) -> impl Iterator<Item = Self> {
        let addr = addr.to_canonical();
        let most = if addr.is_ipv4() { 32 } else { 128 };
        (0..=most).filter_map(move |bits| Self::around(addr, bits).ok())
    }
}

impl FromStr for Network {
    type Err = NoNetwork;

    /// Reads `10.0.0.0/8`, or one address alone.
    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let text = text.trim();
        let (addr, bits) = match text.split_once('/') {
            Some((addr, bits)) => (addr, Some(bits.parse().map_err(|_| NoNetwork)?)),
            None => (text, None),
        };
        let addr: IpAddr = addr.parse().map_err(|_| NoNetwork)?;
        let whole = if addr.to_canonical().is_ipv4() {
            32
        } else {
            128
        };
        Self::around(addr, bits.unwrap_or(whole))
    }
}

impl TryFrom<String> for Network {
    type Error = NoNetwork;

    fn try_from(text: String) -> Result<Self, NoNetwork> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.bits)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("de", Some("DE"))]
    #[case(" US ", Some("US"))]
    #[case("XX", None)]
    #[case("T1", None)]
    #[case("DEU", None)]
    #[case("", None)]
    #[case("Ä", None)]
    fn countries(#[case] text: &str, #[case] read: Option<&str>) {
        let country = text.parse::<Country>().ok().map(|c| c.to_string());
        assert_eq!(country.as_deref(), read);
    }

    #[rstest]
    #[case("10.1.2.3/8", Some("10.0.0.0/8"))]
    #[case("10.1.2.3", Some("10.1.2.3/32"))]
    #[case("0.0.0.0/0", Some("0.0.0.0/0"))]
    #[case("2001:db8::1/32", Some("2001:db8::/32"))]
    #[case("::ffff:10.0.0.1/32", Some("10.0.0.1/32"))]
    #[case("10.0.0.0/33", None)]
    #[case("10.0.0/8", None)]
    #[case("example.org/8", None)]
    #[case("10.0.0.0/-1", None)]
    fn networks(#[case] text: &str, #[case] read: Option<&str>) {
        let network = text.parse::<Network>().ok().map(|n| n.to_string());
        assert_eq!(network.as_deref(), read);
    }

    #[rstest]
    #[case("10.0.0.0/8", "10.255.0.1", true)]
    #[case("10.0.0.0/8", "11.0.0.1", false)]
    #[case("10.0.0.0/8", "::ffff:10.0.0.1", true)]
    #[case("::/0", "10.0.0.1", false)]
    #[case("2001:db8::/32", "2001:db8:1::1", true)]
    fn holding(#[case] network: Network, #[case] addr: IpAddr, #[case] holds: bool) {
        assert_eq!(network.holds(addr), holds);
    }

    proptest! {
        #[test]
        fn a_network_is_among_those_around_an_address_if_it_holds_it(
            addr: std::net::IpAddr, other: std::net::IpAddr, bits in 0_u8..=128,
        ) {
            if let Ok(network) = Network::around(other, bits) {
                let around = Network::all_around(addr).any(|n| n == network);
                prop_assert_eq!(around, network.holds(addr));
                prop_assert_eq!(network.to_string().parse::<Network>().unwrap(), network);
            }
        }
    }
}
