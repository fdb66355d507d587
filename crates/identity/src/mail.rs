//! Letters to people: through a mail server, or into the log.

use std::sync::Arc;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use tokio::sync::Semaphore;

use crate::accounts::{AccountsOptions, MailOptions};
use crate::{IdentityError, Result};

/// So many letters are on their way at once; more are dropped, with a warning.
const UNDER_WAY: usize = 64;
/// How often the mail server is tried, and the first wait between two tries.
const TRIES: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(30);

/// A letter of plain text.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) body: String,
}

#[derive(Clone)]
pub(crate) struct Mailer {
    way: Way,
    places: Arc<Semaphore>,
}

#[derive(Clone)]
enum Way {
    Log,
    Smtp {
        server: AsyncSmtpTransport<Tokio1Executor>,
        from: Box<Mailbox>,
    },
}

impl Mailer {
    pub(crate) fn new(options: &AccountsOptions) -> Result<Self> {
        let way = match &options.mail {
            MailOptions::Log => Way::Log,
            MailOptions::Smtp { url, from } => Way::Smtp {
                server: AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(|error| IdentityError::Mail(error.to_string()))?
                    .timeout(Some(TIMEOUT))
                    .build(),
                from: from
                    .parse()
                    .map(Box::new)
                    .map_err(|_| IdentityError::Mail("the sender is no address".to_owned()))?,
            },
        };
        Ok(Self {
            way,
            places: Arc::new(Semaphore::new(UNDER_WAY)),
        })
    }

    /// Whether letters leave the machine.
    pub(crate) fn is_real(&self) -> bool {
        matches!(self.way, Way::Smtp { .. })
    }

    /// Sends a letter, once: whoever waits for it tries again.
    pub(crate) async fn send(&self, letter: Letter) -> Result<()> {
        let Way::Smtp { server, from } = &self.way else {
            self.post(letter);
            return Ok(());
        };
        let message = message(from, &letter)?;
        let sent = server.send(message).await;
        sent.map_err(|error| IdentityError::Mail(error.to_string()))?;
        Ok(())
    }

    /// Sends a letter, in its own time. What cannot be sent after several
    /// tries is given up: whoever waits for it asks again.
    pub(crate) fn post(&self, letter: Letter) {
        let Way::Smtp { server, from } = &self.way else {
            // Whole, links and all: without a mail server it is the only way
            // in which the operator can hand it on.
            tracing::info!(
                to = letter.to,
                subject = letter.subject,
                "mail (no mail server is set up):\n{}",
                letter.body
            );
            return;
        };
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            tracing::warn!(
                subject = letter.subject,
                "too much mail is under way: a letter is dropped"
            );
            return;
        };
        let message = match message(from, &letter) {
            Ok(message) => message,
            Err(error) => {
                tracing::warn!(%error, subject = letter.subject, "a letter cannot be written");
                return;
            }
        };
        let server = server.clone();
        tokio::spawn(async move {
            let mut wait = FIRST_WAIT;
            for attempt in 1..=TRIES {
                match server.send(message.clone()).await {
                    Ok(_) => {
                        tracing::debug!(subject = letter.subject, "mail was sent");
                        break;
                    }
                    Err(error) if error.is_permanent() || attempt == TRIES => {
                        tracing::warn!(%error, subject = letter.subject, "mail was not sent");
                        break;
                    }
                    Err(error) => {
                        tracing::debug!(%error, attempt, "mail is tried again");
                        tokio::time::sleep(wait).await;
                        wait *= 4;
                    }
                }
            }
            drop(place);
        });
    }
}

/// Whether a text is somebody's address, with or without a name.
pub fn is_mailbox(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

fn message(from: &Mailbox, letter: &Letter) -> Result<Message> {
    let wrong = |error: &dyn std::fmt::Display| IdentityError::Mail(error.to_string());
    let to: lettre::Address = letter.to.parse().map_err(|e| wrong(&e))?;
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(&letter.subject)
        .body(letter.body.clone())
        .map_err(|e| wrong(&e))
}
