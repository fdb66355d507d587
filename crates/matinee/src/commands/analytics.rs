//! `matinee recompute-analytics`.

use tokio_util::sync::CancellationToken;

use super::block_on;
use crate::app::App;
use crate::config::Config;

/// Makes counts and figures anew from the plays that are kept, also while a server runs.
#[expect(clippy::print_stdout, reason = "that is what the command is for")]
pub fn recompute(config: &Config) -> anyhow::Result<()> {
    block_on(async {
        let app = App::open(config, CancellationToken::new()).await?;
        let made = app.state.analytics.recompute().await?;
        println!(
            "{} plays were counted anew; {} are views.",
            made.plays, made.views
        );
        app.close().await
    })
}
