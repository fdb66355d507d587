//! Segments that are sent while they come (chunked transfer, as low-latency DASH wants it).

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method};
use matinee_live::broadcast::{Broadcast, Rendition, Track};
use matinee_live::{LiveError, Result};
use matinee_playback::Caching;
use matinee_playback::asset::types;

use crate::playback::respond::open_to_all_origins;

/// A segment that is not whole yet, with its first part.
pub(super) struct Growing {
    broadcast: Arc<Broadcast>,
    of: Rendition,
    msn: u64,
    first: Bytes,
    caching: Caching,
}

impl Growing {
    /// Waits for the first part of a segment.
    ///
    /// Errors: [`LiveError::NotFound`] if there is no such segment, and none comes.
    pub(super) async fn begin(
        broadcast: Arc<Broadcast>,
        of: Rendition,
        msn: u64,
        is_public: bool,
    ) -> Result<Self> {
        let first = broadcast.chunk(of, msn, 0).await?;
        let first = first.ok_or(LiveError::NotFound("segment"))?;
        Ok(Self {
            broadcast,
            of,
            msn,
            first,
            // All of it is the same as what others get when it is whole.
            caching: if is_public {
                Caching::Immutable
            } else {
                Caching::ImmutableForViewer
            },
        })
    }

    /// Sends each part as it comes. If one does not come, what was sent is cut off, so that
    /// nobody takes it for the whole.
    pub(super) fn respond(self, method: &Method) -> Response {
        let kind = match self.of.track() {
            Track::Video => types::VIDEO,
            Track::Audio => types::AUDIO,
        };
        let caching = self.caching.header();
        let body = if *method == Method::HEAD {
            Body::empty()
        } else {
            Body::from_stream(self.parts())
        };
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        open_to_all_origins(headers);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        response
    }

    fn parts(self) -> impl futures::Stream<Item = Result<Bytes>> + Send {
        stream::try_unfold((self, 0), |(growing, n)| async move {
            let bytes = if n == 0 {
                Some(growing.first.clone())
            } else {
                let Growing {
                    broadcast, of, msn, ..
                } = &growing;
                broadcast.chunk(*of, *msn, n).await?
            };
            Ok(bytes.map(|bytes| (bytes, (growing, n + 1))))
        })
    }
}
