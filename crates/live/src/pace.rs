//! Telling of what changes often, and not oftener than people can read.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

/// The least time between two tellings of the same thing.
const EVERY: Duration = Duration::from_secs(1);

/// What has been told within the last second, and whether it has changed since.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace(Arc<Mutex<HashMap<String, bool>>>);

impl Pace {
    /// Has `tell` say how the thing of this id is now: at once if that was not
    /// said within the last second, else when the second is over, however often
    /// it changes in between. The last change is always told.
    pub(crate) fn tell<F>(&self, id: &str, tell: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send,
    {
        let mut told = self.0.lock();
        if let Some(again) = told.get_mut(id) {
            *again = true;
            return;
        }
        told.insert(id.to_owned(), false);
        drop(told);
        let (pace, id) = (self.clone(), id.to_owned());
        tokio::spawn(async move {
            loop {
                tell().await;
                tokio::time::sleep(EVERY).await;
                if !pace.goes_on(&id) {
                    break;
                }
            }
        });
    }

    /// Whether the thing has changed since it was told; forgets it if not.
    fn goes_on(&self, id: &str) -> bool {
        let mut told = self.0.lock();
        match told.get_mut(id) {
            Some(again) if *again => {
                *again = false;
                true
            }
            _ => {
                told.remove(id);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn many_changes_are_told_once_a_second_and_the_last_one_always() {
        let pace = Pace::default();
        let (state, told) = (
            Arc::new(AtomicU32::new(0)),
            Arc::new(Mutex::new(Vec::new())),
        );
        for n in 1..=100 {
            state.store(n, Ordering::Relaxed);
            let (state, told) = (state.clone(), told.clone());
            pace.tell("a", move || {
                told.lock().push(state.load(Ordering::Relaxed));
                std::future::ready(())
            });
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        tokio::time::sleep(EVERY * 2).await;
        let told = told.lock().clone();
        assert!((4..=6).contains(&told.len()), "{told:?}");
        assert_eq!((told[0], told[told.len() - 1]), (1, 100));
        assert!(pace.0.lock().is_empty());
    }
}
