//! Reading CBOR (RFC 8949) as authenticators write it: definite lengths, no
//! tags, no floating point (CTAP2's canonical form).

/// How deep a value may nest; authenticators stay below four.
const DEPTH: usize = 8;

/// One value, borrowed from the bytes that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cbor<'a> {
    Int(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Self>),
    Map(Vec<(Self, Self)>),
    Bool(bool),
    Null,
}

impl<'a> Cbor<'a> {
    /// The value at the beginning, and the bytes that follow it.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let mut reader = Reader(bytes);
        let value = reader.value(DEPTH)?;
        Some((value, reader.0))
    }

    /// What a map holds under this number.
    pub(crate) fn at(&self, key: i64) -> Option<&Self> {
        self.find(|k| *k == Self::Int(key))
    }

    /// What a map holds under this word.
    pub(crate) fn named(&self, key: &str) -> Option<&Self> {
        self.find(|k| matches!(k, Self::Text(text) if *text == key))
    }

    fn find(&self, is: impl Fn(&Self) -> bool) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs
            .iter()
            .find(|(key, _)| is(key))
            .map(|(_, value)| value)
    }

    pub(crate) fn int(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(*n),
            _ => None,
        }
    }

    pub(crate) fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(len)?;
        self.0 = tail;
        Some(head)
    }

    fn argument(&mut self, info: u8) -> Option<u64> {
        let wide = match info {
            0..24 => return Some(u64::from(info)),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return None,
        };
        let mut word = [0; 8];
        word[8 - wide..].copy_from_slice(self.take(wide)?);
        Some(u64::from_be_bytes(word))
    }

    fn value(&mut self, depth: usize) -> Option<Cbor<'a>> {
        let depth = depth.checked_sub(1)?;
        let first = *self.take(1)?.first()?;
        let (major, info) = (first >> 5, first & 31);
        if major == 7 {
            return match info {
                20 => Some(Cbor::Bool(false)),
                21 => Some(Cbor::Bool(true)),
                22 => Some(Cbor::Null),
                _ => None,
            };
        }
        let n = self.argument(info)?;
        Some(match major {
            0 => Cbor::Int(i64::try_from(n).ok()?),
            1 => Cbor::Int(-1 - i64::try_from(n).ok()?),
            2 => Cbor::Bytes(self.take(usize::try_from(n).ok()?)?),
            3 => Cbor::Text(std::str::from_utf8(self.take(usize::try_from(n).ok()?)?).ok()?),
            // Each element takes a byte at least, so the reader ends before
            // more is collected than was sent.
            4 => Cbor::Array((0..n).map(|_| self.value(depth)).collect::<Option<_>>()?),
            5 => {
                let pair = |_| Some((self.value(depth)?, self.value(depth)?));
                Cbor::Map((0..n).map(pair).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    /// RFC 8949, appendix A.
    #[rstest]
    #[case("00", Some(Cbor::Int(0)))]
    #[case("1903e8", Some(Cbor::Int(1000)))]
    #[case("29", Some(Cbor::Int(-10)))]
    #[case("3903e7", Some(Cbor::Int(-1000)))]
    #[case("4401020304", Some(Cbor::Bytes(&[1, 2, 3, 4])))]
    #[case("6449455446", Some(Cbor::Text("IETF")))]
    #[case("f5", Some(Cbor::Bool(true)))]
    #[case("f6", Some(Cbor::Null))]
    #[case("a201020304", Some(Cbor::Map(vec![
        (Cbor::Int(1), Cbor::Int(2)), (Cbor::Int(3), Cbor::Int(4))])))]
    #[case("8301820203820405", Some(Cbor::Array(vec![
        Cbor::Int(1), Cbor::Array(vec![Cbor::Int(2), Cbor::Int(3)]),
        Cbor::Array(vec![Cbor::Int(4), Cbor::Int(5)])])))]
    #[case("5f42010243030405ff", None)]
    #[case("fb3ff199999999999a", None)]
    #[case("9bffffffffffffffff00", None)]
    #[case("bb7fffffffffffffff0000", None)]
    #[case("5bffffffffffffffff", None)]
    #[case("818181818181818100", None)]
    fn values(#[case] hex: &str, #[case] expected: Option<Cbor<'_>>) {
        let bytes: Vec<u8> = (0..hex.len())
            .step_by(2)
            .filter_map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
            .collect();
        let read = Cbor::read(&bytes).map(|(value, _)| format!("{value:?}"));
        assert_eq!(read, expected.map(|value| format!("{value:?}")));
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Cbor::read(&bytes);
        }
    }
}
