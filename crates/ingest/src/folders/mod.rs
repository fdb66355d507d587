//! Folders of this machine that may be looked through for films from the studio.
//!
//! Which they are says whoever has the machine, never the studio: an administrator of the site is
//! shown no other file of it. Of each folder the last scan is kept, with what became of its files.
//! The scan itself is a job that whoever wires the program brings along.

mod migrations;
mod store;

use std::path::PathBuf;
use std::sync::Arc;

use matinee_engines::db::Db;
use matinee_engines::time::now_micros;
use matinee_jobs::{Jobs, JobsError, NewJob};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use migrations::migrations;
use store::{Column, Entity, Model};

/// The kind of the jobs that look through folders.
pub const SCAN_JOB: &str = "folder_scan";
/// The most files of which it is told what became of them.
pub const LINES_MAX: usize = 1_000;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum FoldersError {
    /// There is no such folder.
    #[error("no such folder")]
    Unknown,
    /// It is being looked through.
    #[error("this folder is being looked through")]
    Busy,
    /// The queue failed.
    #[error(transparent)]
    Jobs(#[from] JobsError),
    /// The database failed.
    #[error("database: {0}")]
    Db(#[from] DbErr),
}

type Result<T, E = FoldersError> = std::result::Result<T, E>;

/// A folder that may be looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryFolder {
    /// What it is called in addresses: made from its path.
    pub id: String,
    /// Where it is.
    pub path: PathBuf,
}

/// How far a scan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanState {
    /// It waits for a worker.
    Queued,
    /// It is under way.
    Running,
    /// It came to its end.
    Done,
    /// It could not be done.
    Failed,
    /// Somebody stopped it.
    Canceled,
}

impl ScanState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "queued" => Self::Queued,
            "running" => Self::Running,
            "done" => Self::Done,
            "canceled" => Self::Canceled,
            _ => Self::Failed,
        }
    }

    /// Whether it has not ended.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is a video now.
    Imported,
    /// It would become one.
    Would,
    /// It was in the library before.
    There,
    /// It could not be taken in.
    Failed,
}

/// A file, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanLine {
    /// Its path below the folder.
    pub file: String,
    /// What became of it.
    pub fate: Fate,
    /// The video that it is.
    pub video_id: Option<String>,
    /// What it is taken for, or why it failed, or what beside it was left out.
    pub notes: Vec<String>,
}

/// What a scan has come upon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanTally {
    /// Films that were found; none before all of the folder has been looked at.
    pub found: Option<u64>,
    /// New videos, or what would be new.
    pub imported: u64,
    /// Films that were in the library before.
    pub there: u64,
    /// Films that could not be taken in.
    pub failed: u64,
    /// The first of the files, at most [`LINES_MAX`].
    pub lines: Vec<ScanLine>,
}

impl ScanTally {
    /// Counts a file.
    pub fn add(&mut self, line: ScanLine) {
        match line.fate {
            Fate::Imported | Fate::Would => self.imported += 1,
            Fate::There => self.there += 1,
            Fate::Failed => self.failed += 1,
        }
        if self.lines.len() < LINES_MAX {
            self.lines.push(line);
        }
    }
}

/// A scan of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The folder.
    pub folder_id: String,
    /// How far it is.
    pub state: ScanState,
    /// Whether it only says what would be done.
    pub dry_run: bool,
    /// Whether the videos are for everybody.
    pub is_public: bool,
    /// Whose the videos are.
    pub owner: Option<String>,
    /// When it was asked for: UTC microseconds.
    pub requested_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
    /// Why it failed.
    pub error: Option<String>,
    /// What it has come upon so far.
    pub tally: ScanTally,
}

/// What is asked of a scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanRequest {
    /// Whether only to say what would be done.
    pub dry_run: bool,
    /// Whether the videos are for everybody.
    pub is_public: bool,
    /// Whose the videos are.
    pub owner: Option<String>,
}

/// The folders. A clone shares them.
#[derive(Clone)]
pub struct Folders {
    db: Db,
    jobs: Jobs,
    known: Arc<[LibraryFolder]>,
}

impl std::fmt::Debug for Folders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Folders").field(&self.known).finish()
    }
}

/// The last part of the path, so that people know it again, and enough of its hash that no two
/// folders are called alike.
fn id_of(path: &std::path::Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let letter = |c: char| Some(c.to_ascii_lowercase()).filter(char::is_ascii_alphanumeric);
    let name: String = name.chars().filter_map(letter).take(24).collect();
    let hash = hex::encode(Sha256::digest(path.to_string_lossy().as_bytes()));
    let name = if name.is_empty() { "folder" } else { &name };
    format!("{name}-{}", hash.get(..8).unwrap_or_default())
}

