//! The programme of a stage: what viewers see and what is recorded.
//!
//! Each track is decoded by a child of its own; the pictures are put into one, and the sounds
//! mixed, here; two more children code what comes of it, which goes into the broadcast as an
//! encoder's frames do. So people come, go and share while what codes goes on undisturbed, and
//! whatever somebody sends can break nothing but their own place in the picture.
//!
//! If the machine does not keep up, pictures are left out; if that goes on, they are made smaller
//! and fewer. The clock is this machine's: sound and pictures are told when they are heard and
//! shown, whatever was left out before.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::atelier::{Atelier, Form};
use super::canvas::{NIGHT, Picture, SPEAKING};
use super::coding::{PACKETS, PictureCoder, Put, SoundCoder};
use super::decoding::{Ear, Eye, Origin};
use super::encoder::{self, Diversion};
use super::layout::{Rect, Size, arrange};
use super::rules::Layout;
use super::sound::{TICK, mixed};
use super::{Stage, Track};
use crate::LiveError;
use crate::broadcast::{Broadcasts, Feed};
use crate::desk::Admitted;

/// The forms of a programme, the best first: size, pictures and kilobits a second.
const FORMS: [(Size, u32, u32); 3] = [
    (size(1280, 720), 25, 2500),
    (size(960, 540), 20, 1500),
    (size(640, 360), 15, 800),
];
/// Between two packets of sound.
const SOUND: Duration = Duration::from_millis(20);
/// Over how long it is judged whether the machine keeps up.
const JUDGED: Duration = Duration::from_secs(6);
/// Of ten pictures so many have to be made.
const ENOUGH: u32 = 6;
/// Frames that are coded and wait to go out.
const OUT: usize = 512;
/// Somebody counts as speaking for so long after they were heard.
const SPOKEN: Duration = Duration::from_millis(800);
/// Whoever is shown large because they speak is so for as long as this.
const LARGE_FOR: Duration = Duration::from_secs(3);

const fn size(width: usize, height: usize) -> Size {
    Size { width, height }
}

/// Somebody in the programme.
#[derive(Clone)]
pub(super) struct Actor {
    pub(super) id: String,
    /// Their tracks that are shown or heard.
    pub(super) tracks: Vec<(Track, Origin)>,
}

/// Everybody in the programme, and how they are shown.
#[derive(Clone, Default)]
pub(super) struct Scene {
    pub(super) actors: Vec<Actor>,
    pub(super) layout: Layout,
}

/// A place in the picture.
struct Tile {
    place: Rect,
    id: String,
    track: Track,
    /// Whether anything is sent for it.
    shown: bool,
}

/// What a programme is made with.
pub(super) struct Means {
    pub(super) atelier: Arc<dyn Atelier>,
    pub(super) broadcasts: Arc<Broadcasts>,
    pub(super) admitted: Admitted,
}

struct Programme {
    stage: Arc<Stage>,
    means: Means,
    began: Instant,
    scene: Scene,
    level: usize,
    tiles: Vec<Tile>,
    eyes: HashMap<(String, Track), Eye>,
    ears: HashMap<String, Ear>,
    pictures: PictureCoder,
    sound: SoundCoder,
    /// Packets of sound that were mixed.
    ticks: u32,
    /// Who was heard when.
    spoke: HashMap<String, Instant>,
    large: Option<(String, Instant)>,
    judged: Instant,
    made: u32,
}

/// Why a programme is over.
enum Over {
    /// Somebody here has ended it.
    Ended,
    /// The broadcast is over, or another encoder's.
    Cut,
}

