//! Where values come from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::error::Problem;
use super::settings::{Edited, settings};
use super::{ConfigError, Setting};

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "matinee.toml";
/// Names beginning with `MATINEE_` that are no settings: they steer the command
/// line, the tests and the scripts.
const OTHER_PREFIXES: [&str; 4] = [
    "MATINEE_CONFIG",
    "MATINEE_TEST_",
    "MATINEE_REQUIRE_",
    "MATINEE_BENCH_",
];

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Flag,
    /// This variable of the environment.
    Environment(String),
    /// This file.
    File(PathBuf),
    /// An administrator, in the studio.
    Studio,
    /// Nobody.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("command line"),
            Self::Environment(name) => write!(f, "environment, {name}"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Studio => f.write_str("studio"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The values that count, as they were written, and where, by the settings'
/// names.
#[derive(Clone, Default)]
pub struct Given(BTreeMap<String, (String, Source)>);

impl Given {
    /// What was said of a setting, and where.
    pub fn find(&self, setting: &Setting) -> Option<(&str, &Source)> {
        let (text, source) = self.0.get(&setting.key())?;
        Some((text, source))
    }

    /// The same with these values from the studio, and no others from there.
    pub(super) fn with_studio(&self, studio: &BTreeMap<String, String>) -> Self {
        let mut given = self.clone();
        given.0.retain(|_, (_, source)| *source != Source::Studio);
        for setting in settings().filter(|setting| setting.edited != Edited::Never) {
            let key = setting.key();
            if let Some(text) = studio.get(&key) {
                let found = given.0.entry(key);
                found.or_insert_with(|| (text.clone(), Source::Studio));
            }
        }
        given
    }
}

impl fmt::Debug for Given {
    /// Without the values, some of which are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = self.0.iter().map(|(key, (_, source))| (key, source));
        f.debug_map().entries(sources).finish()
    }
}

/// Values as they were given, not yet judged.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// From the command line: keys in lower case.
    pub flags: BTreeMap<String, String>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// What the file says: keys in lower case.
    pub file: BTreeMap<String, String>,
    /// Which file that was.
    pub file_name: PathBuf,
}

impl Sources {
    /// Takes the process's environment, and the named file (or `matinee.toml`
    /// in the current folder, if there is one).
    pub fn gather(
        flags: BTreeMap<String, String>,
        file: Option<PathBuf>,
    ) -> Result<Self, ConfigError> {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let named = file.is_some();
        let file_name = file.unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
        let file = match std::fs::read_to_string(&file_name) {
            Ok(text) => read_file(&file_name, &text)?,
            Err(error) if !named && error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => {
                let problem = Problem::file(&file_name, &format!("cannot be read: {error}"));
                return Err(ConfigError(vec![problem]));
            }
        };
        Ok(Self {
            flags,
            environment,
            file,
            file_name,
        })
    }

    /// The values that count, and where they were found.
    pub(super) fn given(&self) -> Given {
        let found = settings().filter_map(|setting| Some((setting.key(), self.find(setting)?)));
        Given(found.collect())
    }

    fn find(&self, setting: &Setting) -> Option<(String, Source)> {
        let key = setting.key();
        if let Some(value) = self.flags.get(&key) {
            return Some((value.clone(), Source::Flag));
        }
        let prefixed = format!("MATINEE_{}", key.to_uppercase());
        for name in [prefixed.as_str(), setting.env] {
            if let Some(value) = self.environment.get(name) {
                return Some((value.clone(), Source::Environment(name.to_owned())));
            }
        }
        self.file
            .get(&key)
            .map(|value| (value.clone(), Source::File(self.file_name.clone())))
    }

    /// Names that no setting has. The environment belongs to others too: there
    /// only names that begin with `MATINEE_` are ours to refuse.
    pub(super) fn unknown(&self) -> Vec<Problem> {
        let keys: Vec<String> = settings().map(Setting::key).collect();
        let file = self.file_name.display().to_string();
        let mut problems = Vec::new();
        for (names, source) in [(&self.flags, "command line"), (&self.file, file.as_str())] {
            for name in names.keys().filter(|name| !keys.contains(name)) {
                problems.push(Problem::unknown(
                    name,
                    source,
                    nearest(name, &keys).as_deref(),
                ));
            }
        }
        for name in self.environment.keys() {
            let Some(rest) = name.strip_prefix("MATINEE_") else {
                continue;
            };
            let key = rest.to_lowercase();
            if keys.contains(&key) || OTHER_PREFIXES.iter().any(|p| name.starts_with(p)) {
                continue;
            }
            let guess = nearest(&key, &keys).map(|key| format!("MATINEE_{}", key.to_uppercase()));
            problems.push(Problem::unknown(name, "environment", guess.as_deref()));
        }
        problems
    }
}

fn read_file(path: &Path, text: &str) -> Result<BTreeMap<String, String>, ConfigError> {
    let refuse = |reason: String| ConfigError(vec![Problem::file(path, &reason)]);
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| refuse(error.to_string().trim().to_owned()))?;
    table
        .into_iter()
        .map(|(key, value)| match plain(&value) {
            Some(text) => Ok((key.to_lowercase(), text)),
            None => Err(refuse(format!(
                "{key} must be a text, a number, true or false, or a list of these"
            ))),
        })
        .collect()
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(n) => Some(n.to_string()),
        toml::Value::Float(n) => Some(n.to_string()),
        toml::Value::Boolean(b) => Some(b.to_string()),
        toml::Value::Array(values) => {
            let words: Option<Vec<String>> = values.iter().map(plain).collect();
            words.map(|words| words.join(","))
        }
        toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

/// The known name that is most like this one, if any is like it at all.
fn nearest(name: &str, known: &[String]) -> Option<String> {
    known
        .iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .min()
        .filter(|(distance, _)| *distance <= 1 + name.len() / 4)
        .map(|(_, candidate)| candidate.clone())
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
