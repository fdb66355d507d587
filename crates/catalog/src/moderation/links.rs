//! Addresses in a text, and rules about them.

use super::rules::LinkRules;
use super::{Effect, fold};

/// Endings that make a name without `http` an address. Other endings are too
/// often a missing space after a full stop.
const ENDINGS: [&str; 46] = [
    "com", "net", "org", "info", "biz", "io", "co", "me", "tv", "cc", "ru", "cn", "de", "fr", "uk",
    "eu", "us", "it", "es", "nl", "pl", "br", "in", "jp", "kr", "au", "ca", "ch", "at", "se", "no",
    "xyz", "top", "site", "online", "club", "shop", "live", "link", "click", "vip", "app", "dev",
    "gg", "ly", "to",
];

/// The hosts of the addresses in a text, in lower case, each as often as it
/// stands there.
pub(super) fn hosts(text: &str) -> Vec<String> {
    let lower = undisguised(&text.to_lowercase());
    let mut found = Vec::new();
    for chunk in lower.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '|')) {
        // One chunk may hold several, parted by what no address has.
        for piece in chunk.split(['(', ')', '[', ']', '{', '}', ',', ';', '\'']) {
            if let Some(host) = host(piece) {
                found.push(host);
            }
        }
    }
    found
}

/// `example[.]com`, `example (dot) com`, `hxxp://…`.
fn undisguised(text: &str) -> String {
    let mut text = text.replace("hxxp", "http").replace(['。', '．', '｡'], ".");
    for dot in [
        "[.]", "(.)", "{.}", " [dot] ", "[dot]", " (dot) ", "(dot)", " {dot} ", "{dot}",
    ] {
        text = text.replace(dot, ".");
    }
    for ending in ["com", "net", "org", "ru", "io", "xyz"] {
        text = text.replace(&format!(" dot {ending}"), &format!(".{ending}"));
    }
    text
}

fn host(piece: &str) -> Option<String> {
    let (rest, told) = match piece.find("://") {
        Some(at) => (&piece[at + 3..], true),
        None => match piece.strip_prefix("//") {
            Some(rest) => (rest, true),
            None => (piece, false),
        },
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    // What stands before an @ is a user, unless this is a mail address.
    let host = match authority.rsplit_once('@') {
        Some((_, host)) if told => host,
        Some(_) => return None,
        None => authority,
    };
    let host = host.split(':').next().unwrap_or_default();
    let host = host.trim_matches(|c: char| !c.is_alphanumeric());
    let labels: Vec<&str> = host.split('.').collect();
    let sound = host.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
    if !sound {
        return None;
    }
    let ending = labels.last().copied().unwrap_or_default();
    let numeric = labels.len() == 4 && labels.iter().all(|l| l.parse::<u8>().is_ok());
    let known = told || host.starts_with("www.") || ENDINGS.contains(&ending);
    (known && (numeric || ending.chars().any(char::is_alphabetic))).then(|| host.to_owned())
}

/// What is to happen with a text for the addresses in it, and why.
pub(super) fn judge(rules: &LinkRules, text: &str) -> Option<(Effect, String)> {
    let active = rules.links != Effect::Allow
        || rules.max_links.is_some()
        || !rules.blocked_domains.is_empty();
    if !active {
        return None;
    }
    let hosts = hosts(text);
    // A name that only looks like a blocked one is that one.
    let is_in = |list: &[String], host: &str| {
        let folded = fold::fold(host);
        list.iter().any(|domain| {
            [host, folded.as_str()].into_iter().any(|host| {
                host == domain
                    || host
                        .strip_suffix(domain.as_str())
                        .is_some_and(|head| head.ends_with('.'))
            })
        })
    };
    if let Some(host) = hosts.iter().find(|h| is_in(&rules.blocked_domains, h)) {
        return Some((rules.blocked_effect, format!("links to {host}")));
    }
    let strange: Vec<&String> = hosts
        .iter()
        .filter(|host| {
            !rules.allowed_domains.iter().any(|d| {
                *host == d
                    || host
                        .strip_suffix(d.as_str())
                        .is_some_and(|head| head.ends_with('.'))
            })
        })
        .collect();
    if let Some(host) = strange.first()
        && rules.links != Effect::Allow
    {
        return Some((rules.links, format!("links to {host}")));
    }
    match rules.max_links {
        Some(max) if strange.len() > max as usize => {
            Some((Effect::Hold, format!("has {} links", strange.len())))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("see https://Example.com/a?b", &["example.com"])]
    #[case("www.example.org!", &["www.example.org"])]
    #[case("buy at example.com, now", &["example.com"])]
    #[case("hxxps://evil[.]example.net", &["evil.example.net"])]
    #[case("evil (dot) com and evil dot ru", &["evil.com", "evil.ru"])]
    #[case("http://user:pw@10.0.0.1:80/x", &["10.0.0.1"])]
    #[case("a sentence.Another one", &[])]
    #[case("mail me@example.com", &[])]
    #[case("version 1.2.3 at 12.30", &[])]
    #[case("(https://a.io)[https://b.io]", &["a.io", "b.io"])]
    #[case("//cdn.example.com/x", &["cdn.example.com"])]
    #[case("http://", &[])]
    #[case("...", &[])]
    fn found(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(hosts(text), expected);
    }

    #[rstest]
    #[case("https://good.org/x", None)]
    #[case("https://sub.good.org/x", None)]
    #[case("https://notgood.org", Some(Effect::Hold))]
    #[case("https://bad.com", Some(Effect::Refuse))]
    #[case("https://www.bad.com/", Some(Effect::Refuse))]
    #[case::cyrillic("https://bаd.com/", Some(Effect::Refuse))]
    #[case("no link", None)]
    fn judged(#[case] text: &str, #[case] expected: Option<Effect>) {
        let rules = LinkRules {
            links: Effect::Hold,
            allowed_domains: vec!["good.org".into()],
            blocked_domains: vec!["bad.com".into()],
            ..LinkRules::default()
        };
        assert_eq!(judge(&rules, text).map(|(effect, _)| effect), expected);
    }

    #[test]
    fn too_many() {
        let rules = LinkRules {
            max_links: Some(1),
            ..LinkRules::default()
        };
        assert_eq!(judge(&rules, "https://a.io"), None);
        assert!(judge(&rules, "https://a.io https://b.io").is_some());
    }
}
