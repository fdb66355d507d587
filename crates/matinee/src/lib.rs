//! The composition root of Matinee: command line, configuration, wiring.
//!
//! Nothing here knows how a thing is done; it only decides which parts there
//! are and hands them to each other. [`app::App`] is the whole program as one
//! value: the commands, and the tests, make one and run it.

mod adverts;
pub mod app;
mod atelier;
pub mod cli;
pub mod commands;
pub mod config;
pub mod encoders;
mod events;
mod folder;
pub mod ladder;
pub mod logging;
pub mod maintenance;
pub mod options;
pub mod opus;
pub mod personal;
mod places;
pub mod recordings;
pub mod relays;
pub mod retention;
pub mod server;
pub mod slates;
pub mod stills;
pub mod studio;
mod traces;
