//! `matinee channels`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use matinee_catalog::Audience;
use matinee_linear::{ChannelFilter, Channels};
use tokio_util::sync::CancellationToken;

use super::block_on;
use crate::app::App;
use crate::config::Config;

/// Channels of a page.
const PAGE: u64 = 200;

/// How many changes of an edit are told.
const CHANGES_TOLD: usize = 50;

/// What to do with channels.
#[derive(Debug, Args)]
pub struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Hold the guide of the coming days against the streams: exits with 2 if they do not agree
    Verify {
        /// Numbers, slugs or identifiers; all channels if there are none
        channels: Vec<String>,
        /// How many days
        #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=30))]
        days: u32,
    },
}

/// Runs it.
pub fn run(config: &Config, command: &Command) -> anyhow::Result<ExitCode> {
    let What::Verify { channels, days } = &command.what;
    block_on(async {
        let app = App::open(config, CancellationToken::new()).await?;
        let agreed = verify(&app.state.channels, channels, *days).await;
        app.close().await?;
        Ok(if agreed? {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        })
    })
}

#[expect(clippy::print_stdout, reason = "that is what the command is for")]
async fn verify(channels: &Channels, names: &[String], days: u32) -> anyhow::Result<bool> {
    let mut stations = Vec::new();
    for name in names {
        stations.push(channels.find(name).await?);
    }
    let mut cursor: Option<String> = None;
    while names.is_empty() {
        let (everything, filter) = (Audience::program(), ChannelFilter::default());
        let page = channels.list(&everything, &filter, cursor.as_deref(), PAGE);
        let page = page.await?;
        stations.extend(page.stations);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let mut agreed = true;
    for station in &stations {
        let report = channels.verify(station, days).await?;
        let (number, name) = (station.number(), &station.written.name);
        println!(
            "{number} {name}: {} listings, {} segments in {} playlists of {days} days, {} findings",
            report.listings,
            report.segments,
            report.playlists,
            report.findings.len()
        );
        for finding in &report.findings {
            let at = Timestamp::from_millisecond(finding.at).unwrap_or_default();
            println!("  {at}: {}", finding.what);
        }
        if let Some((at, changes)) = channels.pending(station).await? {
            let at = Timestamp::from_millisecond(at).unwrap_or_default();
            println!(
                "  an edit begins {at} and changes {} programmes of its first days",
                changes.len()
            );
            for change in changes.iter().take(CHANGES_TOLD) {
                let at = Timestamp::from_millisecond(change.start).unwrap_or_default();
                let sign = if change.added { '+' } else { '-' };
                println!("  {sign} {at} {}", change.title);
            }
        }
        agreed &= report.holds();
    }
    println!(
        "{} channels: {}",
        stations.len(),
        if agreed {
            "guide and streams agree"
        } else {
            "guide and streams do not agree"
        }
    );
    Ok(agreed)
}
