//! What goes over a room's socket, in JSON.

use bytes::Bytes;
use matinee_live::room::{Notice, What};
use serde::Deserialize;
use serde_json::{Value, json};

use super::chat::ChatMessageView;
use super::polls::PollView;
use super::questions::QuestionView;
use super::stage::StageView;
use super::view::StreamView;
use crate::Problem;
use crate::videos::view::rfc3339;

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Said {
    /// Is somebody there?
    Ping,
    /// Somebody is.
    Pong,
    /// A message for all.
    ChatMessage {
        /// Plain text.
        message: String,
        /// The name of somebody without account.
        #[serde(default)]
        username: Option<String>,
        /// The message that it answers.
        #[serde(default)]
        reply_to: Option<String>,
        /// Comes back with the answer.
        #[serde(default, rename = "ref")]
        reference: Option<String>,
    },
    /// They would like to come onto the stage.
    RaiseHand,
    /// They would not any more, or decline.
    LowerHand,
    /// What they watch from now on.
    QualityChange {
        /// Such as `720p`.
        quality: String,
    },
}

/// What everybody is told alike, made once for all of them; none for what
/// differs from one to the next.
pub(super) fn shared(notice: &Notice) -> Option<Bytes> {
    let timestamp = || rfc3339(notice.at);
    let event = match &notice.what {
        What::Started(_) | What::Ended(_) | What::Changed(_) => return None,
        What::Deleted | What::Silenced { .. } | What::Unsilenced { .. } => return None,
        What::Scaled(quality) => notice.bytes(|_| {
            let event = json!({ "type": "quality_change", "quality": quality,
                "timestamp": timestamp() });
            text(&event)
        }),
        What::Viewers(count) => notice.bytes(|_| {
            let event = json!({ "type": "viewer_count_update", "viewer_count": count,
                "timestamp": timestamp() });
            text(&event)
        }),
        What::Said(message) => notice.bytes(|_| {
            text(&json!({ "type": "chat_message", "message": ChatMessageView::new(message) }))
        }),
        What::Edited(message) => notice.bytes(|_| {
            text(&json!({ "type": "chat_message_updated", "message": ChatMessageView::new(message) }))
        }),
        What::Unsaid(id) => notice.bytes(|_| {
            let event = json!({ "type": "chat_message_deleted", "message_id": id,
                "timestamp": timestamp() });
            text(&event)
        }),
        What::Asked(question) | What::QuestionChanged(question) => notice.bytes(|_| {
            let kind = match &notice.what {
                What::Asked(_) => "question_asked",
                _ => "question_updated",
            };
            let question = QuestionView::told(question);
            text(&json!({ "type": kind, "question": question, "timestamp": timestamp() }))
        }),
        What::QuestionGone(id) => notice.bytes(|_| {
            let event = json!({ "type": "question_deleted", "question_id": id,
                "timestamp": timestamp() });
            text(&event)
        }),
        What::PollOpened(poll) | What::PollResults(poll) | What::PollClosed(poll) => {
            notice.bytes(|_| {
                let kind = match &notice.what {
                    What::PollOpened(_) => "poll_opened",
                    What::PollResults(_) => "poll_results",
                    _ => "poll_closed",
                };
                let poll = PollView::new(poll);
                text(&json!({ "type": kind, "poll": poll, "timestamp": timestamp() }))
            })
        }
        What::Stage(told) => notice.bytes(|_| about_stage(&StageView::told(told))),
        What::PollGone(id) => notice.bytes(|_| {
            let event = json!({ "type": "poll_deleted", "poll_id": id,
                "timestamp": timestamp() });
            text(&event)
        }),
    };
    Some(event)
}

/// Something about the stream itself, with addresses as this client sees them.
pub(super) fn about_stream(kind: &str, view: &StreamView, at: i64) -> Vec<u8> {
    text(&json!({ "type": kind, "stream": view, "timestamp": rfc3339(at) }))
}

/// Something about the stage.
pub(super) fn about_stage(view: &StageView) -> Vec<u8> {
    text(&json!({ "type": "stage_updated", "stage": view }))
}

/// Why something was not done.
pub(super) fn refusal(problem: &Problem, reference: Option<&str>) -> Vec<u8> {
    let errors: Vec<Value> = problem
        .errors
        .iter()
        .map(|error| json!({ "field": error.field, "reason": error.reason }))
        .collect();
    text(&json!({
        "type": "error",
        "status": problem.status.as_u16(),
        "problem": problem.kind,
        "detail": problem.detail,
        "errors": errors,
        "retry_after": problem.retry_after.map(|wait| wait.as_secs_f64().ceil()),
        "ref": reference,
    }))
}

pub(super) fn text(event: &Value) -> Vec<u8> {
    event.to_string().into_bytes()
}
