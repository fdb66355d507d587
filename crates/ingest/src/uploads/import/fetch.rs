//! One download over HTTP, as far as it may go.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt as _};
use matinee_engines::outbound::network::AddressRules;
use matinee_engines::outbound::{Lookup, Outbound, OutboundError, describe};
use reqwest::header::{self, HeaderMap};
use reqwest::{Response, StatusCode};
use url::Url;

use crate::uploads::metadata::clean_filename;

/// The most redirects that are followed.
pub const REDIRECTS_MAX: usize = 5;

/// Why something cannot be downloaded, in words for whoever named the URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The URL itself is not acceptable.
    #[error("{0}")]
    Url(String),
    /// It leads to an address that is not public.
    #[error("{0} is not a public address on the internet")]
    Address(String),
    /// More than [`REDIRECTS_MAX`] redirects.
    #[error("the address redirects more than {REDIRECTS_MAX} times")]
    Redirects,
    /// The other server said no, and will say so again.
    #[error("the server at {host} answered {status}")]
    Refused {
        /// Whom we asked.
        host: String,
        /// Its status line.
        status: String,
    },
    /// A failure that may pass.
    #[error("{0}")]
    Passing(String),
}

impl FetchError {
    /// Whether the same may go better another time.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Passing(_))
    }
}

impl From<OutboundError> for FetchError {
    fn from(error: OutboundError) -> Self {
        match error {
            OutboundError::Url(reason) => Self::Url(reason),
            OutboundError::Address(address) => Self::Address(address),
            OutboundError::Passing(reason) => Self::Passing(reason),
        }
    }
}

/// Downloads from permitted addresses.
#[derive(Clone)]
pub struct Fetcher(Outbound);

/// A short answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its HTTP status.
    pub status: u16,
    /// Its `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
    /// Its body.
    pub body: Vec<u8>,
}

/// A download that has begun.
pub struct Download {
    /// The offset of the first byte in `body`: the one asked for, or 0 if the
    /// file has changed meanwhile or the server knows no ranges.
    pub offset: u64,
    /// The size of the whole file, if the server says.
    pub size: Option<u64>,
    /// What to say in `If-Range` to go on with this very file.
    pub validator: Option<String>,
    /// The file's name by `Content-Disposition` or the path, made harmless.
    pub filename: Option<String>,
    /// The bytes.
    pub body: BoxStream<'static, Result<Bytes, FetchError>>,
}

impl Fetcher {
    /// Follows `rules`. `connect` bounds connecting and the wait for an
    /// answer; reading the body is bounded by the caller.
    pub fn new(
        rules: AddressRules,
        lookup: Arc<dyn Lookup>,
        connect: Duration,
    ) -> Result<Self, FetchError> {
        Ok(Self(Outbound::new(rules, lookup, connect)?))
    }

    /// Reads a URL that somebody gave, and checks what can be checked without
    /// the network.
    pub fn check(&self, text: &str) -> Result<Url, FetchError> {
        Ok(self.0.check(text)?)
    }

    /// Begins a download at byte `from`. With a `validator` the server is asked
    /// to go on only if the file is still the same.
    pub async fn open(
        &self,
        url: &Url,
        from: u64,
        validator: Option<&str>,
    ) -> Result<Download, FetchError> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS_MAX {
            self.0.check_url(&url)?;
            let response = self.ask(&url, from, validator).await?;
            if !response.status().is_redirection() {
                return begin(&url, response, from);
            }
            let location = response
                .headers()
                .get(header::LOCATION)
                .and_then(|value| value.to_str().ok())
                .ok_or_else(|| refused(&url, response.status()))?;
            url = url
                .join(location)
                .map_err(|_| refused(&url, response.status()))?;
        }
        Err(FetchError::Redirects)
    }

    /// A short answer, whole: what its status is, and at most `limit` bytes.
    /// `bearer` is sent to the first server only.
    pub async fn get(
        &self,
        url: &Url,
        bearer: Option<&str>,
        limit: u64,
    ) -> Result<Answer, FetchError> {
        let mut url = url.clone();
        for hop in 0..=REDIRECTS_MAX {
            self.0.check_url(&url)?;
            let mut request = self.0.client().get(url.clone());
            if let Some(bearer) = bearer.filter(|_| hop == 0) {
                request = request.bearer_auth(bearer);
            }
            let response = self.0.send(&url, request).await?;
            let location = response.headers().get(header::LOCATION);
            if response.status().is_redirection()
                && let Some(location) = location.and_then(|value| value.to_str().ok())
            {
                url = url
                    .join(location)
                    .map_err(|_| refused(&url, response.status()))?;
                continue;
            }
            let status = response.status();
            let retry_after = number(response.headers(), &header::RETRY_AFTER);
            let mut body = Vec::new();
            let mut stream = response.bytes_stream();
            while let Some(chunk) = stream.next().await {
                let chunk = chunk.map_err(|error| {
                    FetchError::Passing(format!("the answer broke off: {}", describe(&error)))
                })?;
                if (body.len() + chunk.len()) as u64 > limit {
                    return Err(FetchError::Refused {
                        host: host(&url),
                        status: format!("with more than {limit} bytes"),
                    });
                }
                body.extend_from_slice(&chunk);
            }
            return Ok(Answer {
                status: status.as_u16(),
                retry_after,
                body,
            });
        }
        Err(FetchError::Redirects)
    }

    async fn ask(
        &self,
        url: &Url,
        from: u64,
        validator: Option<&str>,
    ) -> Result<Response, FetchError> {
        let mut request = self
            .0
            .client()
            .get(url.clone())
            .header(
                header::ACCEPT,
                "video/*, application/octet-stream, */*;q=0.5",
            )
            .header(header::ACCEPT_ENCODING, "identity");
        if let (1.., Some(validator)) = (from, validator) {
            request = request
                .header(header::RANGE, format!("bytes={from}-"))
                .header(header::IF_RANGE, validator);
        }
        Ok(self.0.send(url, request).await?)
    }
}

