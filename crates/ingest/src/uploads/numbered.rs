//! S3-style uploads: numbered parts in any order, in parallel, and again.

use matinee_catalog::{FieldError, Video};
use matinee_engines::blobs::{ByteStream, PartReceipt, PartSpec};
use matinee_engines::id::Id;

use super::body::{Body, Watch, watched};
use super::checksum::Verifier;
use super::parts::{PartPlace, PartPlan};
use super::seal::Whole;
use super::store::{Kind, Model, State};
use super::{Metadata, NewUpload, Result, UploadError, Uploader, Uploads};

/// What a client says when it begins.
#[derive(Debug, Clone, Default)]
pub struct Initiate {
    /// The whole file's bytes, if known.
    pub size: Option<u64>,
    /// The wanted bytes of a part.
    pub part_size: Option<u64>,
    /// About the video.
    pub metadata: Metadata,
}

/// An upload in parts as it stands.
#[derive(Debug, Clone)]
pub struct Numbered {
    /// `upload_…`
    pub id: String,
    /// The video that it is to become.
    pub video_id: String,
    /// Where its bytes are to lie.
    pub key: String,
    /// The file's name.
    pub filename: Option<String>,
    /// How it is cut.
    pub plan: PartPlan,
    /// The parts that are kept, by number.
    pub parts: Vec<PartReceipt>,
    /// Whether it has become a video.
    pub complete: bool,
    /// When it ends unless bytes come (UTC microseconds).
    pub expires_at: i64,
}

impl Numbered {
    fn new(row: &Model, parts: Vec<PartReceipt>) -> Self {
        Self {
            id: row.id.clone(),
            video_id: row.video_id.clone(),
            key: row.blob_key.clone(),
            filename: row.metadata.0.filename.clone(),
            plan: plan(row),
            parts,
            complete: row.state == State::Complete,
            expires_at: row.expires_at,
        }
    }
}

/// One part that a client believes to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// From 1.
    pub number: u32,
    /// Its ETag, without quotes.
    pub etag: Option<String>,
}

fn plan(row: &Model) -> PartPlan {
    PartPlan {
        part_size: u64::try_from(row.part_size).unwrap_or(1).max(1),
        size: row.size(),
    }
}

impl Uploads {
    /// Begins an upload in parts.
    pub async fn initiate(&self, who: &Uploader, wish: Initiate) -> Result<Numbered> {
        if let Some(size) = wish.size {
            self.check_size("file_size", size)?;
        }
        wish.metadata.details().checked()?;
        let config = &self.inner.config;
        let plan = PartPlan::new(
            wish.size,
            wish.part_size,
            config.part_size,
            config.max_file_size,
        )
        .map_err(|error| UploadError::Invalid(vec![error]))?;
        let new = NewUpload {
            kind: Kind::Parts,
            size: wish.size,
            part_size: plan.part_size,
            metadata: wish.metadata,
            raw_metadata: String::new(),
        };
        let row = self.begin(who, new).await?;
        Ok(Numbered::new(&row, Vec::new()))
    }

    /// Keeps one part. `length` is what the request says of its own length;
    /// without it (a part within a form) the plan has to tell.
    ///
    /// A part that does not have its checksums leaves a former one untouched.
    pub async fn put_part(
        &self,
        who: &Uploader,
        id: &str,
        number: u32,
        length: Option<u64>,
        verifier: Verifier,
        body: Body,
    ) -> Result<PartReceipt> {
        let _slot = self.slot(who)?;
        let row = self.find(who, Kind::Parts, id).await?;
        if row.state != State::Active {
            return Err(UploadError::Conflict(
                "the upload is complete; no more parts are taken".into(),
            ));
        }
        let place = plan(&row)
            .place(number)
            .map_err(|error| UploadError::Invalid(vec![error]))?;
        if place.offset >= self.inner.config.max_file_size {
            let limit = self.inner.config.max_file_size;
            return Err(UploadError::TooLarge { limit });
        }
        if let Some(length) = length {
            check_length(number, length, place)?;
        }
        let watch = Watch {
            idle: self.inner.config.idle,
            limit: place.size,
            sniff: number == 1,
            whole: row.size() == Some(place.size),
            verifier,
        };
        let body = watched(body, watch);
        let size = length.or(place.exact.then_some(place.size));
        let keeping = self.keep_part(&row, number, place, size, body);
        let receipt = self.alive(&row, keeping).await?;
        self.touch(&row).await?;
        Ok(receipt)
    }

