//! `matinee reset-password`.

use matinee_engines::db::{Db, migrate};
use matinee_identity::{Accounts, AccountsOptions, InstanceSecret};

use super::block_on;
use crate::app::migrations;
use crate::config::Config;

/// Gives the operator a new password and prints it, for somebody who has
/// forgotten it and may run commands on the machine.
#[expect(clippy::print_stdout, reason = "that is what the command is for")]
pub fn run(config: &Config) -> anyhow::Result<()> {
    matinee_engines::install_tls();
    block_on(async {
        let db = Db::open(&config.database()).await?;
        migrate(&db, migrations()).await?;
        let secret = InstanceSecret::load(&db).await?;
        let accounts = Accounts::new(db.clone(), &secret, AccountsOptions::default())?;
        let setup = match accounts.bootstrap().await? {
            Some(setup) => setup,
            None => accounts.reset_operator().await?,
        };
        db.close().await?;
        println!("User name  {}", setup.username);
        println!("Password   {}", setup.password);
        println!("All other sessions have been ended.");
        Ok(())
    })
}
