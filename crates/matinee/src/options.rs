//! Configuration in the terms of each part.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use matinee_api::{ApiConfig, Face, LadderRung};
use matinee_catalog::metadata::provider::MetadataProvider;
use matinee_engines::outbound::network::AddressRules;
use matinee_engines::outbound::{Dialer, Outbound, SystemLookup};
use matinee_ingest::ProcessingConfig;
use matinee_ingest::config::{BitrateCaps, Hardware, Limits, VideoCodec};
use matinee_ingest::ffmpeg::{Runner, RunnerConfig};
use matinee_ingest::metadata::{Tmdb, TmdbOptions};
use matinee_ingest::uploads::{ImportConfig, UploadConfig};
use matinee_jobs::WorkerOptions;
use matinee_live::ladder::{Ladder, LadderOptions};
use matinee_live::stage::atelier::Atelier;
use matinee_notify::push::PushOptions;
use matinee_playback::PlaybackOptions;

use crate::atelier::StageAtelier;
use crate::config::{Config, Handoff};
use crate::ladder::LiveMill;

/// How long a server of others may take to be found, and to be connected to.
const DIALLING: Duration = Duration::from_secs(10);

/// For the HTTP face.
pub fn api(config: &Config) -> ApiConfig {
    ApiConfig {
        public_url: config.public_url.clone(),
        media_url: config.cdn_base_url.clone().filter(|_| config.enable_cdn),
        trusted_proxies: config.trusted_proxies.clone(),
        country_header: config.country_header.clone(),
        allowed_origins: config.allowed_origins.clone(),
        max_file_size: config.max_file_size,
        supported_formats: config.supported_formats.clone(),
        ladder: config
            .ladder
            .iter()
            .map(|height| rung(*height, config))
            .collect(),
        segment_duration_ms: u32::try_from(config.segment_duration.as_millis()).unwrap_or(u32::MAX),
        multipart_part_size: part_size(config.max_file_size),
        ice_servers: config.broadcasts.ice_servers.clone(),
        https: config
            .public_url
            .as_ref()
            .is_some_and(|url| url.starts_with("https://")),
    }
}

/// What the instance shows of itself.
pub fn face(config: &Config) -> Face {
    Face {
        name: config.name.clone(),
        embed_sites: config.embed_sites.clone(),
    }
}

fn caps(config: &Config) -> BitrateCaps {
    let [p360, p720, p1080, p2160] = config.max_bitrate;
    BitrateCaps {
        p360,
        p720,
        p1080,
        p2160,
    }
}

fn rung(height: u32, config: &Config) -> LadderRung {
    LadderRung {
        name: format!("{height}p"),
        height,
        max_bitrate: matinee_ingest::ladder::bitrate_cap_kbps(&caps(config), height),
    }
}

/// 8 MiB, or what keeps the largest upload within 10,000 parts.
fn part_size(max_file_size: u64) -> u64 {
    const MIB: u64 = 1 << 20;
    max_file_size.div_ceil(10_000).div_ceil(MIB).max(8) * MIB
}

/// For what is on the air.
pub fn broadcasts(config: &Config) -> matinee_live::broadcast::Options {
    config.broadcasts.options(config.rooms.streams.max_duration)
}

/// What makes smaller sizes of broadcasts; none if nothing is to be encoded.
pub fn live_ladder(config: &Config) -> Option<Ladder> {
    if !config.enable_transcoding || !config.enable_adaptive_bitrate {
        return None;
    }
    let mill = LiveMill {
        runner: Runner::new(runner(config)),
        heights: config.ladder.clone(),
        caps: caps(config),
        preset: config.broadcasts.preset.clone(),
        cores: cores(),
    };
    let options = LadderOptions {
        at_once: concurrency(config),
        ..LadderOptions::default()
    };
    Some(Ladder::new(Arc::new(mill), options))
}

/// What decodes and codes for stages.
pub fn stage_atelier(config: &Config) -> Arc<dyn Atelier> {
    Arc::new(StageAtelier {
        runner: Runner::new(runner(config)),
        preset: config.broadcasts.preset.clone(),
        cores: cores(),
    })
}

/// For players.
pub fn playback(config: &Config) -> PlaybackOptions {
    PlaybackOptions {
        handoff: match config.handoff {
            Handoff::Direct => matinee_playback::Handoff::Direct,
            Handoff::XAccel => matinee_playback::Handoff::XAccel,
            Handoff::SignedUrl => matinee_playback::Handoff::SignedUrl,
        },
        token_ttl: config.stream_token_ttl,
        hot_bytes: config.segment_cache,
        ..PlaybackOptions::default()
    }
}

