//! What people say about a stream, and which of it is accepted.

use matinee_catalog::{CatalogError, Details, FieldError};
use matinee_identity::access::Visibility;
use serde::{Deserialize, Deserializer};

use super::store::{ChatFrom, Model as Stream};
use crate::{LiveError, Result};

/// The qualities that a stream, and a viewer, may name.
pub const QUALITIES: [&str; 11] = [
    "auto", "source", "240p", "360p", "480p", "540p", "720p", "1080p", "1440p", "2160p", "4k",
];
/// The most viewers that a limit may name.
pub const VIEWERS_MAX: i32 = 1_000_000;
/// The longest wait between two messages of one person, in seconds.
pub const SLOW_MODE_MAX: i32 = 3600;
/// Instants from 1970 to the year 3000, in UTC microseconds.
const INSTANTS: std::ops::Range<i64> = 0..32_503_680_000_000_000;

/// What people say about a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamDetails {
    /// 1 to 255 characters.
    pub title: String,
    /// Up to 10,000 characters.
    pub description: String,
    /// Who the client says streams.
    pub streamer_id: Option<String>,
    /// One of [`matinee_catalog::limits::CONTENT_TYPES`].
    pub content_type: Option<String>,
    /// Such as `Gaming`.
    pub category: Option<String>,
    /// At most 50, without repeats.
    pub tags: Vec<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// An age rating, such as `PG-13`.
    pub rating: Option<String>,
    /// One of [`QUALITIES`].
    pub quality: String,
    /// How many may watch at once; none for all.
    pub max_viewers: Option<i32>,
    /// When it is meant to begin (UTC microseconds).
    pub scheduled_at: Option<i64>,
    /// Whether broadcasts are kept as videos.
    pub record: bool,
    /// Who may write in its chat.
    pub chat_from: ChatFrom,
    /// How many seconds somebody waits from one message to the next.
    pub slow_mode_s: i32,
    /// Whether only followers of its owner write in its chat.
    pub followers_only: bool,
}

impl StreamDetails {
    /// Those of a stream with this title, and nothing else said.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            description: String::new(),
            streamer_id: None,
            content_type: None,
            category: None,
            tags: Vec::new(),
            language: None,
            rating: None,
            quality: "auto".to_owned(),
            max_viewers: None,
            scheduled_at: None,
            record: false,
            chat_from: ChatFrom::Everybody,
            slow_mode_s: 0,
            followers_only: false,
        }
    }

    pub(super) fn of(stream: &Stream) -> Self {
        Self {
            title: stream.title.clone(),
            description: stream.description.clone(),
            streamer_id: stream.streamer_id.clone(),
            content_type: stream.content_type.clone(),
            category: stream.category.clone(),
            tags: stream.tags.0.clone(),
            language: stream.language.clone(),
            rating: stream.rating.clone(),
            quality: stream.quality.clone(),
            max_viewers: stream.max_viewers,
            scheduled_at: stream.scheduled_at,
            record: stream.record,
            chat_from: stream.chat_from,
            slow_mode_s: stream.slow_mode_s,
            followers_only: stream.followers_only,
        }
    }

    /// The same, tidied, or every field that is wrong. What streams share with
    /// videos is judged as theirs is.
    pub(super) fn checked(self) -> Result<Self> {
        let mut errors = Vec::new();
        let shared = Details {
            title: self.title,
            description: self.description,
            uploader_id: self.streamer_id,
            content_type: self.content_type,
            category: self.category,
            tags: self.tags,
            languages: self.language.into_iter().collect(),
            rating: self.rating,
            ..Details::default()
        };
        let shared = match shared.checked() {
            Ok(shared) => shared,
            Err(CatalogError::Invalid(wrong)) => {
                errors.extend(wrong.into_iter().map(|error| FieldError {
                    field: match error.field.as_str() {
                        "uploader_id" => "streamer_id".to_owned(),
                        "languages" => "language".to_owned(),
                        _ => error.field,
                    },
                    ..error
                }));
                Details::default()
            }
            Err(other) => return Err(other.into()),
        };
        let mut refuse = |field: &str, reason: String| errors.push(FieldError::new(field, reason));
        let quality = self.quality.trim().to_lowercase();
        if !QUALITIES.contains(&quality.as_str()) {
            refuse(
                "quality",
                format!("must be one of {}", QUALITIES.join(", ")),
            );
        }
        if self
            .max_viewers
            .is_some_and(|n| !(1..=VIEWERS_MAX).contains(&n))
        {
            refuse("max_viewers", format!("must be from 1 to {VIEWERS_MAX}"));
        }
        if self.scheduled_at.is_some_and(|at| !INSTANTS.contains(&at)) {
            refuse("scheduled_at", "must be from 1970 to 3000".to_owned());
        }
        if !(0..=SLOW_MODE_MAX).contains(&self.slow_mode_s) {
            refuse("slow_mode_s", format!("must be from 0 to {SLOW_MODE_MAX}"));
        }
        if !errors.is_empty() {
            return Err(LiveError::Catalog(CatalogError::Invalid(errors)));
        }
        Ok(Self {
            title: shared.title,
            description: shared.description,
            streamer_id: shared.uploader_id,
            content_type: shared.content_type,
            category: shared.category,
            tags: shared.tags,
            language: shared.languages.into_iter().next(),
            rating: shared.rating,
            quality,
            max_viewers: self.max_viewers,
            scheduled_at: self.scheduled_at,
            record: self.record,
            chat_from: self.chat_from,
            slow_mode_s: self.slow_mode_s,
            followers_only: self.followers_only,
        })
    }
}

