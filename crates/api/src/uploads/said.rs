//! What may be said about a video along with any upload of it.

/// Describes a request that says something about a video beside fields of its
/// own. OpenAPI has no way to share the properties of a form, so they are
/// written into each; they are read field by field ([`super::fields::Fields`]).
macro_rules! saying {
    (
        $(#[$about:meta])*
        pub struct $name:ident {
            $($(#[$said:meta])* $field:ident: $kind:ty,)*
            ..
            $(#[$tagged:meta])* tags: $tags:ty,
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, utoipa::ToSchema)]
        #[expect(dead_code, reason = "describes the fields, which are read one by one")]
        pub struct $name {
            $($(#[$said])* $field: $kind,)*
            /// The file's name without extension if it is left out.
            title: Option<String>,
            /// Plain text.
            description: Option<String>,
            /// Who uploads, as the client wishes to call them.
            uploader_id: Option<String>,
            /// Such as `Entertainment`.
            category: Option<String>,
            $(#[$tagged])*
            tags: $tags,
            /// Whether anybody may watch it; true if left out.
            is_public: Option<bool>,
            /// `movie`, `episode`, `short`, `documentary`, … (a MIME type is taken as the file's).
            content_type: Option<String>,
            /// The show that an episode belongs to.
            show_title: Option<String>,
            /// From 0 (specials).
            season_number: Option<i32>,
            /// From 0.
            episode_number: Option<i32>,
            /// The last episode, of a file that holds several.
            episode_number_end: Option<i32>,
            /// Such as `Action`.
            genre: Option<String>,
            /// The year of the first showing.
            release_year: Option<i32>,
            /// Such as `PG-13`.
            rating: Option<String>,
        }
    };
}

pub(super) use saying;
