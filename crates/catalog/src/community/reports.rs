//! What people point out to moderators.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::store::{cases, comments, playlists, reports, reviews};
use super::{Case, Community, Person, PostState, Reason, SubjectKind, queue};
use crate::moderation::text;
use crate::{CatalogError, FieldError, Result};

/// The longest explanation, in characters.
const DETAILS_MAX: usize = 2000;
/// The most reports of one person in a day.
const REPORTS_PER_DAY: u64 = 100;
const DAY_MICROS: i64 = 86_400 * 1_000_000;

/// What is reported, as it is when it is reported.
#[derive(Debug, Clone)]
pub struct Subject {
    /// What kind of thing it is.
    pub kind: SubjectKind,
    /// Its id.
    pub id: String,
    /// The video that it stands under (or that it is).
    pub video_id: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// The name that is shown with it.
    pub author_name: String,
    /// What it says.
    pub excerpt: String,
}

/// A report about to be made.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// Why.
    pub reason: Reason,
    /// In words; may be empty.
    pub details: String,
}

impl Community {
    /// The name under which an account has last written a comment or a review,
    /// or owns a playlist; none if it has done none of that.
    pub async fn author_name(&self, account: &str) -> Result<Option<String>> {
        let db = self.db().read();
        let said: Option<String> = comments::Entity::find()
            .select_only()
            .column(comments::Column::AuthorName)
            .filter(comments::Column::Account.eq(account))
            .order_by_desc(comments::Column::CreatedAt)
            .into_tuple()
            .one(db)
            .await?;
        if said.is_some() {
            return Ok(said);
        }
        let judged: Option<String> = reviews::Entity::find()
            .select_only()
            .column(reviews::Column::AuthorName)
            .filter(reviews::Column::Account.eq(account))
            .into_tuple()
            .one(db)
            .await?;
        if judged.is_some() {
            return Ok(judged);
        }
        let owned: Option<String> = playlists::Entity::find()
            .select_only()
            .column(playlists::Column::Id)
            .filter(playlists::Column::Owner.eq(account))
            .into_tuple()
            .one(db)
            .await?;
        Ok(owned.map(|_| account.to_owned()))
    }

    /// Reports something that the reporter sees. A person reports a thing once:
    /// saying it again changes the reason. Comments and reviews that enough
    /// people report go out of sight.
    pub async fn report(&self, who: &Person, subject: Subject, new: NewReport) -> Result<Case> {
        let details = text::clean(&new.details);
        let mut errors = Vec::new();
        text::at_most(&mut errors, "details", &details, DETAILS_MAX);
        if new.reason == Reason::Other && details.is_empty() {
            errors.push(FieldError::new("details", "must say what is wrong"));
        }
        if !errors.is_empty() {
            return Err(CatalogError::Invalid(errors));
        }
        let hold_after = self.moderation().rules().await?.hold_after_reports;
        let now = now_micros();
        let tx = self.db().begin().await?;
        let lately = reports::Entity::find()
            .filter(reports::Column::Reporter.eq(&who.key))
            .filter(reports::Column::CreatedAt.gt(now - DAY_MICROS))
            .count(&tx)
            .await?;
        if lately >= REPORTS_PER_DAY {
            return Err(CatalogError::Conflict(
                "you have made as many reports today as one person may".to_owned(),
            ));
        }
        let case = queue::open(&tx, &subject).await?;
        let row = reports::ActiveModel {
            id: Set(Id::new("report").to_string()),
            case_id: Set(case.id.clone()),
            reporter: Set(who.key.clone()),
            account: Set(who.account.clone()),
            reason: Set(new.reason),
            details: Set(details),
            created_at: Set(now),
        };
        reports::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([reports::Column::CaseId, reports::Column::Reporter])
                    .update_columns([
                        reports::Column::Reason,
                        reports::Column::Details,
                        reports::Column::CreatedAt,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(&tx)
            .await?;
        let count = reports::Entity::find()
            .filter(reports::Column::CaseId.eq(&case.id))
            .count(&tx)
            .await?;
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        cases::Entity::update_many()
            .col_expr(cases::Column::ReportCount, Expr::value(count))
            .filter(Expr::col(cases::Column::Id).eq(&case.id))
            .exec(&tx)
            .await?;
        // Browsers without account are cheap: they are heard, but not counted here.
        let accounts: Vec<String> = reports::Entity::find()
            .select_only()
            .column(reports::Column::Account)
            .filter(reports::Column::CaseId.eq(&case.id))
            .filter(reports::Column::Account.is_not_null())
            .distinct()
            .limit(u64::from(hold_after))
            .into_tuple()
            .all(&tx)
            .await?;
        // What a moderator has once decided is not overruled.
        let undecided = case.decision.is_none();
        if hold_after > 0 && undecided && accounts.len() >= hold_after as usize {
            queue::set_state(&tx, subject.kind, &subject.id, PostState::Held, true).await?;
        }
        tx.commit().await?;
        Ok(Case {
            report_count: count,
            ..case
        })
    }
}
