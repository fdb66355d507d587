//! Pages of channels.

use std::sync::Arc;

use matinee_catalog::Audience;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::store::channels::{Column, Entity};
use crate::{Channels, LinearError, Result, Station};

/// Which channels; an absent field lets all through.
#[derive(Clone, Debug, Default)]
pub struct ChannelFilter {
    /// A part of the name, or the number.
    pub text: Option<String>,
    /// What this account owns.
    pub owner: Option<String>,
    /// These numbers.
    pub numbers: Vec<i32>,
}

/// Some channels, by number.
#[derive(Clone, Debug)]
pub struct ChannelPage {
    /// In order.
    pub stations: Vec<Arc<Station>>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

impl Channels {
    /// At most `limit` of the channels that the audience may come upon, after the page that gave
    /// this cursor.
    pub async fn list(
        &self,
        audience: &Audience,
        filter: &ChannelFilter,
        after: Option<&str>,
        limit: u64,
    ) -> Result<ChannelPage> {
        let mut query = Entity::find()
            .filter(audience.condition_on("channels"))
            .filter(Column::DeletedAt.is_null())
            .order_by_asc(Column::Number)
            // One more than asked for tells whether there is a next page.
            .limit(limit.saturating_add(1));
        if let Some(cursor) = after {
            let last: i32 = cursor.parse().map_err(|_| LinearError::Cursor)?;
            query = query.filter(Column::Number.gt(last));
        }
        if let Some(owner) = &filter.owner {
            query = query.filter(Column::Owner.eq(owner.as_str()));
        }
        if !filter.numbers.is_empty() {
            query = query.filter(Column::Number.is_in(filter.numbers.iter().copied()));
        }
        if let Some(text) = filter
            .text
            .as_deref()
            .map(str::trim)
            .filter(|t| !t.is_empty())
        {
            let pattern =
                LikeExpr::new(format!("%{}%", escaped(&text.to_lowercase()))).escape('\\');
            let name = Func::lower(Expr::col(("channels", Column::Name)));
            let mut any = Condition::any().add(Expr::expr(name).like(pattern));
            if let Ok(number) = text.parse::<i32>() {
                any = any.add(Column::Number.eq(number));
            }
            query = query.filter(any);
        }
        let mut rows = query.all(self.0.db.read()).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).and_then(|last| last.number);
        Ok(ChannelPage {
            stations: Box::pin(self.stations(rows)).await?,
            next: next.map(|number| number.to_string()),
        })
    }

    /// How many channels the audience may come upon.
    pub async fn count(&self, audience: &Audience) -> Result<u64> {
        let query = Entity::find()
            .filter(audience.condition_on("channels"))
            .filter(Column::DeletedAt.is_null());
        Ok(query.count(self.0.db.read()).await?)
    }
}

/// A text whose `%`, `_` and `\` mean themselves in LIKE.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
