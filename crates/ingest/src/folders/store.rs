//! The table of scans: the last one of each folder.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, FromJsonQueryResult};
use serde::{Deserialize, Serialize};

use super::{Scan, ScanLine, ScanTally};

/// Files, and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Lines(pub Vec<ScanLine>);

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "folder_scans")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub folder_id: String,
    pub state: String,
    pub dry_run: bool,
    pub is_public: bool,
    pub owner: Option<String>,
    pub requested_at: i64,
    pub finished_at: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    pub found: Option<i64>,
    pub imported: i64,
    pub already: i64,
    pub failed: i64,
    #[sea_orm(column_type = "Json")]
    pub lines: Lines,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Column {
    /// All that another scan of the folder replaces.
    pub fn but_the_folder() -> impl IntoIterator<Item = Self> {
        [
            Self::State,
            Self::DryRun,
            Self::IsPublic,
            Self::Owner,
            Self::RequestedAt,
            Self::FinishedAt,
            Self::Error,
            Self::Found,
            Self::Imported,
            Self::Already,
            Self::Failed,
            Self::Lines,
        ]
    }
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What a scan has come upon.
pub fn counts(tally: &ScanTally) -> ActiveModel {
    ActiveModel {
        found: Set(tally.found.map(number)),
        imported: Set(number(tally.imported)),
        already: Set(number(tally.there)),
        failed: Set(number(tally.failed)),
        lines: Set(Lines(tally.lines.clone())),
        ..Default::default()
    }
}

/// The whole row.
pub fn row(scan: &Scan) -> ActiveModel {
    ActiveModel {
        folder_id: Set(scan.folder_id.clone()),
        state: Set(scan.state.as_str().to_owned()),
        dry_run: Set(scan.dry_run),
        is_public: Set(scan.is_public),
        owner: Set(scan.owner.clone()),
        requested_at: Set(scan.requested_at),
        finished_at: Set(scan.finished_at),
        error: Set(scan.error.clone()),
        ..counts(&scan.tally)
    }
}
