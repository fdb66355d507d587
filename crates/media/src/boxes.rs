//! ISO base media file format boxes (ISO/IEC 14496-12 §4.2): a bounds-checked reader over slices
//! and a writer that patches sizes as boxes close.

use std::fmt;

use crate::error::{MediaError, Result};

/// A four-character code: the type of a box, a brand, a handler.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FourCc(pub [u8; 4]);

impl FourCc {
    /// The code from its four bytes, as in `FourCc::new(b"moov")`.
    pub const fn new(code: &[u8; 4]) -> Self {
        Self(*code)
    }
}

impl fmt::Display for FourCc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &byte in &self.0 {
            let shown = if byte.is_ascii_graphic() || byte == b' ' {
                char::from(byte)
            } else {
                '.'
            };
            write!(f, "{shown}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for FourCc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl PartialEq<&[u8; 4]> for FourCc {
    fn eq(&self, other: &&[u8; 4]) -> bool {
        self.0 == **other
    }
}

/// The header of a box: its type and how long it says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoxHeader {
    /// The box type.
    pub kind: FourCc,
    /// Bytes of the header itself: 8, or 16 with a 64-bit size.
    pub header_len: u64,
    /// Bytes of the whole box, header included; `None` for "to the end of the file" (size 0).
    pub size: Option<u64>,
}

impl BoxHeader {
    /// Parses a header from the first 8 to 16 bytes of a box.
    ///
    /// Returns `Ok(None)` when `bytes` is too short to tell, an error when the size is
    /// impossible.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>> {
        let mut fields = Fields::new(bytes, "box header");
        if fields.len() < 8 {
            return Ok(None);
        }
        let size = fields.u32()?;
        let kind = fields.four_cc()?;
        match size {
            0 => Ok(Some(Self {
                kind,
                header_len: 8,
                size: None,
            })),
            1 if fields.len() < 8 => Ok(None),
            1 => match fields.u64()? {
                size @ 16.. => Ok(Some(Self {
                    kind,
                    header_len: 16,
                    size: Some(size),
                })),
                _ => Err(MediaError::malformed(
                    "box header",
                    "the size is less than the header",
                )),
            },
            2..=7 => Err(MediaError::malformed(
                "box header",
                "the size is less than the header",
            )),
            size => Ok(Some(Self {
                kind,
                header_len: 8,
                size: Some(u64::from(size)),
            })),
        }
    }
}

/// One box inside a slice.
#[derive(Clone, Copy, Debug)]
pub struct RawBox<'a> {
    /// The box type.
    pub kind: FourCc,
    /// The whole box, header included.
    pub whole: &'a [u8],
    /// What follows the header.
    pub body: &'a [u8],
}

impl<'a> RawBox<'a> {
    /// The children of a plain container box.
    pub fn children(&self) -> Boxes<'a> {
        Boxes::new(self.body)
    }

    /// The fields of the box, for reading one after another.
    pub fn fields(&self, what: &'static str) -> Fields<'a> {
        Fields::new(self.body, what)
    }
}

/// The boxes in a slice, one after another.
///
/// The iterator ends at the first thing that is not a whole box (QuickTime closes some containers
/// with four zero bytes); a reader that needs a box says so when it does not find it.
#[derive(Clone, Debug)]
pub struct Boxes<'a> {
    rest: &'a [u8],
}

impl<'a> Boxes<'a> {
    /// The boxes in `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The first box of type `kind` from here on.
    pub fn find(mut self, kind: &[u8; 4]) -> Option<RawBox<'a>> {
        self.by_ref().find(|child| child.kind == kind)
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = RawBox<'a>;

    fn next(&mut self) -> Option<RawBox<'a>> {
        let header = BoxHeader::parse(self.rest).ok()??;
        let header_len = usize::try_from(header.header_len).ok()?;
        let size = match header.size {
            Some(size) => usize::try_from(size).ok()?,
            None => self.rest.len(),
        };
        if size > self.rest.len() {
            return None;
        }
        let (whole, rest) = self.rest.split_at(size);
        self.rest = rest;
        Some(RawBox {
            kind: header.kind,
            whole,
            body: &whole[header_len..],
        })
    }
}

/// Big-endian fields read from a slice; every read is checked.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    rest: &'a [u8],
    what: &'static str,
}

impl<'a> Fields<'a> {
    /// Fields of `bytes`; `what` names the structure in errors.
    pub const fn new(bytes: &'a [u8], what: &'static str) -> Self {
        Self { rest: bytes, what }
    }

