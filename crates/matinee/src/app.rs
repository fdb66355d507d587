//! The whole program as one value.

mod engines;
mod measures;

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use matinee_ads::events::BeaconHandler;
use matinee_ads::{Ads, AdsDeps};
use matinee_analytics::{Analytics, AnalyticsDeps};
use matinee_api::AppState;
use matinee_api::access::CountrySource;
use matinee_api::community::StatsCache;
use matinee_api::discovery::home::HomePages;
use matinee_api::discovery::sitemap::Sitemaps;
use matinee_api::http::shared::SharedAnswers;
use matinee_api::live::{EncoderPorts, LiveParts};
use matinee_catalog::Catalog;
use matinee_catalog::community::Community;
use matinee_catalog::discovery::recommend::{SimilarHandler, TrendingHandler};
use matinee_catalog::discovery::{Discovery, DiscoveryDeps};
use matinee_engines::db::Db;
use matinee_engines::hot::Hot;
use matinee_engines::live::Live;
use matinee_engines::search::{EmbeddedSearch, EmbeddedSearchOptions};
use matinee_identity::standing::Standings;
use matinee_identity::{
    Accounts, InstanceSecret, InstanceSettings, Revocations, Seal, Setup, StreamTokens,
};
use matinee_ingest::artwork::{Artworks, ArtworksDeps};
use matinee_ingest::ffmpeg::Runner;
use matinee_ingest::folders::Folders;
use matinee_ingest::uploads::import::ImportHandler;
use matinee_ingest::uploads::{Uploads, UploadsDeps};
use matinee_ingest::{Ingest, IngestDeps};
use matinee_jobs::{JobHandler, Jobs, Worker, WorkerOptions};
use matinee_linear::library::Libraries;
use matinee_linear::media::Slates;
use matinee_linear::{Channels, ChannelsDeps};
use matinee_live::broadcast::Broadcasts;
use matinee_live::chat::{Chat, ChatDeps};
use matinee_live::markers::Markers;
use matinee_live::opus::{self, Opus};
use matinee_live::polls::{self, Polls};
use matinee_live::pull::{Pull, PullDeps};
use matinee_live::questions::Questions;
use matinee_live::recording::Recordings;
use matinee_live::restream::{Restream, RestreamDeps};
use matinee_live::room::{Rooms, company};
use matinee_live::rtc::Rtc;
use matinee_live::stage::{Stages, StagesDeps};
use matinee_live::stills::{StillOptions, Stills, StillsDeps};
use matinee_live::streams::{Streams, StreamsDeps};
use matinee_notify::Herald;
use matinee_notify::news::{FanOutHandler, LetterHandler, Notifications};
use matinee_notify::push::{Push, PushHandler};
use matinee_notify::webhooks::{DeliveryHandler, Webhooks};
use matinee_playback::Playback;
use sea_orm_migration::MigrationTrait;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::adverts::{Decided, Fetch};
use crate::config::Config;
use crate::encoders::{EncoderDoors, EncoderOptions};
use crate::events::Events;
use crate::folder::scan::ScanHandler;
use crate::opus::LiveOpus;
use crate::places::Places;
use crate::recordings::Library;
use crate::relays::Relays;
use crate::slates::Easel;
use crate::stills::Darkroom;
use crate::studio::{self, Parts, Studio};
use crate::{maintenance, options, personal, server, traces};

/// Every crate's migrations. They run in the order of their names.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let mut all = matinee_identity::migrations();
    all.extend(matinee_catalog::migrations());
    all.extend(matinee_jobs::migrations());
    all.extend(matinee_ingest::uploads::migrations());
    all.extend(matinee_ingest::folders::migrations());
    all.extend(matinee_playback::migrations());
    all.extend(matinee_live::migrations());
    all.extend(matinee_linear::migrations());
    all.extend(matinee_notify::migrations());
    all.extend(matinee_ads::migrations());
    all.extend(matinee_analytics::migrations());
    all
}

/// How many messages to others are on their way at once.
const COURIERS: usize = 6;

/// Where a server is reached.
pub struct Doors {
    /// For viewers and everybody else.
    pub http: TcpListener,
    /// For encoders.
    pub encoders: EncoderDoors,
}

