//! Files in, by whichever way a client likes.

pub mod checksum;
pub mod import;
pub mod metadata;
pub mod parts;
pub mod sniff;
