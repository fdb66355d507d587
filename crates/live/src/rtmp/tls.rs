//! RTMPS: the same over TLS.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parking_lot::RwLock;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{Error as PemError, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{Error, ServerConfig};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether the files have changed.
const LOOK: Duration = Duration::from_mins(1);

/// Why there is no certificate to show.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file with the certificate and those that vouch for it is at fault.
    #[error("{}: {reason}", .path.display())]
    Chain {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file with the private key is.
    #[error("{}: {reason}", .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// A certificate in files (PEM), which are read again when they change: certificates live for
/// weeks, and servers longer.
#[derive(Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    now: RwLock<Loaded>,
}

#[derive(Debug, Clone)]
struct Loaded {
    certified: Arc<CertifiedKey>,
    written: Written,
}

/// When both files were written.
type Written = [Option<SystemTime>; 2];

impl Certificate {
    /// Reads the certificate with those that vouch for it, and its private key. Blocks.
    pub fn load(chain: PathBuf, key: PathBuf) -> Result<Arc<Self>, CertificateError> {
        let now = RwLock::new(read(&chain, &key)?);
        Ok(Arc::new(Self { chain, key, now }))
    }

    /// Reads the files again whenever they have changed, until `stop`. What cannot be used then
    /// is told, and the one of before goes on.
    pub async fn renew(self: Arc<Self>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let certificate = self.clone();
            // A panic has been told by then.
            let _ = tokio::task::spawn_blocking(move || certificate.look()).await;
        }
    }

    /// Looks once.
    pub(super) fn look(&self) {
        if written(&self.chain, &self.key) == self.now.read().written {
            return;
        }
        match read(&self.chain, &self.key) {
            Ok(loaded) => {
                *self.now.write() = loaded;
                tracing::info!("encoders are shown a new certificate");
            }
            Err(error) => tracing::error!(
                %error,
                "a new certificate cannot be used: encoders are shown the one of before"
            ),
        }
    }

    /// Shakes hands with encoders.
    pub(super) fn acceptor(self: Arc<Self>) -> Result<TlsAcceptor, Error> {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(self);
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.now.read().certified.clone())
    }
}

fn written(chain: &Path, key: &Path) -> Written {
    [chain, key].map(|path| {
        std::fs::metadata(path)
            .and_then(|meta| meta.modified())
            .ok()
    })
}

fn read(chain: &Path, key: &Path) -> Result<Loaded, CertificateError> {
    let of_chain = |reason: String| CertificateError::Chain {
        path: chain.to_owned(),
        reason,
    };
    let of_key = |reason: String| CertificateError::Key {
        path: key.to_owned(),
        reason,
    };
    // First: what is written meanwhile is read again.
    let written = written(chain, key);
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| of_chain(words(&error)))?;
    if certificates.is_empty() {
        return Err(of_chain("there is no certificate in it".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| of_key(words(&error)))?;
    let certified = CertifiedKey::from_der(certificates, private, &ring::default_provider());
    let certified = certified.map_err(|error| match error {
        Error::InvalidCertificate(_) => of_chain(error.to_string()),
        Error::InconsistentKeys(_) => of_key("it is not the key of the certificate".to_owned()),
        error => of_key(error.to_string()),
    })?;
    Ok(Loaded {
        certified: Arc::new(certified),
        written,
    })
}

fn words(error: &PemError) -> String {
    match error {
        PemError::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            "there is no such file".to_owned()
        }
        PemError::NoItemsFound => "nothing of that kind is in it (PEM is expected)".to_owned(),
        error => error.to_string(),
    }
}
