//! Where advertisements meet channels and the library.

use async_trait::async_trait;
use matinee_ads::breaks::Break as Asked;
use matinee_ads::{Ads, Conditioner};
use matinee_catalog::advert;
use matinee_ingest::uploads::{Metadata, Uploader, Uploads};
use matinee_linear::adverts::{Advert, Break, Breaks};

/// Puts what was decided into the breaks of channels.
pub struct Decided(pub Ads);

#[async_trait]
impl Breaks for Decided {
    async fn of(&self, what: &Break) -> Option<Vec<Advert>> {
        let asked = Asked {
            channel: what.channel.clone(),
            msn: what.msn,
            at: what.start,
            seconds: what.seconds,
            parts: what.parts,
        };
        let decision = match self.0.of_break(&asked).await {
            Ok(decision) => decision,
            Err(error) => {
                tracing::warn!(channel = what.channel, %error, "a break was not decided");
                return None;
            }
        };
        let own = what
            .viewer
            .as_deref()
            .map(|viewer| decision.for_viewer(&asked.ask(), viewer));
        let decision = own.as_ref().unwrap_or(&decision);
        let advert = |ad: &matinee_ads::decide::Candidate| Advert {
            video: ad.video.clone(),
            seconds: ad.seconds,
        };
        Some(decision.ads().map(advert).collect())
    }
}

/// Fetches what ad servers name, as anything that is imported by its address.
pub struct Fetch(pub Uploads);

#[async_trait]
impl Conditioner for Fetch {
    async fn take(&self, url: &str, title: &str) -> Result<String, String> {
        let who = Uploader {
            person: "advertisements".to_owned(),
            owner: None,
            everything: false,
        };
        let metadata = Metadata {
            title: Some(title.to_owned()),
            content_type: Some(advert::KIND.to_owned()),
            ..Metadata::default()
        };
        let video = self.0.import(&who, url, metadata).await;
        video
            .map(|video| video.id)
            .map_err(|error| error.to_string())
    }
}
