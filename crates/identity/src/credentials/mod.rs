//! The arithmetic of credentials: no database, no clock of its own.

pub(crate) mod base32;
pub(crate) mod cbor;
pub(crate) mod jwt;
pub(crate) mod seal;
pub(crate) mod secret;
pub(crate) mod signature;
pub(crate) mod totp;
pub(crate) mod webauthn;
