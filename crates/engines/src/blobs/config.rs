//! Which engine, and where: read from an address.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use url::Url;

use super::{BlobError, BlobKey, Blobs, Folder, FolderOptions, S3};

const NAME: &str = "blob storage";
const MIB: u64 = 1 << 20;

/// Which engine keeps the blobs.
#[derive(Debug, Clone)]
pub enum BlobsConfig {
    /// A folder of this machine (or one that several machines mount).
    Folder {
        /// Where it is; created if need be.
        path: PathBuf,
        /// How it is used.
        options: FolderOptions,
    },
    /// A bucket of Amazon S3 or of a server that speaks its protocol.
    S3(Box<S3Config>),
}

/// A bucket, and how to reach it.
#[derive(Debug, Clone)]
pub struct S3Config {
    /// The bucket's name. It must exist.
    pub bucket: String,
    /// Below which key everything is kept; everything in the bucket if `None`.
    pub prefix: Option<BlobKey>,
    /// `us-east-1` by default.
    pub region: String,
    /// The server's address, if it is not Amazon's.
    pub endpoint: Option<Url>,
    /// The address that viewers reach the same server by, for presigned
    /// addresses; that of `endpoint` by default.
    pub public_endpoint: Option<Url>,
    /// Whether the bucket is a part of the path (`http://host/bucket/key`)
    /// rather than of the host name. True by default with an `endpoint`.
    pub path_style: bool,
    /// Access and secret key; `None` asks the machine (instance or container role).
    pub credentials: Option<S3Credentials>,
    /// Bytes of a part when a stream is cut into parts, 5 MiB to 5 GiB and
    /// 8 MiB by default. Times 10,000, it bounds a stream of unknown length.
    pub part_size: u64,
    /// A folder for parts of uploads that are larger than `part_size`, while they
    /// come in. A folder for temporary files of the machine by default.
    pub scratch: PathBuf,
}

/// An access key and its secret.
#[derive(Clone)]
pub struct S3Credentials {
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
    /// Session token of temporary credentials.
    pub session_token: Option<String>,
}

impl fmt::Debug for S3Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Credentials")
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
    }
}

impl S3Config {
    /// A bucket with everything else at its default.
    pub fn new(bucket: impl Into<String>) -> Self {
        Self {
            bucket: bucket.into(),
            prefix: None,
            region: "us-east-1".to_owned(),
            endpoint: None,
            public_endpoint: None,
            path_style: false,
            credentials: None,
            part_size: 8 * MIB,
            scratch: std::env::temp_dir().join("matinee-parts"),
        }
    }
}

impl BlobsConfig {
    /// Reads an address:
    ///
    /// - a path, or `file:///srv/matinee/blobs`
    /// - `s3://BUCKET/PREFIX?endpoint=http://host:9000&region=us-east-1&path_style=true&public_endpoint=https://cdn&part_size=8MiB`
    ///   (everything after the bucket is optional)
    ///
    /// `env` looks an environment variable up. What S3 needs besides comes from
    /// the usual ones: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    /// `AWS_SESSION_TOKEN`, `AWS_REGION` or `AWS_DEFAULT_REGION`, and
    /// `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`; the address wins over them.
    pub fn parse(address: &str, env: impl Fn(&str) -> Option<String>) -> Result<Self, BlobError> {
        if address.is_empty() {
            return Err(BlobError::config(NAME, "expected a path, file:// or s3://"));
        }
        if address.starts_with("s3://") {
            return Ok(Self::S3(Box::new(S3Config::parse(address, env)?)));
        }
        let path = if address.starts_with("file:") {
            let url = Url::parse(address).map_err(|error| {
                BlobError::config(
                    NAME,
                    format!("expected file:///PATH, found {address:?}: {error}"),
                )
            })?;
            url.to_file_path().map_err(|()| {
                BlobError::config(NAME, format!("expected file:///PATH, found {address:?}"))
            })?
        } else if address.contains("://") {
            // The address may hold a secret, so only its kind is repeated.
            let kind = address.split(':').next().unwrap_or_default();
            let reason = format!("expected a path, file:// or s3://, found {kind}://");
            return Err(BlobError::config(NAME, reason));
        } else {
            PathBuf::from(address)
        };
        Ok(Self::Folder {
            path,
            options: FolderOptions::default(),
        })
    }
}