    /// How many bytes are left.
    pub const fn len(&self) -> usize {
        self.rest.len()
    }

    /// Whether nothing is left.
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `n` bytes.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self
            .rest
            .split_at_checked(n)
            .ok_or(MediaError::Truncated(self.what))?;
        self.rest = rest;
        Ok(taken)
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(MediaError::Truncated(self.what))?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Skips `n` bytes.
    pub fn skip(&mut self, n: usize) -> Result<()> {
        self.take(n).map(drop)
    }

    /// One byte.
    pub fn u8(&mut self) -> Result<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// A 16-bit number.
    pub fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// A 24-bit number.
    pub fn u24(&mut self) -> Result<u32> {
        self.array::<3>()
            .map(|[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    /// A signed 24-bit number.
    pub fn i24(&mut self) -> Result<i32> {
        self.u24().map(|value| (value << 8).cast_signed() >> 8)
    }

    /// A 32-bit number.
    pub fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// A signed 32-bit number.
    pub fn i32(&mut self) -> Result<i32> {
        self.array().map(i32::from_be_bytes)
    }

    /// A 64-bit number.
    pub fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// A signed 64-bit number.
    pub fn i64(&mut self) -> Result<i64> {
        self.array().map(i64::from_be_bytes)
    }

    /// A four-character code.
    pub fn four_cc(&mut self) -> Result<FourCc> {
        self.array().map(FourCc)
    }

    /// The version and flags of a full box (§4.2.2).
    pub fn version_flags(&mut self) -> Result<(u8, u32)> {
        Ok((self.u8()?, self.u24()?))
    }

    /// A 64-bit number in version 1 of a box, a 32-bit one in version 0.
    pub fn sized(&mut self, version: u8) -> Result<u64> {
        if version == 1 {
            self.u64()
        } else {
            self.u32().map(u64::from)
        }
    }

    /// An entry count followed by entries of `entry_len` bytes, checked against what is there, so
    /// that a caller may allocate for the count.
    pub fn count(&mut self, entry_len: usize) -> Result<usize> {
        let count = usize::try_from(self.u32()?).unwrap_or(usize::MAX);
        match count.checked_mul(entry_len) {
            Some(needed) if needed <= self.rest.len() => Ok(count),
            _ => Err(MediaError::Truncated(self.what)),
        }
    }
}

/// Writes boxes into a growing buffer.
#[derive(Debug, Default)]
pub struct BoxWriter {
    buffer: Vec<u8>,
}

impl BoxWriter {
    /// An empty writer with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            buffer: Vec::with_capacity(capacity),
        }
    }

    /// A box of type `kind` whose content `fill` writes.
    pub fn nest(&mut self, kind: &[u8; 4], fill: impl FnOnce(&mut Self)) {
        let start = self.buffer.len();
        self.u32(0);
        self.bytes(kind);
        fill(self);
        let size = u32::try_from(self.buffer.len() - start).unwrap_or(u32::MAX);
        self.buffer[start..start + 4].copy_from_slice(&size.to_be_bytes());
    }

    /// A full box (with version and flags) whose content `fill` writes.
    pub fn full(&mut self, kind: &[u8; 4], version: u8, flags: u32, fill: impl FnOnce(&mut Self)) {
        self.nest(kind, |w| {
            w.u32(u32::from(version) << 24 | (flags & 0x00ff_ffff));
            fill(w);
        });
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) {
        self.buffer.push(value);
    }

    /// A 16-bit number.
    pub fn u16(&mut self, value: u16) {
        self.bytes(&value.to_be_bytes());
    }

    /// A 32-bit number.
    pub fn u32(&mut self, value: u32) {
        self.bytes(&value.to_be_bytes());
    }

    /// A signed 32-bit number.
    pub fn i32(&mut self, value: i32) {
        self.bytes(&value.to_be_bytes());
    }

    /// A 64-bit number.
    pub fn u64(&mut self, value: u64) {
        self.bytes(&value.to_be_bytes());
    }

    /// Bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// `n` zero bytes.
    pub fn zeros(&mut self, n: usize) {
        self.buffer.resize(self.buffer.len() + n, 0);
    }

    /// How many bytes have been written.
    pub fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Overwrites a 32-bit number at `at`, which must have been written already.
    pub fn patch_u32(&mut self, at: usize, value: u32) {
        if let Some(place) = self.buffer.get_mut(at..at + 4) {
            place.copy_from_slice(&value.to_be_bytes());
        }
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.buffer
    }
}
