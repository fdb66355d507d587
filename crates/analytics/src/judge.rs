//! Which plays are views. Of what one viewer has watched enough of the same thing, the first
//! play is a view, and then each that began at least the window after the last view: by when
//! plays began, in whatever order they are told of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::{ConnectionTrait, Value};

use crate::apply::{Viewed, Views, load, micros};
use crate::play::{Counted, Model as Play};
use crate::sql::{rows_from, statement};
use crate::{Analytics, Result};

/// How many viewers and what they watched one query asks for.
const PAIRS: usize = 500;
/// The most plays that one of these looks at: those after them stay as they were judged.
const LOOKED_AT: usize = 20_000;

/// A viewer, and what they watch.
type Pair = (String, String);
/// What a play was before: when it began, and whether it is a view.
pub(crate) type Before = HashMap<String, (i64, i16)>;

/// A play of a pair's.
struct Judged {
    started_at: i64,
    id: String,
    counted: i16,
}

impl Analytics {
    /// Decides which plays are views now, and brings those in that are judged anew for it.
    pub(crate) async fn judge(
        &self,
        tx: &impl ConnectionTrait,
        plays: &mut HashMap<String, Play>,
        before: &mut Before,
    ) -> Result<()> {
        // From when on what each viewer has watched of something is looked at anew.
        let mut since: BTreeMap<Pair, i64> = BTreeMap::new();
        for play in plays.values_mut() {
            let ripe = play.counted == Counted::NOT_YET && play.is_enough();
            let Some(viewer) = &play.viewer else {
                if ripe {
                    // Nobody in particular: nothing is known of what they viewed before.
                    play.counted = Counted::VIEW;
                }
                continue;
            };
            let moved = play.counted != Counted::NOT_YET
                && before
                    .get(&play.id)
                    .is_some_and(|(at, _)| *at != play.started_at);
            if ripe || moved {
                let pair = (viewer.clone(), play.subject.clone());
                let from = since.entry(pair).or_insert(i64::MAX);
                *from = (*from).min(play.started_at);
            }
        }
        let pairs: Vec<(Pair, i64)> = since.into_iter().collect();
        for some in pairs.chunks(PAIRS) {
            self.judge_some(tx, some, plays, before).await?;
        }
        Ok(())
    }

    async fn judge_some(
        &self,
        tx: &impl ConnectionTrait,
        pairs: &[(Pair, i64)],
        plays: &mut HashMap<String, Play>,
        before: &mut Before,
    ) -> Result<()> {
        let window = micros(self.inner.options.view_window);
        let mut theirs: BTreeMap<&Pair, Vec<Judged>> = BTreeMap::new();
        for (pair, _) in pairs {
            theirs.insert(pair, Vec::new());
        }
        self.judged_before(tx, pairs, plays, &mut theirs).await?;
        for play in plays.values() {
            let Some(viewer) = &play.viewer else { continue };
            let pair = (viewer.clone(), play.subject.clone());
            if let Some(all) = theirs.get_mut(&pair)
                && (play.counted != Counted::NOT_YET || play.is_enough())
            {
                all.push(Judged {
                    started_at: play.started_at,
                    id: play.id.clone(),
                    counted: play.counted,
                });
            }
        }
        let mut changed: HashMap<String, i16> = HashMap::new();
        for (pair, since) in pairs {
            let Some(mut all) = theirs.remove(pair) else {
                continue;
            };
            all.sort_unstable_by(|a, b| (a.started_at, &a.id).cmp(&(b.started_at, &b.id)));
            let mut last: Option<i64> = None;
            for play in all {
                let counted = if play.started_at < *since {
                    play.counted
                } else if last.is_none_or(|last| play.started_at - last >= window) {
                    Counted::VIEW
                } else {
                    Counted::AGAIN
                };
                if counted == Counted::VIEW {
                    last = Some(play.started_at);
                }
                if counted != play.counted {
                    changed.insert(play.id, counted);
                }
            }
        }
        let elsewhere: BTreeSet<&String> = changed
            .keys()
            .filter(|id| !plays.contains_key(*id))
            .collect();
        let elsewhere: Vec<String> = elsewhere.into_iter().cloned().collect();
        for (id, play) in load(tx, &elsewhere).await? {
            before.insert(id.clone(), (play.started_at, play.counted));
            plays.insert(id, play);
        }
        for (id, counted) in changed {
            if let Some(play) = plays.get_mut(&id) {
                play.counted = counted;
            }
        }
        Ok(())
    }

    /// The plays of these that were judged before and are not among those at hand: of the window
    /// before only views, which say what is none after them.
    async fn judged_before<'a>(
        &self,
        tx: &impl ConnectionTrait,
        pairs: &'a [(Pair, i64)],
        plays: &HashMap<String, Play>,
        theirs: &mut BTreeMap<&'a Pair, Vec<Judged>>,
    ) -> Result<()> {
        let window = micros(self.inner.options.view_window);
        let first = pairs.iter().map(|(_, since)| *since).min();
        let first = first.unwrap_or(i64::MAX);
        let sql = format!(
            "SELECT id, viewer, subject, started_at, counted FROM plays \
             WHERE (viewer, subject) IN (VALUES {}) AND started_at > $1 \
             AND (counted = 1 OR (counted > 0 AND started_at >= $2)) \
             ORDER BY started_at LIMIT {LOOKED_AT}",
            rows_from(3, 2, pairs.len())
        );
        let named = pairs.iter().flat_map(|((viewer, subject), _)| {
            let pair: [Value; 2] = [viewer.as_str().into(), subject.as_str().into()];
            pair
        });
        let since = [first.saturating_sub(window), first].map(Value::from);
        let values = since.into_iter().chain(named);
        for row in tx
            .query_all_raw(statement(self.db().backend(), sql, values))
            .await?
        {
            let id: String = row.try_get("", "id")?;
            if plays.contains_key(&id) {
                continue;
            }
            let pair = (row.try_get("", "viewer")?, row.try_get("", "subject")?);
            if let Some(all) = theirs.get_mut(&pair) {
                all.push(Judged {
                    started_at: row.try_get("", "started_at")?,
                    id,
                    counted: row.try_get("", "counted")?,
                });
            }
        }
        Ok(())
    }
}

/// Which views there are more and fewer after this.
pub(crate) fn views(plays: &HashMap<String, Play>, before: &Before) -> Views {
    let mut views = Views::new();
    for play in plays.values() {
        let was = before.get(&play.id);
        let was = was.and_then(|(at, counted)| (*counted == Counted::VIEW).then_some(*at));
        let is = (play.counted == Counted::VIEW).then_some(play.started_at);
        if was == is {
            continue;
        }
        let mut add = |at: Option<i64>, by: i64| {
            views.extend(at.map(|at| Viewed {
                subject: play.subject.clone(),
                play: play.id.clone(),
                at,
                by,
            }));
        };
        add(was, -1);
        add(is, 1);
    }
    views
}
