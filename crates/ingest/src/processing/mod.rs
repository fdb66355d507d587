//! How far a video is: one view for a page, and a stream of views for those who watch it grow.

mod view;
mod watch;

pub use view::{Processing, Step, StepState, view};
pub use watch::MIN_INTERVAL;
pub(crate) use watch::{look, watch_all, watch_one};