/// A change of a stream: an absent field stays, `null` clears it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StreamPatch {
    /// See [`StreamDetails::title`].
    pub title: Option<String>,
    /// See [`StreamDetails::description`].
    pub description: Option<String>,
    /// See [`StreamDetails::streamer_id`].
    #[serde(deserialize_with = "given")]
    pub streamer_id: Option<Option<String>>,
    /// See [`StreamDetails::content_type`].
    #[serde(deserialize_with = "given")]
    pub content_type: Option<Option<String>>,
    /// See [`StreamDetails::category`].
    #[serde(deserialize_with = "given")]
    pub category: Option<Option<String>>,
    /// See [`StreamDetails::tags`].
    pub tags: Option<Vec<String>>,
    /// See [`StreamDetails::language`].
    #[serde(deserialize_with = "given")]
    pub language: Option<Option<String>>,
    /// See [`StreamDetails::rating`].
    #[serde(deserialize_with = "given")]
    pub rating: Option<Option<String>>,
    /// See [`StreamDetails::quality`].
    pub quality: Option<String>,
    /// See [`StreamDetails::max_viewers`].
    #[serde(deserialize_with = "given")]
    pub max_viewers: Option<Option<i32>>,
    /// RFC 3339.
    #[serde(deserialize_with = "given")]
    pub scheduled_at: Option<Option<jiff::Timestamp>>,
    /// See [`StreamDetails::record`].
    pub record: Option<bool>,
    /// See [`StreamDetails::chat_from`].
    pub chat_from: Option<ChatFrom>,
    /// See [`StreamDetails::slow_mode_s`].
    pub slow_mode_s: Option<i32>,
    /// See [`StreamDetails::followers_only`].
    pub followers_only: Option<bool>,
    /// Whom it is open to; the other rules stay.
    pub visibility: Option<Visibility>,
    /// What clients know that know only public and private.
    pub is_private: Option<bool>,
}

#[expect(
    clippy::option_option,
    reason = "absent, null and given are three things"
)]
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    d: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(d).map(Some)
}

impl StreamPatch {
    pub(super) fn apply(self, mut to: StreamDetails) -> StreamDetails {
        fn put<T>(place: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        put(&mut to.title, self.title);
        put(&mut to.description, self.description);
        put(&mut to.streamer_id, self.streamer_id);
        put(&mut to.content_type, self.content_type);
        put(&mut to.category, self.category);
        put(&mut to.tags, self.tags);
        put(&mut to.language, self.language);
        put(&mut to.rating, self.rating);
        put(&mut to.quality, self.quality);
        put(&mut to.max_viewers, self.max_viewers);
        put(
            &mut to.scheduled_at,
            self.scheduled_at
                .map(|at| at.map(jiff::Timestamp::as_microsecond)),
        );
        put(&mut to.record, self.record);
        put(&mut to.chat_from, self.chat_from);
        put(&mut to.slow_mode_s, self.slow_mode_s);
        put(&mut to.followers_only, self.followers_only);
        to
    }

    /// The visibility that it asks for, of a stream that has this one.
    pub(super) fn visibility(&self, now: Visibility) -> Visibility {
        match (self.visibility, self.is_private) {
            (Some(wanted), _) => wanted,
            (None, Some(private)) => now.made_public(!private),
            (None, None) => now,
        }
    }
}
