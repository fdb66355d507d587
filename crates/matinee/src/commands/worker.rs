//! `matinee worker`.

use super::{block_on, stop_signal};
use crate::app::App;
use crate::config::Config;
use crate::logging;

/// Processes uploads until it is told to stop.
pub fn run(config: &Config) -> anyhow::Result<()> {
    logging::start(config);
    block_on(async {
        let stop = stop_signal()?;
        let app = App::open(config, stop.clone()).await?;
        tracing::info!("processing uploads");
        Box::pin(app.run(None, true, stop)).await
    })
}
