//! Who looks, as a condition on rows.

use matinee_identity::access::{Action, Asker, Decision, Resource, decide};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};

use crate::Audience;
use crate::store::collection_items::Column as Item;
use crate::store::{collection_items, collections, credits, people, shows, videos};

/// Who looks at a list of shows, people or collections: what they see follows
/// from the videos that they may come upon.
#[derive(Debug, Clone)]
pub struct Sight {
    audience: Audience,
    /// The account whose own shows they see even when these are empty.
    owner: Option<String>,
    everything: bool,
}

impl Sight {
    /// What this person sees.
    pub fn of(asker: &Asker) -> Self {
        let may = |action| decide(asker, &Resource::Instance, action) == Decision::Allow;
        let ceiling = asker
            .user()
            .and_then(|user| user.profile.as_ref())
            .is_some_and(|profile| profile.max_rating.is_some());
        let owner = asker.user().filter(|_| may(Action::Upload));
        Self {
            audience: Audience::of(asker),
            owner: owner.map(|user| user.id.to_string()),
            everything: may(Action::Operate) && !ceiling,
        }
    }

    /// What anybody sees.
    pub fn anybody() -> Self {
        Self {
            audience: Audience::anybody(),
            owner: None,
            everything: false,
        }
    }

    /// Everything: for the program's own use.
    pub fn everything() -> Self {
        Self {
            audience: Audience::program(),
            owner: None,
            everything: true,
        }
    }

    /// The videos that they see.
    pub(crate) fn videos(&self) -> Condition {
        self.audience.condition()
    }

    /// A column of the videos that they see, as a subquery.
    fn of_videos(&self, column: videos::Column) -> SelectStatement {
        Query::select()
            .column((videos::Entity, column))
            .from(videos::Entity)
            .cond_where(self.videos())
            .and_where(Expr::col((videos::Entity, column)).is_not_null())
            .to_owned()
    }

    /// The shows that they see: those with an episode that they see, and theirs.
    pub(crate) fn shows(&self) -> Condition {
        if self.everything {
            return Condition::all();
        }
        let episodes = self.of_videos(videos::Column::ShowId);
        let mut seen = Condition::any().add(shows::Column::Id.in_subquery(episodes));
        if let Some(owner) = &self.owner {
            seen = seen.add(shows::Column::Owner.eq(owner.as_str()));
        }
        seen
    }

    fn show_ids(&self) -> SelectStatement {
        Query::select()
            .column((shows::Entity, shows::Column::Id))
            .from(shows::Entity)
            .cond_where(self.shows())
            .to_owned()
    }

    /// The people that they see: those with a credit in what they see, and theirs.
    pub(crate) fn people(&self) -> Condition {
        if self.everything {
            return Condition::all();
        }
        let credited = Query::select()
            .column(credits::Column::PersonId)
            .from(credits::Entity)
            .cond_where(
                Condition::any()
                    .add(credits::Column::VideoId.in_subquery(self.of_videos(videos::Column::Id)))
                    .add(credits::Column::ShowId.in_subquery(self.show_ids())),
            )
            .to_owned();
        let mut seen = Condition::any().add(people::Column::Id.in_subquery(credited));
        if let Some(owner) = &self.owner {
            seen = seen.add(people::Column::Owner.eq(owner.as_str()));
        }
        seen
    }

    /// The collections that they see: those with something in them that they
    /// see, and theirs.
    pub(crate) fn collections(&self) -> Condition {
        if self.everything {
            return Condition::all();
        }
        let holding = Query::select()
            .column(Item::CollectionId)
            .from(collection_items::Entity)
            .cond_where(
                Condition::any()
                    .add(Item::VideoId.in_subquery(self.of_videos(videos::Column::Id)))
                    .add(Item::ShowId.in_subquery(self.show_ids())),
            )
            .to_owned();
        let mut seen = Condition::any().add(collections::Column::Id.in_subquery(holding));
        if let Some(owner) = &self.owner {
            seen = seen.add(collections::Column::Owner.eq(owner.as_str()));
        }
        seen
    }
}
