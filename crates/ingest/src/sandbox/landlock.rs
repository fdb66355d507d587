//! The file and network rules, in the kernel's own mechanism.

use std::io;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus,
    PathBeneath, PathFd, RestrictionStatus, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope,
};

use super::SandboxSpec;

/// The newest rules that we ask for; an older kernel enforces those that it knows.
const RULES: ABI = ABI::V6;

/// What dynamic programs need to start and to find libraries, fonts and the number of processors.
const SYSTEM: &[&str] = &[
    "/usr",
    "/bin",
    "/lib",
    "/lib32",
    "/lib64",
    "/nix/store",
    "/gnu/store",
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/OpenCL",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/sys/devices/system",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
];

/// How much of the file and network rules the running kernel enforces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// Files and TCP connections are confined.
    Full,
    /// Files are confined; the kernel is too old for some of the rules (network before Linux 6.7).
    Partial,
    /// The kernel was built with Landlock, but it is switched off at boot (`lsm=`).
    SwitchedOff,
    /// The kernel knows no Landlock (before Linux 5.13, or built without).
    Missing,
}

impl Support {
    /// Whether files are confined at all.
    pub fn confines_files(self) -> bool {
        matches!(self, Self::Full | Self::Partial)
    }

    /// One sentence for the operator.
    pub fn explain(self) -> &'static str {
        match self {
            Self::Full => "ffmpeg is confined to its input and its work folder, without network",
            Self::Partial => {
                "ffmpeg is confined to its input and its work folder; this kernel cannot also \
                 forbid network connections (Linux 6.7 or newer can)"
            }
            Self::SwitchedOff => {
                "Landlock is switched off, so ffmpeg can read every file that this user can: add \
                 landlock to the kernel's lsm= list"
            }
            Self::Missing => {
                "this kernel has no Landlock, so ffmpeg can read every file that this user can: \
                 use Linux 5.13 or newer"
            }
        }
    }
}

impl From<&RestrictionStatus> for Support {
    fn from(status: &RestrictionStatus) -> Self {
        match (&status.landlock, &status.ruleset) {
            (LandlockStatus::NotEnabled, _) => Self::SwitchedOff,
            (LandlockStatus::NotImplemented, _) | (_, RulesetStatus::NotEnforced) => Self::Missing,
            (_, RulesetStatus::FullyEnforced) => Self::Full,
            (_, RulesetStatus::PartiallyEnforced) => Self::Partial,
        }
    }
}

/// Asks the running kernel, by confining a thread that then ends.
pub fn support() -> Support {
    std::thread::spawn(|| restrict(&SandboxSpec::default()))
        .join()
        .ok()
        .and_then(Result::ok)
        .unwrap_or(Support::Missing)
}

/// Confines the calling thread and everything it starts.
pub(super) fn restrict(spec: &SandboxSpec) -> io::Result<Support> {
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(RULES))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(RULES)))
        .and_then(|rules| rules.scope(Scope::from_all(RULES)))
        .and_then(Ruleset::create)
        .map_err(io::Error::other)?;
    let mut rules = Vec::new();
    let readable = AccessFs::from_read(RULES);
    // These may be absent on one system or the other.
    for path in SYSTEM {
        if let Ok(rule) = beneath(Path::new(path), readable) {
            rules.push(rule);
        }
    }
    if let Ok(rule) = beneath(
        Path::new("/dev/null"),
        readable | AccessFs::WriteFile | AccessFs::Truncate,
    ) {
        rules.push(rule);
    }
    for path in &spec.read {
        rules.push(beneath(path, readable)?);
    }
    for path in &spec.write {
        let all = AccessFs::from_all(RULES) & !AccessFs::Execute & !AccessFs::MakeSym;
        rules.push(beneath(path, all)?);
    }
    for path in &spec.devices {
        rules.push(beneath(
            path,
            readable | AccessFs::WriteFile | AccessFs::IoctlDev,
        )?);
    }
    let status = ruleset
        .add_rules(rules.into_iter().map(Ok::<_, RulesetError>))
        .and_then(landlock::RulesetCreated::restrict_self)
        .map_err(io::Error::other)?;
    Ok(Support::from(&status))
}

/// A rule for a file, or for a folder and everything below it.
fn beneath(path: &Path, access: BitFlags<AccessFs>) -> io::Result<PathBeneath<PathFd>> {
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let folder = std::fs::metadata(path).map_err(named)?.is_dir();
    let access = if folder {
        access
    } else {
        access & AccessFs::from_file(RULES)
    };
    let open = PathFd::new(PathBuf::from(path)).map_err(io::Error::other)?;
    Ok(PathBeneath::new(open, access))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_does_not_confine_the_asker() {
        let _ = support();
        assert!(std::fs::read_dir("/tmp").is_ok());
        assert!(std::net::TcpListener::bind("127.0.0.1:0").is_ok());
    }
}
