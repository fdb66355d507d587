//! Clips: stretches of a broadcast that become videos while it goes on.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use futures::stream::iter;
use http::{StatusCode, header};
use matinee_catalog::{Access, Details, NewVideo};
use matinee_engines::blobs::BlobKey;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_identity::access::Action;
use matinee_ingest::uploads::UploadError;
use matinee_live::LiveError;
use matinee_live::broadcast::Clip;
use matinee_live::streams::Stream;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::streams::note;
use super::who::{known, moderator};
use crate::access::make_room;
use crate::http::extract::Body;
use crate::videos::view::VideoView;
use crate::{Acting, AppState, Caller, PathId, Problem, ProblemResult, PublicOrigin};

/// How long a clip is if nothing is said of it, in seconds.
const USUAL_S: u32 = 30;
/// The longest stretch that can be asked for, in seconds: the longest window.
const LAST_MAX: u32 = 12 * 3600;

/// Which stretch of a broadcast becomes a video.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct ClipForm {
    /// 1 to 255 characters; without it, it is called as the stream is.
    #[schema(min_length = 1, max_length = 255)]
    title: Option<String>,
    /// Where it begins, in milliseconds since the stream's `started_at`.
    #[schema(minimum = 0)]
    from_ms: Option<i64>,
    /// Where it ends, in milliseconds since the stream's `started_at`.
    #[schema(minimum = 0)]
    to_ms: Option<i64>,
    /// Instead of both: the last so many seconds; 30 if nothing is said.
    #[schema(minimum = 1, maximum = 43_200)]
    last_seconds: Option<u32>,
}

impl ClipForm {
    /// The stretch, in UTC microseconds.
    fn stretch(&self, began_at: i64, now: i64) -> ProblemResult<(i64, i64)> {
        let micros = |ms: i64| began_at.saturating_add(ms.saturating_mul(1000));
        match (self.from_ms, self.to_ms, self.last_seconds) {
            (Some(from), Some(to), None) if from < 0 || to <= from => {
                Err(Problem::field("to_ms", "must be after from_ms"))
            }
            (Some(from), Some(to), None) => Ok((micros(from), micros(to))),
            (None, None, last) => {
                let last = last.unwrap_or(USUAL_S);
                if !(1..=LAST_MAX).contains(&last) {
                    return Err(Problem::field("last_seconds", "must be from 1 to 43200"));
                }
                Ok((now.saturating_sub(i64::from(last) * 1_000_000), now))
            }
            (_, _, Some(_)) => Err(Problem::field(
                "last_seconds",
                "is given instead of from_ms and to_ms",
            )),
            (None, Some(_), None) => Err(Problem::field("from_ms", "is needed with to_ms")),
            (Some(_), None, None) => Err(Problem::field("to_ms", "is needed with from_ms")),
        }
    }
}

/// Make a clip
///
/// A stretch of the broadcast that goes on, as far back as viewers can go,
/// becomes a video of the caller's with the stream's rules. It is cut where
/// segments begin and end, some seconds around what was asked for, and nothing
/// is encoded. For those who look after the stream and may upload.
#[utoipa::path(post, path = "/api/streams/{id}/clips", tag = "live", params(("id" = String, Path)),
    request_body = ClipForm,
    responses((status = 201, body = VideoView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 413, body = Problem, description = "It is more than the account may keep"),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    PathId(id): PathId,
    Body(form): Body<ClipForm>,
) -> ProblemResult<Response> {
    let caller = &acting.caller;
    let stream = known(&state, caller, &id, Action::Watch).await?;
    moderator(caller, &stream)?;
    caller.require(Action::Upload)?;
    let broadcast = state.broadcasts.get(&id).ok_or(LiveError::NotOnAir)?;
    let began_at = stream.started_at.unwrap_or_else(|| broadcast.began_at());
    let (from, to) = form.stretch(began_at, now_micros())?;
    let clip = broadcast.clip(from, to)?;
    make_room(&state, caller, Some(clip.size)).await?;
    let video_id = keep(&state, caller, &stream, form.title, clip).await?;
    let detail = json!({ "video_id": video_id });
    note(&acting, &stream, "stream.clip", detail).await?;
    let video = state.catalog.get(&video_id).await?;
    let place = [(header::LOCATION, format!("/api/videos/{video_id}"))];
    let body = crate::videos::view_of(&state, video, &origin).await?;
    Ok((StatusCode::CREATED, place, Json(body)).into_response())
}

/// Makes a video of it: first its bytes, then its row and the first step of its processing.
async fn keep(
    state: &AppState,
    caller: &Caller,
    stream: &Stream,
    title: Option<String>,
    clip: Clip,
) -> ProblemResult<String> {
    let id = Id::new("video");
    let key = BlobKey::new(format!("videos/{id}/source/original")).map_err(UploadError::from)?;
    let details = Details {
        title: title.unwrap_or_else(|| stream.title.clone()),
        category: stream.category.clone(),
        tags: stream.tags.0.clone(),
        ..Details::default()
    };
    let new = NewVideo {
        id: Some(id.clone()),
        filename: format!("{}.mp4", details.title.replace(['/', '\\'], " ")),
        details,
        owner: caller.0.user().map(|user| user.id.to_string()),
        file_size: clip.size,
        source_key: Some(key.as_str().to_owned()),
        ..NewVideo::default()
    };
    let pieces = clip.pieces.into_iter().map(Ok);
    let kept = state.blobs.put_stream(&key, Box::pin(iter(pieces))).await;
    kept.map_err(UploadError::from)?;
    if let Err(problem) = add(state, id.as_str(), new).await {
        // Nothing names it.
        if let Err(error) = state.blobs.delete(&key).await {
            tracing::warn!(%error, "the file of a clip stays behind");
        }
        return Err(problem);
    }
    // Until then it is its owner's alone.
    let access = Access {
        password_hash: stream.access_password_hash.clone(),
        ..stream.access()
    };
    if let Err(error) = state.catalog.set_access(id.as_str(), access).await {
        tracing::warn!(video = id.as_str(), %error, "a clip stays private");
    }
    Ok(id.to_string())
}

async fn add(state: &AppState, id: &str, new: NewVideo) -> ProblemResult<()> {
    let tx = state.catalog.db().begin().await.map_err(LiveError::from)?;
    state.catalog.create_in(&tx, new).await?;
    state.ingest.accept(&tx, id).await?;
    tx.commit().await.map_err(LiveError::from)?;
    state.jobs.wake();
    state.catalog.announce(id, false);
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(None, None, None, Some((70_000_000, 100_000_000)))]
    #[case(None, None, Some(5), Some((95_000_000, 100_000_000)))]
    #[case(Some(1000), Some(4000), None, Some((11_000_000, 14_000_000)))]
    #[case(Some(4000), Some(4000), None, None)]
    #[case(Some(-1), Some(4000), None, None)]
    #[case(Some(1000), None, None, None)]
    #[case(None, Some(1000), None, None)]
    #[case(Some(1000), Some(4000), Some(5), None)]
    #[case(None, None, Some(0), None)]
    #[case(Some(i64::MAX - 1), Some(i64::MAX), None, Some((i64::MAX, i64::MAX)))]
    fn stretches(
        #[case] from_ms: Option<i64>,
        #[case] to_ms: Option<i64>,
        #[case] last_seconds: Option<u32>,
        #[case] wanted: Option<(i64, i64)>,
    ) {
        let form = ClipForm {
            title: None,
            from_ms,
            to_ms,
            last_seconds,
        };
        let stretch = form.stretch(10_000_000, 100_000_000);
        assert_eq!(stretch.ok(), wanted);
    }
}
