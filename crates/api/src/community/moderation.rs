//! `/api/moderation`: the queue, decisions and rules.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use matinee_catalog::CatalogError;
use matinee_catalog::community::{
    CaseFilter, CaseRow, CaseState, Decision, Finding, PostState, SubjectKind,
};
use matinee_catalog::moderation::{Kind, Rules};
use matinee_identity::Audit;
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::paging;
use super::person::moderator;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Caller, Params, PathId, Problem, ProblemResult};

/// Something that a moderator is to look at.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseView {
    /// `case_…`
    pub id: String,
    /// What it is about.
    pub subject: SubjectView,
    /// `open`, `decided`, or `closed` (what it was about is gone).
    pub state: &'static str,
    /// What rules have found.
    pub findings: Vec<FindingView>,
    /// How many people have reported it.
    pub report_count: i32,
    /// The latest reports.
    pub reports: Vec<CaseReport>,
    /// `approve`, `hold`, `remove` or `dismiss`: what was decided last.
    pub decision: Option<&'static str>,
    /// The account that decided.
    pub decided_by: Option<String>,
    /// RFC 3339.
    pub decided_at: Option<String>,
    /// The moderator's words.
    pub note: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// What a case is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectView {
    /// `video`, `comment`, `review`, `playlist`, `user`, `show`, `person`,
    /// `collection`, `profile` or `subtitle`. The last six are changed where
    /// they are: their cases can only be approved or dismissed.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// The video that it stands under (or that it is).
    pub video_id: Option<String>,
    /// Who made it.
    pub author_id: Option<String>,
    /// The name that was shown with it.
    pub author_name: String,
    /// What it said when the case was opened, shortened. Plain text.
    pub excerpt: String,
    /// `visible`, `held`, `removed` or `deleted`: who sees it now; null when
    /// it is gone, and for people.
    pub state: Option<&'static str>,
}

/// What a rule has found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingView {
    /// The hook that found it, such as `words`.
    pub hook: String,
    /// What it found.
    pub reason: String,
}

/// What somebody has reported.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseReport {
    /// `report_…`
    pub id: String,
    /// The account that reported; null for somebody without account.
    pub reporter_id: Option<String>,
    /// `spam`, `abuse`, …
    pub reason: &'static str,
    /// In their words; may be empty.
    pub details: String,
    /// RFC 3339.
    pub created_at: String,
}

impl From<CaseRow> for CaseView {
    fn from(row: CaseRow) -> Self {
        let case = row.case;
        let finding = |Finding { hook, reason }| FindingView { hook, reason };
        Self {
            subject: SubjectView {
                kind: case.subject_kind.as_str(),
                id: case.subject_id,
                video_id: case.video_id,
                author_id: case.author,
                author_name: case.author_name,
                excerpt: case.excerpt,
                state: row.subject_state.map(PostState::as_str),
            },
            state: case.state.as_str(),
            findings: case.findings.0.into_iter().map(finding).collect(),
            report_count: case.report_count,
            reports: row
                .reports
                .into_iter()
                .map(|report| CaseReport {
                    id: report.id,
                    reporter_id: report.account,
                    reason: report.reason.as_str(),
                    details: report.details,
                    created_at: rfc3339(report.created_at),
                })
                .collect(),
            decision: case.decision.map(Decision::as_str),
            decided_by: case.decided_by,
            decided_at: case.decided_at.map(rfc3339),
            note: case.note,
            created_at: rfc3339(case.created_at),
            updated_at: rfc3339(case.updated_at),
            id: case.id,
        }
    }
}

/// Which cases.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct QueueParams {
    /// `open` (unless given), `decided`, `closed` or `all`.
    state: Option<String>,
    /// `video`, `comment`, `review`, `playlist`, `user`, `show`, `person`, `collection`, `profile` or `subtitle`.
    kind: Option<String>,
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
}

