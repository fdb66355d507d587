//! The sandbox's rules as command-line words, there and back.

use std::ffi::OsString;
use std::path::PathBuf;

use super::SandboxSpec;

/// Why the words after `sandbox` are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgsError {
    /// A word that is no rule.
    #[error("unknown option {0:?}")]
    Unknown(OsString),
    /// A rule without its value, or with one that is no number.
    #[error("{0} needs {1}")]
    Value(&'static str, &'static str),
    /// Nothing behind `--`.
    #[error(
        "usage: sandbox [--read PATH] [--write PATH] [--device PATH] [--memory BYTES] \
             [--file-size BYTES] [--cpu SECONDS] [--processes N] [--nice N] -- PROGRAM [ARGS]"
    )]
    NoProgram,
}

/// Writes the rules as the words between `sandbox` and the program, the closing `--` included.
pub fn to_args(spec: &SandboxSpec) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    for (name, paths) in [
        ("--read", &spec.read),
        ("--write", &spec.write),
        ("--device", &spec.devices),
    ] {
        for path in paths {
            words.push(name.into());
            words.push(path.into());
        }
    }
    for (name, value) in [
        ("--memory", spec.memory_bytes),
        ("--file-size", spec.file_bytes),
        ("--cpu", spec.cpu_seconds),
        ("--processes", spec.processes),
        ("--nice", u64::try_from(spec.nice).ok().filter(|&n| n > 0)),
    ] {
        if let Some(value) = value {
            words.push(name.into());
            words.push(value.to_string().into());
        }
    }
    words.push("--".into());
    words
}

/// Reads what [`to_args`] wrote, followed by the program and its arguments.
pub fn parse(
    words: impl IntoIterator<Item = OsString>,
) -> Result<(SandboxSpec, Vec<OsString>), ArgsError> {
    let mut spec = SandboxSpec::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--") => {
                let command: Vec<OsString> = words.collect();
                return if command.is_empty() {
                    Err(ArgsError::NoProgram)
                } else {
                    Ok((spec, command))
                };
            }
            Some("--read") => spec.read.push(path("--read", words.next())?),
            Some("--write") => spec.write.push(path("--write", words.next())?),
            Some("--device") => spec.devices.push(path("--device", words.next())?),
            Some("--memory") => spec.memory_bytes = Some(number("--memory", words.next())?),
            Some("--file-size") => spec.file_bytes = Some(number("--file-size", words.next())?),
            Some("--cpu") => spec.cpu_seconds = Some(number("--cpu", words.next())?),
            Some("--processes") => spec.processes = Some(number("--processes", words.next())?),
            Some("--nice") => spec.nice = number("--nice", words.next())?,
            _ => return Err(ArgsError::Unknown(word)),
        }
    }
    Err(ArgsError::NoProgram)
}

fn path(name: &'static str, word: Option<OsString>) -> Result<PathBuf, ArgsError> {
    word.filter(|word| !word.is_empty())
        .map(PathBuf::from)
        .ok_or(ArgsError::Value(name, "a path"))
}

fn number<T: std::str::FromStr>(
    name: &'static str,
    word: Option<OsString>,
) -> Result<T, ArgsError> {
    word.and_then(|word| word.into_string().ok())
        .and_then(|word| word.parse().ok())
        .ok_or(ArgsError::Value(name, "a number"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn rules_survive_the_command_line() {
        let spec = SandboxSpec {
            read: vec!["/in put/a.mp4".into()],
            write: vec!["/srv/jobs/1".into(), "/srv/jobs/2".into()],
            devices: vec!["/dev/dri".into()],
            memory_bytes: Some(1 << 33),
            file_bytes: Some(7),
            cpu_seconds: Some(9),
            processes: Some(64),
            nice: 10,
        };
        let mut line = to_args(&spec);
        line.extend(words("ffmpeg -i --read"));
        let (read_back, command) = parse(line).unwrap();
        assert_eq!(read_back, spec);
        assert_eq!(command, words("ffmpeg -i --read"));
    }

    #[test]
    fn anything_else_is_refused() {
        for line in [
            "",
            "--",
            "--read",
            "--read /a",
            "--cpu soon -- ls",
            "ls",
            "--cpu -1 -- ls",
        ] {
            assert!(parse(words(line)).is_err(), "{line}");
        }
    }
}
