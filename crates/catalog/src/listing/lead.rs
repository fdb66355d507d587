//! By which index a list is read.
//!
//! PostgreSQL knows how its rows are spread and decides by itself. SQLite has
//! no idea, or one from the last start, and then reads and sorts a whole
//! library to show its first fifty titles. So it is told: when few rows pass a
//! filter they are gathered by its index and sorted; when many do, the order's
//! own index is walked until the page is full. A bounded count says which.

use std::time::Duration;

use moka::sync::Cache;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait as _, DbBackend};

use super::{Filter, Sort, SortKey};
use crate::store::{collection_items, credits, video_genres, video_tags, videos};
use crate::{Audience, Catalog, Result};

/// Rows up to this number are gathered and sorted.
const FEW: u64 = 1_000;

/// How many rows a condition lets through, by the condition, its value and the number up to which
/// they were counted. It only says which way is the shorter, so it may be a little old.
pub(crate) type Sizes = Cache<(Lead, String, u64), u64>;

/// How long a number is good for.
const GOOD_FOR: Duration = Duration::from_secs(30);
/// The most numbers that are kept.
const SIZES: u64 = 2_000;

pub(crate) fn sizes() -> Sizes {
    Cache::builder()
        .name("lists")
        .time_to_live(GOOD_FOR)
        .max_capacity(SIZES)
        .build()
}

/// A condition that has an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lead {
    Collection,
    Person,
    ExtraOf,
    ShowId,
    ShowTitle,
    Tag,
    Uploader,
    Owner,
    Category,
    Status,
    ContentType,
    Genre,
    Visibility,
}

/// How a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As the database thinks best.
    Free,
    /// By this condition's index and no other.
    By(Lead),
    /// By the index of the order.
    Walk,
}

impl Lead {
    /// Whether its index has the newest first among the rows of one value.
    fn has_newest(self) -> bool {
        matches!(
            self,
            Self::Uploader | Self::Owner | Self::Category | Self::ContentType | Self::Visibility
        )
    }

    /// The rows of its index with this value.
    pub(super) fn rows(self, value: String) -> SelectStatement {
        use videos::Column as C;
        let mut rows = Query::select();
        match self {
            Self::Collection => rows
                .from(collection_items::Entity)
                .and_where(collection_items::Column::CollectionId.eq(value)),
            Self::Person => rows
                .from(credits::Entity)
                .and_where(credits::Column::PersonId.eq(value)),
            Self::Tag => rows
                .from(video_tags::Entity)
                .and_where(video_tags::Column::Tag.eq(value)),
            Self::Genre => rows
                .from(video_genres::Entity)
                .and_where(video_genres::Column::Genre.eq(value)),
            Self::ExtraOf => rows.from(videos::Entity).and_where(C::ExtraOf.eq(value)),
            Self::ShowId => rows.from(videos::Entity).and_where(C::ShowId.eq(value)),
            Self::ShowTitle => rows.from(videos::Entity).and_where(C::ShowTitle.eq(value)),
            Self::Uploader => rows.from(videos::Entity).and_where(C::UploaderId.eq(value)),
            Self::Owner => rows.from(videos::Entity).and_where(C::Owner.eq(value)),
            Self::Category => rows.from(videos::Entity).and_where(C::Category.eq(value)),
            Self::Status => rows
                .from(videos::Entity)
                .and_where(Expr::col(C::ProcessingStatus).eq(value)),
            Self::ContentType => rows
                .from(videos::Entity)
                .and_where(C::ContentType.eq(value)),
            Self::Visibility => rows
                .from(videos::Entity)
                .and_where(Expr::col(C::Visibility).eq(value)),
        };
        rows
    }
}

impl Way {
    /// A column, or the same so that its index is not used.
    pub(super) fn column(self, column: videos::Column, lead: Option<Lead>) -> SimpleExpr {
        let column = Expr::col((videos::Entity, column));
        if self.uses(lead) {
            column
        } else {
            apart(column)
        }
    }