/// Makes the programme until it is stopped, or the broadcast is over.
pub(super) async fn run(stage: Arc<Stage>, means: Means, stop: CancellationToken) {
    let (out, mut coded) = mpsc::channel(OUT);
    let diversion = Diversion::begin(&means.broadcasts, stage.stream_id());
    let encoder = tokio::spawn(encoder::watch(stage.clone(), diversion.aside()));
    let mut feed = open(&means);
    let mut changes = stage.changes();
    let atelier = means.atelier.clone();
    let mut programme = Programme {
        scene: Scene::default(),
        began: Instant::now(),
        level: 0,
        tiles: Vec::new(),
        eyes: HashMap::new(),
        ears: HashMap::new(),
        pictures: PictureCoder::new(atelier.clone(), out.clone()),
        sound: SoundCoder::new(atelier, out),
        ticks: 0,
        spoke: HashMap::new(),
        large: None,
        judged: Instant::now(),
        made: 0,
        stage,
        means,
    };
    programme.take_scene();
    let mut pictures = ticks(programme.between());
    let mut sounds = ticks(SOUND);
    let over = loop {
        tokio::select! {
            () = stop.cancelled() => break Over::Ended,
            () = feed.publisher().is_cut_off() => break Over::Cut,
            Some(event) = coded.recv() => match feed.event(event).await {
                Ok(()) => {}
                Err(LiveError::TakenOver | LiveError::Over) => break Over::Cut,
                Err(error) => {
                    tracing::warn!(%error, "a stage's programme begins anew");
                    feed.vanish().await;
                    feed = open(&programme.means);
                }
            },
            Ok(()) = changes.changed() => programme.take_scene(),
            _ = sounds.tick() => programme.mix(),
            _ = pictures.tick() => {
                let level = programme.level;
                programme.picture().await;
                if programme.level != level {
                    pictures = ticks(programme.between());
                    feed.say(Some(programme.words()));
                    programme.stage.warn(Some(programme.words()));
                }
            }
        }
    };
    encoder.abort();
    match over {
        Over::Ended => feed.end().await,
        Over::Cut => drop(feed),
    }
    diversion.end().await;
}

fn open(means: &Means) -> Feed {
    let admitted = means.admitted.clone();
    // Pictures and sound are coded apart.
    Feed::new(means.broadcasts.publish(admitted, super::PROTOCOL)).patient()
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ticks
}

impl Programme {
    fn form(&self) -> Form {
        let (size, fps, max_kbps) = FORMS[self.level];
        let segment = self.means.broadcasts.options().packaging.segment_ms;
        Form {
            size,
            fps,
            max_kbps,
            keyframes: (fps * segment / 1000).max(1),
        }
    }

    fn between(&self) -> Duration {
        Duration::from_secs(1) / self.form().fps
    }

