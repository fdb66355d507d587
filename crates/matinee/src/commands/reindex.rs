//! `matinee reindex`.

use std::time::{Duration, Instant};

use anyhow::bail;
use matinee_catalog::discovery::Discovery;
use tokio_util::sync::CancellationToken;

use super::block_on;
use crate::app::App;
use crate::config::Config;

/// How long a running server may take to answer the request.
const PATIENCE: Duration = Duration::from_secs(8);
/// How often it is looked how far the server is.
const LOOK: Duration = Duration::from_millis(300);

/// Makes the search index anew. A server that runs does it itself, beside the
/// index that it searches; if none answers, it is done here.
#[expect(clippy::print_stdout, reason = "that is what the command is for")]
pub fn run(config: &Config) -> anyhow::Result<()> {
    block_on(async {
        let app = App::open(config, CancellationToken::new()).await?;
        let discovery = app.state.discovery.clone();
        discovery.request_rebuild().await?;
        let asked = Instant::now();
        let documents = match served(&discovery).await? {
            Some(documents) => documents,
            None => match discovery.rebuild(&CancellationToken::new()).await? {
                Some(documents) => documents,
                None => bail!("it was given up"),
            },
        };
        let rate = documents as f64 / asked.elapsed().as_secs_f64().max(0.001);
        println!("{documents} titles are in the search index: {rate:.0} a second.");
        app.close().await
    })
}

/// How many documents the running server has put in, or none if no server
/// takes the request on.
async fn served(discovery: &Discovery) -> anyhow::Result<Option<u64>> {
    let asked = Instant::now();
    loop {
        let Some(state) = discovery.rebuild_state().await? else {
            return Ok(None);
        };
        if let Some(error) = state.error {
            bail!("the running server could not do it: {error}");
        }
        if state.finished_at.is_some() {
            return Ok(u64::try_from(state.documents).ok());
        }
        if state.started_at.is_none() && asked.elapsed() > PATIENCE {
            return Ok(None);
        }
        tokio::time::sleep(LOOK).await;
    }
}
