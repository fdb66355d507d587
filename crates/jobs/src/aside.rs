//! Long work beside people who wait for an answer.
//!
//! A job may take minutes of a core. What it computes runs [`aside`], on a thread that the system
//! prefers least; what it reads and writes rests as long as it works, see [`Pace`].

use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// How little the system prefers a thread of [`aside`]: 0 is as all others, 19 the least.
#[cfg(target_os = "linux")]
const NICE: i32 = 15;
/// The longest that is rested at once.
const REST_MAX: Duration = Duration::from_secs(1);

/// Runs `work` on a thread of its own that gives way to all others.
///
/// Errors when there can be no further thread, and when `work` panics.
pub async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> std::io::Result<T> {
    let (done, wait) = oneshot::channel();
    std::thread::Builder::new()
        .name("aside".to_owned())
        .spawn(move || {
            #[cfg(target_os = "linux")]
            {
                // On Linux it is the thread that is nice, not its process. Being less polite than
                // was meant is no reason to refuse the work.
                let thread = rustix::thread::gettid();
                let _ = rustix::process::setpriority_process(Some(thread), NICE);
            }
            // Nobody waits any more when the job was cancelled.
            let _ = done.send(work());
        })?;
    wait.await
        .map_err(|_| std::io::Error::other("the work ended before it was done"))
}

/// Rests as long as was worked, so that reading and writing without an end hold half a core at
/// most.
#[derive(Debug)]
pub struct Pace(Instant);

impl Default for Pace {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Pace {
    /// Call it between one small part and the next: rests as long as the part took, a second at
    /// most.
    pub async fn rest(&mut self) {
        tokio::time::sleep(self.0.elapsed().min(REST_MAX)).await;
        self.0 = Instant::now();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_gives_way_and_its_end_is_told() {
        assert_eq!(aside(|| 6 * 7).await.unwrap(), 42);
        #[cfg(target_os = "linux")]
        {
            let nice = || rustix::process::getpriority_process(Some(rustix::thread::gettid()));
            let here = nice().unwrap();
            assert_eq!(aside(nice).await.unwrap().unwrap(), NICE.max(here));
            assert_eq!(nice().unwrap(), here, "of other threads nothing changes");
        }
        let failed = aside(|| -> () { panic!("on purpose") }).await;
        assert!(failed.is_err());
    }
}
