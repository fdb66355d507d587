//! The composition root: configuration, command line and wiring.
