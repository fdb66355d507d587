//! The table of all settings, a file for each section.

mod analytics;
mod broadcasts;
mod channels;
mod limits;
mod metadata;
mod people;
mod playback;
mod processing;
mod read;
mod rooms;
mod server;
mod storage;
mod uploads;
mod watching;

use super::{Config, Wrong};

/// What a value of a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Words separated by commas.
    List,
    /// Bytes, such as `5GiB`.
    Size,
    /// A length of time, such as `30s`.
    Duration,
    /// How often in which time, such as `600/m`.
    Rate,
}

/// Whether an administrator may change a setting in the studio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// No: it belongs to the machine, or a mistake would lock them out.
    Never,
    /// Yes, and every part goes by it from then on.
    AtOnce,
    /// Yes; it is gone by from the next start on.
    AfterRestart,
}

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The heading under which the reference shows it.
    pub section: &'static str,
    /// Its name in the environment. In `matinee.toml` and for `--set` the same
    /// in lower case, without `MATINEE_`.
    pub env: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// Whether it can be changed in the studio.
    pub edited: Edited,
    /// The default, as one would write it; empty when there is none.
    pub default: &'static str,
    /// What a value looks like, to follow "expected".
    pub expects: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
    /// Reads a value.
    pub(crate) set: fn(&mut Config, &str) -> Result<(), Wrong>,
}

impl Setting {
    /// What a setting is unless it says otherwise.
    const EMPTY: Self = Self {
        section: "",
        env: "",
        kind: Kind::Text,
        edited: Edited::Never,
        default: "",
        expects: "",
        about: "",
        secret: false,
        set: |_, _| Ok(()),
    };

    /// Its name in `matinee.toml`.
    pub fn key(&self) -> String {
        self.env
            .strip_prefix("MATINEE_")
            .unwrap_or(self.env)
            .to_lowercase()
    }
}

/// Every setting, in the order of the reference.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    [
        server::SETTINGS,
        people::SETTINGS,
        storage::SETTINGS,
        uploads::SETTINGS,
        metadata::SETTINGS,
        processing::SETTINGS,
        playback::SETTINGS,
        broadcasts::SETTINGS,
        rooms::SETTINGS,
        channels::SETTINGS,
        analytics::SETTINGS,
        limits::SETTINGS,
        watching::SETTINGS,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_what_its_setting_expects() {
        let mut config = Config::bare();
        for setting in settings().filter(|s| !s.default.is_empty()) {
            assert_eq!(
                (setting.set)(&mut config, setting.default),
                Ok(()),
                "{}",
                setting.env
            );
        }
        assert_eq!(config.supported_formats.len(), 7);
    }

    #[test]
    fn names_are_unique() {
        let mut keys: Vec<String> = settings().map(Setting::key).collect();
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }

    #[test]
    fn every_word_of_a_choice_can_be_chosen() {
        for setting in settings() {
            if let Kind::Choice(words) = setting.kind {
                for word in words {
                    let read = (setting.set)(&mut Config::bare(), word);
                    assert_eq!(read, Ok(()), "{} = {word}", setting.env);
                }
            }
        }
    }

    #[test]
    fn no_secret_is_kept_in_the_studio() {
        assert!(settings().all(|s| !s.secret || s.edited == Edited::Never));
    }
}
