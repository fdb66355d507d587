//! To which trace what is done now belongs, so that what is left for later
//! belongs to it too (W3C Trace Context).

use std::future::Future;

tokio::task_local! {
    static TRACE: String;
}

/// The trace of what runs now: 32 hexadecimal digits.
pub fn current() -> Option<String> {
    TRACE.try_with(Clone::clone).ok()
}

/// Runs this as a part of a trace.
pub async fn within<F: Future>(trace: String, work: F) -> F::Output {
    TRACE.scope(trace, work).await
}

/// What runs by itself from here on, as a part of the trace of now.
pub async fn along<F: Future>(trace: Option<String>, work: F) -> F::Output {
    match trace {
        Some(trace) => within(trace, work).await,
        None => work.await,
    }
}

/// Whether a text can be a trace's: 32 hexadecimal digits, not all of them 0.
pub fn is_sound(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        && text.bytes().any(|b| b != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_done_within_a_trace_knows_it() {
        assert_eq!(current(), None);
        let trace = "0af7651916cd43dd8448eb211c80319c".to_owned();
        assert!(is_sound(&trace) && !is_sound(&"0".repeat(32)) && !is_sound("x"));
        let inner = within(trace.clone(), async { current() }).await;
        assert_eq!((inner, current()), (Some(trace), None));
    }
}
