//! What is wrong with a configuration, in words.

use super::Setting;

/// A value that is not what its setting expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(String);

impl Problem {
    pub(super) fn malformed(setting: &Setting, text: &str, source: Option<String>) -> Self {
        let source = source.unwrap_or_else(|| "default".to_owned());
        // A secret stays one, even a malformed one.
        let shown = if setting.secret {
            "the value".to_owned()
        } else {
            format!("{:?}", text.chars().take(100).collect::<String>())
        };
        Self(format!(
            "{} ({source}): {shown} cannot be used; expected {}",
            setting.env, setting.expects
        ))
    }

    pub(super) fn unknown(name: &str, source: &str, guess: Option<&str>) -> Self {
        let hint = guess.map_or_else(String::new, |guess| format!("; did you mean {guess}?"));
        Self(format!("{name} ({source}): there is no such setting{hint}"))
    }

    pub(super) fn rule(name: &str, reason: &str) -> Self {
        Self(format!("{name}: {reason}"))
    }

    pub(super) fn file(path: &std::path::Path, reason: &str) -> Self {
        Self(format!("{}: {reason}", path.display()))
    }
}

/// Everything that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration cannot be used:\n{}\n`matinee config --explain` lists every setting.", lines(.0))]
pub struct ConfigError(pub Vec<Problem>);

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|p| format!("  {}", p.0)).collect();
    lines.join("\n")
}
