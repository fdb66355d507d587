//! Libraries as they are kept: named by what is in them, so that the same one is kept once.

use std::io::{Read as _, Write as _};
use std::sync::Arc;

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use matinee_channels::library::{Item, Snapshot};
use matinee_engines::blobs::{BlobError, BlobKey};
use sha2::{Digest as _, Sha256};

use crate::{LinearError, Result};

/// The largest library that is read, packed: a hundred thousand titles have about 30 MiB.
pub(super) const MOST_PACKED: u64 = 256 << 20;
/// The same, unpacked.
const MOST: u64 = 4 << 30;

/// A library and its name.
#[derive(Clone, Debug)]
pub struct Library {
    /// The hash of what is in it.
    pub id: Arc<str>,
    /// What is in it.
    pub snapshot: Arc<Snapshot>,
}

pub(super) fn key(id: &str) -> Result<BlobKey, BlobError> {
    BlobKey::new(format!("channels/libraries/{id}.json.gz"))
}

/// Names a library, and packs it.
pub(super) fn pack(items: &[Item]) -> Result<(String, Bytes)> {
    let mut hash = Sha256::new();
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    let mut line = Vec::new();
    let failed = |error: std::io::Error| LinearError::damaged(error);
    for item in items {
        line.clear();
        serde_json::to_writer(&mut line, item).map_err(LinearError::damaged)?;
        line.push(b'\n');
        hash.update(&line);
        out.write_all(&line).map_err(failed)?;
    }
    let packed = out.finish().map_err(failed)?;
    Ok((hex::encode(&hash.finalize()[..20]), packed.into()))
}

/// Reads what [`pack`] has written.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<Item>> {
    let reader = std::io::BufReader::new(GzDecoder::new(packed).take(MOST));
    let items = serde_json::Deserializer::from_reader(reader).into_iter::<Item>();
    items
        .collect::<Result<_, _>>()
        .map_err(LinearError::damaged)
}
