//! The engines: every outside system that Matinee stands on, behind one small
//! trait each, with an embedded implementation and one that scales out.
//!
//! | need            | module    | embedded                | grown          |
//! |-----------------|-----------|-------------------------|----------------|
//! | relational data | [`db`]    | SQLite (WAL, durable)   | PostgreSQL     |
//! | large files     | [`blobs`] | a folder                | S3 and its kin |
//! | hot state       | [`hot`]   | memory, bounded         | shaped for Redis |
//! | events          | [`log`]   | a log in a folder       | shaped for Kafka |
//! | search          | [`search`] | tantivy in a folder    | shaped for OpenSearch |
//!
//! Besides, [`outbound`] sends requests to addresses that others have named.
//!
//! This crate knows no feature: it has no word for video, viewer or stream.
//! Feature crates bring their own tables as migrations, and the composition
//! root hands them all to [`db::migrate`].

pub mod blobs;
pub mod db;
pub mod hot;
pub mod id;
pub mod live;
pub mod log;
pub mod outbound;
pub mod search;
mod small_file;
pub mod testing;
pub mod time;
pub mod trace;

/// Chooses the process-wide TLS implementation. Call it once, before anything
/// opens an encrypted connection; further calls do nothing.
pub fn install_tls() {
    // An Err means that somebody else has installed one: just as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// How servers of others are believed to be who they say they are: by the certificates that this
/// machine trusts.
///
/// Errors when these cannot be read.
pub fn tls_client() -> Result<std::sync::Arc<rustls::ClientConfig>, rustls::Error> {
    use rustls_platform_verifier::ConfigVerifierExt as _;
    install_tls();
    rustls::ClientConfig::with_platform_verifier().map(std::sync::Arc::new)
}
