//! `matinee migrate`.

use matinee_engines::db::{Db, migrate};

use super::block_on;
use crate::app::migrations;
use crate::config::Config;

/// Brings the database to this version.
#[expect(clippy::print_stdout, reason = "that is what the command is for")]
pub fn run(config: &Config) -> anyhow::Result<()> {
    matinee_engines::install_tls();
    block_on(async {
        let db = Db::open(&config.database()).await?;
        migrate(&db, migrations()).await?;
        db.close().await?;
        println!("The database is at this version: {}", config.database());
        Ok(())
    })
}