/// The parts, put together.
pub struct App {
    /// What handlers share.
    pub state: AppState,
    /// The operator's first password, on the very first start.
    pub setup: Option<Setup>,
    handlers: Vec<Arc<dyn JobHandler>>,
    /// Those who wait for others, and not for this machine.
    couriers: Vec<Arc<dyn JobHandler>>,
    events: Events,
    worker: WorkerOptions,
    encoders: EncoderOptions,
    recordings: Recordings,
    studio: Arc<Studio>,
    revocations: Revocations,
    places: Option<Places>,
    /// As it was at the start.
    config: Arc<Config>,
    db: Db,
}

impl App {
    /// Opens the engines, brings the database to this version and wires the
    /// parts. Nothing runs yet.
    pub async fn open(config: &Config, stop: CancellationToken) -> anyhow::Result<Self> {
        matinee_engines::install_tls();
        // First of all: parts keep handles of what they count, and a handle
        // made before there is a recorder counts nothing.
        let metrics = measures::recorder()?;
        let db = engines::database(config, migrations()).await?;
        let set = InstanceSettings::new(db.clone());
        let config = &studio::effective(&set, config).await?;
        let secret = InstanceSecret::load(&db).await?;
        let accounts = Accounts::new(db.clone(), &secret, config.accounts())
            .context("cannot set up accounts")?;
        let setup = accounts.bootstrap().await?;
        let catalog = Catalog::new(db.clone());
        let jobs = Jobs::new(db.clone());
        let blobs = engines::blobs(config).await?;
        let tokens = Arc::new(StreamTokens::new(&secret));
        let lifetime = config.stream_token_ttl;
        let revocations = Revocations::new(db.clone(), tokens.clone(), lifetime);
        revocations.load().await?;
        let playback = Arc::new(Playback::new(
            catalog.clone(),
            blobs.clone(),
            tokens.clone(),
            options::playback(config),
        ));
        let folder = config.data_dir.join("search");
        let search = EmbeddedSearch::new(&folder, EmbeddedSearchOptions::default());
        let discovery = Discovery::new(DiscoveryDeps {
            catalog: catalog.clone(),
            search: Arc::new(search),
            blobs: blobs.clone(),
            history: playback.clone(),
            folder,
        });
        let ingest = Ingest::new(IngestDeps {
            catalog: catalog.clone(),
            blobs: blobs.clone(),
            jobs: jobs.clone(),
            config: options::processing(config),
            runner: Runner::new(options::runner(config)),
        });
        let artworks = Artworks::new(ArtworksDeps {
            catalog: catalog.clone(),
            blobs: blobs.clone(),
            runner: Runner::new(options::runner(config)),
            work_dir: config.work_dir(),
            concurrency: options::concurrency(config),
        });
        let uploads = Uploads::new(UploadsDeps {
            db: db.clone(),
            blobs: blobs.clone(),
            catalog: catalog.clone(),
            jobs: jobs.clone(),
            config: options::uploads(config)?,
        })?;
        let mut handlers = ingest.handlers();
        handlers.push(Arc::new(ImportHandler::new(uploads.clone())));
        let header = matinee_api::access::CountryHeader(options::api(config).country_header);
        let places = match &config.country_file {
            Some(path) => Some(Box::pin(Places::open(header.clone(), path.clone())).await?),
            None => None,
        };
        let country: Arc<dyn CountrySource> = match &places {
            Some(places) => Arc::new(places.clone()),
            None => Arc::new(header),
        };
        let hot = Box::pin(engines::hot(config)).await?;
        let analytics = Analytics::new(AnalyticsDeps {
            db: db.clone(),
            hot: hot.clone(),
            folder: config.data_dir.join("events"),
            secret: secret.derive("analytics-viewers"),
            node: Some(config.node.clone().unwrap_or_else(options::host_name)),
            options: config.analytics,
        });
        let access = matinee_api::access::Access::new(
            &secret,
            Standings::new(db.clone(), &secret),
            hot.clone(),
            country,
            config.limits,
        );
        handlers.push(Arc::new(SimilarHandler(discovery.clone())));
        handlers.push(Arc::new(TrendingHandler(discovery.clone())));
        let community = Community::new(catalog.clone());
        let live = live_parts(config, &db, &accounts, &catalog, hot);
        let desk = Arc::new(live.streams.clone());
        let library = Library {
            catalog: catalog.clone(),
            blobs: blobs.clone(),
            ingest: ingest.clone(),
            jobs: jobs.clone(),
            streams: live.streams.clone(),
            chat: live.chat.clone(),
            markers: live.markers.clone(),
        };
        let recordings = Recordings::new(config.data_dir.join("live"), Arc::new(library));
        let on_air = options::broadcasts(config);
        let broadcasts = Broadcasts::with(
            desk,
            on_air,
            Some(recordings.clone()),
            options::live_ladder(config),
        );
        let stills = Stills::new(StillsDeps {
            broadcasts: broadcasts.clone(),
            streams: live.streams.clone(),
            camera: Arc::new(Darkroom {
                runner: Runner::new(options::runner(config)),
                work_dir: config.work_dir(),
            }),
            blobs: blobs.clone(),
            options: StillOptions::default(),
        });
        let ads = Ads::new(AdsDeps {
            db: db.clone(),
            catalog: catalog.clone(),
            jobs: jobs.clone(),
            conditioner: Arc::new(Fetch(uploads.clone())),
            rules: options::webhook_rules(config)?,
            secret: secret.derive("advertisements"),
        })?;
        let channels = Channels::new(ChannelsDeps {
            db: db.clone(),
            libraries: Libraries::new(catalog.clone(), blobs.clone()),
            slates: Slates::new(
                blobs.clone(),
                Arc::new(Easel {
                    runner: Runner::new(options::runner(config)),
                    work_dir: config.work_dir(),
                }),
            ),
            moderation: catalog.moderation().clone(),
            air: Arc::new(Relays {
                broadcasts: broadcasts.clone(),
                streams: live.streams.clone(),
            }),
            blobs: blobs.clone(),
            speed: config.channel_speed,
            breaks: Some(Arc::new(Decided(ads.clone()))),
        });
        let stages = Stages::new(StagesDeps {
            broadcasts: broadcasts.clone(),
            rooms: live.rooms.clone(),
            streams: live.streams.clone(),
            atelier: options::stage_atelier(config),
            at_once: options::concurrency(config),
        });
        let opus = config.enable_transcoding.then(|| {
            let mill = Arc::new(LiveOpus(Runner::new(options::runner(config))));
            Opus::new(mill, opus::AT_ONCE)
        });
        let rtc = Rtc::with(broadcasts.clone(), opus, config.broadcasts.webrtc());
        let restream = Restream::new(RestreamDeps {
            db: db.clone(),
            seal: Seal::new(&secret, "stream-targets"),
            dialer: options::live_dialer(config)?,
            tls: matinee_engines::tls_client().context("cannot read trusted certificates")?,
            broadcasts: broadcasts.clone(),
        });
        let pull = Pull::new(PullDeps {
            db: db.clone(),
            seal: Seal::new(&secret, "stream-sources"),
            dialer: options::live_dialer(config)?,
            outbound: options::live_outbound(config)?,
            broadcasts: broadcasts.clone(),
            streams: live.streams.clone(),
        });
        live.streams.watch(Arc::new(broadcasts.clone()));
        let allowed = options::webhook_rules(config)?;
        let webhooks = Webhooks::new(db.clone(), jobs.clone(), &secret, allowed)?;
        let notifications = Notifications::new(db.clone(), jobs.clone(), accounts.clone());
        let push = Push::new(
            db.clone(),
            jobs.clone(),
            accounts.clone(),
            &secret,
            options::push(config)?,
        )
        .await?;
        let couriers: Vec<Arc<dyn JobHandler>> = vec![
            Arc::new(DeliveryHandler(webhooks.clone())),
            Arc::new(FanOutHandler(notifications.clone())),
            Arc::new(LetterHandler(notifications.clone())),
            Arc::new(BeaconHandler(ads.clone())),
            Arc::new(PushHandler(push.clone())),
        ];
        let events = Events {
            db: db.clone(),
            catalog: catalog.clone(),
            streams: live.streams.clone(),
            accounts: accounts.clone(),
            chat: live.chat.clone(),
            analytics: analytics.clone(),
            herald: Herald::new(db.clone(), webhooks.clone(), notifications.clone()),
            public_url: config.public_url.clone(),
        };
        personal::contribute(&accounts, &db, &catalog, &community, &live);
        accounts.contribute(Arc::new(personal::Told(
            notifications.clone(),
            push.clone(),
        )));
        accounts.contribute(Arc::new(personal::Played {
            db: db.clone(),
            analytics: analytics.clone(),
        }));
        let face = Arc::new(Live::new(options::face(config)));
        let parts = Parts {
            accounts: accounts.clone(),
            access: access.clone(),
            face: face.clone(),
            live: live.clone(),
        };
        let studio = Arc::new(Studio::new(set, config, parts));
        let state = AppState {
            accounts,
            community,
            stats: StatsCache::default(),
            access,
            catalog,
            discovery,
            home_pages: HomePages::default(),
            lists: SharedAnswers::default(),
            sitemaps: Sitemaps::default(),
            folders: Folders::new(db.clone(), jobs.clone(), &config.library_folders),
            jobs,
            blobs,
            tokens,
            uploads,
            ingest,
            artworks,
            metadata: options::metadata(config)?,
            playback,
            analytics,
            broadcasts,
            rtc,
            stages,
            stills,
            restream,
            pull,
            live,
            channels,
            ads,
            tuners: matinee_api::linear::tuners(),
            notifications,
            push,
            webhooks,
            config: Arc::new(options::api(config)),
            face,
            settings: studio.clone(),
            metrics,
            shutdown: stop,
            started: Instant::now(),
        };
        handlers.push(Arc::new(ScanHandler(state.clone())));
        Ok(Self {
            state,
            setup,
            handlers,
            couriers,
            events,
            worker: options::worker(config),
            encoders: EncoderOptions {
                rtmp: config.broadcasts.rtmp(),
                srt: config.broadcasts.srt(),
            },
            recordings,
            studio,
            revocations,
            places,
            config: Arc::new(config.clone()),
            db,
        })
    }

