//! Channels as the caller may know of them.

use std::sync::Arc;

use matinee_identity::access::{Action, Decision, decide};
use matinee_linear::{LinearError, Station};

use crate::http::caller::permit;
use crate::{AppState, Caller, Problem, ProblemResult};

/// The channel of this identifier, number or slug, if the caller may do this with it.
pub(crate) async fn known(
    state: &AppState,
    caller: &Caller,
    name: &str,
    action: Action,
) -> ProblemResult<Arc<Station>> {
    let station = found(state, name).await?;
    permit(decide(&caller.0, &station.channel.resource(), action))?;
    Ok(station)
}

/// The same, whoever asks.
pub(super) async fn found(state: &AppState, name: &str) -> ProblemResult<Arc<Station>> {
    match state.channels.find(name).await {
        Err(error) if matches!(error.root(), LinearError::NotFound(_)) => {
            Err(Problem::not_found("There is nothing under this address."))
        }
        other => Ok(other?),
    }
}

/// Whether the caller may do this with a channel.
pub(super) fn may(caller: &Caller, station: &Station, action: Action) -> bool {
    decide(&caller.0, &station.channel.resource(), action) == Decision::Allow
}
