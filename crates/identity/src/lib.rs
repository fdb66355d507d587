//! Who somebody is, and what they may do.
//!
//! * [`Accounts`] signs people in and knows their sessions.
//! * [`Principal`] is the outcome: who makes a request.
//! * [`access::decide`] is the one function that says whether a principal may
//!   do something; pages, API, playlists and segments all ask it.
//! * [`Audit`] keeps what administrators and others of weight have done.
//! * [`StreamTokens`] are the signed, expiring permissions that players carry
//!   in their URLs; checking one costs a hash and no query.
//!
//! The rest of the program sees only [`Principal`] and [`access::decide`], so
//! that more kinds of people can come without touching it.

pub mod access;
mod accounts;
mod audit;
mod credentials;
mod error;
mod instance_settings;
mod mail;
mod migrations;
mod password;
mod personal;
mod principal;
pub mod ratings;
mod revocations;
mod secrets;
pub mod standing;
mod store;
mod stream_token;
mod throttle;
mod user_agent;

pub use accounts::{
    Account, AccountFilter, AccountPatch, AccountQuota, Accounts, AccountsOptions, AccountsPolicy,
    ApiKey, AssertionResponse, AttestationResponse, Base64Url, Credentials, Device, DeviceCodes,
    DeviceRequest, GrantError, Invitation, Known, LinkedIdentity, MailOptions, NewAccount,
    NewApiKey, NewCredential, NewInvitation, OidcArrival, OidcError, OidcOptions, OidcStart,
    PROVIDER, Passkey, Registered, Registering, Registration, SessionInfo, SessionKind, Setup,
    SignedIn, Tokens, TotpSecret, TwoFactor, UsedCredential, Via, is_recent,
};
pub use audit::{Audit, AuditEntry, AuditFilter, AuditRecord};
pub use credentials::seal::Seal;
pub use credentials::webauthn::PasskeyError;
pub use error::{IdentityError, Result};
pub use instance_settings::InstanceSettings;
pub use mail::is_mailbox;
pub use migrations::migrations;
pub use personal::PersonalData;
pub use principal::{Principal, ProfileRef, Role, Scope, Scopes, User, first_profile};
pub use revocations::{Revocations, take_back};
pub use secrets::InstanceSecret;
pub use stream_token::{Bearer, Claims, StreamTokens, TokenError};
