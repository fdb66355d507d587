//! The eight colours that WebVTT knows by class (WebVTT §5.1).

/// The class for a colour that is one of them, or so near that it was meant.
pub(super) fn class(red: u8, green: u8, blue: u8) -> Option<&'static str> {
    let bright = |part: u8| match part {
        0..=0x30 => Some(false),
        0xd0..=0xff => Some(true),
        _ => None,
    };
    Some(match (bright(red)?, bright(green)?, bright(blue)?) {
        (true, true, true) => "white",
        (false, true, false) => "lime",
        (false, true, true) => "cyan",
        (true, false, false) => "red",
        (true, true, false) => "yellow",
        (true, false, true) => "magenta",
        (false, false, true) => "blue",
        (false, false, false) => "black",
    })
}
