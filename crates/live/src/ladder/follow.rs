//! A broadcast is followed from run to run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use matinee_media::codec::SampleEntry;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Duration, Instant, MissedTickBehavior, interval};

use super::work::{Job, Trouble};
use super::{Ladder, Rung};
use crate::again::{WELL, discreet, pause};
use crate::broadcast::{Began, Broadcast, Heard, Tap, Track, Tracks};
use crate::desk::Desk;

/// How often the time until a size is tried again is doubled at most.
const DOUBLED_MAX: u32 = 3;
/// How often it is judged whether the machine keeps up.
const LOOK: Duration = Duration::from_millis(500);

/// The run of a broadcast that goes on, if something can be made of it.
struct Run {
    began: Began,
    entry: SampleEntry,
    rungs: Vec<Rung>,
}

/// What is done for one broadcast.
struct Following {
    ladder: Ladder,
    broadcast: Arc<Broadcast>,
    desk: Arc<dyn Desk>,
    run: Option<Run>,
    job: Option<Job>,
    /// The sizes that the machine does not keep up with.
    dropped: BTreeSet<u16>,
    /// How often each size was let go.
    setbacks: BTreeMap<u16, u32>,
    /// Since when no size was let go, or tried again.
    quiet_since: Instant,
    attempts: u32,
    /// Nothing is begun before.
    not_before: Instant,
    place: Option<OwnedSemaphorePermit>,
}

enum Next {
    Heard(Option<Heard>),
    Made(Result<usize, Trouble>),
    Look,
}

impl Ladder {
    /// Makes the smaller sizes of a broadcast, until it is over.
    pub(super) async fn work_for(
        self,
        broadcast: Arc<Broadcast>,
        desk: Arc<dyn Desk>,
        mut tap: Tap,
    ) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut following = Following {
            ladder: self,
            broadcast,
            desk,
            run: None,
            job: None,
            dropped: BTreeSet::new(),
            setbacks: BTreeMap::new(),
            quiet_since: Instant::now(),
            attempts: 0,
            not_before: Instant::now(),
            place: None,
        };
        loop {
            let next = match &mut following.job {
                None => Next::Heard(tap.next().await),
                Some(job) => tokio::select! {
                    heard = tap.next() => Next::Heard(heard),
                    made = job.read() => Next::Made(made),
                    _ = ticks.tick() => Next::Look,
                },
            };
            match next {
                Next::Heard(None) => break,
                Next::Heard(Some(Heard::Gap)) => {
                    following.missed().await;
                    // The run that goes on may have begun in the gap.
                    match following.broadcast.tap() {
                        Some(fresh) => tap = fresh,
                        None => break,
                    }
                }
                Next::Heard(Some(heard)) => following.hear(heard).await,
                Next::Made(made) => following.made(made).await,
                Next::Look => following.look().await,
            }
        }
        if let Some(job) = following.job.take() {
            job.end().await;
        }
    }
}

