//! The library: what there is to watch, in which renditions, with which
//! images and subtitles.
//!
//! * [`Video`], [`Rendition`], [`Image`] and [`Subtitle`] are the rows.
//! * [`Details`] is what people say about a video, and [`DetailsPatch`] a
//!   change of it; both are judged in one place, field by field.
//! * [`Catalog`] reads and writes them, and tells others of every change
//!   ([`Catalog::changes`]), so that caches need not guess.
//!
//! The catalog knows nothing of files or of HTTP: it keeps the keys under which
//! the blob store has the bytes, and leaves the bytes to others.

pub mod access;
mod audience;
mod catalog;
pub mod community;
mod details;
pub mod discovery;
mod error;
mod listing;
mod media;
mod migrations;
mod migrations_access;
pub mod moderation;
pub mod store;

pub use access::Access;
pub use audience::Audience;
pub use catalog::{Catalog, Change, NewVideo, Probed};
pub use details::{Details, DetailsPatch, FieldError, limits};
pub use error::{CatalogError, Result};
pub use listing::{Filter, Listing, Page, Sort, SortKey};
pub use media::Parts;
pub use migrations::migrations;
pub use store::images::{ImageKind, Model as Image};
pub use store::renditions::{Layout, Model as Rendition, RenditionKind};
pub use store::subtitles::{Model as Subtitle, Origin};
pub use store::videos::{
    Chapter, Chapters, Model as Video, ProcessingStatus, Reasons, Resolutions, Tags,
};
