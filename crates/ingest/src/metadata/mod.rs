//! Other databases of films, over HTTP.

mod tmdb;
mod tmdb_answers;

pub use tmdb::{Tmdb, TmdbOptions};
