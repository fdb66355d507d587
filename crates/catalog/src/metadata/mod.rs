//! What is known of titles elsewhere: in file names, in NFO files, beside the
//! films in their folders, in tables that people keep, and in other databases.
//!
//! Everything here turns foreign texts into the catalogue's own terms. What
//! they say is checked like anything that a person types in.

mod apply;
pub mod names;
pub mod nfo;
pub mod provider;
pub mod rows;
pub mod sidecars;
pub mod table;

pub use apply::RowEffect;