impl Folders {
    /// These folders and no others.
    pub fn new(db: Db, jobs: Jobs, paths: &[PathBuf]) -> Self {
        let folder = |path: &PathBuf| LibraryFolder {
            id: id_of(path),
            path: path.clone(),
        };
        Self {
            db,
            jobs,
            known: paths.iter().map(folder).collect(),
        }
    }

    /// All of them.
    pub fn all(&self) -> &[LibraryFolder] {
        &self.known
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Result<&LibraryFolder> {
        let found = self.known.iter().find(|folder| folder.id == id);
        found.ok_or(FoldersError::Unknown)
    }

    /// The last scans of the folders, in no order.
    pub async fn scans(&self) -> Result<Vec<Scan>> {
        let ids = self.known.iter().map(|folder| folder.id.as_str());
        let rows = Entity::find()
            .filter(Column::FolderId.is_in(ids))
            .all(self.db.read())
            .await?;
        Ok(rows.into_iter().map(Scan::from).collect())
    }

    /// The last scan of a folder.
    pub async fn scan(&self, id: &str) -> Result<Option<Scan>> {
        self.get(id)?;
        let row = Entity::find_by_id(id).one(self.db.read()).await?;
        Ok(row.map(Scan::from))
    }

    /// Asks for a folder to be looked through.
    pub async fn request(&self, id: &str, request: ScanRequest) -> Result<Scan> {
        self.get(id)?;
        let scan = Scan {
            folder_id: id.to_owned(),
            state: ScanState::Queued,
            dry_run: request.dry_run,
            is_public: request.is_public,
            owner: request.owner,
            requested_at: now_micros(),
            finished_at: None,
            error: None,
            tally: ScanTally::default(),
        };
        let tx = self.db.begin().await?;
        let last = Entity::find_by_id(id).one(&tx).await?.map(Scan::from);
        if last.is_some_and(|last| last.state.is_open()) {
            return Err(FoldersError::Busy);
        }
        let replace = OnConflict::column(Column::FolderId)
            .update_columns(Column::but_the_folder())
            .to_owned();
        Entity::insert(store::row(&scan))
            .on_conflict(replace)
            .exec_without_returning(&tx)
            .await?;
        let job = NewJob::new(SCAN_JOB, serde_json::json!({ "folder_id": id }))
            .subject(subject(id))
            .dedupe_key(format!("{SCAN_JOB}:{id}"))
            .max_attempts(3);
        self.jobs.enqueue(&tx, job).await?;
        tx.commit().await?;
        self.jobs.wake();
        Ok(scan)
    }

    /// Stops a scan. What it has taken in stays.
    pub async fn cancel(&self, id: &str) -> Result<()> {
        self.get(id)?;
        let tx = self.db.begin().await?;
        self.jobs.cancel_subject(&tx, &subject(id)).await?;
        tx.commit().await?;
        self.jobs.wake();
        self.end(id, ScanState::Canceled, None).await
    }

    /// Keeps what a scan has come upon so far.
    pub async fn keep(&self, id: &str, tally: &ScanTally) -> Result<()> {
        let row = store::ActiveModel {
            state: Set(ScanState::Running.as_str().to_owned()),
            ..store::counts(tally)
        };
        self.change(id, row).await
    }

    /// Ends a scan, unless it has ended.
    pub async fn end(&self, id: &str, state: ScanState, error: Option<String>) -> Result<()> {
        let row = store::ActiveModel {
            state: Set(state.as_str().to_owned()),
            finished_at: Set(Some(now_micros())),
            error: Set(error),
            ..Default::default()
        };
        self.change(id, row).await
    }

    /// Changes the row of a scan that has not ended.
    async fn change(&self, id: &str, row: store::ActiveModel) -> Result<()> {
        let open = [ScanState::Queued, ScanState::Running].map(ScanState::as_str);
        Entity::update_many()
            .set(row)
            .filter(Column::FolderId.eq(id))
            .filter(Column::State.is_in(open))
            .exec(self.db.write())
            .await?;
        Ok(())
    }
}

fn subject(id: &str) -> String {
    format!("folder:{id}")
}

impl From<Model> for Scan {
    fn from(row: Model) -> Self {
        let number = |n: i64| u64::try_from(n).unwrap_or(0);
        Self {
            folder_id: row.folder_id,
            state: ScanState::parse(&row.state),
            dry_run: row.dry_run,
            is_public: row.is_public,
            owner: row.owner,
            requested_at: row.requested_at,
            finished_at: row.finished_at,
            error: row.error,
            tally: ScanTally {
                found: row.found.map(number),
                imported: number(row.imported),
                there: number(row.already),
                failed: number(row.failed),
                lines: row.lines.0,
            },
        }
    }
}
