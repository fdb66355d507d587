//! The moderators' queue: one case for each thing that rules or people have
//! pointed out, until somebody decides.

use std::collections::HashMap;

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_identity::access::Visibility;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::page::{Place, Slice};
use super::store::{cases, comments, playlists, reports, reviews};
use super::{
    Case, CaseState, Comment, Community, Decision, Finding, Findings, Person, Playlist, PostState,
    Report, Review, Subject, SubjectKind, comments as commenting,
};
use crate::access::Rulebook;
use crate::moderation::{Verdict, text};
use crate::store::videos;
use crate::{CatalogError, Result, Video};

/// How much of what somebody wrote is kept with a case, in characters.
const EXCERPT: usize = 500;
/// The longest note of a moderator, in characters.
const NOTE_MAX: usize = 2000;
/// What rules have found, the latest of it.
const FINDINGS_MAX: usize = 20;
/// Reports that come with a case.
const REPORTS_SHOWN: usize = 20;
const ORDER: &str = "cases";

/// Which cases.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// How far they have come; all when absent.
    pub state: Option<CaseState>,
    /// About this kind of thing.
    pub kind: Option<SubjectKind>,
}

/// A case with what people say about it.
#[derive(Debug, Clone)]
pub struct CaseRow {
    /// The row.
    pub case: Case,
    /// The latest reports.
    pub reports: Vec<Report>,
    /// Who sees the thing now; none when it is gone or has no such state.
    pub subject_state: Option<PostState>,
}

/// What a decision has changed.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The case after it.
    pub case: Case,
    /// A video whose visibility has changed: [`crate::Catalog::announce`] it
    /// once the transaction is committed.
    pub video: Option<String>,
}

