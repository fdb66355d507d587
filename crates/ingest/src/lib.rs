//! From a file to something anybody can watch: uploads come in here, and leave as renditions.

pub mod uploads;
