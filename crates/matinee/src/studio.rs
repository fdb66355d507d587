//! Settings that administrators change in the studio.
//!
//! What the machine's operator says (flags, environment, file) wins. The rest
//! is kept in the database, judged by the same rules as at the start, and
//! handed to the parts that can go by it at once. Other nodes look for changes
//! every now and then.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use matinee_api::Acting;
use matinee_api::Face;
use matinee_api::access::Access;
use matinee_api::live::LiveParts;
use matinee_api::settings::{SettingKind, SettingSource, SettingView, Settings, SettingsError};
use matinee_catalog::FieldError;
use matinee_engines::live::Live;
use matinee_identity::{Accounts, InstanceSettings};
use serde_json::{Map, json};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::config::settings::{Edited, Kind, Setting, settings};
use crate::config::{Config, Source, Wrong};
use crate::options;

/// How often a node looks for what was changed on another.
const EVERY: Duration = Duration::from_secs(30);
/// The longest value, in bytes.
const VALUE_MAX: usize = 4096;

/// What goes by settings that change at once.
pub struct Parts {
    /// Who may make an account, and how sign-in is slowed down.
    pub accounts: Accounts,
    /// Rates and quotas.
    pub access: Access,
    /// What the instance shows of itself.
    pub face: Arc<Live<Face>>,
    /// Streams, their rooms and their chat.
    pub live: LiveParts,
}

impl Parts {
    fn follow(&self, config: &Config) {
        self.accounts.set_policy(config.accounts_policy());
        self.access.set_limits(config.limits);
        self.face.set(options::face(config));
        self.live.streams.set_options(config.rooms.streams);
        self.live.rooms.set_options(config.rooms.rooms);
        self.live.chat.set_options(config.rooms.chat);
    }
}

/// The settings, as this process has them.
pub struct Studio {
    store: InstanceSettings,
    // What the parts began with.
    started: Config,
    // What holds, or will after the next start.
    now: Mutex<Config>,
    parts: Parts,
}

/// The configuration with what is set in the studio. What was set by another
/// version and is not right any more does not count: the program starts.
pub async fn effective(store: &InstanceSettings, config: &Config) -> anyhow::Result<Config> {
    let set = store.all().await?;
    Ok(config.with_studio(&set).unwrap_or_else(|error| {
        tracing::error!(%error, "what was set in the studio does not count");
        config.clone()
    }))
}

impl Studio {
    /// For parts that go by `config`, which has the studio's values in it.
    pub fn new(store: InstanceSettings, config: &Config, parts: Parts) -> Self {
        Self {
            store,
            started: config.clone(),
            now: Mutex::new(config.clone()),
            parts,
        }
    }

    /// Follows what is changed on other nodes, until canceled.
    pub async fn run(&self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            let mut now = self.now.lock().await;
            match effective(&self.store, &now).await {
                Ok(config) => {
                    self.parts.follow(&config);
                    *now = config;
                }
                Err(error) => {
                    tracing::warn!(%error, "settings were not read anew; it is tried again");
                }
            }
        }
    }

    fn view(&self, setting: &'static Setting, now: &Config) -> SettingView {
        let written = |config: &Config| match config.given.find(setting) {
            Some((text, source)) => (text.to_owned(), source.clone()),
            None => (setting.default.to_owned(), Source::Default),
        };
        let (value, source) = written(now);
        let locked_reason = locked(setting, &source);
        SettingView {
            key: setting.key(),
            env: setting.env,
            section: setting.section,
            description: setting.about,
            expects: setting.expects,
            kind: kind(setting.kind),
            choices: match setting.kind {
                Kind::Choice(words) => words,
                _ => &[],
            },
            default: Some(setting.default).filter(|text| !text.is_empty()),
            is_set: !value.is_empty(),
            is_pending: setting.edited == Edited::AfterRestart && written(&self.started).0 != value,
            value: Some(value).filter(|text| !text.is_empty() && !setting.secret),
            is_secret: setting.secret,
            source_name: match &source {
                Source::Environment(name) => Some(name.clone()),
                Source::File(path) => Some(path.display().to_string()),
                _ => None,
            },
            source: match source {
                Source::Flag => SettingSource::Flag,
                Source::Environment(_) => SettingSource::Environment,
                Source::File(_) => SettingSource::File,
                Source::Studio => SettingSource::Studio,
                Source::Default => SettingSource::Default,
            },
            is_editable: locked_reason.is_none(),
            locked_reason,
            needs_restart: setting.edited != Edited::AtOnce,
        }
    }
}

