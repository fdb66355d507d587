//! Files in: five ways onto one pipeline, and sound for what is there.
//!
//! * [`form`]: `POST /api/videos/upload`, a whole file in one form.
//! * [`multipart`]: `/api/multipart/…`, numbered parts as S3 has them.
//! * [`tus`]: `/api/uploads`, resumable by tus 1.0.
//! * [`import`]: `POST /api/videos/import-url`, which we download ourselves.
//! * [`classic`]: `POST /upload`, a plain browser form that is redirected back.
//! * [`audio`]: `/api/videos/{id}/audio`, one more audio track of a video.

pub mod audio;
pub mod classic;
mod fields;
pub mod form;
pub mod import;
pub mod multipart;
mod pipe;
mod problems;
mod said;
pub mod tus;

use axum::extract::Request;
use futures::StreamExt as _;
use matinee_identity::access::Action;
use matinee_ingest::uploads::Uploader;
use matinee_ingest::uploads::body::Body;
use utoipa_axum::router::OpenApiRouter;

use crate::{AppState, Caller, ProblemResult};

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(audio::router())
        .merge(form::router())
        .merge(multipart::router())
        .merge(tus::router())
        .merge(import::router())
        .merge(classic::router())
}

/// Who uploads, if they may.
fn uploader(caller: &Caller) -> ProblemResult<Uploader> {
    caller.require(Action::Upload)?;
    let owner = caller.0.user().map(|user| user.id.to_string());
    Ok(Uploader {
        // The account, whichever of its profiles is chosen meanwhile.
        person: owner.clone().unwrap_or_default(),
        owner,
        everything: caller.is_operator(),
    })
}

/// A request's bytes as the core takes them.
fn bytes(request: Request) -> Body {
    stream(request.into_body())
}

fn stream(body: axum::body::Body) -> Body {
    body.into_data_stream()
        .map(|chunk| chunk.map_err(Into::into))
        .boxed()
}

/// The length that a request says it has.
fn content_length(headers: &http::HeaderMap) -> Option<u64> {
    headers
        .get(http::header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
}
