//! A film as FLV, in memory.

use std::path::Path;

use crate::Done;

/// A tag: what an encoder sends as one message.
pub struct Tag {
    /// 8 is sound, 9 pictures, 18 data.
    pub kind: u8,
    /// In milliseconds.
    pub time: u32,
    pub data: Vec<u8>,
}

impl Tag {
    /// Whether it says how what follows is coded: sent once, before all else.
    pub fn is_header(&self) -> bool {
        match self.kind {
            // AVC and AAC (E.4.2, E.4.3 of Adobe's specification).
            8 => self.data.first().is_some_and(|b| b >> 4 == 10) && self.data.get(1) == Some(&0),
            9 => self.data.first().is_some_and(|b| b & 15 == 7) && self.data.get(1) == Some(&0),
            _ => true,
        }
    }
}

/// Reads all tags of a file.
pub fn read(path: &Path) -> Done<Vec<Tag>> {
    let bytes = std::fs::read(path)?;
    if !bytes.starts_with(b"FLV") {
        return Err("this is no FLV".into());
    }
    let mut tags = Vec::new();
    // The file's header, and the size of no tag.
    let mut at = 13;
    while let Some(head) = bytes.get(at..at + 11) {
        let number = |from: usize| {
            head[from..from + 3]
                .iter()
                .fold(0u32, |sum, byte| sum << 8 | u32::from(*byte))
        };
        let size = usize::try_from(number(1))?;
        let Some(data) = bytes.get(at + 11..at + 11 + size) else {
            break;
        };
        tags.push(Tag {
            kind: head[0] & 31,
            time: number(4) | u32::from(head[7]) << 24,
            data: data.to_vec(),
        });
        at += 11 + size + 4;
    }
    Ok(tags)
}