fn kind(kind: Kind) -> SettingKind {
    match kind {
        Kind::Text => SettingKind::Text,
        Kind::Number => SettingKind::Number,
        Kind::Switch => SettingKind::Switch,
        Kind::Choice(_) => SettingKind::Choice,
        Kind::List => SettingKind::List,
        Kind::Size => SettingKind::Size,
        Kind::Duration => SettingKind::Duration,
        Kind::Rate => SettingKind::Rate,
    }
}

/// Why a setting cannot be changed here; none if it can.
fn locked(setting: &Setting, source: &Source) -> Option<String> {
    if setting.edited == Edited::Never {
        let reason = "belongs to the machine: set it by flag, environment or file";
        return Some(reason.to_owned());
    }
    match source {
        Source::Studio | Source::Default => None,
        elsewhere => Some(format!("is set by the operator ({elsewhere})")),
    }
}

/// Whether this may be set so.
fn judge(key: &str, value: Option<&str>, now: &Config) -> Result<(), FieldError> {
    let refuse = |reason: String| Err(FieldError::new(key, reason));
    let Some(setting) = settings().find(|setting| setting.key() == key) else {
        return refuse("is no setting".to_owned());
    };
    let source = now.given.find(setting);
    let source = source.map_or(&Source::Default, |(_, source)| source);
    if let Some(reason) = locked(setting, source) {
        return refuse(reason);
    }
    let Some(value) = value else { return Ok(()) };
    let mut trial = Config::bare();
    let right = value.len() <= VALUE_MAX
        && !value.chars().any(char::is_control)
        && (setting.set)(&mut trial, value.trim()) != Err(Wrong);
    if right {
        Ok(())
    } else {
        refuse(format!("must be {}", setting.expects))
    }
}

#[async_trait]
impl Settings for Studio {
    async fn list(&self) -> Vec<SettingView> {
        let now = self.now.lock().await;
        settings().map(|setting| self.view(setting, &now)).collect()
    }

    async fn change(
        &self,
        changes: BTreeMap<String, Option<String>>,
        by: &Acting,
    ) -> Result<(), SettingsError> {
        let mut now = self.now.lock().await;
        let refused: Vec<FieldError> = changes
            .iter()
            .filter_map(|(key, value)| judge(key, value.as_deref(), &now).err())
            .collect();
        if !refused.is_empty() {
            return Err(SettingsError::Fields(refused));
        }
        let mut set = self.store.all().await?;
        let mut kept = BTreeMap::new();
        let mut detail = Map::new();
        for (key, value) in changes {
            let value = value.map(|value| value.trim().to_owned());
            let before = match &value {
                Some(value) => set.insert(key.clone(), value.clone()),
                None => set.remove(&key),
            };
            if before != value {
                detail.insert(key.clone(), json!({ "from": before, "to": value }));
                kept.insert(key, value);
            }
        }
        let config = now.with_studio(&set).map_err(|error| {
            let fields = error.0.into_iter().map(|problem| {
                let name = problem.name.strip_prefix("MATINEE_");
                let key = name.unwrap_or(&problem.name).to_lowercase();
                FieldError::new(key, problem.reason)
            });
            SettingsError::Fields(fields.collect())
        })?;
        if kept.is_empty() {
            return Ok(());
        }
        let entry = by.entry("settings.change", "settings", detail.into());
        self.store.change(&kept, entry).await?;
        self.parts.follow(&config);
        *now = config;
        Ok(())
    }
}
