//! What operators choose.

use serde::{Deserialize, Serialize};

use super::{Effect, Kind, fold};
use crate::{CatalogError, FieldError, Result};

/// The bounds of the rules.
pub mod limits {
    /// The most word rules.
    pub const WORDS_MAX: usize = 5000;
    /// The longest word or phrase, in characters.
    pub const WORD_MAX: usize = 100;
    /// The most domains in a list.
    pub const DOMAINS_MAX: usize = 5000;
}

/// Who may comment and review.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommentsFrom {
    /// Nobody: what is there stays readable.
    Nobody,
    /// Those who have signed in.
    #[default]
    SignedIn,
    /// Everybody who sees the video.
    Anyone,
}

/// A word or phrase, and what happens where it is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordRule {
    /// A word, or several. `*` at an end lets any letters follow (or precede):
    /// `spam*` finds “spammer”. Case, accents, look-alikes, digits for letters,
    /// spacing and stretching do not matter.
    pub word: String,
    /// What happens.
    #[serde(default = "hold")]
    pub effect: Effect,
    /// Where it counts; everywhere when empty.
    #[serde(default)]
    pub kinds: Vec<Kind>,
}

fn hold() -> Effect {
    Effect::Hold
}

fn refuse() -> Effect {
    Effect::Refuse
}

/// What happens with addresses in what people write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkRules {
    /// What happens with an address that neither list names.
    pub links: Effect,
    /// Domains, with all below them, that are always fine.
    pub allowed_domains: Vec<String>,
    /// Domains, with all below them, that never are.
    pub blocked_domains: Vec<String>,
    /// What happens with a blocked one.
    #[serde(default = "refuse")]
    pub blocked_effect: Effect,
    /// More addresses than this are held.
    pub max_links: Option<u32>,
    /// Where these rules count; in comments, reviews and names when empty.
    pub kinds: Vec<Kind>,
}

impl Default for LinkRules {
    fn default() -> Self {
        Self {
            links: Effect::Allow,
            allowed_domains: Vec::new(),
            blocked_domains: Vec::new(),
            blocked_effect: Effect::Refuse,
            max_links: None,
            kinds: Vec::new(),
        }
    }
}

impl LinkRules {
    pub(super) fn counts_in(&self, kind: Kind) -> bool {
        if self.kinds.is_empty() {
            matches!(kind, Kind::Comment | Kind::Review | Kind::Name)
        } else {
            self.kinds.contains(&kind)
        }
    }
}

/// Everything that operators choose about what people write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Who may comment.
    pub comments: CommentsFrom,
    /// Who may review.
    pub reviews: CommentsFrom,
    /// Whether a moderator reads every comment and review first.
    pub hold_all: bool,
    /// How many people must report a comment or review before it is out of
    /// sight by itself; 0 leaves that to moderators.
    pub hold_after_reports: u32,
    /// Blocked words and phrases.
    pub words: Vec<WordRule>,
    /// Addresses.
    pub links: LinkRules,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            comments: CommentsFrom::SignedIn,
            reviews: CommentsFrom::SignedIn,
            hold_all: false,
            hold_after_reports: 5,
            words: Vec::new(),
            links: LinkRules::default(),
        }
    }
}

impl Rules {
    /// The same with words and domains tidied, or every field that is wrong.
    pub fn checked(mut self) -> Result<Self> {
        let mut errors = Vec::new();
        if self.words.len() > limits::WORDS_MAX {
            let max = limits::WORDS_MAX;
            errors.push(FieldError::new(
                "words",
                format!("must not be more than {max}"),
            ));
        }
        for (n, rule) in self.words.iter_mut().enumerate() {
            rule.word = super::text::line(&rule.word);
            let field = format!("words[{n}].word");
            let bare = fold::fold(rule.word.trim_matches('*'));
            if rule.word.chars().count() > limits::WORD_MAX {
                let max = limits::WORD_MAX;
                errors.push(FieldError::new(
                    field,
                    format!("must not be longer than {max} characters"),
                ));
            } else if fold::words(&bare).next().is_none() {
                errors.push(FieldError::new(field, "must have a letter or a digit"));
            } else if rule.word.trim_matches('*').contains('*') {
                errors.push(FieldError::new(field, "must have a * only at its ends"));
            }
        }
        for (field, list) in [
            ("links.allowed_domains", &mut self.links.allowed_domains),
            ("links.blocked_domains", &mut self.links.blocked_domains),
        ] {
            if list.len() > limits::DOMAINS_MAX {
                let max = limits::DOMAINS_MAX;
                errors.push(FieldError::new(
                    field,
                    format!("must not be more than {max}"),
                ));
            }
            for domain in list.iter_mut() {
                if let Some(tidy) = tidy_domain(domain) {
                    *domain = tidy;
                } else {
                    let reason = "must be domains such as example.org";
                    errors.push(FieldError::new(field, reason));
                    break;
                }
            }
            list.sort_unstable();
            list.dedup();
        }
        if self.hold_after_reports > 1000 {
            errors.push(FieldError::new(
                "hold_after_reports",
                "must be from 0 to 1000",
            ));
        }
        if errors.is_empty() {
            Ok(self)
        } else {
            Err(CatalogError::Invalid(errors))
        }
    }
}

fn tidy_domain(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let domain = lower.trim_start_matches("*.").trim_matches('.');
    let sound = domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
    sound.then(|| domain.to_owned())
}
