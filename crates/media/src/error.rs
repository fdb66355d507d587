//! The crate's one error type.

/// Why bytes could not be understood, or an answer could not be built from them.
///
/// Every variant is a statement about the *input*; none of them is a fault of the program, so a
/// server maps them to a client error (or to "this stored file is damaged"), never to a panic.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// Reading or seeking in the given source failed.
    #[error("reading media failed: {0}")]
    Io(#[from] std::io::Error),
    /// The input is not of the expected format at all.
    #[error("not {expected}")]
    NotThisFormat {
        /// The format that was looked for, in words.
        expected: &'static str,
    },
    /// A required box, field or line is absent.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A structure contradicts itself or the specification.
    #[error("{what} is malformed: {why}")]
    Malformed {
        /// The box or structure.
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A structure ended before its last field.
    #[error("{0} ends early")]
    Truncated(&'static str),
    /// The input asks for more memory or work than is allowed.
    #[error("{what} is too large ({size}, at most {limit})")]
    TooLarge {
        /// The box or structure.
        what: &'static str,
        /// The size it claims.
        size: u64,
        /// The most that is accepted.
        limit: u64,
    },
    /// The format is understood, but this use of it is not supported.
    #[error("unsupported: {0}")]
    Unsupported(&'static str),
    /// A stored index has another version, or its checksum does not match.
    #[error("the index is damaged or of another version: {0}")]
    BadIndex(&'static str),
    /// A segment, track or sample number is outside the rendition.
    #[error("there is no {what} {number}")]
    NoSuch {
        /// What was asked for: `segment`, `track`, `sample`.
        what: &'static str,
        /// The number that was asked for.
        number: u64,
    },
    /// The bytes handed in are not the bytes of the range that was asked for.
    #[error("got {got} bytes where {wanted} were asked for")]
    WrongBytes {
        /// The length of the requested ranges.
        wanted: u64,
        /// The length handed in.
        got: u64,
    },
}

/// The crate's result type.
pub type Result<T, E = MediaError> = std::result::Result<T, E>;

impl MediaError {
    pub(crate) const fn malformed(what: &'static str, why: &'static str) -> Self {
        Self::Malformed { what, why }
    }
}