impl Following {
    async fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Run(tracks) => self.begin_run(&tracks).await,
            Heard::Cut(cut) => {
                if let Some(job) = &mut self.job {
                    job.cut(cut, &self.broadcast);
                }
                self.tell_of_beginning().await;
            }
            Heard::Frame {
                track: Track::Video,
                time_us,
                frame,
            } => {
                if frame.sync {
                    self.try_again().await;
                }
                if frame.sync && self.job.is_none() {
                    self.start(time_us).await;
                }
                if let Some(job) = &mut self.job
                    && let Err(trouble) = job.take(time_us, frame)
                {
                    self.trouble(trouble).await;
                }
            }
            Heard::Frame { .. } | Heard::Gap => {}
        }
    }

    /// Frames have come faster than they could be passed on.
    async fn missed(&mut self) {
        if self.job.is_some() {
            self.trouble(Trouble::TooSlow).await;
        }
    }

    async fn made(&mut self, made: Result<usize, Trouble>) {
        let Some(job) = &mut self.job else { return };
        let put = made.and_then(|len| job.put(len, &self.broadcast));
        match put {
            Ok(()) => self.tell_of_beginning().await,
            Err(trouble) => self.trouble(trouble).await,
        }
    }

    async fn look(&mut self) {
        let options = self.ladder.0.options;
        let judged = self.job.as_mut().map(|job| job.judge(&options));
        if let Some(Err(trouble)) = judged {
            self.trouble(trouble).await;
        }
    }

    /// Another run begins.
    async fn begin_run(&mut self, tracks: &Tracks) {
        if let Some(job) = self.job.take() {
            job.finish(&self.broadcast).await;
        }
        self.attempts = 0;
        self.not_before = Instant::now();
        self.run = self.plan(tracks);
        let rungs = self.run.as_ref().map_or(&[][..], |run| &run.rungs);
        self.broadcast.plan_rungs(rungs);
        if rungs.is_empty() {
            self.place = None;
            self.broadcast.rungs_are_settled(tracks.began.number);
        }
        self.warn();
    }

    /// What is to be made of a run.
    fn plan(&self, tracks: &Tracks) -> Option<Run> {
        let (codec, config) = tracks.video.as_ref()?;
        let entry = SampleEntry::of_config(*codec, config).ok()?;
        let video = entry.video.as_ref()?;
        let (width, height) = (u32::from(video.width), u32::from(video.height));
        let mut rungs = self.ladder.0.mill.plan(width, height);
        rungs.retain(|rung| !self.dropped.contains(&rung.lines));
        Some(Run {
            began: tracks.began,
            entry,
            rungs,
        })
    }

    /// Begins with the keyframe that comes now, if it is time.
    async fn start(&mut self, time_us: i64) {
        let Some(run) = &self.run else { return };
        if run.rungs.is_empty() || Instant::now() < self.not_before {
            return;
        }
        let number = run.began.number;
        if self.place.is_none() {
            self.place = self.ladder.0.places.clone().try_acquire_owned().ok();
            if self.place.is_none() {
                let words = "This server makes smaller sizes for no more broadcasts at once: this one goes out as it comes only.";
                self.broadcast.say_of_rungs(Some(words.to_owned()));
                self.broadcast.stop_rungs();
                self.broadcast.rungs_are_settled(number);
                return;
            }
            self.warn();
        }
        let Some(run) = &self.run else { return };
        self.broadcast.plan_rungs(&run.rungs);
        let begun = match self.ladder.0.mill.start(&run.rungs).await {
            Ok(work) => Job::begin(work, &run.rungs, &run.entry, run.began, time_us),
            Err(error) => {
                tracing::warn!(stream = self.broadcast.stream_id(), %error, "no ladder could be begun");
                None
            }
        };
        match begun {
            Some(job) => self.job = Some(job),
            None => self.failed("it cannot be begun", "").await,
        }
    }

    /// The rungs of the run are there.
    async fn tell_of_beginning(&mut self) {
        if self.job.as_mut().is_some_and(Job::has_begun_now) {
            if let Some(run) = &self.run {
                self.broadcast.rungs_are_settled(run.began.number);
            }
            self.warn();
            self.desk.scaled(self.broadcast.stream_id()).await;
        }
    }

    /// What works is let go.
    async fn trouble(&mut self, trouble: Trouble) {
        let Some(job) = self.job.take() else { return };
        let top = job.rungs().map(|rung| rung.lines).max();
        if job.lasted() >= WELL {
            self.attempts = 0;
        }
        let words = job.end().await;
        match (trouble, top) {
            (Trouble::TooSlow, Some(top)) => self.drop_rung(top).await,
            (Trouble::TooSlow, None) => {}
            (Trouble::Broken(why), _) => self.failed(why, &words).await,
        }
    }

    /// How long it has to be quiet before the next size is tried again, if one is to be: the
    /// smallest of those that were let go.
    fn comeback(&self) -> Option<(u16, Duration)> {
        let lines = *self.dropped.first()?;
        let times = self.setbacks.get(&lines).copied().unwrap_or(1);
        let doubled = 1 << times.saturating_sub(1).min(DOUBLED_MAX);
        Some((lines, self.ladder.0.options.quiet * doubled))
    }

    /// It has been quiet for a while: a size that was let go may be too much no longer. What works
    /// is begun anew with it, at the keyframe that comes now.
    async fn try_again(&mut self) {
        let Some((lines, wait)) = self.comeback() else {
            return;
        };
        if self.quiet_since.elapsed() < wait {
            return;
        }
        self.quiet_since = Instant::now();
        self.dropped.remove(&lines);
        let Some(run) = &mut self.run else { return };
        let Some(video) = &run.entry.video else {
            return;
        };
        let (width, height) = (u32::from(video.width), u32::from(video.height));
        run.rungs = self.ladder.0.mill.plan(width, height);
        run.rungs.retain(|rung| !self.dropped.contains(&rung.lines));
        tracing::info!(
            stream = self.broadcast.stream_id(),
            lines,
            "a size of a broadcast that was let go is tried again"
        );
        if let Some(job) = self.job.take() {
            job.finish(&self.broadcast).await;
        }
        self.not_before = Instant::now();
        self.warn();
    }

    /// The machine does not keep up: the largest size is let go.
    async fn drop_rung(&mut self, lines: u16) {
        tracing::warn!(
            stream = self.broadcast.stream_id(),
            lines,
            "the ladder of a broadcast falls behind: its largest size is dropped"
        );
        self.dropped.insert(lines);
        let times = self.setbacks.entry(lines).or_default();
        *times = times.saturating_add(1);
        self.quiet_since = Instant::now();
        self.broadcast.stop_rungs();
        self.broadcast.drop_rung(lines);
        if let Some(run) = &mut self.run {
            run.rungs.retain(|rung| rung.lines != lines);
            if run.rungs.is_empty() {
                self.place = None;
            }
            // Nobody need wait for what begins with the next keyframe only.
            self.broadcast.rungs_are_settled(run.began.number);
        }
        self.warn();
        self.desk.scaled(self.broadcast.stream_id()).await;
    }

    /// It has ended by itself, or could not be begun.
    async fn failed(&mut self, why: &str, words: &str) {
        self.attempts += 1;
        let wait = pause(self.attempts);
        tracing::warn!(
            stream = self.broadcast.stream_id(),
            why,
            words = discreet(words, None),
            attempts = self.attempts,
            "the ladder of a broadcast has ended; it is begun anew"
        );
        self.not_before = Instant::now() + wait;
        self.broadcast.stop_rungs();
        if let Some(run) = &self.run {
            self.broadcast.rungs_are_settled(run.began.number);
        }
        self.warn();
        self.desk.scaled(self.broadcast.stream_id()).await;
    }

    /// Says what is not as it should be.
    fn warn(&self) {
        let mut said = Vec::new();
        if !self.dropped.is_empty() {
            let sizes: Vec<String> = self.dropped.iter().rev().map(|l| format!("{l}p")).collect();
            said.push(format!(
                "This machine does not keep up with making {} of these pictures: it was let go, so that the broadcast itself does not suffer.",
                sizes.join(", ")
            ));
        }
        if let Some((lines, wait)) = self.comeback() {
            let minutes = wait.as_secs().div_ceil(60);
            said.push(format!(
                "After {minutes} quiet {}, {lines}p is tried again.",
                if minutes == 1 { "minute" } else { "minutes" }
            ));
        }
        let waits = self.run.as_ref().is_some_and(|run| !run.rungs.is_empty());
        if waits && self.job.is_none() && self.attempts > 0 {
            said.push("What makes the smaller sizes has ended and is begun anew; the broadcast itself goes on.".to_owned());
        }
        let words = (!said.is_empty()).then(|| said.join(" "));
        self.broadcast.say_of_rungs(words);
    }
}
