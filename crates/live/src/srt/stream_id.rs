//! Stream identifiers: how an SRT encoder says what it wants, and shows its key.

/// What a stream identifier asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish<'a> {
    /// To publish with this key.
    Publish(&'a str),
    /// Something else than to publish.
    Other,
    /// It names nothing.
    Nothing,
}

/// Reads `KEY`, `publish:KEY`, and the syntax of SRT's access control: `#!::m=publish,r=KEY`.
///
/// Whoever leaves out the mode means to publish: there is nothing else to be had here.
pub(super) fn read(stream_id: &str) -> Wish<'_> {
    let Some(pairs) = stream_id.strip_prefix("#!::") else {
        return match stream_id.split_once(':') {
            None => key(stream_id),
            Some(("publish", rest)) => key(rest),
            Some(_) => Wish::Other,
        };
    };
    let mut wish = Wish::Nothing;
    for (name, value) in pairs.split(',').filter_map(|pair| pair.split_once('=')) {
        match name {
            "r" => wish = key(value),
            "m" if value != "publish" => return Wish::Other,
            _ => {}
        }
    }
    wish
}

/// The key alone, whether or not it stands behind the application's name as in RTMP.
fn key(text: &str) -> Wish<'_> {
    let text = text.trim_matches('/');
    let text = text.strip_prefix("live/").unwrap_or(text);
    if text.is_empty() {
        Wish::Nothing
    } else {
        Wish::Publish(text)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("abc", Wish::Publish("abc"))]
    #[case("/live/abc", Wish::Publish("abc"))]
    #[case("publish:abc", Wish::Publish("abc"))]
    #[case("publish:live/abc", Wish::Publish("abc"))]
    #[case("#!::m=publish,r=abc", Wish::Publish("abc"))]
    #[case("#!::r=abc,u=me,m=publish,x", Wish::Publish("abc"))]
    #[case("#!::r=abc", Wish::Publish("abc"))]
    #[case("#!::r=abc,m=request", Wish::Other)]
    #[case("read:abc", Wish::Other)]
    #[case("", Wish::Nothing)]
    #[case("publish:", Wish::Nothing)]
    #[case("#!::m=publish", Wish::Nothing)]
    #[case("#!::", Wish::Nothing)]
    fn what_is_asked_for(#[case] stream_id: &str, #[case] wish: Wish<'_>) {
        assert_eq!(read(stream_id), wish);
    }
}
