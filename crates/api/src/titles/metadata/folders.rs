//! `/api/metadata/folders`: films that lie on this machine.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use matinee_identity::access::Action;
use matinee_ingest::folders::{Fate, FoldersError, LibraryFolder, Scan, ScanRequest, ScanState};
use matinee_jobs::JobsError;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Caller, Problem, ProblemResult};

/// A folder of this machine.
#[derive(Debug, Serialize, ToSchema)]
pub struct LibraryFolderView {
    /// What it is called in addresses.
    pub id: String,
    /// Where it is.
    pub path: String,
    /// Whether it is there at this moment.
    pub available: bool,
    /// How it was looked through last.
    pub scan: Option<FolderScanView>,
}

/// How a folder is, or was, looked through.
#[derive(Debug, Serialize, ToSchema)]
pub struct FolderScanView {
    /// `queued`, `running`, `done`, `failed` or `canceled`.
    #[schema(value_type = String)]
    pub state: ScanState,
    /// Whether it only says what would be done.
    pub dry_run: bool,
    /// Whether the videos are for everybody.
    pub is_public: bool,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub requested_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// Films that were found; none before all of the folder has been looked at.
    pub found: Option<u64>,
    /// New videos, or what would be new.
    pub imported: u64,
    /// Films that were in the library before.
    pub there: u64,
    /// Films that could not be taken in.
    pub failed: u64,
    /// The first thousand files, where one folder is asked for.
    pub files: Option<Vec<ScannedFile>>,
}

/// A file, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScannedFile {
    /// Its path below the folder.
    pub file: String,
    /// `imported`, `would`, `there` or `failed`.
    #[schema(value_type = String)]
    pub fate: Fate,
    /// The video that it is.
    pub video_id: Option<String>,
    /// What it is taken for, why it failed, or what beside it was left out.
    pub notes: Vec<String>,
}

impl FolderScanView {
    fn of(scan: Scan, whole: bool) -> Self {
        let file = |line: matinee_ingest::folders::ScanLine| ScannedFile {
            file: line.file,
            fate: line.fate,
            video_id: line.video_id,
            notes: line.notes,
        };
        let tally = scan.tally;
        Self {
            state: scan.state,
            dry_run: scan.dry_run,
            is_public: scan.is_public,
            requested_at: rfc3339(scan.requested_at),
            finished_at: scan.finished_at.map(rfc3339),
            error: scan.error,
            found: tally.found,
            imported: tally.imported,
            there: tally.there,
            failed: tally.failed,
            files: whole.then(|| tally.lines.into_iter().map(file).collect()),
        }
    }
}

impl LibraryFolderView {
    async fn of(folder: &LibraryFolder, scan: Option<FolderScanView>) -> Self {
        let facts = tokio::fs::metadata(&folder.path).await;
        Self {
            id: folder.id.clone(),
            path: folder.path.to_string_lossy().into_owned(),
            available: facts.is_ok_and(|facts| facts.is_dir()),
            scan,
        }
    }
}

impl From<FoldersError> for Problem {
    fn from(error: FoldersError) -> Self {
        match error {
            FoldersError::Unknown => Self::not_found("There is no such folder."),
            FoldersError::Busy => Self::conflict("This folder is being looked through."),
            FoldersError::Db(error) | FoldersError::Jobs(JobsError::Db(error)) => {
                Self::unavailable(&error)
            }
            FoldersError::Jobs(error) => Self::internal(&error),
        }
    }
}

/// How a folder is to be looked through.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FolderScanRequest {
    /// Whether only to say what would be done.
    dry_run: bool,
    /// Whether the videos are for everybody; otherwise they are private.
    is_public: bool,
}

/// List the folders of this machine that may be looked through
///
/// Whoever has the machine names them (`MATINEE_LIBRARY_FOLDERS`).
#[utoipa::path(get, path = "/api/metadata/folders", tag = "titles",
    responses((status = 200, body = Vec<LibraryFolderView>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<Vec<LibraryFolderView>>> {
    caller.require(Action::Operate)?;
    let scans = state.folders.scans().await?.into_iter();
    let mut scans: HashMap<String, Scan> =
        scans.map(|scan| (scan.folder_id.clone(), scan)).collect();
    let mut views = Vec::with_capacity(state.folders.all().len());
    for folder in state.folders.all() {
        let scan = scans.remove(&folder.id);
        let scan = scan.map(|scan| FolderScanView::of(scan, false));
        views.push(LibraryFolderView::of(folder, scan).await);
    }
    Ok(Json(views))
}

/// See what became of the files of a folder
#[utoipa::path(get, path = "/api/metadata/folders/{id}", tag = "titles",
    params(("id" = String, Path, description = "The folder's id.")),
    responses((status = 200, body = LibraryFolderView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> ProblemResult<Json<LibraryFolderView>> {
    caller.require(Action::Operate)?;
    let folder = state.folders.get(&id)?;
    let scan = state.folders.scan(&id).await?;
    let scan = scan.map(|scan| FolderScanView::of(scan, true));
    Ok(Json(LibraryFolderView::of(folder, scan).await))
}

/// Look through a folder for films
///
/// Names, NFO files, pictures and subtitles beside the films say what is in them. What is in the
/// library already stays as it is, and is only given what lies beside it. With `dry_run` nothing
/// is changed, and the report says what would be.
#[utoipa::path(post, path = "/api/metadata/folders/{id}/scan", tag = "titles",
    params(("id" = String, Path, description = "The folder's id.")), request_body = FolderScanRequest,
    responses((status = 202, body = FolderScanView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn scan(
    State(state): State<AppState>,
    acting: Acting,
    Path(id): Path<String>,
    Body(body): Body<FolderScanRequest>,
) -> ProblemResult<(StatusCode, Json<FolderScanView>)> {
    acting.caller.require(Action::Operate)?;
    let facts = tokio::fs::metadata(&state.folders.get(&id)?.path).await;
    if !facts.is_ok_and(|facts| facts.is_dir()) {
        return Err(Problem::conflict(
            "The folder is not there, or cannot be read.",
        ));
    }
    let request = ScanRequest {
        dry_run: body.dry_run,
        is_public: body.is_public,
        owner: acting.caller.0.user().map(|user| user.id.to_string()),
    };
    let scan = state.folders.request(&id, request).await?;
    if !body.dry_run {
        let about = json!({ "is_public": body.is_public });
        acting.record("folder.scan", &id, about).await?;
    }
    Ok((StatusCode::ACCEPTED, Json(FolderScanView::of(scan, false))))
}

/// Stop looking through a folder
///
/// What has been taken in stays.
#[utoipa::path(delete, path = "/api/metadata/folders/{id}/scan", tag = "titles",
    params(("id" = String, Path, description = "The folder's id.")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn cancel(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> ProblemResult<StatusCode> {
    caller.require(Action::Operate)?;
    state.folders.cancel(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
