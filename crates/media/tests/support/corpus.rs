//! What real programs have sent, and what has once done harm: kept, and read again with changes.
//!
//! Whatever is found by fuzzing is kept by being put into the folder.

use std::path::Path;

/// How many times each file is changed.
const VARIANTS: u64 = 400;

/// All files of a folder of the corpus, with their names.
pub fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = std::fs::read_dir(Path::new(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    all.sort();
    assert!(!all.is_empty(), "{folder} is empty");
    all
}

/// Each file as it is, and changed in ways that are the same each time: bytes turned over, pieces
/// left out, said twice, or taken from another file.
pub fn variants(folder: &str) -> impl Iterator<Item = (String, Vec<u8>)> {
    let all = files(folder);
    let others: Vec<Vec<u8>> = all.iter().map(|(_, bytes)| bytes.clone()).collect();
    all.into_iter().flat_map(move |(name, bytes)| {
        let others = others.clone();
        (0..=VARIANTS).map(move |n| {
            let mut bytes = bytes.clone();
            let mut dice = Dice(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
            if n > 0 {
                for _ in 0..=dice.below(4) {
                    change(&mut bytes, &others, &mut dice);
                }
            }
            (format!("{name}, variant {n}"), bytes)
        })
    })
}

fn change(bytes: &mut Vec<u8>, others: &[Vec<u8>], dice: &mut Dice) {
    if bytes.is_empty() {
        return;
    }
    let at = dice.below(bytes.len());
    let len = 1 + dice.below(64);
    match dice.below(6) {
        0 => bytes[at] ^= 1 << dice.below(8),
        1 => bytes[at] = [0, 0xff, 0x80, 0x7f][dice.below(4)],
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(at..(at + len).min(bytes.len()))),
        4 => {
            let piece = bytes[at..(at + len).min(bytes.len())].to_vec();
            bytes.splice(at..at, piece);
        }
        _ => {
            let other = &others[dice.below(others.len())];
            let from = dice.below(other.len().max(1));
            let piece = other[from..(from + len).min(other.len())].to_vec();
            bytes.splice(at..at, piece);
        }
    }
}

/// Xorshift: the same numbers each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}
