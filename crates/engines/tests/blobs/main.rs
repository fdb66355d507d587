//! The blob engines: one conformance suite for both, and what each must
//! withstand besides.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

mod bucket;
mod conformance;
mod crash;
mod flaky;
mod folder;
mod memory;
mod model;
mod support;
