//! The encodings that subtitle files come in.

/// The text of a subtitle file: UTF-8, UTF-16 (by its byte order mark, or by the zeros that every
/// other byte of Western text is), or else Windows-1252, which most files are that are neither.
pub fn decode_text(bytes: &[u8]) -> String {
    let units = |rest: &[u8], big: bool| {
        let units = rest.as_chunks::<2>().0.iter();
        let units = units.map(|pair| {
            if big {
                u16::from_be_bytes(*pair)
            } else {
                u16::from_le_bytes(*pair)
            }
        });
        char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => units(rest, false),
        [0xfe, 0xff, rest @ ..] => units(rest, true),
        bytes if looks_wide(bytes, 1) => units(bytes, false),
        bytes if looks_wide(bytes, 0) => units(bytes, true),
        bytes => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|&byte| windows_1252(byte)).collect(),
        },
    }
}

/// Whether nearly every other byte of the beginning, from `offset` on, is zero, and the rest is not.
fn looks_wide(bytes: &[u8], offset: usize) -> bool {
    let pairs = bytes[..bytes.len().min(512)].as_chunks::<2>().0;
    let zeros = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    pairs.len() >= 4
        && zeros(offset) * 10 >= pairs.len() * 7
        && zeros(1 - offset) * 10 < pairs.len()
}

fn windows_1252(byte: u8) -> char {
    const C1: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => C1[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