impl Community {
    /// One page of the queue, the latest first.
    pub async fn queue(
        &self,
        filter: &CaseFilter,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Slice<CaseRow>> {
        use cases::Column as C;
        let mut query = filtered(filter)
            .order_by_desc(C::UpdatedAt)
            .order_by_desc(C::Id)
            .limit(limit.saturating_add(1));
        if let Some(cursor) = cursor {
            let place = Place::decode(cursor, ORDER)?;
            query = query.filter(
                Condition::any().add(C::UpdatedAt.lt(place.at)).add(
                    Condition::all()
                        .add(C::UpdatedAt.eq(place.at))
                        .add(C::Id.lt(place.id)),
                ),
            );
        }
        let rows = query.all(self.db().read()).await?;
        let page = Slice::cut(rows, limit, |row: &Case| {
            Place::new(ORDER, row.updated_at, &row.id)
        });
        Ok(Slice {
            rows: self.with_reports(page.rows).await?,
            next: page.next,
        })
    }

    /// How many cases there are.
    pub async fn queue_length(&self, filter: &CaseFilter) -> Result<u64> {
        Ok(filtered(filter).count(self.db().read()).await?)
    }

    /// One case.
    pub async fn case(&self, id: &str) -> Result<CaseRow> {
        let case = cases::Entity::find_by_id(id)
            .one(self.db().read())
            .await?
            .ok_or_else(|| CatalogError::not_found("case", id))?;
        let mut rows = self.with_reports(vec![case]).await?;
        rows.pop()
            .ok_or_else(|| CatalogError::not_found("case", id))
    }

    /// Tells moderators of words that rules have found something in.
    pub async fn point_out(&self, subject: &Subject, verdict: &Verdict) -> Result<()> {
        if !verdict.flagged() {
            return Ok(());
        }
        let tx = self.db().begin().await?;
        open_for(&tx, subject, verdict).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Decides a case: the thing's state and the case change in one
    /// transaction, which the caller may add to (an audit entry) and commits.
    pub async fn decide_in(
        &self,
        tx: &impl ConnectionTrait,
        who: &Person,
        id: &str,
        decision: Decision,
        note: Option<&str>,
    ) -> Result<Outcome> {
        let note = note.map(text::clean).filter(|note| !note.is_empty());
        if note.as_ref().is_some_and(|n| n.chars().count() > NOTE_MAX) {
            return Err(super::playlists::invalid(
                "note",
                format!("must not be longer than {NOTE_MAX} characters"),
            ));
        }
        let case = cases::Entity::find_by_id(id)
            .lock_exclusive()
            .one(tx)
            .await?
            .ok_or_else(|| CatalogError::not_found("case", id))?;
        let state = match decision {
            Decision::Approve => Some(PostState::Visible),
            Decision::Hold => Some(PostState::Held),
            Decision::Remove => Some(PostState::Removed),
            Decision::Dismiss => None,
        };
        let hides = matches!(decision, Decision::Hold | Decision::Remove);
        if hides && !case.subject_kind.can_be_hidden() {
            return Err(CatalogError::Conflict(format!(
                "a {} cannot be put out of sight: change it where it is, and dismiss this",
                case.subject_kind.as_str()
            )));
        }
        let mut video = None;
        let mut prior = case.prior;
        if let Some(state) = state {
            match case.subject_kind {
                SubjectKind::Video => {
                    prior = show_video(tx, &case, state == PostState::Visible).await?;
                    video = Some(case.subject_id.clone());
                }
                kind => set_state(tx, kind, &case.subject_id, state, false).await?,
            }
        }
        let now = now_micros();
        let mut row = case.into_active_model();
        row.state = Set(match decision {
            Decision::Hold => CaseState::Open,
            _ => CaseState::Decided,
        });
        row.decision = Set(Some(decision));
        row.decided_by = Set(who.account.clone());
        row.decided_at = Set(Some(now));
        row.note = Set(note);
        row.prior = Set(prior);
        row.updated_at = Set(now);
        Ok(Outcome {
            case: row.update(tx).await?,
            video,
        })
    }

    async fn with_reports(&self, rows: Vec<Case>) -> Result<Vec<CaseRow>> {
        let mut by_case: HashMap<String, Vec<Report>> = HashMap::new();
        if !rows.is_empty() {
            let all = reports::Entity::find()
                .filter(reports::Column::CaseId.is_in(rows.iter().map(|row| row.id.as_str())))
                .order_by_desc(reports::Column::CreatedAt)
                .limit(2000)
                .all(self.db().read())
                .await?;
            for report in all {
                let list = by_case.entry(report.case_id.clone()).or_default();
                if list.len() < REPORTS_SHOWN {
                    list.push(report);
                }
            }
        }
        let mut states = self.states(&rows).await?;
        Ok(rows
            .into_iter()
            .map(|case| CaseRow {
                reports: by_case.remove(&case.id).unwrap_or_default(),
                subject_state: states.remove(&case.subject_id),
                case,
            })
            .collect())
    }

    /// Who sees the things that these cases are about, in one query a kind.
    async fn states(&self, rows: &[Case]) -> Result<HashMap<String, PostState>> {
        let of = |kind| {
            rows.iter()
                .filter(move |row| row.subject_kind == kind)
                .map(|row| row.subject_id.clone())
                .collect::<Vec<_>>()
        };
        let mut found = HashMap::new();
        macro_rules! look_up {
            ($kind:expr, $table:ident) => {
                let ids = of($kind);
                if !ids.is_empty() {
                    let pairs: Vec<(String, PostState)> = $table::Entity::find()
                        .select_only()
                        .column($table::Column::Id)
                        .column($table::Column::State)
                        .filter($table::Column::Id.is_in(ids))
                        .into_tuple()
                        .all(self.db().read())
                        .await?;
                    found.extend(pairs);
                }
            };
        }
        look_up!(SubjectKind::Comment, comments);
        look_up!(SubjectKind::Review, reviews);
        look_up!(SubjectKind::Playlist, playlists);
        let ids = of(SubjectKind::Video);
        if !ids.is_empty() {
            let pairs: Vec<(String, Visibility)> = videos::Entity::find()
                .select_only()
                .column(videos::Column::Id)
                .column(videos::Column::Visibility)
                .filter(videos::Column::Id.is_in(ids))
                .into_tuple()
                .all(self.db().read())
                .await?;
            found.extend(pairs.into_iter().map(|(id, visibility)| {
                let state = if visibility == Visibility::Private {
                    PostState::Removed
                } else {
                    PostState::Visible
                };
                (id, state)
            }));
        }
        Ok(found)
    }
}

fn filtered(filter: &CaseFilter) -> sea_orm::Select<cases::Entity> {
    let mut query = cases::Entity::find();
    if let Some(state) = filter.state {
        query = query.filter(cases::Column::State.eq(state));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(cases::Column::SubjectKind.eq(kind));
    }
    query
}

/// The open case about this thing: the one that there is, opened again if it
/// was decided, or a new one.
pub(super) async fn open(tx: &impl ConnectionTrait, subject: &Subject) -> Result<Case> {
    let now = now_micros();
    let before = cases::Entity::find()
        .filter(cases::Column::SubjectKind.eq(subject.kind))
        .filter(cases::Column::SubjectId.eq(&subject.id))
        .lock_exclusive()
        .one(tx)
        .await?;
    if let Some(before) = before {
        let mut row = before.into_active_model();
        row.state = Set(CaseState::Open);
        row.excerpt = Set(text::excerpt(&subject.excerpt, EXCERPT));
        row.updated_at = Set(now);
        return Ok(row.update(tx).await?);
    }
    let row = cases::Model {
        id: Id::new("case").to_string(),
        subject_kind: subject.kind,
        subject_id: subject.id.clone(),
        video_id: subject.video_id.clone(),
        author: subject.author.clone(),
        author_name: subject.author_name.clone(),
        excerpt: text::excerpt(&subject.excerpt, EXCERPT),
        state: CaseState::Open,
        findings: Findings::default(),
        report_count: 0,
        decision: None,
        decided_by: None,
        decided_at: None,
        note: None,
        prior: None,
        created_at: now,
        updated_at: now,
    };
    Ok(row.into_active_model().reset_all().insert(tx).await?)
}

/// Opens a case if a rule has found something.
async fn open_for(tx: &impl ConnectionTrait, subject: &Subject, verdict: &Verdict) -> Result<()> {
    if !verdict.flagged() {
        return Ok(());
    }
    let case = open(tx, subject).await?;
    let mut findings = case.findings.clone();
    let finding = Finding {
        hook: verdict.hook.to_owned(),
        reason: verdict.reason.clone(),
    };
    if !findings.0.contains(&finding) {
        findings.0.push(finding);
        let surplus = findings.0.len().saturating_sub(FINDINGS_MAX);
        findings.0.drain(..surplus);
    }
    let mut row = case.into_active_model();
    row.findings = Set(findings);
    row.update(tx).await?;
    Ok(())
}

pub(super) async fn open_for_comment(
    tx: &impl ConnectionTrait,
    row: &Comment,
    verdict: &Verdict,
) -> Result<()> {
    open_for(tx, &Subject::comment(row), verdict).await
}

pub(super) async fn open_for_review(
    tx: &impl ConnectionTrait,
    row: &Review,
    verdict: &Verdict,
) -> Result<()> {
    open_for(tx, &Subject::review(row), verdict).await
}

pub(super) async fn open_for_playlist(
    tx: &impl ConnectionTrait,
    row: &Playlist,
    who: &Person,
    verdict: &Verdict,
) -> Result<()> {
    let subject = Subject {
        author_name: who.name.clone(),
        ..Subject::playlist(row)
    };
    open_for(tx, &subject, verdict).await
}

/// Opens a case about a video if a rule has found something. With a verdict
/// that holds it, the caller makes it private; `prior` is what it was before.
pub(crate) async fn open_for_video(
    tx: &impl ConnectionTrait,
    row: &Video,
    verdict: &Verdict,
    prior: Visibility,
) -> Result<()> {
    open_for(tx, &Subject::video(row), verdict).await?;
    if !verdict.held() {
        return Ok(());
    }
    let mut held = cases::Entity::update_many()
        .col_expr(
            cases::Column::Decision,
            Expr::value(Decision::Hold.as_str()),
        )
        .filter(Expr::col(cases::Column::SubjectKind).eq(SubjectKind::Video.as_str()))
        .filter(Expr::col(cases::Column::SubjectId).eq(&row.id));
    if prior != Visibility::Private {
        held = held.col_expr(cases::Column::Prior, Expr::value(prior.as_str()));
    }
    held.exec(tx).await?;
    Ok(())
}

/// Refuses to open a video that is out of sight until a moderator approves it.
pub(crate) async fn refuse_if_held(tx: &impl ConnectionTrait, video: &str) -> Result<()> {
    let held = cases::Entity::find()
        .filter(cases::Column::SubjectKind.eq(SubjectKind::Video))
        .filter(cases::Column::SubjectId.eq(video))
        .filter(cases::Column::Decision.is_in([Decision::Hold, Decision::Remove]))
        .count(tx)
        .await?;
    if held > 0 {
        return Err(CatalogError::Conflict(
            "this video is out of sight until a moderator approves it".to_owned(),
        ));
    }
    Ok(())
}

/// Puts a video out of sight, or back to whom it was open before; gives back
/// what is to be remembered of that.
async fn show_video(
    tx: &impl ConnectionTrait,
    case: &Case,
    show: bool,
) -> Result<Option<Visibility>> {
    let row = videos::Entity::find_by_id(&case.subject_id)
        .lock_exclusive()
        .one(tx)
        .await?;
    let Some(row) = row else {
        return Ok(case.prior);
    };
    let before = row.visibility;
    let (after, prior) = match (show, before, case.prior) {
        (true, _, Some(prior)) => (prior, None),
        (true, before, None) => (before, None),
        (false, Visibility::Private, prior) => (Visibility::Private, prior),
        (false, before, _) => (Visibility::Private, Some(before)),
    };
    if after != before {
        let (version, rules) = (row.version, Rulebook::of(&row));
        let mut row = row.into_active_model();
        row.visibility = Set(after);
        row.is_public = Set(after == Visibility::Public);
        row.version = Set(version + 1);
        row.updated_at = Set(now_micros());
        let video = row.update(tx).await?;
        rules.changed_to(tx, &video).await?;
    }
    Ok(prior)
}

/// Closes the case about a thing that is gone, if there is one.
pub(super) async fn close(
    tx: &impl ConnectionTrait,
    kind: SubjectKind,
    subject: &str,
) -> Result<()> {
    cases::Entity::update_many()
        .col_expr(
            cases::Column::State,
            Expr::value(CaseState::Closed.as_str()),
        )
        .col_expr(cases::Column::UpdatedAt, Expr::value(now_micros()))
        .filter(Expr::col(cases::Column::SubjectKind).eq(kind.as_str()))
        .filter(Expr::col(cases::Column::SubjectId).eq(subject))
        .filter(Expr::col(cases::Column::State).eq(CaseState::Open.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Changes who sees a thing. With `if_visible` only what everybody sees.
pub(super) async fn set_state(
    tx: &impl ConnectionTrait,
    kind: SubjectKind,
    id: &str,
    state: PostState,
    if_visible: bool,
) -> Result<()> {
    let leave = |now: PostState| now == state || (if_visible && now != PostState::Visible);
    match kind {
        SubjectKind::Comment => {
            let Ok(row) = commenting::locked(tx, id).await else {
                return Ok(());
            };
            let before = row.state;
            if leave(before) || before == PostState::Deleted {
                return Ok(());
            }
            let mut row = row.into_active_model();
            row.state = Set(state);
            if state != PostState::Visible {
                row.pinned = Set(false);
            }
            let row = row.update(tx).await?;
            let delta =
                i64::from(state == PostState::Visible) - i64::from(before == PostState::Visible);
            if delta != 0 {
                commenting::count_reply(tx, &row, delta).await?;
            }
        }
        SubjectKind::Review => {
            let row = reviews::Entity::find_by_id(id)
                .lock_exclusive()
                .one(tx)
                .await?;
            if let Some(row) = row.filter(|row| !leave(row.state)) {
                let mut row = row.into_active_model();
                row.state = Set(state);
                row.update(tx).await?;
            }
        }
        SubjectKind::Playlist => {
            // A playlist has no author's view of its own: held is taken down.
            let state = match state {
                PostState::Held if if_visible => return Ok(()),
                PostState::Held => PostState::Removed,
                other => other,
            };
            let row = playlists::Entity::find_by_id(id)
                .lock_exclusive()
                .one(tx)
                .await?;
            if let Some(row) = row.filter(|row| row.state != state) {
                let mut row = row.into_active_model();
                row.state = Set(state);
                row.update(tx).await?;
            }
        }
        // A video is done by the caller; the others are changed where they are.
        SubjectKind::Video
        | SubjectKind::User
        | SubjectKind::Show
        | SubjectKind::Person
        | SubjectKind::Collection
        | SubjectKind::Profile
        | SubjectKind::Subtitle => {}
    }
    Ok(())
}

impl Subject {
    /// A comment.
    pub fn comment(row: &Comment) -> Self {
        Self {
            kind: SubjectKind::Comment,
            id: row.id.clone(),
            video_id: Some(row.video_id.clone()),
            author: row.account.clone().or_else(|| Some(row.author.clone())),
            author_name: row.author_name.clone(),
            excerpt: row.body.clone(),
        }
    }

    /// A review.
    pub fn review(row: &Review) -> Self {
        let parts = [row.title.as_str(), row.body.as_str()];
        let words: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Self {
            kind: SubjectKind::Review,
            id: row.id.clone(),
            video_id: Some(row.video_id.clone()),
            author: row.account.clone().or_else(|| Some(row.author.clone())),
            author_name: row.author_name.clone(),
            excerpt: words.join("\n"),
        }
    }

    /// A playlist.
    pub fn playlist(row: &Playlist) -> Self {
        Self {
            kind: SubjectKind::Playlist,
            id: row.id.clone(),
            video_id: None,
            author: row.owner.clone(),
            author_name: row.creator_id.clone().unwrap_or_default(),
            excerpt: format!("{}\n{}", row.name, row.description),
        }
    }

    /// A video.
    pub fn video(row: &Video) -> Self {
        Self {
            kind: SubjectKind::Video,
            id: row.id.clone(),
            video_id: Some(row.id.clone()),
            author: row.owner.clone(),
            author_name: row.uploader_id.clone().unwrap_or_default(),
            excerpt: format!("{}\n{}", row.title, row.description),
        }
    }

    /// A person.
    pub fn user(id: &str, name: &str) -> Self {
        Self {
            kind: SubjectKind::User,
            id: id.to_owned(),
            video_id: None,
            author: Some(id.to_owned()),
            author_name: name.to_owned(),
            excerpt: name.to_owned(),
        }
    }
}