    /// Hands a part to the blob store, which wants to know its size: if nobody
    /// tells it beforehand, the part waits in the store until it is counted.
    async fn keep_part(
        &self,
        row: &Model,
        number: u32,
        place: PartPlace,
        size: Option<u64>,
        body: ByteStream,
    ) -> Result<PartReceipt> {
        let blobs = &self.inner.blobs;
        let (key, handle) = (row.key()?, row.some_handle()?);
        let part = |size| PartSpec {
            number,
            offset: place.offset,
            size,
        };
        if let Some(size) = size {
            let kept = blobs.put_part(&key, &handle, part(size), body).await;
            return kept.map_err(|error| oversize(error.into(), number, place));
        }
        let spool = row.spool()?.join(Id::new("part").as_str())?;
        let counted = blobs.put_stream(&spool, body).await;
        let counted = counted.map_err(|error| oversize(error.into(), number, place))?;
        if counted.size == 0 {
            return Err(UploadError::field("part", "must not be empty"));
        }
        let again = blobs.stream(&spool, 0..counted.size).await?;
        let kept = blobs
            .put_part(&key, &handle, part(counted.size), again)
            .await;
        blobs.delete(&spool).await?;
        Ok(kept?)
    }

    /// The upload and the parts that are kept.
    pub async fn numbered(&self, who: &Uploader, id: &str) -> Result<Numbered> {
        let row = self.find(who, Kind::Parts, id).await?;
        let parts = if row.state == State::Active {
            let handle = row.some_handle()?;
            self.inner.blobs.list_parts(&row.key()?, &handle).await?
        } else {
            Vec::new()
        };
        Ok(Numbered::new(&row, parts))
    }

    /// Makes the parts a video. Completing again yields the same video.
    ///
    /// `claimed` is what the client believes to be kept; an empty list claims
    /// nothing in particular.
    pub async fn complete_numbered(
        &self,
        who: &Uploader,
        id: &str,
        claimed: &[Claimed],
        metadata: Option<Metadata>,
    ) -> Result<Video> {
        let mut row = self.find(who, Kind::Parts, id).await?;
        if row.state == State::Complete {
            return self.sealed(&row).await;
        }
        if let Some(metadata) = metadata {
            metadata.details().checked()?;
            row.metadata.0 = metadata;
        }
        if row.state == State::Completing {
            let size = row.size().ok_or(UploadError::Corrupt("size"))?;
            return self.seal(row, size, Whole::Parts).await;
        }
        let key = row.key()?;
        let parts = self
            .inner
            .blobs
            .list_parts(&key, &row.some_handle()?)
            .await?;
        check_claims(claimed, &parts)?;
        let sizes: Vec<(u32, u64)> = parts.iter().map(|p| (p.number, p.size)).collect();
        if sizes.is_empty() {
            return Err(UploadError::field("parts", "no part has been uploaded"));
        }
        let size = plan(&row)
            .whole(&sizes)
            .map_err(|error| UploadError::Invalid(vec![error]))?;
        self.check_size("parts", size)?;
        self.fix_size(&row, size).await?;
        self.seal(row, size, Whole::Parts).await
    }

    /// Throws the upload and its parts away. Once it is a video, it is too late.
    pub async fn abort_numbered(&self, who: &Uploader, id: &str) -> Result<()> {
        match self.find(who, Kind::Parts, id).await {
            Ok(row) if row.state == State::Active => self.discard(&row).await,
            Ok(row) => Err(UploadError::Conflict(format!(
                "the upload is complete; delete {} instead",
                row.video_id
            ))),
            // Given up before: what was asked for is the case.
            Err(UploadError::Gone) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn check_length(number: u32, length: u64, place: PartPlace) -> Result<()> {
    let fits = if place.exact {
        length == place.size
    } else {
        (1..=place.size).contains(&length)
    };
    if fits {
        return Ok(());
    }
    let most = if place.exact { "" } else { "at most " };
    Err(UploadError::field(
        "part",
        format!(
            "part {number} must have {most}{} bytes, not {length}",
            place.size
        ),
    ))
}

/// A part that is too long is a fault of the part, not of the file.
fn oversize(error: UploadError, number: u32, place: PartPlace) -> UploadError {
    match error {
        UploadError::TooLarge { .. } => UploadError::field(
            "part",
            format!("part {number} has more than {} bytes", place.size),
        ),
        error => error,
    }
}

fn check_claims(claimed: &[Claimed], kept: &[PartReceipt]) -> Result<()> {
    let mut errors = Vec::new();
    for claim in claimed {
        let part = kept.iter().find(|part| part.number == claim.number);
        let reason = match (part, &claim.etag) {
            (None, _) => format!("part {} has not been uploaded", claim.number),
            (Some(part), Some(etag)) if !part.etag.eq_ignore_ascii_case(etag) => format!(
                "part {} has the ETag {}, not {etag}",
                part.number, part.etag
            ),
            _ => continue,
        };
        errors.push(FieldError::new("parts", reason));
        if errors.len() == 20 {
            break;
        }
    }
    if !claimed.is_empty() && errors.is_empty() && claimed.len() != kept.len() {
        errors.push(FieldError::new(
            "parts",
            format!(
                "{} parts are kept, but {} are listed",
                kept.len(),
                claimed.len()
            ),
        ));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(UploadError::Invalid(errors))
    }
}
