//! What handlers share.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use matinee_ads::Ads;
use matinee_analytics::Analytics;
use matinee_catalog::Catalog;
use matinee_catalog::community::Community;
use matinee_catalog::discovery::Discovery;
use matinee_catalog::metadata::provider::MetadataProvider;
use matinee_engines::blobs::SharedBlobs;
use matinee_engines::live::Live;
use matinee_identity::{Accounts, StreamTokens};
use matinee_ingest::Ingest;
use matinee_ingest::artwork::Artworks;
use matinee_ingest::folders::Folders;
use matinee_ingest::uploads::Uploads;
use matinee_jobs::Jobs;
use matinee_linear::Channels;
use matinee_live::broadcast::Broadcasts;
use matinee_live::pull::Pull;
use matinee_live::restream::Restream;
use matinee_live::rtc::Rtc;
use matinee_live::stage::Stages;
use matinee_live::stills::Stills;
use matinee_notify::news::Notifications;
use matinee_notify::push::Push;
use matinee_notify::webhooks::Webhooks;
use matinee_playback::Playback;
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::access::Access;
use crate::community::StatsCache;
use crate::discovery::home::HomePages;
use crate::discovery::sitemap::Sitemaps;
use crate::http::shared::SharedAnswers;
use crate::live::LiveParts;
use crate::settings::Settings;

/// What handlers share; a clone is cheap.
#[derive(Clone)]
pub struct AppState {
    /// Who may sign in, and who has.
    pub accounts: Accounts,
    /// What decisions about access are made with.
    pub access: Access,
    /// The library.
    pub catalog: Catalog,
    /// Finds something to watch.
    pub discovery: Discovery,
    /// What people do with it besides watching.
    pub community: Community,
    /// The service in numbers, as counted a moment ago.
    pub stats: StatsCache,
    /// Home pages that many share.
    pub home_pages: HomePages,
    /// Lists that many share.
    pub lists: SharedAnswers,
    /// What crawlers are told.
    pub sitemaps: Sitemaps,
    /// The queue of long work.
    pub jobs: Jobs,
    /// Uploads, renditions and pictures.
    pub blobs: SharedBlobs,
    /// Issues and checks the permissions that players carry.
    pub tokens: Arc<StreamTokens>,
    /// Makes videos of files.
    pub ingest: Ingest,
    /// Takes files in.
    pub uploads: Uploads,
    /// Folders of this machine with films in them.
    pub folders: Folders,
    /// Pictures of titles, people and collections.
    pub artworks: Artworks,
    /// Another database of films, if there is one.
    pub metadata: Option<Arc<dyn MetadataProvider>>,
    /// Everything that players ask for.
    pub playback: Arc<Playback>,
    /// What is watched, and how well it plays.
    pub analytics: Analytics,
    /// What is on the air on this node.
    pub broadcasts: Arc<Broadcasts>,
    /// Those who publish and watch by WebRTC.
    pub rtc: Rtc,
    /// Those who are on the air together.
    pub stages: Stages,
    /// Pictures of what is on the air.
    pub stills: Stills,
    /// Where it is sent on to.
    pub restream: Restream,
    /// What is pulled from elsewhere.
    pub pull: Pull,
    /// Streams, their rooms and their chat.
    pub live: LiveParts,
    /// Television around the clock.
    pub channels: Channels,
    /// Advertisements.
    pub ads: Ads,
    /// Places for those who watch them as transport streams.
    pub tuners: Arc<Semaphore>,
    /// What people are told who follow somebody.
    pub notifications: Notifications,
    /// Browsers that are told, too.
    pub push: Push,
    /// Programs that are told what happens.
    pub webhooks: Webhooks,
    /// How this instance is set up.
    pub config: Arc<ApiConfig>,
    /// What of that may change while it runs.
    pub face: Arc<Live<Face>>,
    /// How it is set up, for its administrators.
    pub settings: Arc<dyn Settings>,
    /// Renders `/metrics`.
    pub metrics: PrometheusHandle,
    /// Done when the server is asked to stop: long answers end.
    pub shutdown: CancellationToken,
    /// When the server started.
    pub started: Instant,
}

/// What the instance shows of itself, which may change while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// What the instance calls itself.
    pub name: String,
    /// Sites whose pages may show the player in a frame, or `*` for any.
    pub embed_sites: Vec<String>,
}

/// How this instance is set up, as far as its HTTP face is concerned.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// The address under which the world sees it, without a final slash; when
    /// there is none it is taken from each request.
    pub public_url: Option<String>,
    /// Where players get media from, when that is a content delivery network
    /// rather than this server; without a final slash.
    pub media_url: Option<String>,
    /// Peers whose `X-Forwarded-…` headers are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The header in which a trusted proxy tells the client's country.
    pub country_header: Option<http::HeaderName>,
    /// Other sites whose pages may call the API, or `*` for any (without
    /// cookies, in either case).
    pub allowed_origins: Vec<String>,
    /// The largest upload, in bytes.
    pub max_file_size: u64,
    /// Names of the containers that are accepted, such as `mp4`.
    pub supported_formats: Vec<String>,
    /// The rungs that processing makes, from the lowest.
    pub ladder: Vec<LadderRung>,
    /// The usual segment length in milliseconds.
    pub segment_duration_ms: u32,
    /// The part size that clients of the multipart upload should use, in bytes.
    pub multipart_part_size: u64,
    /// STUN and TURN servers that WebRTC's clients may find their way with.
    pub ice_servers: Vec<String>,
    /// Sends clients away from plain text: cookies are marked `Secure`.
    pub https: bool,
}

/// One rung of the ladder.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LadderRung {
    /// Such as `720p`.
    pub name: String,
    /// In pixels, of the picture's shorter side.
    pub height: u32,
    /// The most that it may need, in kbit/s.
    pub max_bitrate: u32,
}
