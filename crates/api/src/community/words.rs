//! Words that somebody leaves where the community's own handlers do not look:
//! titles of shows, names of people and profiles, text tracks.

use matinee_catalog::community::{Subject, SubjectKind};
use matinee_catalog::moderation::{Kind, Verdict};

use super::person::{asking, moderates};
use crate::{AppState, Caller, ProblemResult};

/// The most of a long text that is judged, in bytes: what a person could read
/// in some minutes. Whole films of words are judged by their beginning.
const JUDGED_MAX: usize = 256 * 1024;

/// Words that have been judged and are about to be kept.
#[derive(Debug)]
pub(crate) struct Judged {
    verdict: Verdict,
    author: Option<String>,
    author_name: String,
    excerpt: String,
}

/// Judges words before they are kept: refuses those that the rules refuse,
/// naming the field. What moderators write is not judged.
pub(crate) async fn judged(
    state: &AppState,
    caller: Option<&Caller>,
    kind: Kind,
    texts: &[(&'static str, &str)],
) -> ProblemResult<Judged> {
    let moderation = state.community.moderation();
    let verdict = match caller {
        Some(caller) if moderates(caller) => Verdict::allow(),
        _ => moderation.verdict(kind, texts, &author(caller)).await?,
    };
    Ok(Judged::new(caller, verdict, texts))
}

/// The same for a long text that is taken whatever it says, and only pointed
/// out.
pub(crate) async fn looked_at(
    state: &AppState,
    caller: &Caller,
    kind: Kind,
    field: &'static str,
    text: &str,
) -> ProblemResult<Judged> {
    let end = text.floor_char_boundary(JUDGED_MAX);
    let texts = [(field, text.get(..end).unwrap_or_default())];
    let moderation = state.community.moderation();
    let verdict = if moderates(caller) {
        Verdict::allow()
    } else {
        let author = author(Some(caller));
        moderation.trial(kind, &texts, &author).await?
    };
    Ok(Judged::new(Some(caller), verdict, &texts))
}

fn author(caller: Option<&Caller>) -> String {
    caller
        .and_then(|caller| caller.0.viewer_key())
        .unwrap_or_default()
}

impl Judged {
    fn new(caller: Option<&Caller>, verdict: Verdict, texts: &[(&'static str, &str)]) -> Self {
        let who = caller.and_then(asking);
        let said: Vec<&str> = texts
            .iter()
            .map(|(_, text)| *text)
            .filter(|text| !text.is_empty())
            .collect();
        Self {
            verdict,
            author: who.as_ref().and_then(|who| who.account.clone()),
            author_name: who.map(|who| who.name).unwrap_or_default(),
            excerpt: said.join("\n"),
        }
    }

    /// Tells moderators, if there is something to tell, now that the words are
    /// kept as those of this thing.
    pub(crate) async fn kept_as(
        self,
        state: &AppState,
        kind: SubjectKind,
        id: &str,
        video: Option<&str>,
    ) -> ProblemResult<()> {
        let subject = Subject {
            kind,
            id: id.to_owned(),
            video_id: video.map(str::to_owned),
            author: self.author,
            author_name: self.author_name,
            excerpt: self.excerpt,
        };
        Ok(state.community.point_out(&subject, &self.verdict).await?)
    }
}