/// List what moderators are to look at
///
/// The latest first. `X-Total-Count` says how many there are.
#[utoipa::path(get, path = "/api/moderation/queue", tag = "community", params(QueueParams),
    responses((status = 200, body = Vec<CaseView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn queue(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    Params(params): Params<QueueParams>,
) -> ProblemResult<Response> {
    moderator(&caller)?;
    let limit = paging::limit(params.limit)?;
    let wanted = match params.state.as_deref() {
        None => Some(CaseState::Open),
        Some("all") => None,
        Some(word) => Some(
            CaseState::parse(word)
                .ok_or_else(|| Problem::field("state", "must be open, decided, closed or all"))?,
        ),
    };
    let kind = match params.kind.as_deref() {
        None => None,
        Some(word) => Some(SubjectKind::parse(word).ok_or_else(|| {
            let words = SubjectKind::ALL.map(SubjectKind::as_str).join(", ");
            Problem::field("kind", format!("must be one of {words}"))
        })?),
    };
    let filter = CaseFilter {
        state: wanted,
        kind,
    };
    let cursor = params.cursor.as_deref();
    let page = state.community.queue(&filter, cursor, limit).await?;
    let total = state.community.queue_length(&filter).await?;
    let rows: Vec<CaseView> = page.rows.into_iter().map(Into::into).collect();
    Ok(paging::answer(
        &rows,
        page.next.as_deref(),
        Some(total),
        &uri,
    ))
}

/// Get a case
#[utoipa::path(get, path = "/api/moderation/{id}", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = CaseView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn case(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<CaseView>> {
    moderator(&caller)?;
    Ok(Json(state.community.case(&id).await?.into()))
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionForm {
    /// `approve` (everybody sees it), `hold` (out of sight for now), `remove`
    /// (only its author still sees it) or `dismiss` (it stays as it is).
    decision: String,
    /// Why, for the record; up to 2000 characters.
    #[serde(default)]
    note: Option<String>,
}

/// Decide a case
///
/// A comment, review or playlist changes at once; a video becomes private, or
/// is open again to whom it was. It may be decided again. The audit log remembers who did.
#[utoipa::path(post, path = "/api/moderation/{id}", tag = "community", params(("id" = String, Path)),
    request_body = DecisionForm,
    responses((status = 200, body = CaseView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn decide(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(form): Body<DecisionForm>,
) -> ProblemResult<Json<CaseView>> {
    let who = moderator(&acting.caller)?;
    let decision = Decision::parse(&form.decision)
        .ok_or_else(|| Problem::field("decision", "must be approve, hold, remove or dismiss"))?;
    let tx = state
        .catalog
        .db()
        .begin()
        .await
        .map_err(CatalogError::from)?;
    let outcome = state
        .community
        .decide_in(&tx, &who, &id, decision, form.note.as_deref())
        .await?;
    let detail = json!({
        "decision": decision.as_str(),
        "subject_kind": outcome.case.subject_kind.as_str(),
        "subject_id": outcome.case.subject_id,
        "author": outcome.case.author,
        "note": outcome.case.note,
    });
    Audit::record(&tx, acting.entry("moderation.decide", &*id, detail)).await?;
    tx.commit().await.map_err(CatalogError::from)?;
    if let Some(video) = outcome.video {
        state.catalog.announce(&video, false);
    }
    Ok(Json(state.community.case(&id).await?.into()))
}

/// Rules about what people write.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes Rules, whose crate knows no OpenAPI")]
pub struct RulesView {
    /// Who may comment: `nobody`, `signed_in` or `anyone`.
    comments: String,
    /// Who may review: `nobody`, `signed_in` or `anyone`.
    reviews: String,
    /// Whether a moderator reads every comment and review first.
    hold_all: bool,
    /// How many accounts must report a comment or review before it is out of
    /// sight by itself; 0 leaves that to moderators.
    hold_after_reports: u32,
    /// Blocked words and phrases.
    words: Vec<WordRuleView>,
    /// Addresses.
    links: LinkRulesView,
}

/// A word or phrase, and what happens where it is found.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes WordRule, whose crate knows no OpenAPI")]
pub struct WordRuleView {
    /// `*` at an end lets letters follow or precede. Case, accents, look-alikes,
    /// digits for letters, spacing and stretching do not matter.
    word: String,
    /// `allow`, `flag`, `hold` (unless given) or `refuse`.
    effect: Option<String>,
    /// `title`, `upload`, `comment`, `review`, `playlist`, `name`;
    /// everywhere when empty.
    kinds: Option<Vec<String>>,
}

/// What happens with addresses.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes LinkRules, whose crate knows no OpenAPI"
)]
pub struct LinkRulesView {
    /// `allow`, `flag`, `hold` or `refuse`: with those that neither list names.
    links: Option<String>,
    /// Domains, with all below them, that are always fine.
    allowed_domains: Option<Vec<String>>,
    /// Domains, with all below them, that never are.
    blocked_domains: Option<Vec<String>>,
    /// What happens with a blocked one; `refuse` unless given.
    blocked_effect: Option<String>,
    /// More addresses than this are held.
    max_links: Option<u32>,
    /// Where this counts; in comments, reviews, names and chat when empty.
    kinds: Option<Vec<String>>,
}

/// Get the rules
#[utoipa::path(get, path = "/api/moderation/rules", tag = "community",
    responses((status = 200, body = RulesView), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn rules(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<Rules>> {
    moderator(&caller)?;
    Ok(Json(state.community.moderation().rules().await?))
}

/// Set the rules
///
/// All of them: what is left out goes back to what it was at first. For
/// administrators.
#[utoipa::path(put, path = "/api/moderation/rules", tag = "community", request_body = RulesView,
    responses((status = 200, body = RulesView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn set_rules(
    State(state): State<AppState>,
    acting: Acting,
    Body(rules): Body<Rules>,
) -> ProblemResult<Json<Rules>> {
    acting.caller.require(Action::Operate)?;
    let by = acting.user()?.id.to_string();
    let moderation = state.community.moderation();
    let rules = moderation.set_rules(rules, Some(&by)).await?;
    let detail = json!({
        "words": rules.words.len(),
        "comments": rules.comments,
        "hold_all": rules.hold_all,
    });
    acting.record("moderation.rules", "rules", detail).await?;
    Ok(Json(rules))
}

/// A text to try the rules with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialForm {
    /// Up to 10,000 characters.
    text: String,
    /// `comment` unless given.
    #[serde(default = "comment")]
    #[schema(value_type = Option<String>)]
    kind: Kind,
}

fn comment() -> Kind {
    Kind::Comment
}

/// What the rules make of a text.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialView {
    /// `allow`, `flag`, `hold` or `refuse`.
    #[schema(value_type = String)]
    pub effect: matinee_catalog::moderation::Effect,
    /// What was found; empty for nothing.
    pub reason: String,
    /// The hook that found it.
    pub hook: &'static str,
}

/// Try the rules with a text
#[utoipa::path(post, path = "/api/moderation/rules/test", tag = "community", request_body = TrialForm,
    responses((status = 200, body = TrialView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn test(
    State(state): State<AppState>,
    caller: Caller,
    Body(form): Body<TrialForm>,
) -> ProblemResult<Json<TrialView>> {
    moderator(&caller)?;
    if form.text.chars().count() > 10_000 {
        return Err(Problem::field(
            "text",
            "must not be longer than 10000 characters",
        ));
    }
    let texts = [("text", form.text.as_str())];
    let moderation = state.community.moderation();
    let verdict = moderation.trial(form.kind, &texts, "").await?;
    Ok(Json(TrialView {
        effect: verdict.effect,
        reason: verdict.reason,
        hook: verdict.hook,
    }))
}
