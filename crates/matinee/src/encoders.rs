//! The door that encoders knock at.

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::config::Config;

/// Listens for encoders. A port that is taken is an error if somebody has chosen it, and otherwise
/// a warning: whoever only wants to show films need not care.
pub async fn listen(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    let Some(address) = config.rtmp_address() else {
        return Ok(None);
    };
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if config.rtmp_is_chosen() => Err(error).with_context(|| {
            format!("cannot listen on {address} for encoders: choose another port with RTMP_SERVER_PORT, or 0 for none")
        }),
        Err(error) => {
            tracing::warn!(
                %address,
                %error,
                "NO BROADCASTS ARE TAKEN IN: cannot listen for encoders; choose another port with RTMP_SERVER_PORT, or 0 for none"
            );
            Ok(None)
        }
    }
}
