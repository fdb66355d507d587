//! In which country an address is, by a database in MaxMind's format.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use http::HeaderMap;
use matinee_api::access::{CountryHeader, CountrySource};
use matinee_identity::access::place::Country;
use maxminddb::{PathElement, Reader};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether the file has changed.
const LOOK_EVERY: Duration = Duration::from_mins(5);

type Database = Reader<Vec<u8>>;

/// A trusted proxy's word where there is one, else the file's.
#[derive(Clone)]
pub struct Places {
    header: CountryHeader,
    path: PathBuf,
    file: Arc<parking_lot::RwLock<(Option<SystemTime>, Arc<Database>)>>,
}

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Places")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

async fn read(path: &Path) -> anyhow::Result<(Option<SystemTime>, Arc<Database>)> {
    let bytes = tokio::fs::read(path)
        .await
        .with_context(|| format!("cannot read {}", path.display()))?;
    let changed = changed(path).await;
    let database = Reader::from_source(bytes)
        .with_context(|| format!("{} is no database of countries", path.display()))?;
    Ok((changed, Arc::new(database)))
}

async fn changed(path: &Path) -> Option<SystemTime> {
    tokio::fs::metadata(path).await.ok()?.modified().ok()
}

impl Places {
    /// Reads the file.
    pub async fn open(header: CountryHeader, path: PathBuf) -> anyhow::Result<Self> {
        let file = read(&path).await?;
        Ok(Self {
            header,
            path,
            file: Arc::new(parking_lot::RwLock::new(file)),
        })
    }

    /// Reads the file again whenever it has changed.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            let known = self.file.read().0;
            if changed(&self.path).await == known {
                continue;
            }
            match read(&self.path).await {
                Ok(new) => *self.file.write() = new,
                // Half a file is no reason to know nothing.
                Err(error) => tracing::warn!(%error, "the old database of countries stays"),
            }
        }
    }
}

impl CountrySource for Places {
    fn country(&self, addr: Option<IpAddr>, vouched: Option<&HeaderMap>) -> Option<Country> {
        if let Some(told) = self.header.country(addr, vouched) {
            return Some(told);
        }
        let database = self.file.read().1.clone();
        let found = database.lookup(addr?.to_canonical()).ok()?;
        let code = |first: &'static str| {
            let path = [PathElement::Key(first), PathElement::Key("iso_code")];
            found.decode_path::<String>(&path).ok().flatten()
        };
        code("country")
            .or_else(|| code("registered_country"))?
            .parse()
            .ok()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<u8> {
        let mut bytes = vec![2 << 5 | u8::try_from(text.len()).unwrap()];
        bytes.extend(text.bytes());
        bytes
    }

    fn number(kind: u8, number: u32) -> Vec<u8> {
        let bytes = number.to_be_bytes();
        let bytes = &bytes[if kind == 5 { 2 } else { 0 }..];
        let size = u8::try_from(bytes.len()).unwrap();
        // Kinds from 8 on are told in a byte of their own.
        let mut all = if kind < 8 {
            vec![kind << 5 | size]
        } else {
            vec![size, kind - 7]
        };
        all.extend(bytes);
        all
    }

    fn map(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = vec![7 << 5 | u8::try_from(fields.len()).unwrap()];
        for (name, value) in fields {
            bytes.extend(text(name));
            bytes.extend(value);
        }
        bytes
    }

    /// A database (MaxMind DB File Format 2.0) of one network of 24 bits.
    fn database(network: [u8; 3], country: &str) -> Vec<u8> {
        let count = 24_u32;
        let mut bytes = Vec::new();
        for node in 0..count {
            let byte = network[usize::try_from(node / 8).unwrap()];
            let bit = byte >> (7 - node % 8) & 1;
            // Data begins 16 bytes behind the tree.
            let next = if node + 1 == count {
                count + 16
            } else {
                node + 1
            };
            for side in [0, 1] {
                let record = if side == bit { next } else { count };
                bytes.extend(&record.to_be_bytes()[1..]);
            }
        }
        bytes.extend([0; 16]);
        bytes.extend(map(&[("country", map(&[("iso_code", text(country))]))]));
        bytes.extend(b"\xab\xcd\xefMaxMind.com");
        bytes.extend(map(&[
            ("binary_format_major_version", number(5, 2)),
            ("binary_format_minor_version", number(5, 0)),
            ("build_epoch", number(9, 1)),
            ("database_type", text("Test")),
            ("description", map(&[])),
            ("ip_version", number(5, 4)),
            ("languages", vec![0, 11 - 7]),
            ("node_count", number(6, count)),
            ("record_size", number(5, 24)),
        ]));
        bytes
    }

    #[tokio::test]
    async fn a_file_knows_what_no_proxy_tells() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("countries.mmdb");
        std::fs::write(&path, database([203, 0, 113], "DE")).unwrap();
        let header = CountryHeader(Some(http::HeaderName::from_static("x-country")));
        let places = Places::open(header, path.clone()).await.unwrap();
        let of = |addr: &str| places.country(Some(addr.parse().unwrap()), None);
        let germany: Option<Country> = Some("DE".parse().unwrap());
        assert_eq!(of("203.0.113.77"), germany);
        assert_eq!(of("::ffff:203.0.113.77"), germany);
        assert_eq!((of("203.0.114.1"), of("2001:db8::1")), (None, None));
        assert_eq!(places.country(None, None), None);
        let mut told = HeaderMap::new();
        told.insert("x-country", "FR".parse().unwrap());
        let addr = Some("203.0.113.77".parse().unwrap());
        assert_eq!(places.country(addr, Some(&told)), "FR".parse().ok());
        std::fs::write(&path, b"half a file").unwrap();
        assert!(Places::open(CountryHeader(None), path).await.is_err());
    }
}
