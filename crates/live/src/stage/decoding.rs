//! What somebody on a stage sends, decoded for the programme: an [`Eye`] for a track of pictures,
//! an [`Ear`] for one of sound. Each has a child of its own, so that whatever somebody sends can
//! stop nobody but them.

use std::sync::Arc;

use matinee_media::ogg::opus::{OpusWriter, opus_samples};
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::atelier::{Atelier, Coded, MillError, Work};
use super::canvas::Picture;
use super::layout::Size;
use super::sound::{TICK, Waiting};
use super::source::{Frame, Source};
use crate::again::{WELL, discreet, pause};

/// Frames that may wait for a decoder; more are left out, up to the next keyframe.
const QUEUE: usize = 64;
/// By this way a source passes its frames on to its decoder. There is one at a time of each.
const WAY: u32 = u32::MAX;

/// A task that ends with this value.
struct Ends(JoinHandle<()>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Where frames come from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) source: Arc<Source>,
    pub(super) coded: Coded,
}

impl Origin {
    /// Whether it is the same.
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.source, &other.source)
    }

    fn listen(&self) -> mpsc::Receiver<super::source::Passed> {
        let (to, frames) = mpsc::channel(QUEUE);
        self.source.add(WAY, to);
        frames
    }
}

/// Sees what a track shows.
pub(super) struct Eye {
    origin: Origin,
    size: Size,
    latest: Arc<Mutex<Option<Arc<Picture>>>>,
    task: Ends,
}

impl Eye {
    pub(super) fn open(atelier: &Arc<dyn Atelier>, origin: Origin, size: Size) -> Self {
        let latest = Arc::default();
        let task = see(atelier.clone(), origin.clone(), size, Arc::clone(&latest));
        Self {
            origin,
            size,
            latest,
            task: Ends(tokio::spawn(task)),
        }
    }

    /// Sees this in this size from now on. What was seen last stays until something comes.
    pub(super) fn look(&mut self, atelier: &Arc<dyn Atelier>, origin: Origin, size: Size) {
        if self.size != size || !self.origin.is(&origin) {
            self.size = size;
            self.origin = origin;
            let latest = self.latest.clone();
            let task = see(atelier.clone(), self.origin.clone(), size, latest);
            self.task = Ends(tokio::spawn(task));
        }
    }

    pub(super) fn latest(&self) -> Option<Arc<Picture>> {
        self.latest.lock().clone()
    }
}

async fn see(
    atelier: Arc<dyn Atelier>,
    origin: Origin,
    size: Size,
    latest: Arc<Mutex<Option<Arc<Picture>>>>,
) {
    let mut again = Again::new("pictures");
    loop {
        let outcome = see_once(atelier.as_ref(), &origin, size, &latest).await;
        again.rest(outcome).await;
    }
}

/// Sees it until the child ends. Gives its last words.
async fn see_once(
    atelier: &dyn Atelier,
    origin: &Origin,
    size: Size,
    latest: &Mutex<Option<Arc<Picture>>>,
) -> Result<String, MillError> {
    let Work {
        mut input,
        mut output,
        child,
    } = atelier.see(origin.coded, size).await?;
    let mut frames = origin.listen();
    let write = async {
        while let Some((_, frame)) = frames.recv().await {
            if input.write_all(&frame.data).await.is_err() {
                return;
            }
        }
    };
    let read = async {
        loop {
            let mut data = vec![0; size.bytes()];
            if output.read_exact(&mut data).await.is_err() {
                return;
            }
            *latest.lock() = Some(Arc::new(Picture { size, data }));
        }
    };
    tokio::select! { () = write => {}, () = read => {} }
    Ok(child.end().await)
}

/// Hears what a track says.
pub(super) struct Ear {
    origin: Origin,
    waiting: Arc<Mutex<Waiting>>,
    _task: Ends,
}

impl Ear {
    pub(super) fn open(atelier: &Arc<dyn Atelier>, origin: Origin) -> Self {
        let waiting = Arc::default();
        let task = hear(atelier.clone(), origin.clone(), Arc::clone(&waiting));
        Self {
            origin,
            waiting,
            _task: Ends(tokio::spawn(task)),
        }
    }

    /// Whether it hears this.
    pub(super) fn hears(&self, origin: &Origin) -> bool {
        self.origin.is(origin)
    }

    /// Adds 20 ms to a mix. Gives whether somebody speaks.
    pub(super) fn mix_into(&self, mix: &mut [i32; TICK]) -> bool {
        self.waiting.lock().mix_into(mix)
    }
}

async fn hear(atelier: Arc<dyn Atelier>, origin: Origin, waiting: Arc<Mutex<Waiting>>) {
    let mut again = Again::new("sound");
    loop {
        let outcome = hear_once(atelier.as_ref(), &origin, &waiting).await;
        again.rest(outcome).await;
    }
}

/// Hears it until the child ends. Gives its last words.
async fn hear_once(
    atelier: &dyn Atelier,
    origin: &Origin,
    waiting: &Mutex<Waiting>,
) -> Result<String, MillError> {
    let Work {
        mut input,
        mut output,
        child,
    } = atelier.hear(origin.coded).await?;
    let mut frames = origin.listen();
    let mut pages = OpusWriter::default();
    let write = async {
        while let Some((_, frame)) = frames.recv().await {
            let bytes = wrapped(&mut pages, origin.coded, &frame);
            if input.write_all(&bytes).await.is_err() || input.flush().await.is_err() {
                return;
            }
        }
    };
    let read = async {
        let mut piece = vec![0; TICK * 4];
        while let Ok(len @ 1..) = output.read(&mut piece).await {
            waiting.lock().put(&piece[..len]);
        }
    };
    tokio::select! { () = write => {}, () = read => {} }
    Ok(child.end().await)
}

/// A frame as a decoder takes it.
fn wrapped(pages: &mut OpusWriter, coded: Coded, frame: &Frame) -> Vec<u8> {
    match coded {
        Coded::WebRtc => opus_samples(&frame.data)
            .map(|samples| pages.packet(&frame.data, samples))
            .unwrap_or_default(),
        Coded::Transport => frame.data.to_vec(),
    }
}

/// What ends by itself is begun anew after a pause.
struct Again {
    what: &'static str,
    attempts: u32,
    began: Instant,
}

impl Again {
    fn new(what: &'static str) -> Self {
        Self {
            what,
            attempts: 0,
            began: Instant::now(),
        }
    }

    async fn rest(&mut self, outcome: Result<String, MillError>) {
        let words = outcome.unwrap_or_else(|error| error.to_string());
        if self.began.elapsed() >= WELL {
            self.attempts = 0;
        }
        self.attempts += 1;
        tracing::info!(
            what = self.what,
            words = discreet(&words, None),
            attempts = self.attempts,
            "somebody's track on a stage cannot be decoded; it is begun anew"
        );
        sleep(pause(self.attempts)).await;
        self.began = Instant::now();
    }
}
