//! Forms, read piece by piece.

use std::time::Duration;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest as _, Multipart, Request};
use bytes::Bytes;
use futures::channel::mpsc;
use futures::{SinkExt as _, StreamExt as _};
use matinee_ingest::uploads::UploadError;
use matinee_ingest::uploads::body::Body;

use super::fields::TEXT_MAX;
use crate::{Problem, ProblemResult};

/// How much of a refused form is still read, so that a client that sends
/// before it reads gets to see why.
const LINGER_BYTES: usize = 64 << 20;
const LINGER_TIME: Duration = Duration::from_secs(10);

/// The request's form.
pub(super) async fn form(request: Request) -> ProblemResult<Multipart> {
    Multipart::from_request(request, &())
        .await
        .map_err(|error| Problem::new(error.status(), error.body_text()))
}

/// Hands a field's bytes to `keep`, and waits for it alone: a client that
/// falls silent is the keeper's to judge.
pub(super) async fn piped<T, K>(mut field: Field<'_>, keep: impl FnOnce(Body) -> K) -> T
where
    K: Future<Output = T>,
{
    let (mut sender, receiver) = mpsc::channel::<Result<Bytes, _>>(1);
    let pump = async move {
        loop {
            let chunk = match field.chunk().await {
                Ok(Some(bytes)) => Ok(bytes),
                Ok(None) => return,
                Err(error) => Err(error.into()),
            };
            let failed = chunk.is_err();
            // An Err means that the bytes are not wanted any more.
            let sent = sender.send(chunk).await;
            if failed || sent.is_err() {
                return;
            }
        }
    };
    let keep = keep(receiver.boxed());
    tokio::pin!(pump, keep);
    let mut pumping = true;
    loop {
        tokio::select! {
            kept = &mut keep => return kept,
            () = &mut pump, if pumping => pumping = false,
        }
    }
}

/// A field's whole text.
pub(super) async fn text(
    idle: Duration,
    name: &str,
    mut field: Field<'_>,
) -> ProblemResult<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = patient(idle, field.chunk()).await? {
        if bytes.len() + chunk.len() > TEXT_MAX {
            let reason = format!("must be at most {TEXT_MAX} bytes long");
            return Err(Problem::field(name, reason));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Problem::field(name, "must be UTF-8"))
}

/// Waits for a client for so long.
pub(super) async fn patient<T>(
    idle: Duration,
    next: impl Future<Output = Result<T, MultipartError>>,
) -> ProblemResult<T> {
    match tokio::time::timeout(idle, next).await {
        Err(_) => Err(UploadError::Idle {
            seconds: idle.as_secs(),
        }
        .into()),
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Problem::new(
            error.status(),
            format!("The form cannot be read: {}", error.body_text()),
        )),
    }
}

/// Reads a refused form on into nowhere, for a while.
pub(super) fn linger(mut form: Multipart) {
    let drain = async move {
        let mut left = LINGER_BYTES;
        while let Ok(Some(mut field)) = form.next_field().await {
            while let Ok(Some(chunk)) = field.chunk().await {
                left = left.saturating_sub(chunk.len());
                if left == 0 {
                    return;
                }
            }
        }
    };
    tokio::spawn(tokio::time::timeout(LINGER_TIME, drain));
}