    /// Runs until `stop`: serves those who come in by `doors`, processes uploads if `worker`,
    /// and closes the engines.
    pub async fn run(
        mut self,
        doors: Option<Doors>,
        worker: bool,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let mut tasks = JoinSet::new();
        if worker {
            let handlers = self.handlers.iter().cloned();
            let worker = Worker::new(self.state.jobs.clone(), self.worker.clone());
            tasks.spawn(handlers.fold(worker, Worker::handler).run(stop.clone()));
            let couriers = WorkerOptions {
                concurrency: COURIERS,
                ..self.worker.clone()
            };
            let couriers = Worker::new(self.state.jobs.clone(), couriers);
            let handlers = self.couriers.iter().cloned();
            tasks.spawn(handlers.fold(couriers, Worker::handler).run(stop.clone()));
            let (ingest, until) = (self.state.ingest.clone(), stop.clone());
            tasks.spawn(async move { ingest.maintain(until).await });
            let (artworks, until) = (self.state.artworks.clone(), stop.clone());
            tasks.spawn(async move { artworks.maintain(until).await });
        }
        tasks.spawn(maintenance::run(
            self.state.clone(),
            self.revocations.clone(),
            stop.clone(),
        ));
        tasks.spawn(traces::run(self.config.clone(), stop.clone()));
        if let Some(places) = self.places.take() {
            tasks.spawn(places.run(stop.clone()));
        }
        let (streams, until) = (self.state.live.streams.clone(), stop.clone());
        tasks.spawn(async move { streams.run(until).await });
        tasks.spawn(company::run(
            self.state.live.streams.clone(),
            self.state.live.rooms.clone(),
            stop.clone(),
        ));
        let (channels, until) = (self.state.channels.clone(), stop.clone());
        tasks.spawn(async move { Box::pin(channels.run(until)).await });
        tasks.spawn(self.events.clone().run(stop.clone()));
        tasks.spawn(polls::run(self.state.live.polls.clone(), stop.clone()));
        let (studio, until) = (self.studio.clone(), stop.clone());
        tasks.spawn(async move { studio.run(until).await });
        let (revocations, until) = (self.revocations.clone(), stop.clone());
        let (accounts, standings) = (
            self.state.accounts.clone(),
            self.state.access.standings.clone(),
        );
        tasks.spawn(async move {
            let forget = || {
                accounts.forget_known();
                standings.forget_known();
            };
            revocations.run(until, forget).await;
        });
        // Ends after the last answer, so that what it acknowledged is written.
        let playing = CancellationToken::new();
        let playback = tokio::spawn({
            let (playback, playing) = (self.state.playback.clone(), playing.clone());
            async move { playback.run(playing).await }
        });
        let mut counting = None;
        match doors {
            Some(Doors { http, mut encoders }) => {
                // Only who serves is told events, and their log has one writer.
                let analytics = self.state.analytics.clone();
                analytics
                    .open()
                    .await
                    .context("cannot open the event log")?;
                let until = playing.clone();
                counting = Some(tokio::spawn(async move { analytics.run(until).await }));
                // Only who serves searches, and an index has one writer.
                let (discovery, until) = (self.state.discovery.clone(), stop.clone());
                tasks.spawn(async move { discovery.run(until).await });
                let recordings = self.recordings.clone();
                // Those of before are told from those of now by being there already.
                let interrupted = recordings.interrupted().await;
                tasks.spawn(async move { recordings.recover(interrupted).await });
                let (stills, until) = (self.state.stills.clone(), stop.clone());
                tasks.spawn(async move { stills.run(until).await });
                let (stages, until) = (self.state.stages.clone(), stop.clone());
                tasks.spawn(async move { stages.run(until).await });
                let (restream, until) = (self.state.restream.clone(), stop.clone());
                tasks.spawn(async move { restream.run(until).await });
                let (pull, until) = (self.state.pull.clone(), stop.clone());
                tasks.spawn(async move { pull.run(until).await });
                self.state.live.ports = encoders.ports();
                if let Some(socket) = encoders.webrtc.take() {
                    self.state.rtc.hear(socket).context("cannot hear WebRTC")?;
                }
                if let Some(listener) = encoders.webrtc_tcp.take() {
                    let heard = self.state.rtc.hear_tcp(listener);
                    heard.context("cannot hear WebRTC by TCP")?;
                }
                let (broadcasts, until) = (self.state.broadcasts.clone(), stop.clone());
                let (options, rtc) = (self.encoders.clone(), self.state.rtc.clone());
                tasks.spawn(async move { encoders.take_in(broadcasts, rtc, options, until).await });
                let router = matinee_api::router(self.state.clone());
                server::serve(http, router, stop).await;
            }
            None => stop.cancelled().await,
        }
        playing.cancel();
        playback.await.context("playback ended badly")?;
        if let Some(counting) = counting {
            counting.await.context("analytics ended badly")?;
        }
        // Steps under way give their places back, so that whoever comes next
        // goes on with them at once.
        while tasks.join_next().await.is_some() {}
        self.close().await
    }

    /// Closes the engines; what they had acknowledged is kept in any case.
    pub async fn close(self) -> anyhow::Result<()> {
        self.db.close().await.context("cannot close the database")
    }
}

/// Streams, their rooms and their chat.
fn live_parts(
    config: &Config,
    db: &Db,
    accounts: &Accounts,
    catalog: &Catalog,
    hot: Arc<dyn Hot>,
) -> LiveParts {
    let streams = Streams::new(StreamsDeps {
        db: db.clone(),
        accounts: accounts.clone(),
        moderation: catalog.moderation().clone(),
        options: config.rooms.streams,
    });
    let rooms = Rooms::new(config.rooms.rooms);
    let chat = Chat::new(ChatDeps {
        db: db.clone(),
        rooms: rooms.clone(),
        moderation: catalog.moderation().clone(),
        hot,
        options: config.rooms.chat,
    });
    LiveParts {
        streams,
        rooms,
        questions: Questions::new(chat.clone()),
        polls: Polls::new(chat.clone()),
        markers: Markers::new(&chat),
        chat,
        token_ttl: config.stream_token_ttl,
        record: config.rooms.record,
        ports: EncoderPorts::default(),
    }
}
