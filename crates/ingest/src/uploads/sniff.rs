//! What the first bytes of a file give away, where they leave no doubt.
//!
//! Whether a file is a video is for the probe to find out. But somebody who
//! picked a photograph or a spreadsheet should hear it before the gigabytes
//! are sent, so the certain cases are told apart here.

/// How many first bytes [`refuse`] wants to see, unless the file is shorter.
pub const SNIFF_LEN: usize = 1024;

/// Says what the file is if these first bytes prove that it is no video; the
/// words fit behind "this file is ". `None` means that it may be one.
pub fn refuse(head: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 16] = [
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF87a", "a GIF image"),
        (b"GIF89a", "a GIF image"),
        (b"II*\0", "a TIFF image"),
        (b"MM\0*", "a TIFF image"),
        (b"8BPS", "a Photoshop image"),
        (b"%PDF-", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"PK\x05\x06", "an empty ZIP archive"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document"),
        (b"\x7fELF", "a program"),
        (b"SQLite format 3\0", "a database"),
    ];
    if let Some((_, what)) = SIGNATURES.iter().find(|(s, _)| head.starts_with(s)) {
        return Some(what);
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Some("a WebP image");
    }
    if head.get(4..8) == Some(b"ftyp") && is_still_image_brand(head.get(8..12)) {
        return Some("a still image (HEIF or AVIF)");
    }
    if is_text(head) {
        return Some("a text file");
    }
    None
}

fn is_still_image_brand(brand: Option<&[u8]>) -> bool {
    // The brands of image *sequences* (hevc, avis, msf1) are left to the probe.
    matches!(brand, Some(b"heic" | b"heix" | b"mif1" | b"avif"))
}

/// Every container that we accept has a control character that text has not
/// (mostly a null) within its first kilobyte.
fn is_text(head: &[u8]) -> bool {
    if head.is_empty() {
        return false;
    }
    let sound = match std::str::from_utf8(head) {
        Ok(_) => true,
        // A character that the end of what we saw cuts in two.
        Err(error) => error.error_len().is_none() && error.valid_up_to() + 4 > head.len(),
    };
    sound
        && head
            .iter()
            .all(|b| !b.is_ascii_control() || matches!(b, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_certainly_no_video_is_named() {
        for (head, what) in [
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), "PNG"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
            (b"PK\x03\x04\x14\0", "ZIP"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "WebP"),
            (b"\0\0\0\x1cftypheic\0\0\0\0", "still image"),
            (b"hello, this is no video at all\n", "text"),
            (b"#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd\n", "text"),
            ("größer als\u{2026}".as_bytes(), "text"),
            (&"größer".as_bytes()[..3], "text"),
        ] {
            assert!(
                refuse(head).is_some_and(|found| found.contains(what)),
                "{what}: {:?}",
                refuse(head)
            );
        }
    }

    #[test]
    fn what_may_be_a_video_is_left_to_the_probe() {
        for head in [
            b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41".as_slice(),
            b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
            b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01",
            b"RIFF\x10\0\0\0AVI LIST\0\0\0\0",
            b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
            b"FLV\x01\x05\0\0\0\x09",
            b"\x47\x40\x00\x10\0\0\xb0\x0d",
            b"\0\0\x01\xba\x44\0",
            b"\0\0\0\x1cftypavis\0\0\0\0",
            b"",
        ] {
            assert_eq!(refuse(head), None, "{head:?}");
        }
    }
}
