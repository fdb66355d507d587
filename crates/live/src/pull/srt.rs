//! Pulls from SRT listeners.

use std::time::Duration;

use matinee_media::ts::Demuxer;
use tokio::time::timeout;

use super::Means;
use super::address::Address;
use super::intake::Intake;
use crate::again::Stop;
use crate::srt::call;

/// How long a source may be silent.
const SILENCE: Duration = Duration::from_secs(15);

/// Pulls until the source is lost. One that says goodbye may come back, too: so cameras do when
/// they are set up anew.
pub(super) async fn pull(
    address: &Address,
    means: &Means,
    intake: &mut Intake,
) -> Result<(), Stop> {
    let found = means
        .dialer
        .addresses(&address.host(), address.port())
        .await?;
    let Some(peer) = found.first().copied() else {
        return Err(Stop::Again("it has no address".to_owned()));
    };
    let latency = address.parameter("latency");
    let latency_ms = latency
        .and_then(|micros| micros.parse::<u32>().ok())
        .and_then(|micros| u16::try_from(micros / 1000).ok())
        .map_or(120, |ms| ms.clamp(20, 8000));
    let id = address.parameter("streamid");
    let passphrase = address
        .passphrase()
        .map_err(|error| Stop::Never(error.to_string()))?;
    let mut call = call(peer, id, latency_ms, passphrase.as_ref()).await?;
    let mut demuxer = Demuxer::new();
    loop {
        let received = timeout(SILENCE, call.socket.recv())
            .await
            .map_err(|_| Stop::Again("it was silent for too long".to_owned()))?;
        let Some(payload) = received? else {
            let why = call.trouble().unwrap_or("it closed the connection");
            return Err(Stop::Again(why.to_owned()));
        };
        for event in demuxer.feed(&payload) {
            intake.event(event).await?;
        }
    }
}
