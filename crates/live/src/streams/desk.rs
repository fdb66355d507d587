//! Where encoders are admitted, and what follows of it.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use matinee_engines::time::now_micros;
use matinee_identity::access::{Action, Asker, Decision, decide};
use matinee_identity::{IdentityError, Role};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::store::Column;
use super::{Happened, Streams, key, micros, store};
use crate::LiveError;
use crate::desk::{Admitted, Desk, Door, OffAir, Refused};

#[async_trait]
impl Desk for Streams {
    async fn admit(&self, given: &str, peer: IpAddr) -> Result<Admitted, Refused> {
        if given.is_empty() || given.len() > key::KEY_MAX {
            return Err(Refused::UnknownKey);
        }
        let busy = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, "an encoder could not be admitted");
            Refused::Busy
        };
        let found = store::Entity::find()
            .filter(Column::KeyHash.eq(key::hash(given)))
            .one(self.db().read())
            .await
            .map_err(|error| busy(&error))?;
        let stream = found
            .filter(|stream| key::same(&stream.stream_key, given))
            .ok_or_else(|| {
                tracing::info!(%peer, "somebody wants to publish with an unknown key");
                Refused::UnknownKey
            })?;
        if stream.expires_at.is_some_and(|at| at <= now_micros()) {
            return Err(Refused::NotAllowed("the stream has expired".to_owned()));
        }
        if let Some(owner) = &stream.owner {
            match self.0.accounts.account(owner).await {
                Ok(account) if account.disabled_at.is_some() => {
                    return Err(Refused::NotAllowed("the account is disabled".to_owned()));
                }
                Ok(account) if account.role < Role::Creator => {
                    let reason = "the account may not stream any more";
                    return Err(Refused::NotAllowed(reason.to_owned()));
                }
                Ok(_) => {}
                Err(IdentityError::NotFound(_)) => return Err(Refused::UnknownKey),
                Err(error) => return Err(busy(&error)),
            }
        }
        Ok(Admitted {
            stream_id: stream.id,
            record: stream.record,
        })
    }

    async fn on_air(&self, stream_id: &str) {
        let until = now_micros() + micros(self.options().grace);
        match self.begin(stream_id, until).await {
            // Said even of one begun by hand: now there is something to watch.
            Ok((stream, _)) => self.announce(&stream, Happened::Started).await,
            Err(LiveError::NotFound(_)) => self.stop(stream_id, OffAir::Stopped).await,
            Err(error) => {
                tracing::error!(stream = stream_id, %error, "a stream is on the air and not shown as live");
            }
        }
    }

    async fn off_air(&self, stream_id: &str, why: OffAir) {
        match self.finish(stream_id).await {
            Ok(_) => tracing::info!(stream = stream_id, ?why, "a broadcast is over"),
            Err(error) => {
                tracing::error!(stream = stream_id, %error, "a stream is over and not shown as ended");
            }
        }
    }

    async fn scaled(&self, stream_id: &str) {
        match self.find(stream_id).await {
            Ok(Some(stream)) => self.announce(&Arc::new(stream), Happened::Scaled).await,
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(stream = stream_id, %error, "nobody was told of a broadcast's sizes");
            }
        }
    }

    async fn breaks(&self, stream_id: &str, at: i64) {
        if let Err(error) = crate::markers::breaks::note(self.db(), stream_id, at).await {
            tracing::warn!(stream = stream_id, %error, "the recording will not have a place for a break");
        }
    }

    async fn door(&self, stream_id: &str) -> Door {
        let Ok(Some(stream)) = self.glance(stream_id).await else {
            return Door::Hidden;
        };
        match decide(&Asker::nobody(), &stream.resource(), Action::Watch) {
            Decision::Allow => Door::Open,
            Decision::Hide => Door::Hidden,
            _ => Door::Token,
        }
    }
}
