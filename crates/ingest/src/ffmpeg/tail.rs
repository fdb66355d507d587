//! The last words of a child, bounded and fit for the uploader's eyes.

use std::collections::VecDeque;
use std::path::Path;

/// How much of one line is kept, in bytes.
const LINE_BYTES: usize = 300;

/// Keeps the last lines that a program wrote.
#[derive(Debug)]
pub struct Tail {
    keep: usize,
    lines: VecDeque<String>,
    partial: Vec<u8>,
    skipping: bool,
}

impl Tail {
    /// Keeps the last `keep` lines.
    pub fn new(keep: usize) -> Self {
        Self {
            keep: keep.max(1),
            lines: VecDeque::new(),
            partial: Vec::new(),
            skipping: false,
        }
    }

    /// Takes a piece of the program's output.
    pub fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\n' || byte == b'\r' {
                self.end_line();
            } else if self.partial.len() < LINE_BYTES {
                self.partial.push(byte);
            } else if !self.skipping {
                self.skipping = true;
                self.partial.extend_from_slice("…".as_bytes());
            }
        }
    }

    fn end_line(&mut self) {
        self.skipping = false;
        let line = String::from_utf8_lossy(&self.partial).trim().to_owned();
        self.partial.clear();
        // A damaged film repeats itself a thousand times; once says it.
        if line.is_empty() || self.lines.back() == Some(&line) {
            return;
        }
        if self.lines.len() == self.keep {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// The kept lines as one text, with each of `hidden` (the server's own paths) replaced by its
    /// last component, and without memory addresses.
    pub fn text(mut self, hidden: &[&Path]) -> String {
        self.end_line();
        let lines: Vec<String> = self
            .lines
            .iter()
            .map(|line| {
                let mut line = line.clone();
                for path in hidden {
                    let (Some(full), Some(name)) = (path.to_str(), path.file_name()) else {
                        continue;
                    };
                    if full.len() > 1 {
                        line = line.replace(full, &name.to_string_lossy());
                    }
                }
                strip_addresses(&line).replace("file:", "")
            })
            .collect();
        lines.join("\n")
    }
}

/// Turns `[mov,mp4 @ 0x55d2c8a0] moov atom not found` into `[mov,mp4] moov atom not found`.
fn strip_addresses(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(" @ 0x") {
        out.push_str(&rest[..at]);
        let digits = &rest[at + 5..];
        let end = digits
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(digits.len());
        rest = &digits[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_lines_are_kept_once_each() {
        let mut tail = Tail::new(12);
        for n in 0..100_000 {
            tail.push(format!("error {}\n", n / 10).as_bytes());
        }
        tail.push(b"the end");
        let text = tail.text(&[]);
        assert!(text.ends_with("error 9998\nerror 9999\nthe end"), "{text}");
        assert_eq!(text.lines().count(), 12);
    }

    #[test]
    fn a_line_without_end_costs_no_memory() {
        let mut tail = Tail::new(12);
        for _ in 0..1000 {
            tail.push(&[b'x'; 1000]);
        }
        assert!(tail.partial.capacity() < 1024);
        assert!(tail.text(&[]).ends_with("x…"));
    }

    #[test]
    fn paths_and_addresses_stay_inside() {
        let mut tail = Tail::new(12);
        tail.push(b"[mov,mp4 @ 0x55d2c8a0b0c0] moov atom not found\nfile:/var/lib/matinee/a/original: Invalid data");
        assert_eq!(
            tail.text(&[Path::new("/var/lib/matinee/a/original")]),
            "[mov,mp4] moov atom not found\noriginal: Invalid data"
        );
    }
}
