//! Matinee over HTTP, as its clients see it.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod access;
mod access_leaks;
mod access_people;
mod audio;
mod community;
mod discovery;
mod discovery_home;
mod discovery_pages;
mod library;
mod nginx;
mod people;
mod playback;
mod session;
mod site;
mod subtitles;
mod support;
mod titles;
mod uploads;
