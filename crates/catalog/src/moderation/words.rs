//! The word filter: the first of the hooks.

use std::collections::HashMap;

use async_trait::async_trait;

use super::fold::{fold, is_spaceless, once, readings, spelled, unstretched, words};
use super::links;
use super::{Effect, Hook, Kind, LinkRules, Rules, Submission, Verdict};

/// Blocked words and rules about links, made ready for looking up.
#[derive(Debug, Default)]
pub struct Words {
    terms: Vec<Term>,
    /// Single whole words, by their folded form.
    whole: HashMap<String, Vec<usize>>,
    /// The same with runs of a letter taken once.
    stretched: HashMap<String, Vec<usize>>,
    /// Everything else: phrases, and words with an open end.
    other: Vec<usize>,
    links: LinkRules,
}

#[derive(Debug)]
struct Term {
    /// As the operator wrote it.
    shown: String,
    effect: Effect,
    kinds: Vec<Kind>,
    parts: Vec<String>,
    open_start: bool,
    open_end: bool,
    spaceless: bool,
}

impl Term {
    fn counts_in(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    fn is_whole_word(&self) -> bool {
        self.parts.len() == 1 && !self.open_start && !self.open_end && !self.spaceless
    }

    fn fits_word(&self, word: &str) -> bool {
        let part = self.parts[0].as_str();
        match (self.open_start, self.open_end) {
            (true, true) => word.contains(part),
            (true, false) => word.ends_with(part),
            (false, true) => word.starts_with(part),
            (false, false) => word == part,
        }
    }

    /// Whether it is somewhere in these words.
    fn is_in(&self, words: &[String]) -> bool {
        match self.parts.as_slice() {
            [] => false,
            [_] => words.iter().any(|word| {
                self.fits_word(word) || unstretched(word).is_some_and(|word| self.fits_word(&word))
            }),
            [first, middle @ .., last] => words.windows(self.parts.len()).any(|window| {
                let [start, between @ .., end] = window else {
                    return false;
                };
                let starts = start == first || (self.open_start && start.ends_with(first.as_str()));
                let ends = end == last || (self.open_end && end.starts_with(last.as_str()));
                starts && ends && between == middle
            }),
        }
    }
}

impl Words {
    /// The filter of these rules.
    pub fn new(rules: &Rules) -> Self {
        let mut filter = Self {
            links: rules.links.clone(),
            ..Self::default()
        };
        for rule in &rules.words {
            let bare = fold(rule.word.trim_matches('*'));
            let parts: Vec<String> = words(&bare).map(str::to_owned).collect();
            if parts.is_empty() || rule.effect == Effect::Allow {
                continue;
            }
            filter.add(Term {
                open_start: rule.word.starts_with('*'),
                open_end: rule.word.ends_with('*'),
                spaceless: bare.chars().any(is_spaceless),
                shown: rule.word.clone(),
                effect: rule.effect,
                kinds: rule.kinds.clone(),
                parts,
            });
        }
        filter
    }

    fn add(&mut self, term: Term) {
        let n = self.terms.len();
        if term.is_whole_word() {
            let word = term.parts[0].clone();
            self.stretched.entry(once(&word)).or_default().push(n);
            self.whole.entry(word).or_default().push(n);
        } else {
            self.other.push(n);
        }
        self.terms.push(term);
    }

    /// The strictest rule that this text breaks, by what happens and why.
    pub fn find(&self, kind: Kind, text: &str) -> Option<(Effect, String)> {
        let word = self
            .blocked(kind, text)
            .map(|term| (term.effect, format!("contains “{}”", term.shown)));
        let link = if self.links.counts_in(kind) {
            links::judge(&self.links, text)
        } else {
            None
        };
        match (word, link) {
            (Some(word), Some(link)) if link.0 > word.0 => Some(link),
            (Some(word), _) => Some(word),
            (None, link) => link,
        }
    }

    fn blocked(&self, kind: Kind, text: &str) -> Option<&Term> {
        if self.terms.is_empty() {
            return None;
        }
        let folded = fold(text);
        let readings = readings(&folded);
        let mut found: Option<&Term> = None;
        let mut take = |n: usize| {
            let term = &self.terms[n];
            if term.counts_in(kind) && found.is_none_or(|best| term.effect > best.effect) {
                found = Some(term);
            }
        };
        for word in readings.iter().flatten() {
            if let Some(terms) = self.whole.get(word) {
                terms.iter().copied().for_each(&mut take);
            }
            if let Some(terms) = unstretched(word).and_then(|word| self.stretched.get(&word)) {
                terms.iter().copied().for_each(&mut take);
            }
        }
        let spelled = spelled(&folded);
        let dense: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        for (n, term) in self.terms.iter().enumerate() {
            let whole = term.parts.concat();
            let by_letters =
                whole.chars().count() >= 3 && spelled.iter().any(|run| run.contains(&whole));
            let in_script = term.spaceless && dense.contains(&whole);
            if by_letters || in_script {
                take(n);
            }
        }
        for &n in &self.other {
            let term = &self.terms[n];
            if !term.spaceless && readings.iter().any(|words| term.is_in(words)) {
                take(n);
            }
        }
        found
    }
}

#[async_trait]
impl Hook for Words {
    fn name(&self) -> &'static str {
        "words"
    }

