//! What people do with videos besides watching them: playlists, watchlists,
//! likes, comments, reviews, reports, and the moderators' queue; and whom they
//! follow.
//!
//! [`Community`] is the service. It knows who somebody is ([`Person`]) and what
//! they may do with what people have written; whether they may see a video at
//! all is decided before it is asked.
//!
//! Everything that people type is plain text, kept as it was typed
//! ([`crate::moderation::text`] says what is taken out), and judged by
//! [`crate::moderation`] before it is kept.

mod chapters;
mod comments;
mod follows;
mod leaving;
pub(crate) mod migrations;
pub(crate) mod migrations_follows;
mod notes;
mod page;
mod person;
mod playlist_access;
mod playlist_items;
mod playlists;
pub(crate) mod queue;
mod reactions;
mod reports;
mod reviews;
mod stats;
pub(crate) mod store;
mod watchlist;

use std::sync::Arc;

use crate::Catalog;
use crate::moderation::Moderation;

pub use chapters::NewChapter;
pub use comments::{CommentChange, CommentOrder, CommentRow, NewComment};
pub use follows::{FOLLOWED_MAX, Followed, followers_after, is_following};
pub use leaving::Written;
pub use notes::NOTES_MAX;
pub use page::Slice;
pub use person::Person;
pub use playlist_access::PlaylistAccess;
pub use playlist_items::{Item, Order};
pub use playlists::{
    NewPlaylist, PlaylistChange, PlaylistFilter, PlaylistRow, library_playlists, limits,
};
pub use queue::{CaseFilter, CaseRow, Outcome};
pub use reactions::{Counts, Reaction};
pub use reports::{NewReport, Subject};
pub use reviews::{NewReview, ReviewOrder, Stars};
pub use stats::Stats;
pub use store::cases::{CaseState, Decision, Finding, Findings, Model as Case, SubjectKind};
pub use store::comments::{Model as Comment, PostState};
pub use store::notes::Model as Notes;
pub use store::playlists::{Model as Playlist, Sharing};
pub use store::reports::{Model as Report, Reason};
pub use store::reviews::Model as Review;
pub use watchlist::WATCHLIST_MAX;

/// The community's service; a clone shares the same rules.
#[derive(Clone, Debug)]
pub struct Community {
    pub(crate) catalog: Catalog,
    moderation: Arc<Moderation>,
    followers: follows::FollowerCounts,
}

impl Community {
    /// The community around this library.
    pub fn new(catalog: Catalog) -> Self {
        Self {
            moderation: catalog.moderation().clone(),
            followers: follows::counts(),
            catalog,
        }
    }

    /// The rules by which what people write is judged.
    pub fn moderation(&self) -> &Arc<Moderation> {
        &self.moderation
    }

    pub(crate) fn db(&self) -> &matinee_engines::db::Db {
        self.catalog.db()
    }
}
