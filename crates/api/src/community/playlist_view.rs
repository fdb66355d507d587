//! A playlist as clients see it.

use std::collections::HashMap;

use matinee_catalog::Video;
use matinee_catalog::community::{Item, Person, PlaylistAccess, PlaylistRow, PostState, Sharing};
use matinee_identity::access::Action;
use serde::Serialize;
use utoipa::ToSchema;

use crate::videos::view::{VideoView, rfc3339};
use crate::{AppState, Caller, ProblemResult, PublicOrigin};

/// A playlist.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaylistView {
    /// `playlist_…`
    pub id: String,
    /// Its name.
    pub name: String,
    /// Plain text; may be empty.
    pub description: String,
    /// Who the client said makes it; the account that made it unless said otherwise.
    pub creator_id: Option<String>,
    /// Its videos, in order: those that you may see.
    pub video_ids: Vec<String>,
    /// Whether everybody finds it.
    pub is_public: bool,
    /// `public`, `unlisted` (for those who have the address), `members` (for
    /// those who have signed in) or `private`.
    pub visibility: &'static str,
    /// How many videos of it you may see.
    pub video_count: usize,
    /// How long these are together, in milliseconds.
    pub duration_ms: i64,
    /// A picture of the first of them.
    pub thumbnail_url: Option<String>,
    /// Whether a video may be in it more than once.
    pub allow_duplicates: bool,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// The accounts that edit it besides its owner; told to these alone.
    pub collaborators: Vec<String>,
    /// Whether you may add, remove and order videos.
    pub can_edit: bool,
    /// Whether you may share and delete it.
    pub is_owner: bool,
    /// Whether moderators have taken it down; told to its owner and to them.
    pub removed: bool,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
    /// The places in order, with their videos; only where one playlist is asked
    /// for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<PlaylistItemView>>,
}

/// A place in a playlist.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaylistItemView {
    /// `item_…`: tells places of one video apart.
    pub id: String,
    /// From 0, among those that you may see.
    pub position: usize,
    /// RFC 3339.
    pub added_at: String,
    /// The account that added it.
    pub added_by: Option<String>,
    /// The video.
    pub video: VideoView,
}

/// Playlists as this caller sees them: what they may not see is left out.
/// `whole` brings the videos along.
pub(super) async fn views(
    state: &AppState,
    caller: &Caller,
    who: Option<&Person>,
    origin: &PublicOrigin,
    rows: Vec<PlaylistRow>,
    whole: bool,
) -> ProblemResult<Vec<PlaylistView>> {
    let ids: Vec<String> = rows.iter().map(|row| row.playlist.id.clone()).collect();
    let mut items = state.community.items(&ids).await?;
    let mut wanted: Vec<String> = items
        .values()
        .flatten()
        .map(|item| item.video_id.clone())
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut videos = HashMap::with_capacity(wanted.len());
    for some in wanted.chunks(1000) {
        videos.extend(state.catalog.find_many(some).await?);
    }
    videos.retain(|_, video| caller.may(video, Action::Watch));
    let seen: Vec<Vec<Item>> = rows
        .iter()
        .map(|row| {
            let mut list = items.remove(&row.playlist.id).unwrap_or_default();
            // What is found by its address alone is not found in others' lists.
            let edits = row.access(who) >= PlaylistAccess::Edit;
            list.retain(|item| {
                let video = videos.get(&item.video_id);
                video.is_some_and(|video| edits || caller.may(video, Action::See))
            });
            list
        })
        .collect();
    // Pictures: of all videos of one playlist, or of the first of each.
    let pictured = seen
        .iter()
        .flat_map(|list| list.iter().take(if whole { list.len() } else { 1 }))
        .filter_map(|item| videos.get(&item.video_id));
    let parts = state.catalog.parts_of(pictured).await?;
    let view = |video: &Video| {
        let parts = parts.get(&video.id).cloned().unwrap_or_default();
        VideoView::new(video.clone(), &parts, origin)
    };
    Ok(rows
        .into_iter()
        .zip(seen)
        .map(|(row, list)| {
            let access = row.access(who);
            let first = list.first().and_then(|item| videos.get(&item.video_id));
            let edits = access >= PlaylistAccess::Edit;
            PlaylistView {
                video_ids: list.iter().map(|item| item.video_id.clone()).collect(),
                is_public: row.playlist.visibility == Sharing::Public,
                visibility: row.playlist.visibility.as_str(),
                video_count: list.len(),
                duration_ms: list
                    .iter()
                    .filter_map(|item| videos.get(&item.video_id)?.duration_ms)
                    .sum(),
                thumbnail_url: first.and_then(|video| view(video).thumbnail_url),
                allow_duplicates: row.playlist.allow_duplicates,
                collaborators: if edits { row.collaborators } else { Vec::new() },
                can_edit: edits,
                is_owner: access == PlaylistAccess::Own,
                removed: row.playlist.state == PostState::Removed,
                created_at: rfc3339(row.playlist.created_at),
                updated_at: rfc3339(row.playlist.updated_at),
                items: whole.then(|| {
                    let places = list.iter().enumerate();
                    let places = places.filter_map(|(position, item)| {
                        Some(PlaylistItemView {
                            id: item.id.clone(),
                            position,
                            added_at: rfc3339(item.added_at),
                            added_by: item.added_by.clone().filter(|_| edits),
                            video: view(videos.get(&item.video_id)?),
                        })
                    });
                    places.collect()
                }),
                id: row.playlist.id,
                name: row.playlist.name,
                description: row.playlist.description,
                creator_id: row.playlist.creator_id,
                owner_id: row.playlist.owner,
            }
        })
        .collect())
}
