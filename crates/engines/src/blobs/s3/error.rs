//! What an S3 server's refusals mean.

use object_store::Error;

use crate::blobs::{BlobError, BlobKey, MAX_PART_SIZE};

/// An error of a request about this blob.
pub(super) fn of(key: &BlobKey, error: &Error) -> BlobError {
    let text = chain(error);
    match error {
        Error::NotFound { .. } if !text.contains("<Code>") => BlobError::NotFound(key.clone()),
        Error::InvalidPath { .. } => BlobError::InvalidKey(text),
        _ => by_text(&text, key),
    }
}

/// Whether a range began past the end of the blob.
pub(super) fn is_range(error: &Error) -> bool {
    status(&chain(error)) == Some(416)
}

/// The meaning of a status and the body that came with it.
pub(super) fn by_status(status: u16, body: &str, key: &BlobKey) -> BlobError {
    by_text(&format!("{STATUS}{status} {body}"), key)
}

const STATUS: &str = "non-2xx status code: ";

// The client library keeps status and body in the text of its errors only.
fn by_text(text: &str, key: &BlobKey) -> BlobError {
    let code = between(text, "<Code>", "</Code>").unwrap_or_default();
    let said = || {
        let message = between(text, "<Message>", "</Message>");
        match (code, message) {
            ("", _) | (_, None) => text.chars().take(300).collect(),
            (code, Some(message)) => format!("{code}: {message}"),
        }
    };
    match (code, status(text)) {
        ("NoSuchUpload", _) => BlobError::NoSuchUpload,
        ("NoSuchKey" | "NoSuchVersion", _) => BlobError::NotFound(key.clone()),
        ("NoSuchBucket", _) => BlobError::Refused(said()),
        ("QuotaExceeded" | "XMinioStorageFull" | "InsufficientStorage", _) | (_, Some(507)) => {
            BlobError::Full
        }
        ("EntityTooLarge", _) => BlobError::TooLarge {
            limit: MAX_PART_SIZE,
        },
        ("ObjectParentIsFile" | "ObjectExistsAsDirectory" | "XMinioParentIsObject", _) => {
            BlobError::InvalidKey(
                "a blob cannot have the name of a folder of blobs, nor lie below a blob".to_owned(),
            )
        }
        (_, Some(404)) => BlobError::NotFound(key.clone()),
        ("RequestTimeout" | "SlowDown", _) | (_, Some(408 | 425 | 429)) => {
            BlobError::Unavailable(said())
        }
        (_, Some(400..=499)) => BlobError::Refused(said()),
        _ => BlobError::Unavailable(said()),
    }
}

fn status(text: &str) -> Option<u16> {
    let after = text.split_once(STATUS)?.1;
    after.get(..3)?.parse().ok()
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let after = text.split_once(open)?.1;
    Some(after.split_once(close)?.0)
}

/// The error's text with that of its causes, where they add to it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let more = next.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = next.source();
    }
    text
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn codes_and_statuses_have_their_meaning() {
        let key = BlobKey::new("a").unwrap();
        let error = |status, code: &str| {
            let body = format!("<Error><Code>{code}</Code><Message>so</Message></Error>");
            by_status(status, &body, &key)
        };
        assert!(matches!(
            error(404, "NoSuchUpload"),
            BlobError::NoSuchUpload
        ));
        assert!(matches!(error(404, "NoSuchKey"), BlobError::NotFound(_)));
        assert!(matches!(error(404, "NoSuchBucket"), BlobError::Refused(_)));
        assert!(
            matches!(error(403, "AccessDenied"), BlobError::Refused(said) if said == "AccessDenied: so")
        );
        assert!(matches!(error(507, "Anything"), BlobError::Full));
        assert!(matches!(error(503, "SlowDown"), BlobError::Unavailable(_)));
        assert!(error(500, "InternalError").is_retryable());
        assert!(by_status(502, "", &key).is_retryable());
        assert!(matches!(by_status(404, "", &key), BlobError::NotFound(_)));
    }
}
