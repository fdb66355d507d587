//! What is wrong with a configuration, in words.

use std::fmt;

use super::{Setting, Source};

/// A value that is not what its setting expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The setting, as it is called in the environment, or the file.
    pub name: String,
    /// What is wrong with it, after its name.
    pub reason: String,
}

impl Problem {
    pub(super) fn malformed(setting: &Setting, text: &str, source: &Source) -> Self {
        // A secret stays one, even a malformed one.
        let shown = if setting.secret {
            "the value".to_owned()
        } else {
            format!("{:?}", text.chars().take(100).collect::<String>())
        };
        let expected = setting.expects;
        Self::rule(
            setting.env,
            &format!("({source}): {shown} cannot be used; expected {expected}"),
        )
    }

    pub(super) fn unknown(name: &str, source: &str, guess: Option<&str>) -> Self {
        let hint = guess.map_or_else(String::new, |guess| format!("; did you mean {guess}?"));
        Self::rule(name, &format!("({source}): there is no such setting{hint}"))
    }

    pub(super) fn rule(name: &str, reason: &str) -> Self {
        Self {
            name: name.to_owned(),
            reason: reason.to_owned(),
        }
    }

    pub(super) fn file(path: &std::path::Path, reason: &str) -> Self {
        Self::rule(&path.display().to_string(), reason)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.reason.starts_with('(') {
            ""
        } else {
            ":"
        };
        write!(f, "{}{colon} {}", self.name, self.reason)
    }
}

/// Everything that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration cannot be used:\n{}\n`matinee config --explain` lists every setting.", lines(.0))]
pub struct ConfigError(pub Vec<Problem>);

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
    lines.join("\n")
}
