//! A viewer's own channel: a permutation of what their profile may watch.
//!
//! It is no row and no session. Everything that it is made of stands in its identifier: the
//! library that it chooses from, what chance begins with, when it began, and what the profile may
//! see. Whoever bears a token for that identifier may watch it, on any node; nobody can make up
//! one. The library is kept for a day after it was last given out, longer than any token.

use std::collections::BTreeMap;
use std::sync::Arc;

use matinee_channels::definition::{self, Format};
use matinee_channels::schedule::Timeline;
use matinee_channels::seed::Seed;
use matinee_channels::time::DAY;
use matinee_identity::access::Visibility;
use matinee_media::silence::Silence;

use crate::library::{Library, Share, aside};
use crate::{Channel, Channels, LinearError, Result, Station};

/// What the identifiers of viewers' own channels begin with.
const PREFIX: &str = "channel_mine_";
/// The number that it passes for in documents that need one.
const NUMBER: u32 = 9999;

/// Whose channel it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer<'v> {
    /// What tells them, or their profile, from others.
    pub key: &'v str,
    /// Whether they have an account.
    pub is_member: bool,
    /// The greatest age level that they may watch; none for all.
    pub max_rating: Option<u8>,
}

/// What stands in an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written {
    library: String,
    seed: u64,
    begins: i64,
    is_member: bool,
    max_rating: Option<u8>,
}

impl Written {
    fn id(&self) -> String {
        let rating = self.max_rating.unwrap_or(u8::MAX);
        format!(
            "{PREFIX}{}_{:016x}_{:x}_{}{rating:02x}",
            self.library,
            self.seed,
            self.begins,
            u8::from(self.is_member),
        )
    }

    /// `None` for what no [`id`](Self::id) gives.
    fn read(id: &str) -> Option<Self> {
        let mut parts = id.strip_prefix(PREFIX)?.split('_');
        let library = parts.next()?.to_owned();
        let seed = u64::from_str_radix(parts.next()?, 16).ok()?;
        let begins = i64::from_str_radix(parts.next()?, 16).ok()?;
        let (member, rating) = parts.next()?.split_at_checked(1)?;
        let rating = u8::from_str_radix(rating, 16).ok()?;
        let written = Self {
            library,
            seed,
            begins,
            is_member: member == "1",
            max_rating: Some(rating).filter(|&rating| rating != u8::MAX),
        };
        let hexadecimal = written.library.bytes().all(|b| b.is_ascii_hexdigit());
        (hexadecimal && written.begins > 0 && written.id() == id).then_some(written)
    }

    fn share(&self) -> Share {
        Share::of_viewer(self.is_member, self.max_rating)
    }
}

impl Channels {
    /// The channel of a viewer, as it is today.
    pub async fn mine(&self, viewer: Viewer<'_>) -> Result<Arc<Station>> {
        let share = Share::of_viewer(viewer.is_member, viewer.max_rating);
        let library = self.0.libraries.take(&share).await?;
        self.keep_library(&library).await?;
        let now = self.now();
        let written = Written {
            library: library.id.to_string(),
            seed: Seed::new(1).text(viewer.key).get(),
            // A day begins at midnight, so that everything of a day is one channel.
            begins: now.div_euclid(DAY) * DAY - DAY / 24,
            is_member: viewer.is_member,
            max_rating: viewer.max_rating,
        };
        self.station(&written.id()).await
    }

    /// Whether an identifier is that of a viewer's own channel.
    pub fn is_mine(id: &str) -> bool {
        id.starts_with(PREFIX)
    }

    pub(crate) async fn load_mine(&self, id: &str) -> Result<Station> {
        let absent = || LinearError::NotFound("channel");
        let written = Written::read(id).ok_or_else(absent)?;
        if written.begins > self.now() || written.begins < self.now() - 3 * DAY {
            return Err(absent());
        }
        let library = self.0.libraries.load(&written.library).await?;
        let share = written.share();
        let row = row(id, &written);
        let id = id.to_owned();
        aside(move || station(&id, row, &written, library, share)).await
    }
}

fn station(
    id: &str,
    channel: Channel,
    written: &Written,
    library: Library,
    share: Share,
) -> Result<Station> {
    let format = form(&library);
    let definition = Arc::new(definition::Channel {
        format,
        number: NUMBER,
        name: String::from("Your channel"),
        rules: Some(definition::Rule::default()),
        seed: written.seed,
        ..definition::Channel::default()
    });
    let timeline = Timeline::begin(
        id,
        Arc::clone(&definition),
        Arc::clone(&library.snapshot),
        written.begins,
    )?;
    Ok(Station {
        channel,
        written: definition,
        timeline,
        libraries: vec![library.clone()],
        library,
        share,
        // It has no breaks.
        decided: false,
    })
}

/// The form that most of a library has: what is otherwise is not shown.
fn form(library: &Library) -> Format {
    let snapshot = &library.snapshot;
    let usual = Format::default();
    let mut forms: BTreeMap<(u32, u16), usize> = BTreeMap::new();
    for n in 0..u32::try_from(snapshot.len()).unwrap_or(u32::MAX) {
        for sound in snapshot.item(n).audio.iter().take(1) {
            let form = (sound.sample_rate, sound.channels);
            if sound.codec == usual.audio && Silence::new(form.0, form.1).is_ok() {
                *forms.entry(form).or_default() += 1;
            }
        }
    }
    let own = (usual.sample_rate, usual.channels);
    let most = forms
        .into_iter()
        .max_by_key(|(form, count)| (*count, *form == own));
    let (sample_rate, channels) = most.map_or(own, |(form, _)| form);
    Format {
        sample_rate,
        channels,
        ..usual
    }
}

/// A row that is in no table: open to nobody but by a token.
fn row(id: &str, written: &Written) -> Channel {
    Channel {
        id: id.to_owned(),
        number: None,
        slug: None,
        name: String::from("Your channel"),
        owner: None,
        definition: String::new(),
        visibility: Visibility::Private,
        access_groups: None,
        access_password_hash: None,
        publish_at: None,
        expires_at: None,
        access_regions: None,
        access_networks: None,
        rating: None,
        rating_level: written.max_rating.map(Into::into),
        edition: 1,
        begins_at: written.begins,
        aired_until: written.begins,
        renew_at: i64::MAX,
        version: 1,
        deleted_at: None,
        created_at: written.begins * 1000,
        updated_at: written.begins * 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_says_all_and_only_its_own_form_is_read() {
        for (is_member, max_rating) in [(true, None), (false, Some(0)), (true, Some(13))] {
            let written = Written {
                library: String::from("00ff"),
                seed: 7,
                begins: 1_772_323_200_000,
                is_member,
                max_rating,
            };
            let id = written.id();
            assert!(id.len() <= 96);
            assert_eq!(Written::read(&id), Some(written));
        }
        for id in [
            "channel_mine_",
            "channel_mine_00ff_7_19_1ff",
            "channel_mine_../a_0000000000000007_19ca6a3a000_1ff",
            "channel_mine_00ff_0000000000000007_-1_1ff",
            "channel_mine_00ff_0000000000000007_19ca6a3a000_2ff",
            "channel_1",
        ] {
            assert_eq!(Written::read(id), None, "{id}");
        }
    }
}
