//! The `matinee` program.

fn main() {}
