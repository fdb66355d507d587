//! In which country somebody is.

use std::fmt;
use std::net::IpAddr;

use http::{HeaderMap, HeaderName};
use matinee_identity::access::place::Country;

/// Tells in which country somebody is. A database of addresses would be another
/// implementation.
pub trait CountrySource: fmt::Debug + Send + Sync {
    /// The country of a request; none if it is not known. `addr` is the
    /// client's, and `vouched` the request's headers if a trusted proxy sent
    /// them.
    fn country(&self, addr: Option<IpAddr>, vouched: Option<&HeaderMap>) -> Option<Country>;
}

/// Believes a header that a proxy adds, such as `CF-IPCountry`.
#[derive(Debug, Clone, Default)]
pub struct CountryHeader(pub Option<HeaderName>);

impl CountrySource for CountryHeader {
    fn country(&self, _: Option<IpAddr>, vouched: Option<&HeaderMap>) -> Option<Country> {
        let mut values = vouched?.get_all(self.0.as_ref()?).iter();
        let country = values.next()?.to_str().ok()?.parse().ok();
        // Two would mean that the client's own has come through.
        country.filter(|_| values.next().is_none())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn only_one_value_of_a_vouched_header_counts() {
        let source = CountryHeader(Some(HeaderName::from_static("x-country")));
        let mut headers = HeaderMap::new();
        headers.append("x-country", "de".parse().unwrap());
        let germany = Some("DE".parse().unwrap());
        assert_eq!(source.country(None, Some(&headers)), germany);
        assert_eq!(source.country(None, None), None);
        assert_eq!(CountryHeader(None).country(None, Some(&headers)), None);
        headers.append("x-country", "US".parse().unwrap());
        assert_eq!(source.country(None, Some(&headers)), None);
    }
}
