//! `POST /api/metadata/import`: CSV or JSON, row by row.

use axum::Json;
use axum::extract::{Request, State};
use futures::StreamExt as _;
use http::{StatusCode, header};
use matinee_catalog::metadata::RowEffect;
use matinee_catalog::metadata::rows;
use matinee_catalog::metadata::table::{Format, RawRow, Splitter};
use matinee_catalog::{CatalogError, Edit, FieldError, Video};
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::http::edition::IfMatch;
use crate::http::problem::{ProblemField, sentence};

use crate::{Acting, AppState, Caller, Params, Problem, ProblemResult};

/// The largest table, in bytes.
const TABLE_MAX: u64 = 64 << 20;
/// The most rows.
const ROWS_MAX: u64 = 20_000;
/// Columns that mean nothing here and are told.
const IGNORED_MAX: usize = 50;

/// How a table is imported.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportParams {
    /// Whether to say only what would be done.
    dry_run: bool,
}

/// What became of a table.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ImportReport {
    /// Whether nothing has been changed.
    pub dry_run: bool,
    /// Rows that were read.
    pub rows: u64,
    /// Videos that were added.
    pub created: u64,
    /// Videos that were changed.
    pub updated: u64,
    /// Videos of which all was known.
    pub unchanged: u64,
    /// Rows that could not be applied.
    pub failed: u64,
    /// Columns that mean nothing here.
    pub ignored_columns: Vec<String>,
    /// Whether reading ended early, because there were too many rows.
    pub truncated: bool,
    /// Row by row.
    pub report: Vec<RowReport>,
}

/// What became of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowReport {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// `created`, `updated`, `unchanged` or `failed`.
    pub outcome: &'static str,
    /// The video, if there is one.
    pub video_id: Option<String>,
    /// Its title, or the row's.
    pub title: Option<String>,
    /// What is wrong with the row.
    #[schema(value_type = Vec<ProblemField>)]
    pub errors: Vec<FieldError>,
}

/// Import metadata from a table
///
/// CSV (with a row of names) as `text/csv`, or JSON (a list of objects, or one
/// a line) as `application/json`. A row finds its video by `id`, `filename`,
/// `video_url`, `hls_url`, or `title` and `release_year`; with an address that
/// is not known it adds a video. A broken row is told and skipped. With
/// `dry_run=true` nothing is changed, and the report is the same.
#[utoipa::path(post, path = "/api/metadata/import", tag = "titles", params(ImportParams),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ImportReport), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem)))]
pub(super) async fn import(
    State(state): State<AppState>,
    acting: Acting,
    Params(params): Params<ImportParams>,
    request: Request,
) -> ProblemResult<Json<ImportReport>> {
    let caller = &acting.caller;
    caller.require(Action::Upload)?;
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let format = match kind {
        "text/csv"
        | "text/tab-separated-values"
        | "application/csv"
        | "application/vnd.ms-excel" => Format::Csv,
        "application/json" | "application/x-ndjson" | "application/jsonl" => Format::Json,
        _ => {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Send the table as text/csv or application/json.",
            ));
        }
    };
    let mut importing = Importing {
        edit: Edit {
            via: Some("import"),
            ..IfMatch(None).edit(caller)
        },
        state: &state,
        caller,
        report: ImportReport {
            dry_run: params.dry_run,
            ..ImportReport::default()
        },
    };
    let read = importing.read(Splitter::new(format), request).await;
    let report = importing.report;
    // What has been done has been done, even if the table broke off.
    if !report.dry_run {
        acting
            .record("metadata.import", "videos", report.summary())
            .await?;
    }
    read?;
    Ok(Json(report))
}

impl ImportReport {
    /// For the log.
    fn summary(&self) -> serde_json::Value {
        json!({
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "failed": self.failed,
        })
    }
}

struct Importing<'a> {
    state: &'a AppState,
    caller: &'a Caller,
    edit: Edit,
    report: ImportReport,
}

impl Importing<'_> {
    async fn read(&mut self, mut splitter: Splitter, request: Request) -> ProblemResult<()> {
        let mut body = request.into_body().into_data_stream();
        let mut size = 0;
        while let Some(chunk) = body.next().await {
            let chunk = chunk
                .map_err(|error| Problem::bad_request(format!("The table broke off: {error}.")))?;
            size += chunk.len() as u64;
            if size > TABLE_MAX {
                return Err(Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    format!("A table has at most {} MiB.", TABLE_MAX >> 20),
                ));
            }
            // A chunk may hold many rows: they are cut a little at a time.
            for some in chunk.chunks(16 << 10) {
                self.rows(splitter.push(some)).await?;
            }
            if self.report.truncated {
                return Ok(());
            }
        }
        self.rows(splitter.finish()).await
    }

    async fn rows(&mut self, rows: Vec<RawRow>) -> ProblemResult<()> {
        for row in rows {
            if self.report.rows >= ROWS_MAX {
                self.report.truncated = true;
                return Ok(());
            }
            self.report.rows += 1;
            let told = self.row(row).await?;
            match told.outcome {
                "created" => self.report.created += 1,
                "updated" => self.report.updated += 1,
                "unchanged" => self.report.unchanged += 1,
                _ => self.report.failed += 1,
            }
            self.report.report.push(told);
        }
        Ok(())
    }

    async fn row(&mut self, raw: RawRow) -> ProblemResult<RowReport> {
        let mut told = RowReport {
            line: raw.line,
            outcome: "failed",
            video_id: None,
            title: None,
            errors: Vec::new(),
        };
        let record = match raw.record {
            Ok(record) => record,
            Err(reason) => {
                told.errors.push(FieldError::new("row", reason));
                return Ok(told);
            }
        };
        let row = match rows::read(record) {
            Ok(row) => row,
            Err(errors) => {
                told.errors = errors;
                return Ok(told);
            }
        };
        for column in &row.ignored {
            let known = &mut self.report.ignored_columns;
            if known.len() < IGNORED_MAX && !known.contains(column) {
                known.push(column.clone());
            }
        }
        told.title.clone_from(&row.target.title);
        let mut found = self.state.catalog.find_target(&row.target).await?;
        // What one may not change, one does not find.
        found.retain(|video: &Video| self.caller.may(video, Action::Edit));
        if found.len() > 1 {
            told.errors.push(FieldError::new(
                "id",
                format!("must tell which of {} videos is meant", found.len()),
            ));
            return Ok(told);
        }
        let video = found.pop();
        let dry = self.report.dry_run;
        let applied = self
            .state
            .catalog
            .apply_row(row, video.as_ref(), &self.edit, dry)
            .await;
        match applied {
            Ok((effect, id)) => {
                told.outcome = match effect {
                    RowEffect::Created => "created",
                    RowEffect::Updated => "updated",
                    RowEffect::Unchanged => "unchanged",
                };
                // What a dry run has added is not there.
                told.video_id = Some(id).filter(|_| !(dry && effect == RowEffect::Created));
            }
            Err(CatalogError::Invalid(errors)) => told.errors = errors,
            Err(error @ (CatalogError::Db(_) | CatalogError::Cursor)) => return Err(error.into()),
            Err(error) => told.errors.push(FieldError::new("row", sentence(&error))),
        }
        if let Some(video) = video {
            told.video_id = Some(video.id);
            told.title = told.title.or(Some(video.title));
        }
        Ok(told)
    }
}
