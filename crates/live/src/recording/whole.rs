//! Cutting off what a kill has left half-written.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// Cuts a file after its last whole fragment, to nothing if it has none. A file that is not there is in other hands already.
pub(super) fn cut(path: &Path) -> io::Result<()> {
    let mut file = match File::options().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let len = file.metadata()?.len();
    let whole = whole_len(&mut file, len)?;
    if whole < len {
        file.set_len(whole)?;
        file.sync_all()?;
    }
    Ok(())
}

/// How long the file is up to the end of its last fragment.
fn whole_len(file: &mut File, len: u64) -> io::Result<u64> {
    let (mut at, mut whole) = (0, 0);
    while len - at >= 8 {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 8];
        file.read_exact(&mut head)?;
        let [a, b, c, d, kind @ ..] = head;
        // All that is written here is shorter than 4 GiB.
        let size = u64::from(u32::from_be_bytes([a, b, c, d]));
        if size < 8 || size > len - at {
            break;
        }
        at += size;
        if kind == *b"mdat" {
            whole = at;
        }
    }
    Ok(whole)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rstest::rstest;

    use super::*;

    fn boxed(kind: [u8; 4], body: usize) -> Vec<u8> {
        let size = u32::try_from(body + 8).unwrap();
        [&size.to_be_bytes()[..], &kind, &vec![1; body]].concat()
    }

    #[rstest]
    #[case::whole(0, 240)]
    #[case::in_the_data(1, 140)]
    #[case::before_the_data(92, 140)]
    #[case::in_the_fragment(99, 140)]
    #[case::no_fragment(195, 0)]
    #[case::in_the_head(230, 0)]
    fn what_is_not_whole_is_cut_off(#[case] missing: usize, #[case] stays: u64) {
        let mut all = [boxed(*b"ftyp", 8), boxed(*b"moov", 16)].concat();
        for _ in 0..2 {
            all.extend([boxed(*b"moof", 0), boxed(*b"mdat", 84)].concat());
        }
        assert_eq!(all.len(), 240);
        all.truncate(240 - missing);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        std::fs::write(&path, &all).unwrap();
        cut(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), stays);
    }

    #[test]
    fn no_file_is_no_error() {
        cut(Path::new("/nowhere/at/all.mp4")).unwrap();
    }
}
