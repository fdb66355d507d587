//! Channels as the caller may know of them.

use std::sync::Arc;

use matinee_identity::access::{Action, Decision, decide};
use matinee_linear::{Channels, LinearError, Station, Viewer};

use crate::http::caller::permit;
use crate::{AppState, Caller, Problem, ProblemResult};

/// What stands for the caller's own channel in addresses.
pub(super) const MINE: &str = "mine";

/// The channel of this identifier, number or slug, if the caller may do this with it.
pub(crate) async fn known(
    state: &AppState,
    caller: &Caller,
    name: &str,
    action: Action,
) -> ProblemResult<Arc<Station>> {
    if name == MINE {
        return mine(state, caller, action).await;
    }
    if Channels::is_mine(name) {
        let own = mine(state, caller, action).await?;
        // Another's is nobody's, and one of yesterday is no more.
        let same = own.channel.id == name;
        return same
            .then_some(own)
            .ok_or_else(|| Problem::not_found("There is nothing under this address."));
    }
    let station = found(state, name).await?;
    permit(decide(&caller.0, &station.channel.resource(), action))?;
    Ok(station)
}

/// The caller's own channel, which they may watch and nothing else.
async fn mine(state: &AppState, caller: &Caller, action: Action) -> ProblemResult<Arc<Station>> {
    if action != Action::Watch {
        return Err(Problem::not_found("There is nothing under this address."));
    }
    caller.require(Action::See)?;
    let user = caller.0.user();
    let key = caller.0.viewer_key().unwrap_or_default();
    let profile = user.and_then(|user| user.profile.as_ref());
    let viewer = Viewer {
        key: &key,
        is_member: user.is_some(),
        max_rating: profile.and_then(|profile| profile.max_rating),
    };
    Ok(Box::pin(state.channels.mine(viewer)).await?)
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
