//! The library: what there is to watch, in which renditions, with which
//! images and subtitles.
//!
//! * [`Video`], [`Rendition`], [`Image`] and [`Subtitle`] are the rows.
//! * [`Details`] is what people say about a video, and [`DetailsPatch`] a
//!   change of it; both are judged in one place, field by field.
//! * [`Catalog`] reads and writes them, and tells others of every change
//!   ([`Catalog::changes`]), so that caches need not guess.
//!
//! * [`Show`]s hold seasons of episodes; [`Person`]s have [`Credit`]s;
//!   [`Collection`]s hold titles in order; all of them have [`Artwork`].
//! * Every edit is kept as a [`Revision`], by whom and when, with a way back.
//! * [`Sight`] is who looks: everything that lists takes one.
//!
//! The catalog knows nothing of files or of HTTP: it keeps the keys under which
//! the blob store has the bytes, and leaves the bytes to others.

pub mod access;
pub mod advert;
mod artwork;
mod audience;
mod breaks;
mod catalog;
mod collections;
pub mod community;
mod credits;
mod details;
pub mod discovery;
mod edit;
mod error;
mod judge;
mod listed;
mod listing;
mod media;
pub mod metadata;
mod migrations;
mod migrations_access;
pub mod moderation;
mod pages;
mod people;
mod progress;
mod revisions;
mod shows;
mod sight;
pub mod store;
mod tracks;
mod usage;
mod vocabulary;

pub use access::Access;
pub use artwork::{ARTWORK_KINDS, ARTWORK_MAX};
pub use audience::Audience;
pub use breaks::BreakMarks;
pub use catalog::{Catalog, Change, NewVideo};
pub use collections::{CollectionDetails, CollectionItem, CollectionPatch};
pub use credits::{CREDIT_ROLES, CREDITS_MAX, Credited, NewCredit};
pub use details::{Details, DetailsPatch, FieldError, limits};
pub use error::{CatalogError, Result};
pub use listing::{Filter, Listing, Page, Sort, SortKey};
pub use media::Parts;
pub use migrations::migrations;
pub use pages::{Paged, TitleOrder, TitleQuery, TitleSort};
pub use people::{Filmography, PersonDetails, PersonPatch};
pub use progress::Probed;
pub use revisions::{Edit, REVISIONS_KEPT, Subject};
pub use shows::{
    EPISODES_SHOWN, SHOW_KINDS, SHOW_STATUSES, SeasonDetails, ShowCounts, ShowDetails, ShowFilter,
    ShowPatch,
};
pub use sight::Sight;
pub use store::artwork::Model as Artwork;
pub use store::collections::Model as Collection;
pub use store::credits::Model as Credit;
pub use store::images::{ImageKind, Model as Image};
pub use store::people::Model as Person;
pub use store::renditions::{Layout, Model as Rendition, RenditionKind};
pub use store::revisions::{FieldChange, FieldChanges, Model as Revision};
pub use store::seasons::Model as Season;
pub use store::shows::Model as Show;
pub use store::subtitles::{Model as Subtitle, Origin};
pub use store::videos::{
    Chapter, Chapters, ExternalIds, Model as Video, ProcessingStatus, Reasons, Resolutions, Tags,
};
pub use tracks::{AUDIO_ROLES, RenditionChange, SubtitleChange, wrong_role};
pub use usage::Usage;
pub use vocabulary::WordCount;
