//! Settings of streams, their rooms and their chat, in the terms of these.

use matinee_live::chat::ChatOptions;
use matinee_live::room::RoomOptions;
use matinee_live::streams::StreamOptions;

/// How streams, rooms and chats are kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct RoomsConfig {
    /// Streams.
    pub streams: StreamOptions,
    /// Their rooms.
    pub rooms: RoomOptions,
    /// Their chat.
    pub chat: ChatOptions,
    /// Whether broadcasts are kept as videos unless their owner says otherwise.
    pub record: bool,
}