    fn now_us(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    fn words(&self) -> String {
        let Form { size, fps, .. } = self.form();
        format!(
            "This machine does not keep up with the stage's programme: it is made at {}p with {fps} pictures a second.",
            size.height
        )
    }

    /// Somebody has come, gone, or changed what they send.
    fn take_scene(&mut self) {
        self.scene = self.stage.scene();
        let atelier = &self.means.atelier;
        let mut ears = std::mem::take(&mut self.ears);
        for actor in &self.scene.actors {
            let sound = actor.tracks.iter().find(|(track, _)| !track.is_video());
            if let Some((_, origin)) = sound {
                let ear = ears.remove(&actor.id).filter(|ear| ear.hears(origin));
                let ear = ear.unwrap_or_else(|| Ear::open(atelier, origin.clone()));
                self.ears.insert(actor.id.clone(), ear);
            }
        }
        self.arrange();
    }

    /// Gives everybody their place.
    fn arrange(&mut self) {
        let mut wanted: Vec<(String, Track, Option<Origin>)> = Vec::new();
        for actor in &self.scene.actors {
            let origin = |wanted: Track| {
                let mut tracks = actor.tracks.iter();
                tracks
                    .find(|(track, _)| *track == wanted)
                    .map(|(_, origin)| origin.clone())
            };
            if let Some(screen) = origin(Track::Screen) {
                wanted.insert(0, (actor.id.clone(), Track::Screen, Some(screen)));
            }
            wanted.push((actor.id.clone(), Track::Camera, origin(Track::Camera)));
        }
        let screen = wanted
            .first()
            .is_some_and(|(_, track, _)| *track == Track::Screen);
        let speaker = self.large.as_ref().map(|(id, _)| id);
        let large = match self.scene.layout {
            Layout::Grid => false,
            Layout::Auto => screen,
            Layout::Speaker if screen => true,
            Layout::Speaker => {
                let of = |(id, ..): &(String, Track, Option<Origin>)| Some(id) == speaker;
                if let Some(at) = wanted.iter().position(of) {
                    let one = wanted.remove(at);
                    wanted.insert(0, one);
                }
                true
            }
        };
        let places = arrange(self.form().size, wanted.len(), large);
        let mut eyes = std::mem::take(&mut self.eyes);
        self.tiles.clear();
        for (place, (id, track, origin)) in places.into_iter().zip(wanted) {
            let shown = origin.is_some();
            if let Some(origin) = origin {
                let key = (id.clone(), track);
                let eye = if let Some(mut eye) = eyes.remove(&key) {
                    eye.look(&self.means.atelier, origin, place.size);
                    eye
                } else {
                    Eye::open(&self.means.atelier, origin, place.size)
                };
                self.eyes.insert(key, eye);
            }
            self.tiles.push(Tile {
                place,
                id,
                track,
                shown,
            });
        }
    }

    /// Mixes the sound that is due.
    fn mix(&mut self) {
        let due = self.began.elapsed().as_millis() / SOUND.as_millis();
        let due = u32::try_from(due).unwrap_or(u32::MAX);
        // Packets follow one another without a gap, and so they are heard: each that was left out
        // would put the sound behind the pictures for good. So what is late is made up for, be it
        // by silence; what is later than can be kept for the coder is begun anew.
        if due.saturating_sub(self.ticks) as usize > PACKETS {
            self.ticks = due - 1;
            self.sound.begin_anew();
        }
        let now = Instant::now();
        while self.ticks < due {
            let mut mix = [0; TICK];
            for (id, ear) in &self.ears {
                if ear.mix_into(&mut mix) {
                    self.spoke.insert(id.clone(), now);
                }
            }
            let time_us = i64::from(self.ticks) * 20_000;
            self.sound.put(mixed(&mix), time_us);
            self.ticks += 1;
        }
        self.spoke
            .retain(|_, at| now.saturating_duration_since(*at) < SPOKEN);
        self.follow_speaker(now);
    }

    fn follow_speaker(&mut self, now: Instant) {
        if self.scene.layout != Layout::Speaker {
            return;
        }
        let large = self.large.as_ref();
        let rests = large.is_some_and(|(id, since)| {
            now.saturating_duration_since(*since) < LARGE_FOR || self.spoke.contains_key(id)
        });
        if rests {
            return;
        }
        let speaks = self
            .scene
            .actors
            .iter()
            .find(|one| self.spoke.contains_key(&one.id));
        if let Some(speaks) = speaks
            && large.is_none_or(|(id, _)| *id != speaks.id)
        {
            self.large = Some((speaks.id.clone(), now));
            self.arrange();
        }
    }

    /// Paints a picture, and has it coded.
    async fn picture(&mut self) {
        if !self.pictures.is_begun() {
            self.pictures.begin(self.form());
        }
        let time_us = self.now_us();
        let painted = self.paint().await;
        if painted.is_empty() {
            return;
        }
        if self.pictures.put(painted, time_us) == Put::Taken {
            self.made += 1;
        }
        self.judge();
    }

    async fn paint(&self) -> Vec<u8> {
        let whole = self.form().size;
        let tiles: Vec<_> = self
            .tiles
            .iter()
            .map(|tile| {
                let eye = self.eyes.get(&(tile.id.clone(), tile.track));
                let picture = eye.filter(|_| tile.shown).and_then(Eye::latest);
                let speaks = tile.track == Track::Camera && self.spoke.contains_key(&tile.id);
                (tile.place, picture, speaks, hue(&tile.id))
            })
            .collect();
        let alone = tiles.len() == 1;
        // Some milliseconds of work: nobody else waits for it.
        let painted = tokio::task::spawn_blocking(move || {
            let mut picture = Picture::plain(whole, NIGHT);
            for (place, shown, speaks, hue) in tiles {
                match shown {
                    Some(shown) => picture.paint(place, &shown),
                    None => picture.somebody(place, hue),
                }
                if speaks && !alone {
                    let thick = (whole.height / 180).next_multiple_of(2);
                    picture.frame(place, thick, SPEAKING);
                }
            }
            picture.data
        });
        painted.await.unwrap_or_default()
    }

    /// Judges whether the machine keeps up.
    fn judge(&mut self) {
        let elapsed = self.judged.elapsed();
        if elapsed < JUDGED {
            return;
        }
        let due = u32::try_from(elapsed.as_secs()).unwrap_or(1) * self.form().fps;
        let keeps_up = self.made * 10 >= due * ENOUGH;
        self.judged = Instant::now();
        self.made = 0;
        if !keeps_up && self.level + 1 < FORMS.len() {
            self.level += 1;
            tracing::warn!(
                stream = self.stage.stream_id(),
                lines = self.form().size.height,
                "a stage's programme falls behind: it is made smaller"
            );
            self.pictures.begin(self.form());
            self.arrange();
        }
    }
}

/// The colour of somebody whose camera is off.
fn hue(id: &str) -> u8 {
    id.bytes()
        .fold(7, |hue: u8, byte| hue.wrapping_mul(31).wrapping_add(byte))
}
