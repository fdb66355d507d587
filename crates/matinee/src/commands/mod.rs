//! What each command does.

pub mod analytics;
pub mod channels;
pub mod config;
pub mod doctor;
pub mod import;
pub mod migrate;
pub mod openapi;
pub mod password;
pub mod reindex;
pub mod sandbox;
pub mod serve;
pub mod worker;

/// Runs a future on all cores.
pub(crate) fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(future)
}

/// Done at Ctrl-C or SIGTERM; a second one ends the process at once.
pub(crate) fn stop_signal() -> anyhow::Result<tokio_util::sync::CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let stop = tokio_util::sync::CancellationToken::new();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let ours = stop.clone();
    tokio::spawn(async move {
        let mut next = async || {
            tokio::select! {
                _ = interrupt.recv() => 130,
                _ = terminate.recv() => 143,
            }
        };
        next().await;
        tracing::info!("stopping; once more to stop at once");
        ours.cancel();
        let code = next().await;
        std::process::exit(code);
    });
    Ok(stop)
}
