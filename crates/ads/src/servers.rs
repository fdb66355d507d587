//! Ad servers: who else is asked.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder,
};

use crate::campaigns::{named, on_channels, paying, within};
use crate::store::{Placements, servers};
use crate::{AdError, Ads, Result};

pub use crate::store::servers::Model as Server;

/// The most ad servers.
const SERVERS_MAX: u64 = 20;
/// The longest tag, in bytes.
const URL_MAX: usize = 4000;
/// The longest that all of them together may take, in milliseconds.
pub const BUDGET_MS: i32 = 3000;
/// The most characters of an error that are kept.
const ERROR_MAX: usize = 500;

/// What somebody wants of an ad server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are those of an ad server")]
pub struct ServerForm {
    pub name: String,
    pub url: String,
    pub priority: i32,
    pub timeout_ms: i32,
    pub channels: Vec<String>,
    pub placements: Placements,
    pub cpm_micros: i64,
    pub server_side: bool,
    pub active: bool,
}

impl Ads {
    fn checked_server(&self, form: ServerForm) -> Result<servers::ActiveModel> {
        within("priority", form.priority.into(), 0, 1000)?;
        within("timeout_ms", form.timeout_ms.into(), 100, BUDGET_MS.into())?;
        paying(form.cpm_micros)?;
        if form.url.len() > URL_MAX {
            let reason = format!("must be at most {URL_MAX} characters long");
            return Err(AdError::field("url", reason));
        }
        // As it will be asked: macros are filled in first.
        let filled = crate::vast::macros::fill(&form.url, &crate::vast::macros::Values::sample());
        let checked = self.outbound().check(&filled);
        checked.map_err(|error| AdError::field("url", error.to_string()))?;
        Ok(servers::ActiveModel {
            name: Set(named("name", &form.name, false)?),
            url: Set(form.url.trim().to_owned()),
            priority: Set(form.priority),
            timeout_ms: Set(form.timeout_ms),
            channels: Set(on_channels(&form.channels)?),
            placements: Set(form.placements),
            cpm_micros: Set(form.cpm_micros),
            server_side: Set(form.server_side),
            active: Set(form.active),
            updated_at: Set(now_micros()),
            ..Default::default()
        })
    }

    /// All ad servers, in the order in which they are asked.
    pub async fn servers(&self) -> Result<Vec<Server>> {
        let all = servers::Entity::find()
            .order_by_asc(servers::Column::Priority)
            .order_by_asc(servers::Column::Id)
            .all(self.db().read())
            .await?;
        Ok(all)
    }

    /// An ad server.
    pub async fn server(&self, id: &str) -> Result<Server> {
        let found = servers::Entity::find_by_id(id)
            .one(self.db().read())
            .await?;
        found.ok_or(AdError::NotFound("ad server"))
    }

    /// Adds an ad server.
    pub async fn add_server(&self, form: ServerForm) -> Result<Server> {
        let mut row = self.checked_server(form)?;
        row.id = Set(Id::new("adserver").to_string());
        row.created_at = Set(now_micros());
        let tx = self.db().begin().await?;
        if servers::Entity::find().count(&tx).await? >= SERVERS_MAX {
            let reason = format!("there are {SERVERS_MAX} ad servers already");
            return Err(AdError::Conflict(reason));
        }
        let made = row.insert(&tx).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Replaces what was said of an ad server.
    pub async fn change_server(&self, id: &str, form: ServerForm) -> Result<Server> {
        let row = self.checked_server(form)?;
        let tx = self.db().begin().await?;
        let changed = servers::Entity::update_many()
            .set(row)
            .filter(servers::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        if changed.rows_affected == 0 {
            return Err(AdError::NotFound("ad server"));
        }
        let found = servers::Entity::find_by_id(id).one(&tx).await?;
        tx.commit().await?;
        found.ok_or(AdError::NotFound("ad server"))
    }

    /// Forgets an ad server, with the creatives that it had.
    pub async fn remove_server(&self, id: &str) -> Result<()> {
        let gone = servers::Entity::delete_many()
            .filter(servers::Column::Id.eq(id))
            .exec(self.db().write())
            .await?;
        if gone.rows_affected == 0 {
            return Err(AdError::NotFound("ad server"));
        }
        Ok(())
    }

    /// Notes how asking a server has gone, for its operator to see.
    pub(crate) async fn note_server(&self, id: &str, error: Option<&str>) {
        use servers::Column as C;
        let now = now_micros();
        let update = servers::Entity::update_many().filter(C::Id.eq(id));
        let update = match error {
            None => update.col_expr(C::LastOkAt, Expr::value(now)),
            Some(error) => {
                let text: String = error.chars().take(ERROR_MAX).collect();
                update
                    .col_expr(C::LastError, Expr::value(text))
                    .col_expr(C::LastErrorAt, Expr::value(now))
            }
        };
        if let Err(error) = update.exec(self.db().write()).await {
            tracing::warn!(%error, server = id, "how an ad server answered was not noted");
        }
    }
}
