//! Which addresses of the network a download may touch.
//!
//! Somebody who may name a URL must not get to see what only this machine can
//! see: its own services, its neighbours, a cloud's metadata service.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A block of addresses in CIDR notation, such as `192.168.1.0/24` or `fd00::/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is no block of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an address or a block of addresses such as 192.168.1.0/24")]
pub struct NetworkError;

impl Network {
    /// Whether the address lies in this block.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(mine), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix));
                (mine.to_bits() ^ other.to_bits()) & mask.unwrap_or(0) == 0
            }
            (IpAddr::V6(mine), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix));
                (mine.to_bits() ^ other.to_bits()) & mask.unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(text) => text.parse().map_err(|_| NetworkError)?,
        };
        if prefix > longest {
            return Err(NetworkError);
        }
        Ok(Self { address, prefix })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// Decides about addresses: public ones, and what the operator allows besides.
#[derive(Debug, Clone, Default)]
pub struct AddressRules {
    allowed: Vec<Network>,
}

impl AddressRules {
    /// Public addresses and these blocks.
    pub fn new(allowed: Vec<Network>) -> Self {
        Self { allowed }
    }

    /// Whether a download may connect to this address.
    pub fn permit(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.allowed.iter().any(|block| block.contains(address))
    }
}

/// Whether the address is one of the open internet, by the IANA special-purpose
/// address registries (RFC 6890 and its updates). Whatever merely *carries* an
/// IPv4 address (mapped, NAT64, 6to4) is as public as what it carries.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _) // this network, private, loopback, multicast, reserved
            | (100, 64..=127, _) // carrier-grade NAT
            | (169, 254, _) // link-local, the clouds' metadata service
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99) // 6to4 relays, retired
            | (192, 168, _)
            | (198, 18 | 19, _) // benchmarks
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let s = address.segments();
    let last_v4 = || Ipv4Addr::from_bits(u32::from(s[6]) << 16 | u32::from(s[7]));
    match s {
        // NAT64's well-known prefix leads wherever the IPv4 address leads.
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => is_public_v4(last_v4()),
        // 6to4 likewise.
        [0x2002, high, low, ..] => {
            is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        // Protocol assignments, Teredo among them.
        [0x2001, 0..=0x1ff, ..] => false,
        // Documentation.
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Of the rest only 2000::/3 has been given out for global use.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("8.8.8.8", true)]
    #[case("1.1.1.1", true)]
    #[case("172.15.255.255", true)]
    #[case("172.32.0.0", true)]
    #[case("100.63.255.255", true)]
    #[case("100.128.0.0", true)]
    #[case("0.0.0.0", false)]
    #[case("10.1.2.3", false)]
    #[case("100.64.0.1", false)]
    #[case("127.0.0.1", false)]
    #[case("127.255.255.254", false)]
    #[case("169.254.169.254", false)]
    #[case("172.16.0.1", false)]
    #[case("172.31.255.255", false)]
    #[case("192.0.0.1", false)]
    #[case("192.0.2.1", false)]
    #[case("192.168.0.1", false)]
    #[case("198.18.0.1", false)]
    #[case("198.51.100.7", false)]
    #[case("203.0.113.9", false)]
    #[case("224.0.0.1", false)]
    #[case("240.0.0.1", false)]
    #[case("255.255.255.255", false)]
    #[case("2606:4700:4700::1111", true)]
    #[case("2a00:1450:4001:80e::200e", true)]
    #[case("::", false)]
    #[case("::1", false)]
    #[case("::127.0.0.1", false)]
    #[case("::ffff:127.0.0.1", false)]
    #[case("::ffff:10.0.0.1", false)]
    #[case("::ffff:8.8.8.8", true)]
    #[case("64:ff9b::a9fe:a9fe", false)]
    #[case("64:ff9b::808:808", true)]
    #[case("64:ff9b:1::808:808", false)]
    #[case("100::1", false)]
    #[case("2001::1", false)]
    #[case("2001:20::1", false)]
    #[case("2001:db8::1", false)]
    #[case("2002:7f00:1::1", false)]
    #[case("2002:0808:0808::1", true)]
    #[case("3fff:1::1", false)]
    #[case("fc00::1", false)]
    #[case("fd12:3456::1", false)]
    #[case("fe80::1", false)]
    #[case("fec0::1", false)]
    #[case("ff02::1", false)]
    fn public_and_other_addresses(#[case] address: &str, #[case] public: bool) {
        assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        assert_eq!(
            AddressRules::default().permit(address.parse().unwrap()),
            public
        );
    }

    #[rstest]
    #[case("192.168.1.0/24", "192.168.1.77", true)]
    #[case("192.168.1.0/24", "192.168.2.1", false)]
    #[case("127.0.0.1", "127.0.0.1", true)]
    #[case("127.0.0.1", "::ffff:127.0.0.1", true)]
    #[case("127.0.0.1", "127.0.0.2", false)]
    #[case("0.0.0.0/0", "10.0.0.1", true)]
    #[case("fd00::/8", "fdab::1", true)]
    #[case("fd00::/8", "fc00::1", false)]
    #[case("::1/128", "::1", true)]
    #[case("::/0", "10.0.0.1", false)]
    fn an_operator_may_allow_more(
        #[case] block: Network,
        #[case] address: IpAddr,
        #[case] allowed: bool,
    ) {
        assert_eq!(AddressRules::new(vec![block]).permit(address), allowed);
    }

    #[rstest]
    #[case("")]
    #[case("10.0.0.0/33")]
    #[case("::/129")]
    #[case("example.com")]
    #[case("10.0.0.0/-1")]
    fn other_texts_are_no_blocks(#[case] text: &str) {
        assert_eq!(text.parse::<Network>(), Err(NetworkError));
    }

    proptest! {
        #[test]
        fn a_carrier_is_as_public_as_its_load(v4 in any::<u32>()) {
            let v4 = Ipv4Addr::from_bits(v4);
            let nat64 = Ipv6Addr::from_bits((0x64_ff9b_u128 << 96) | u128::from(v4.to_bits()));
            prop_assert_eq!(is_public(v4.to_ipv6_mapped().into()), is_public(v4.into()));
            prop_assert_eq!(is_public(nat64.into()), is_public(v4.into()));
        }
    }
}
