//! What holds for every definition, library, edit and clock.

mod edits;
mod make;
mod streams;
mod wall;
