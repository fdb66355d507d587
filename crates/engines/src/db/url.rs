//! The address of a database.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where the database is: `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/NAME`.
///
/// As in SQLAlchemy's addresses `sqlite:///./video.db` is a path relative to
/// the working folder and `sqlite:////var/lib/video.db` an absolute one.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(url::Url),
}

/// Why a text is no database address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected sqlite:///relative/path.db, sqlite:////absolute/path.db or postgres://user:password@host:5432/name"
)]
pub struct DatabaseUrlError;

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        if let Some(rest) = text.strip_prefix("sqlite://") {
            let path = rest.split('?').next().unwrap_or_default();
            let path = path.strip_prefix('/').unwrap_or(path);
            return if path.is_empty() || path.contains('\0') {
                Err(DatabaseUrlError)
            } else {
                Ok(Self::Sqlite(path.into()))
            };
        }
        // SQLAlchemy writes the driver into the scheme: postgresql+asyncpg://.
        let (scheme, rest) = text.split_once("://").ok_or(DatabaseUrlError)?;
        let dialect = scheme.split('+').next().unwrap_or_default();
        if !matches!(dialect, "postgres" | "postgresql") {
            return Err(DatabaseUrlError);
        }
        let url = url::Url::parse(&format!("postgres://{rest}")).map_err(|_| DatabaseUrlError)?;
        if url.path().len() > 1 {
            Ok(Self::Postgres(url))
        } else {
            Err(DatabaseUrlError)
        }
    }
}

impl fmt::Display for DatabaseUrl {
    /// Without the password, so that it can be logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => {
                let mut shown = url.clone();
                if shown.password().is_some() {
                    let _ = shown.set_password(Some("…"));
                }
                // The ellipsis arrives percent-encoded; three stars read better.
                f.write_str(&shown.as_str().replace("%E2%80%A6", "***"))
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_the_references_are_understood() {
        let sqlite = |path: &str| DatabaseUrl::Sqlite(path.into());
        for (text, want) in [
            (
                "sqlite:///./video_streaming.db",
                sqlite("./video_streaming.db"),
            ),
            ("sqlite:////var/lib/m.db", sqlite("/var/lib/m.db")),
            ("sqlite://m.db?mode=rwc", sqlite("m.db")),
        ] {
            assert_eq!(text.parse::<DatabaseUrl>().unwrap(), want, "{text}");
        }
        for text in [
            "postgres://u:p@h:5432/n",
            "postgresql+asyncpg://u:p@h:5432/n",
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), "postgres://u:***@h:5432/n");
            assert!(!format!("{url:?}").contains(":p@"));
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for text in ["", "sqlite://", "mysql://u@h/n", "postgres://h", "video.db"] {
            assert!(text.parse::<DatabaseUrl>().is_err(), "{text}");
        }
    }
}