    fn uses(self, lead: Option<Lead>) -> bool {
        match self {
            Self::Free => true,
            Self::By(by) => lead == Some(by),
            Self::Walk => false,
        }
    }

    /// What the list is ordered by, as the database is to see it.
    pub(super) fn order(self, sort: Sort) -> SimpleExpr {
        match self {
            Self::By(lead) if !(sort.key == SortKey::CreatedAt && lead.has_newest()) => {
                apart(sort.expr())
            }
            _ => sort.expr(),
        }
    }

    /// The videos whose ids these rows have in this column.
    pub(super) fn among<C: ColumnTrait>(
        self,
        lead: Lead,
        mut rows: SelectStatement,
        column: C,
    ) -> SimpleExpr {
        let id = Expr::col((videos::Entity, videos::Column::Id));
        if self.uses(Some(lead)) {
            // NULL among the ids would hide nothing here, but is read in vain.
            rows.and_where(column.is_not_null());
            return id.in_subquery(rows.column(column).to_owned());
        }
        let same = Expr::col(column.as_column_ref()).eq(id);
        Expr::exists(rows.expr(Expr::value(1)).and_where(same).to_owned())
    }
}

/// SQLite uses no index for an expression.
fn apart(expr: SimpleExpr) -> SimpleExpr {
    Expr::cust_with_expr("+?", expr)
}

impl Catalog {
    /// How to read the rows of a list in this order; `None` is for counting
    /// them.
    pub(super) async fn way(
        &self,
        audience: &Audience,
        filter: &Filter,
        sort: Option<Sort>,
    ) -> Result<Way> {
        if self.db().backend() != DbBackend::Sqlite {
            return Ok(Way::Free);
        }
        let leads = leads(audience, filter);
        let enough = if sort.is_some() { FEW } else { 50 * FEW };
        let newest = sort.is_some_and(|sort| sort.key == SortKey::CreatedAt);
        let ordered = leads.iter().find(|(lead, _)| newest && lead.has_newest());
        let mut best = (
            enough,
            ordered.map_or(Way::Walk, |(lead, _)| Way::By(*lead)),
        );
        for (lead, value) in leads {
            let count = self.up_to(lead, value, enough).await?;
            if count < best.0 {
                best = (count, Way::By(lead));
            }
        }
        Ok(best.1)
    }

    /// How many rows there are, counted no further than this.
    async fn up_to(&self, lead: Lead, value: String, bound: u64) -> Result<u64> {
        let key = (lead, value, bound);
        if let Some(size) = self.sizes.get(&key) {
            return Ok(size);
        }
        let mut rows = lead.rows(key.1.clone());
        let count = Query::select()
            .expr(Func::count(Expr::value(1)))
            .from_subquery(rows.expr(Expr::value(1)).limit(bound).to_owned(), "rows")
            .to_owned();
        let row = self.db().read().query_one(&count).await?;
        let size: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?;
        let size = size.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        self.sizes.insert(key, size);
        Ok(size)
    }
}

/// The conditions that have an index, each with the value that it asks for.
fn leads(audience: &Audience, filter: &Filter) -> Vec<(Lead, String)> {
    let lower = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
    let status = filter.status.map(|status| status.as_str().to_owned());
    let visibility = audience.only().map(|only| only.as_str().to_owned());
    let columns = [
        (Lead::Collection, filter.collection_id.clone()),
        (Lead::Person, filter.person_id.clone()),
        (Lead::ExtraOf, filter.extra_of.clone()),
        (Lead::ShowId, filter.show_id.clone()),
        (Lead::ShowTitle, filter.show_title.clone()),
        (Lead::Tag, lower(&filter.tag)),
        (Lead::Uploader, filter.uploader_id.clone()),
        (Lead::Owner, filter.owner.clone()),
        (Lead::Category, filter.category.clone()),
        (Lead::Status, status),
        (Lead::ContentType, filter.content_type.clone()),
        (Lead::Genre, lower(&filter.genre)),
        (Lead::Visibility, visibility),
    ];
    columns
        .into_iter()
        .filter_map(|(lead, value)| Some((lead, value?)))
        .collect()
}