    async fn judge(&self, what: Submission<'_>) -> Verdict {
        let mut verdict = Verdict::allow();
        for (field, text) in what.texts {
            if let Some((effect, reason)) = self.find(what.kind, text) {
                verdict = verdict.or_stricter(Verdict {
                    effect,
                    field,
                    reason,
                    hook: "words",
                });
            }
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::super::rules::WordRule;
    use super::*;

    fn filter(words: &[&str]) -> Words {
        Words::new(&Rules {
            words: words
                .iter()
                .map(|word| WordRule {
                    word: (*word).to_owned(),
                    effect: Effect::Refuse,
                    kinds: Vec::new(),
                })
                .collect(),
            ..Rules::default()
        })
    }

    #[rstest]
    #[case::plain("this is spam")]
    #[case::case("SPAM!")]
    #[case::accents("špäm")]
    #[case::wide("ｓｐａｍ")]
    #[case::bold("𝐬𝐩𝐚𝐦")]
    #[case::cyrillic("sраm")]
    #[case::greek("spαm")]
    #[case::leet("5p4m")]
    #[case::signs("$p@m")]
    #[case::spaced("buy s p a m here")]
    #[case::dotted("s.p.a.m")]
    #[case::mixed("s-p_a*m")]
    #[case::halved("sp.am")]
    #[case::stretched("spaaaaam")]
    #[case::both("$$$p@@@m")]
    #[case::invisible("sp\u{200b}am")]
    #[case::joined("s\u{200d}p\u{2060}a\u{ad}m")]
    #[case::zalgo("s\u{300}p\u{301}a\u{302}m\u{303}")]
    #[case::punctuated("“spam”, he said")]
    #[case::prefix("Spammer")]
    fn is_found(#[case] text: &str) {
        let filter = filter(&["spam", "spamm*"]);
        assert!(filter.find(Kind::Comment, text).is_some(), "{text}");
    }

    #[rstest]
    #[case("a clean sentence")]
    #[case("the class assessed the bass")]
    #[case("Scunthorpe and Penistone")]
    #[case("as in the past")]
    #[case("455 and 1337")]
    #[case("see spa menu")]
    #[case("I a m")]
    #[case("")]
    fn is_fine(#[case] text: &str) {
        let filter = filter(&["ass", "spam", "cunt", "penis"]);
        assert_eq!(filter.find(Kind::Comment, text), None, "{text}");
    }

    #[rstest]
    #[case("buy now", "Buy   NOW!", true)]
    #[case("buy now", "buy it now", false)]
    #[case("buy now", "b u y n o w", true)]
    #[case("*coin", "get shitcoin", true)]
    #[case("*coin", "coins", false)]
    #[case("*pam*", "despamming", true)]
    #[case("垃圾", "这是垃圾邮件", true)]
    #[case("垃圾", "这是垃 圾邮件", true)]
    #[case("垃圾", "这是邮件", false)]
    #[case("спам", "это спам", true)]
    #[case("Straße", "strasse", true)]
    fn terms(#[case] word: &str, #[case] text: &str, #[case] expected: bool) {
        let found = filter(&[word]).find(Kind::Comment, text);
        assert_eq!(found.is_some(), expected, "{found:?}");
    }

    #[test]
    fn the_strictest_rule_counts_where_it_counts() {
        let rule = |word: &str, effect, kinds: &[Kind]| WordRule {
            word: word.to_owned(),
            effect,
            kinds: kinds.to_vec(),
        };
        let filter = Words::new(&Rules {
            words: vec![
                rule("odd", Effect::Flag, &[]),
                rule("bad", Effect::Hold, &[]),
                rule("bad", Effect::Refuse, &[Kind::Title]),
            ],
            ..Rules::default()
        });
        let effect = |kind, text| filter.find(kind, text).map(|found| found.0);
        assert_eq!(effect(Kind::Comment, "odd and bad"), Some(Effect::Hold));
        assert_eq!(effect(Kind::Title, "odd and bad"), Some(Effect::Refuse));
        assert_eq!(effect(Kind::Title, "odd"), Some(Effect::Flag));
    }

    proptest! {
        #[test]
        fn no_text_brings_it_down(text in "(\\PC|[ .\\-@$0-9a-zа-я]){0,200}") {
            let filter = filter(&["spam", "buy now", "*x*", "垃圾"]);
            let _ = filter.find(Kind::Comment, &text);
        }

        #[test]
        fn a_word_among_others_is_found(before in "[a-z ]{0,20}", after in "[a-z ]{0,20}") {
            let text = format!("{before} qwertz {after}");
            prop_assert!(filter(&["qwertz"]).find(Kind::Comment, &text).is_some());
        }
    }
}