fn begin(url: &Url, response: Response, from: u64) -> Result<Download, FetchError> {
    let status = response.status();
    let headers = response.headers();
    let length = number(headers, &header::CONTENT_LENGTH);
    let (offset, size) = match status {
        StatusCode::OK => (0, length),
        StatusCode::PARTIAL_CONTENT if from > 0 => {
            let range = headers
                .get(header::CONTENT_RANGE)
                .and_then(|value| value.to_str().ok())
                .and_then(content_range);
            match range {
                Some((start, total)) if start == from => {
                    (start, total.or(length.map(|length| start + length)))
                }
                _ => return Err(refused(url, status)),
            }
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            return Err(passing(url, status));
        }
        status if status.is_server_error() => return Err(passing(url, status)),
        status => return Err(refused(url, status)),
    };
    let encoded = headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if encoded {
        return Err(FetchError::Refused {
            host: host(url),
            status: "with compressed data although asked not to".into(),
        });
    }
    let filename = headers
        .get(header::CONTENT_DISPOSITION)
        .and_then(|value| disposition_filename(value.as_bytes()))
        .or_else(|| path_filename(url));
    let validator = validator(headers);
    let body = response
        .bytes_stream()
        .map(|chunk| {
            chunk.map_err(|error| {
                FetchError::Passing(format!("the download broke off: {}", describe(&error)))
            })
        })
        .boxed();
    Ok(Download {
        offset,
        size,
        validator,
        filename,
        body,
    })
}

fn number(headers: &HeaderMap, name: &header::HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// `bytes 100-199/200` as the first byte and the size of the whole.
fn content_range(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = value.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.trim().parse().ok()?, total.trim().parse().ok()))
}

/// A strong `ETag`, else `Last-Modified` (RFC 9110, section 13.1.5).
fn validator(headers: &HeaderMap) -> Option<String> {
    let text = |name| {
        let value: &header::HeaderValue = headers.get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    text(header::ETAG)
        .filter(|etag| !etag.starts_with("W/"))
        .or_else(|| text(header::LAST_MODIFIED))
}

/// The `filename*` or `filename` of a `Content-Disposition` (RFC 6266).
fn disposition_filename(value: &[u8]) -> Option<String> {
    let value = String::from_utf8_lossy(value);
    let mut plain = None;
    for parameter in value.split(';').skip(1) {
        let Some((name, text)) = parameter.split_once('=') else {
            continue;
        };
        let text = text.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "filename*" => {
                let encoded = text.splitn(3, '\'').nth(2)?;
                return clean_filename(&percent_decoded(encoded));
            }
            "filename" => plain = clean_filename(text),
            _ => {}
        }
    }
    plain
}

pub(super) fn path_filename(url: &Url) -> Option<String> {
    let last = url.path_segments()?.rfind(|segment| !segment.is_empty())?;
    clean_filename(&percent_decoded(last))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        if let Some(byte) = hex {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn refused(url: &Url, status: StatusCode) -> FetchError {
    FetchError::Refused {
        host: host(url),
        status: status.to_string(),
    }
}

fn passing(url: &Url, status: StatusCode) -> FetchError {
    FetchError::Passing(format!("the server at {} answered {status}", host(url)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use matinee_engines::outbound::SystemLookup;
    use rstest::rstest;

    use super::*;

    fn fetcher() -> Fetcher {
        Fetcher::new(
            AddressRules::default(),
            Arc::new(SystemLookup),
            Duration::from_secs(5),
        )
        .unwrap()
    }

    #[rstest]
    #[case("")]
    #[case("film.mp4")]
    #[case("ftp://example.com/film.mp4")]
    #[case("file:///etc/passwd")]
    #[case("gopher://example.com/")]
    #[case("http://")]
    #[case("http://me:secret@example.com/film.mp4")]
    #[case("http://127.0.0.1/")]
    #[case("http://2130706433/")]
    #[case("http://0x7f.1/")]
    #[case("http://017700000001/")]
    #[case("http://127.1:8000/")]
    #[case("http://[::1]/")]
    #[case("http://[::ffff:10.0.0.1]/")]
    #[case("http://169.254.169.254/latest/meta-data/")]
    #[tokio::test]
    async fn urls_that_are_refused_at_once(#[case] url: &str) {
        assert!(fetcher().check(url).is_err(), "{url}");
    }

    #[tokio::test]
    async fn names_are_judged_by_their_addresses() {
        let url = fetcher().check("http://localhost:9/film.mp4").unwrap();
        let error = fetcher().open(&url, 0, None).await.err().unwrap();
        assert_eq!(error, FetchError::Address("localhost".into()));
    }

    #[rstest]
    #[case("attachment; filename=\"My Film.mp4\"", Some("My Film.mp4"))]
    #[case(
        "attachment; filename=a.mp4; filename*=UTF-8''K%C3%A4se.mp4",
        Some("Käse.mp4")
    )]
    #[case("attachment; filename=\"../../etc/passwd\"", Some("passwd"))]
    #[case("inline", None)]
    fn names_from_content_disposition(#[case] value: &str, #[case] name: Option<&str>) {
        assert_eq!(disposition_filename(value.as_bytes()).as_deref(), name);
    }

    #[test]
    fn content_ranges_are_read() {
        assert_eq!(content_range("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(content_range("bytes 5-9/*"), Some((5, None)));
        assert_eq!(content_range("bytes */10"), None);
        assert_eq!(content_range("5-9/10"), None);
    }
}