impl S3Config {
    fn parse(address: &str, env: impl Fn(&str) -> Option<String>) -> Result<Self, BlobError> {
        let wrong = |reason: String| BlobError::config(NAME, reason);
        let url = Url::parse(address)
            .map_err(|error| wrong(format!("expected s3://BUCKET/PREFIX: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "credentials go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, not into the address"
                    .to_owned(),
            ));
        }
        let bucket = url
            .host_str()
            .filter(|bucket| !bucket.is_empty())
            .ok_or_else(|| wrong("expected s3://BUCKET/PREFIX".to_owned()))?;
        let mut config = Self::new(bucket);
        let prefix = url.path().trim_matches('/');
        if !prefix.is_empty() {
            config.prefix = Some(BlobKey::new(prefix)?);
        }
        let var = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| env(name).filter(|value| !value.is_empty()))
        };
        if let Some(region) = var(&["AWS_REGION", "AWS_DEFAULT_REGION"]) {
            config.region = region;
        }
        if let Some(endpoint) = var(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]) {
            config.endpoint = Some(http_url("AWS_ENDPOINT_URL", &endpoint)?);
        }
        config.credentials = match (var(&["AWS_ACCESS_KEY_ID"]), var(&["AWS_SECRET_ACCESS_KEY"])) {
            (Some(access_key), Some(secret_key)) => Some(S3Credentials {
                access_key,
                secret_key,
                session_token: var(&["AWS_SESSION_TOKEN"]),
            }),
            (None, None) => None,
            (Some(_), None) => {
                return Err(BlobError::config("AWS_SECRET_ACCESS_KEY", "is missing"));
            }
            (None, Some(_)) => return Err(BlobError::config("AWS_ACCESS_KEY_ID", "is missing")),
        };
        let mut path_style = None;
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "endpoint" => config.endpoint = Some(http_url("endpoint", &value)?),
                "public_endpoint" => {
                    config.public_endpoint = Some(http_url("public_endpoint", &value)?);
                }
                "region" => config.region = value.into_owned(),
                "path_style" => {
                    path_style =
                        Some(value.parse().map_err(|_| {
                            BlobError::config("path_style", "expected true or false")
                        })?);
                }
                "part_size" => config.part_size = part_size(&value)?,
                other => {
                    return Err(wrong(format!(
                        "unknown parameter {other:?}; known are endpoint, public_endpoint, region, path_style and part_size"
                    )));
                }
            }
        }
        config.path_style = path_style.unwrap_or(config.endpoint.is_some());
        Ok(config)
    }
}

fn http_url(name: &str, text: &str) -> Result<Url, BlobError> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| BlobError::config(name, "expected http://HOST:PORT or https://HOST"))
}

fn part_size(text: &str) -> Result<u64, BlobError> {
    let (digits, unit) = match text.strip_suffix("MiB") {
        Some(digits) => (digits, MIB),
        None => (text, 1),
    };
    digits
        .trim()
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
        .filter(|size| (5 * MIB..=super::MAX_PART_SIZE).contains(size))
        .ok_or_else(|| BlobError::config("part_size", "expected 5MiB to 5120MiB"))
}

/// Opens the engine that the configuration names, and sees whether it can be
/// written to.
pub async fn open(config: &BlobsConfig) -> Result<Arc<dyn Blobs>, BlobError> {
    Ok(match config {
        BlobsConfig::Folder { path, options } => Arc::new(Folder::open(path, *options).await?),
        BlobsConfig::S3(config) => Arc::new(S3::open(config).await?),
    })
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]
mod tests {
    use super::*;

    fn no_env(_: &str) -> Option<String> {
        None
    }

    #[test]
    fn paths_and_file_addresses_are_folders() {
        for (address, expected) in [
            ("./data/blobs", "./data/blobs"),
            ("/srv/blobs", "/srv/blobs"),
            ("file:///srv/my%20blobs", "/srv/my blobs"),
        ] {
            match BlobsConfig::parse(address, no_env).unwrap() {
                BlobsConfig::Folder { path, .. } => assert_eq!(path, PathBuf::from(expected)),
                other @ BlobsConfig::S3(_) => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_bucket_takes_the_rest_from_the_environment() {
        let env = |name: &str| match name {
            "AWS_ACCESS_KEY_ID" => Some("id".to_owned()),
            "AWS_SECRET_ACCESS_KEY" => Some("hush".to_owned()),
            "AWS_REGION" => Some("eu-central-1".to_owned()),
            "AWS_ENDPOINT_URL" => Some("http://elsewhere:9000".to_owned()),
            _ => None,
        };
        let address = "s3://films/a/b?endpoint=http://127.0.0.1:9000&part_size=16MiB";
        let BlobsConfig::S3(config) = BlobsConfig::parse(address, env).unwrap() else {
            panic!("not S3");
        };
        assert_eq!(config.bucket, "films");
        assert_eq!(config.prefix, Some(BlobKey::new("a/b").unwrap()));
        assert_eq!(config.region, "eu-central-1");
        assert_eq!(
            config.endpoint.as_ref().unwrap().as_str(),
            "http://127.0.0.1:9000/"
        );
        assert_eq!(config.part_size, 16 << 20);
        assert!(config.path_style);
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn malformed_addresses_are_refused_without_repeating_secrets() {
        for address in [
            "",
            "s3://",
            "s3://key:hush@bucket",
            "s3://bucket/a//b",
            "s3://bucket?colour=blue",
            "s3://bucket?part_size=1MiB",
            "s3://bucket?path_style=perhaps",
            "s3://bucket?endpoint=nonsense",
            "gs://hush@bucket",
            "file://host/path",
        ] {
            let error = BlobsConfig::parse(address, no_env).unwrap_err().to_string();
            assert!(!error.contains("hush"), "{error}");
        }
        let half = |name: &str| (name == "AWS_ACCESS_KEY_ID").then(|| "id".to_owned());
        assert!(BlobsConfig::parse("s3://bucket", half).is_err());
    }
}
