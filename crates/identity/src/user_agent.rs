//! What a person would call the device that a user agent describes.

/// Words in a `User-Agent`, and what they mean; the first that fits is it.
const CLIENTS: [(&str, &str); 16] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Roku", "Roku"),
    ("curl/", "curl"),
    ("python", "Python"),
    ("okhttp", "An Android app"),
    ("Kodi", "Kodi"),
    ("VLC", "VLC"),
];

const SYSTEMS: [(&str, &str); 12] = [
    ("AFT", "Fire TV"),
    ("Tizen", "Samsung TV"),
    ("Web0S", "LG TV"),
    ("AppleTV", "Apple TV"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("X11; Ubuntu", "Ubuntu"),
    ("Linux", "Linux"),
];

/// Such as `Firefox on Linux`.
pub(crate) fn device(user_agent: &str) -> String {
    let find = |table: &[(&str, &'static str)]| {
        table
            .iter()
            .find(|(word, _)| user_agent.contains(word))
            .map(|(_, name)| *name)
    };
    match (find(&CLIENTS), find(&SYSTEMS)) {
        (Some(client), Some(system)) => format!("{client} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => {
            let word = user_agent.split(['/', ' ']).next().unwrap_or_default();
            if word.is_empty() {
                "Unknown device".to_owned()
            } else {
                word.chars().take(40).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Firefox on Linux"
    )]
    #[case(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
        "Edge on Windows"
    )]
    #[case(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
        "Safari on iPhone"
    )]
    #[case(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "Chrome on macOS"
    )]
    #[case("Roku/DVP-12.0 (12.0.0.4182-88)", "Roku")]
    #[case("curl/8.5.0", "curl")]
    #[case("FilmRobot/1.0", "FilmRobot")]
    #[case("", "Unknown device")]
    fn devices_have_names(#[case] user_agent: &str, #[case] name: &str) {
        assert_eq!(device(user_agent), name);
    }
}
