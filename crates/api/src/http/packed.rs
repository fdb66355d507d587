//! JSON that is kept as it is sent.

use std::io::{Read as _, Write as _};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use matinee_playback::http::accepts_gzip;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{Problem, ProblemResult};

/// JSON that is made once and sent to many, or to one who asks again.
///
/// Kept compressed, as nearly all clients want it: a tenth of the memory, and
/// of the work. For the few others it is unpacked again.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    gzip: Bytes,
    /// Weak: both forms have the same.
    etag: HeaderValue,
}

impl Packed {
    pub(crate) fn json(value: &impl Serialize) -> ProblemResult<Self> {
        let text = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
        let hash = hex::encode(&Sha256::digest(&text)[..12]);
        let etag = HeaderValue::from_str(&format!("W/\"{hash}\""))
            .map_err(|error| Problem::internal(&error))?;
        let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 8), Compression::fast());
        let packed = encoder.write_all(&text).and_then(|()| encoder.finish());
        let gzip = packed.map_err(|error| Problem::internal(&error))?.into();
        Ok(Self { gzip, etag })
    }

    /// The memory that it takes, in bytes.
    pub(crate) fn weight(&self) -> u32 {
        u32::try_from(self.gzip.len() + size_of::<Self>()).unwrap_or(u32::MAX)
    }

    /// What a request with these headers is answered: to be asked for anew, for
    /// whoever asked alone.
    pub(crate) fn answer(&self, asked: &HeaderMap) -> ProblemResult<Response> {
        let mut response = if self.is_known(asked) {
            StatusCode::NOT_MODIFIED.into_response()
        } else if accepts_gzip(asked) {
            let gzip = HeaderValue::from_static("gzip");
            let body = Body::from(self.gzip.clone());
            ([(header::CONTENT_ENCODING, gzip)], body).into_response()
        } else {
            let mut text = Vec::with_capacity(self.gzip.len() * 8);
            let read = GzDecoder::new(self.gzip.as_ref()).read_to_end(&mut text);
            read.map_err(|error| Problem::internal(&error))?;
            Body::from(text).into_response()
        };
        response.headers_mut().extend([
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            ),
            (
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-cache"),
            ),
            (header::ETAG, self.etag.clone()),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ]);
        Ok(response)
    }

    fn is_known(&self, asked: &HeaderMap) -> bool {
        let own = strong(self.etag.to_str().unwrap_or_default());
        asked
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|tag| strong(tag.trim()) == own)
    }
}

/// An entity tag without its sign of weakness.
fn strong(tag: &str) -> &str {
    tag.trim_start_matches("W/")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    async fn body(response: Response) -> Bytes {
        use http_body_util::BodyExt as _;
        response.into_body().collect().await.unwrap().to_bytes()
    }

    fn asking(name: header::HeaderName, value: &HeaderValue) -> HeaderMap {
        HeaderMap::from_iter([(name, value.clone())])
    }

    #[tokio::test]
    async fn whoever_asks_gets_the_same_text_packed_or_not() {
        let rows: Vec<String> = (0..500).map(|n| format!("a title, number {n}")).collect();
        let packed = Packed::json(&rows).unwrap();
        let plain = packed.answer(&HeaderMap::new()).unwrap();
        assert_eq!(plain.headers().get(header::CONTENT_ENCODING), None);
        let text = body(plain).await;
        assert_eq!(serde_json::from_slice::<Vec<String>>(&text).unwrap(), rows);

        let gzip = HeaderValue::from_static("gzip, br");
        let small = packed.answer(&asking(header::ACCEPT_ENCODING, &gzip));
        let small = small.unwrap();
        assert_eq!(small.headers()[header::CONTENT_ENCODING], "gzip");
        let small = body(small).await;
        assert!(small.len() * 2 < text.len());
        let mut unpacked = Vec::new();
        let read = GzDecoder::new(small.as_ref()).read_to_end(&mut unpacked);
        read.unwrap();
        assert_eq!(unpacked, text);
    }

    #[tokio::test]
    async fn whoever_has_it_is_not_sent_it_again() {
        let packed = Packed::json(&["a"]).unwrap();
        let first = packed.answer(&HeaderMap::new()).unwrap();
        let tag = &first.headers()[header::ETAG];
        let again = packed.answer(&asking(header::IF_NONE_MATCH, tag)).unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let other = Packed::json(&["b"]).unwrap();
        let other = other.answer(&asking(header::IF_NONE_MATCH, tag)).unwrap();
        assert_eq!(other.status(), StatusCode::OK);
    }
}
