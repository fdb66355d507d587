//! `matinee config`.

use std::process::ExitCode;

use clap::Args;

use crate::config::{Config, explain as reference};

/// What to show.
#[derive(Debug, Args)]
pub struct Show {
    /// Print the reference of all settings as Markdown
    #[arg(long)]
    pub explain: bool,
}

/// Prints the reference.
#[expect(clippy::print_stdout, reason = "that is what the command is for")]
pub fn explain() -> ExitCode {
    print!("{}", reference());
    ExitCode::SUCCESS
}

/// Prints the configuration as it was read, without secrets.
#[expect(clippy::print_stdout, reason = "that is what the command is for")]
pub fn show(config: &Config) -> anyhow::Result<()> {
    println!("The configuration is sound.");
    println!("  serves on   {}:{}", config.host, config.port);
    println!("  data        {}", config.data_dir.display());
    println!("  database    {}", config.database());
    println!("  storage     {}", config.storage_address());
    println!("  writing     {:?}", config.auth);
    println!("`matinee config --explain` lists every setting.");
    Ok(())
}
