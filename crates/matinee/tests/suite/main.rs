//! Matinee over HTTP, as its clients see it.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod access;
mod access_leaks;
mod access_people;
mod access_revoked;
mod audio;
mod community;
mod community_lists;
mod community_moderation;
mod community_words;
mod discovery;
mod discovery_home;
mod discovery_pages;
mod followers;
mod library;
mod live_broadcast;
mod live_chat;
mod live_dash;
mod live_ingest;
mod live_polls;
mod live_pull;
mod live_questions;
mod live_replay;
mod live_restream;
mod live_streams;
mod live_webrtc;
mod nginx;
mod people;
mod playback;
mod session;
mod site;
mod subtitles;
mod support;
mod titles;
mod uploads;
mod webhooks;
