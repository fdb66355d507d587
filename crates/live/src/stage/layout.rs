//! Where everybody is in the picture of a stage.

/// The size of a picture, in pixels; both even, as 4:2:0 wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
}

impl Size {
    /// How many bytes a picture of this size takes in 4:2:0, of eight bits.
    pub const fn bytes(self) -> usize {
        self.width * self.height / 2 * 3
    }
}

/// A place in a picture; everything even.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) size: Size,
}

/// How much of the picture's width is for what is shown large, in quarters.
const LARGE_QUARTERS: usize = 3;
/// Between two pictures, in pixels, for each 180 lines of the whole.
const GAP_LINES: usize = 180;

/// Where so many pictures of 16:9 are; the first one large, if wanted, and the others beside it.
pub(super) fn arrange(whole: Size, count: usize, large: bool) -> Vec<Rect> {
    let gap = (whole.height / GAP_LINES).next_multiple_of(2).max(2);
    if count <= 1 {
        let (x, y, size) = (0, 0, whole);
        return vec![Rect { x, y, size }; count];
    }
    if !large {
        return grid(whole, count, gap);
    }
    let width = whole.width * LARGE_QUARTERS / 4;
    let stage = fit(width, whole.height, gap);
    let mut all = vec![centred(0, 0, width, whole.height, stage)];
    let beside = whole.width - width;
    let faces = count - 1;
    let each = fit(beside, whole.height / faces.max(1), gap);
    let step = each.height + gap;
    let top = whole.height.saturating_sub(step * faces) / 2;
    all.extend((0..faces).map(|n| centred(width, top + n * step, beside, step, each)));
    all
}

fn grid(whole: Size, count: usize, gap: usize) -> Vec<Rect> {
    let columns = (1..=count).find(|n| n * n >= count).unwrap_or(1);
    let rows = count.div_ceil(columns);
    let (width, height) = (whole.width / columns, whole.height / rows);
    let each = fit(width, height, gap);
    (0..count)
        .map(|n| {
            let row = n / columns;
            // The last row may have fewer: it is in the middle.
            let in_row = columns.min(count - row * columns);
            let left = (whole.width - in_row * width) / 2;
            centred(
                left + n % columns * width,
                row * height,
                width,
                height,
                each,
            )
        })
        .collect()
}

/// The largest 16:9 in a cell.
fn fit(width: usize, height: usize, gap: usize) -> Size {
    let (width, height) = (width.saturating_sub(gap), height.saturating_sub(gap));
    let width = width.min(height * 16 / 9).max(32);
    let even = |n: usize| n / 2 * 2;
    Size {
        width: even(width),
        height: even(width * 9 / 16),
    }
}

fn centred(x: usize, y: usize, width: usize, height: usize, size: Size) -> Rect {
    let middle = |from: usize, room: usize, len: usize| {
        let at = from + room.saturating_sub(len) / 2;
        at - at % 2
    };
    Rect {
        x: middle(x, width, size.width),
        y: middle(y, height, size.height),
        size,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    fn everybody_is_in_the_picture_and_nobody_over_another(
        #[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)] count: usize,
        #[values(false, true)] large: bool,
        #[values((1280, 720), (960, 540), (640, 360))] whole: (usize, usize),
    ) {
        let whole = Size {
            width: whole.0,
            height: whole.1,
        };
        let all = arrange(whole, count, large);
        assert_eq!(all.len(), count);
        for (n, one) in all.iter().enumerate() {
            assert!(one.x + one.size.width <= whole.width, "{one:?}");
            assert!(one.y + one.size.height <= whole.height, "{one:?}");
            let numbers = [one.x, one.y, one.size.width, one.size.height];
            assert!(numbers.iter().all(|n| n % 2 == 0), "{one:?}");
            for other in &all[n + 1..] {
                let beside = one.x + one.size.width <= other.x
                    || other.x + other.size.width <= one.x
                    || one.y + one.size.height <= other.y
                    || other.y + other.size.height <= one.y;
                assert!(beside, "{one:?} {other:?}");
            }
        }
        if large && count > 1 {
            assert!(all[0].size.width > all[1].size.width * 2);
        }
    }
}