/// For files on their way in.
pub fn uploads(config: &Config) -> anyhow::Result<UploadConfig> {
    let allow = config.import_allow.iter().map(|text| text.parse());
    Ok(UploadConfig {
        max_file_size: config.max_file_size,
        part_size: part_size(config.max_file_size),
        expiry: config.upload_expiry,
        import: ImportConfig {
            allow: allow.collect::<Result<_, _>>()?,
            total: config.import_timeout,
            ..ImportConfig::default()
        },
        ..UploadConfig::default()
    })
}

/// Where webhooks may go.
pub fn webhook_rules(config: &Config) -> anyhow::Result<AddressRules> {
    let allow = config.webhook_allow.iter().map(|text| text.parse());
    Ok(AddressRules::new(allow.collect::<Result<_, _>>()?))
}

/// How browsers are told.
pub fn push(config: &Config) -> anyhow::Result<PushOptions> {
    let allow = config.push_allow.iter().map(|text| text.parse());
    Ok(PushOptions {
        rules: AddressRules::new(allow.collect::<Result<_, _>>()?),
        plain: !config.push_allow.is_empty(),
        site: config.public_url.clone(),
    })
}

/// Where broadcasts may be sent on to, and pulled from.
fn live_rules(config: &Config) -> anyhow::Result<AddressRules> {
    let allow = config.broadcasts.allow.iter().map(|text| text.parse());
    Ok(AddressRules::new(allow.collect::<Result<_, _>>()?))
}

/// How servers are reached that broadcasts are sent on to, or pulled from.
pub fn live_dialer(config: &Config) -> anyhow::Result<Dialer> {
    let rules = live_rules(config)?;
    Ok(Dialer::new(rules, Arc::new(SystemLookup), DIALLING))
}

/// The same over HTTP.
pub fn live_outbound(config: &Config) -> anyhow::Result<Outbound> {
    let rules = live_rules(config)?;
    Ok(Outbound::new(rules, Arc::new(SystemLookup), DIALLING)?)
}

/// Another database of films, if a key for it is configured.
pub fn metadata(config: &Config) -> anyhow::Result<Option<Arc<dyn MetadataProvider>>> {
    let Some(key) = config.tmdb_key.clone() else {
        return Ok(None);
    };
    let allow = config.import_allow.iter().map(|text| text.parse());
    let options = TmdbOptions {
        url: config.tmdb_url.parse()?,
        key,
        allow: allow.collect::<Result<_, _>>()?,
    };
    Ok(Some(Arc::new(Tmdb::new(options)?)))
}

/// For processing.
pub fn processing(config: &Config) -> ProcessingConfig {
    let mut processing = ProcessingConfig::new(config.work_dir());
    processing
        .supported_formats
        .clone_from(&config.supported_formats);
    processing.segment_duration_s = config.segment_duration.as_secs_f64();
    processing.rungs.clone_from(&config.ladder);
    processing.bitrate_caps = caps(config);
    processing.preset.clone_from(&config.transcoding_preset);
    processing.transcoding = config.enable_transcoding;
    processing.adaptive_bitrate = config.enable_adaptive_bitrate;
    processing.concurrency = concurrency(config);
    processing.extra_codecs = config
        .extra_codecs
        .iter()
        .map(|name| match name.as_str() {
            "hevc" => VideoCodec::Hevc,
            _ => VideoCodec::Av1,
        })
        .collect();
    processing.hardware = match config.hardware.as_str() {
        "nvenc" => Hardware::Nvenc,
        "vaapi" => Hardware::Vaapi,
        "qsv" => Hardware::Qsv,
        _ => Hardware::None,
    };
    processing
}

/// For ffmpeg: confined by this very program, if that is what is running (a
/// test's own binary has no such command).
pub fn runner(config: &Config) -> RunnerConfig {
    let devices: Vec<PathBuf> = match config.hardware.as_str() {
        "none" => Vec::new(),
        "nvenc" => ["/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm"]
            .map(PathBuf::from)
            .to_vec(),
        _ => vec![PathBuf::from("/dev/dri")],
    };
    let this = std::env::current_exe()
        .ok()
        .filter(|path| path.file_name().is_some_and(|name| name == "matinee"));
    RunnerConfig {
        self_exe: this,
        devices,
        limits: Limits {
            memory_bytes: Some(config.ffmpeg_memory),
            ..Limits::default()
        },
        ..RunnerConfig::default()
    }
}

/// Heavy work as the operator says, but never more at once than there are cores.
pub fn concurrency(config: &Config) -> usize {
    config.transcoding_concurrency.min(cores())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// For the worker. What somebody waits for runs beside the heavy work.
pub fn worker(config: &Config) -> WorkerOptions {
    WorkerOptions {
        concurrency: concurrency(config),
        ..WorkerOptions::default()
    }
}

/// What this machine is called.
pub fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|name| name.trim().to_owned())
        .ok()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "matinee".to_owned())
}
