//! Characters that look like Latin letters: those that are used to write a
//! blocked word so that it reads the same and compares otherwise. Decomposition
//! (NFKD) has done the rest: wide, bold, circled and accented letters are plain
//! ones before they come here.

/// The Latin letters that this character looks like, in lower case; `None` for
/// one that looks like itself alone.
pub(super) fn latin(c: char) -> Option<&'static str> {
    Some(match c {
        // Cyrillic.
        'а' => "a",
        'в' | 'ь' => "b",
        'с' | 'ҫ' => "c",
        'ԁ' => "d",
        'е' | 'ё' | 'є' | 'э' => "e",
        'ғ' => "f",
        'ԍ' => "g",
        'һ' | 'н' => "h",
        'і' | 'ї' | 'ӏ' => "i",
        'ј' => "j",
        'к' | 'қ' => "k",
        'м' => "m",
        'п' | 'и' | 'й' => "n",
        'о' | 'ө' => "o",
        'р' => "p",
        'ԛ' => "q",
        'г' | 'я' => "r",
        'ѕ' => "s",
        'т' => "t",
        'ц' | 'џ' => "u",
        'ѵ' => "v",
        'ш' | 'ԝ' | 'щ' => "w",
        'х' | 'ж' => "x",
        'у' | 'ў' | 'ү' => "y",
        'з' => "z",
        // Greek.
        'α' => "a",
        'β' => "b",
        'ϲ' | 'ς' => "c",
        'δ' => "d",
        'ε' | 'ϵ' => "e",
        'η' => "n",
        'ι' => "i",
        'κ' => "k",
        'μ' => "m",
        'ν' => "v",
        'ο' | 'σ' | 'θ' => "o",
        'ρ' => "p",
        'τ' => "t",
        'υ' => "u",
        'χ' => "x",
        'γ' => "y",
        'ω' => "w",
        // Latin letters that do not decompose.
        'ı' | 'ɩ' | 'ɪ' => "i",
        'ł' | 'ɫ' | 'ʟ' => "l",
        'ø' | 'ɵ' | 'ᴏ' => "o",
        'đ' | 'ð' | 'ɗ' => "d",
        'ħ' | 'ʜ' => "h",
        'ŧ' | 'ᴛ' => "t",
        'ɑ' | 'ɐ' | 'ᴀ' | 'ⱥ' => "a",
        'ʙ' | 'ƀ' | 'ɓ' => "b",
        'ᴄ' | 'ƈ' | 'ȼ' => "c",
        'ᴅ' => "d",
        'ᴇ' | 'ɇ' | 'ǝ' | 'ɛ' => "e",
        'ꜰ' | 'ƒ' => "f",
        'ɡ' | 'ɢ' | 'ɠ' => "g",
        'ᴊ' | 'ɉ' => "j",
        'ᴋ' | 'ƙ' => "k",
        'ᴍ' | 'ɱ' => "m",
        'ɴ' | 'ŋ' | 'ɲ' => "n",
        'ᴘ' | 'ƥ' | 'þ' => "p",
        'ʀ' | 'ɍ' => "r",
        'ꜱ' | 'ʂ' => "s",
        'ᴜ' | 'ʉ' => "u",
        'ᴠ' | 'ʋ' => "v",
        'ᴡ' => "w",
        'ʏ' | 'ɏ' => "y",
        'ᴢ' | 'ƶ' => "z",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        _ => return None,
    })
}

/// The letters that digits and signs stand for in a word that is written to be
/// read and not to be found. The first is the usual one.
pub(super) fn leet(c: char) -> Option<&'static [char]> {
    Some(match c {
        '0' | '°' => &['o'],
        '1' | '|' | '!' | '¡' => &['i', 'l'],
        '2' => &['z'],
        '3' | '€' | '£' => &['e'],
        '4' | '@' | '^' => &['a'],
        '5' | '$' | '§' => &['s'],
        '6' | '9' => &['g'],
        '7' | '+' | '†' => &['t'],
        '8' => &['b'],
        '(' | '{' | '[' | '<' | '¢' => &['c'],
        '#' => &['h'],
        '%' => &['x'],
        '¥' => &['y'],
        _ => return None,
    })
}
