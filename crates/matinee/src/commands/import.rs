//! `matinee import`.

use std::path::PathBuf;

use clap::Args;

use crate::config::Config;

/// What to import.
#[derive(Debug, Args)]
pub struct Import {
    /// Files, or folders that are searched for films
    #[arg(required = true, value_name = "FILE|FOLDER")]
    pub paths: Vec<PathBuf>,
}

/// Imports files.
pub fn run(_config: &Config, _import: &Import) -> anyhow::Result<()> {
    anyhow::bail!("not wired yet")
}
