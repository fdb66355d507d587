//! Pictures in 4:2:0, painted one into another.

use super::layout::{Rect, Size};

/// A colour: luma, and the two differences.
pub(super) type Colour = [u8; 3];

/// Behind everybody.
pub(super) const NIGHT: Colour = [26, 130, 126];
/// Around whoever speaks.
pub(super) const SPEAKING: Colour = [150, 60, 50];

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) size: Size,
    /// Three planes, the last two of half the width and height.
    pub(super) data: Vec<u8>,
}

/// A plane of a picture: where it begins, and how wide it is. Its places are those of the whole,
/// divided by `by`.
struct Plane {
    at: usize,
    stride: usize,
    by: usize,
}

fn planes(size: Size) -> [Plane; 3] {
    let Size { width, height } = size;
    let (luma, chroma) = (width * height, width * height / 4);
    [(0, 1), (luma, 2), (luma + chroma, 2)].map(|(at, by)| Plane {
        at,
        stride: width / by,
        by,
    })
}

impl Picture {
    /// All of one colour.
    pub(super) fn plain(size: Size, colour: Colour) -> Self {
        let luma = size.width * size.height;
        let mut data = vec![colour[0]; luma];
        data.resize(luma + luma / 4, colour[1]);
        data.resize(size.bytes(), colour[2]);
        Self { size, data }
    }

    /// Fills a place, as far as it is in the picture.
    pub(super) fn fill(&mut self, place: Rect, colour: Colour) {
        for (plane, value) in planes(self.size).iter().zip(colour) {
            let (left, right) = self.span(plane, place);
            for row in place.y / plane.by..(place.y + place.size.height) / plane.by {
                let from = plane.at + row * plane.stride;
                if let Some(line) = self.data.get_mut(from + left..from + right) {
                    line.fill(value);
                }
            }
        }
    }

    fn span(&self, plane: &Plane, place: Rect) -> (usize, usize) {
        let right = (place.x + place.size.width).min(self.size.width);
        (place.x.min(right) / plane.by, right / plane.by)
    }

    /// Paints another picture into a place. One of another size is stretched, point by point:
    /// that is how it looks for the moment until one of the right size is there.
    pub(super) fn paint(&mut self, place: Rect, other: &Self) {
        let same = place.size == other.size;
        for (plane, from) in planes(self.size).iter().zip(planes(other.size)) {
            let (width, height) = (place.size.width / plane.by, place.size.height / plane.by);
            let (wide, high) = (other.size.width / plane.by, other.size.height / plane.by);
            for row in 0..height {
                let to = plane.at + (place.y / plane.by + row) * plane.stride + place.x / plane.by;
                let source = from.at + row * high / height * from.stride;
                let line = other.data.get(source..source + wide);
                let (Some(out), Some(line)) = (self.data.get_mut(to..to + width), line) else {
                    continue;
                };
                if same {
                    out.copy_from_slice(line);
                } else {
                    for (x, value) in out.iter_mut().enumerate() {
                        *value = line[x * wide / width];
                    }
                }
            }
        }
    }

    /// A frame inside a place.
    pub(super) fn frame(&mut self, place: Rect, thick: usize, colour: Colour) {
        let Rect { x, y, size } = place;
        let Size { width, height } = size;
        let bar = |x, y, width, height| Rect {
            x,
            y,
            size: Size { width, height },
        };
        self.fill(bar(x, y, width, thick), colour);
        self.fill(bar(x, y + height - thick, width, thick), colour);
        self.fill(bar(x, y, thick, height), colour);
        self.fill(bar(x + width - thick, y, thick, height), colour);
    }

    /// Somebody whose camera is off: a head and shoulders.
    pub(super) fn somebody(&mut self, place: Rect, hue: u8) {
        let Rect { x, y, size } = place;
        self.fill(place, [58, 128, 128]);
        let tint = [150, 100 + hue % 56, 100 + hue / 5];
        let (middle, unit) = (x + size.width / 2, size.height / 12);
        let half = |radius: usize, row: usize| -> usize {
            (radius * radius).saturating_sub(row * row).isqrt()
        };
        for row in (0..size.height).step_by(2) {
            let head = row.abs_diff(unit * 9 / 2);
            let body = (unit * 23 / 2).abs_diff(row);
            let reach = if head < unit * 2 {
                half(unit * 2, head)
            } else if row <= unit * 23 / 2 && body < unit * 4 {
                half(unit * 4, body)
            } else {
                continue;
            };
            let reach = reach / 2 * 2;
            let line = Rect {
                x: middle.saturating_sub(reach) / 2 * 2,
                y: y + row,
                size: Size {
                    width: reach * 2,
                    height: 2,
                },
            };
            self.fill(line, tint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Size = Size {
        width: 64,
        height: 36,
    };
    const PART: Size = Size {
        width: 16,
        height: 8,
    };

    fn at(picture: &Picture, x: usize, y: usize) -> Colour {
        let planes = planes(picture.size);
        [0, 1, 2].map(|n: usize| {
            let plane = &planes[n];
            picture.data[plane.at + y / plane.by * plane.stride + x / plane.by]
        })
    }

    #[test]
    fn a_picture_is_where_it_was_painted_and_nowhere_else() {
        let place = Rect {
            x: 20,
            y: 10,
            size: PART,
        };
        for size in [
            PART,
            Size {
                width: 40,
                height: 20,
            },
        ] {
            let mut whole = Picture::plain(WHOLE, NIGHT);
            whole.paint(place, &Picture::plain(size, [200, 10, 20]));
            for (x, y) in [(20, 10), (35, 17)] {
                assert_eq!(at(&whole, x, y), [200, 10, 20]);
            }
            for (x, y) in [(18, 10), (36, 17), (20, 8), (20, 18)] {
                assert_eq!(at(&whole, x, y), NIGHT);
            }
            whole.frame(place, 2, SPEAKING);
            assert_eq!(at(&whole, 20, 12), SPEAKING);
            assert_eq!(at(&whole, 24, 13), [200, 10, 20]);
        }
    }

    #[test]
    fn what_is_outside_is_left_out() {
        let mut whole = Picture::plain(WHOLE, NIGHT);
        let place = Rect {
            x: 56,
            y: 32,
            size: PART,
        };
        whole.paint(place, &Picture::plain(PART, [1, 2, 3]));
        whole.fill(place, [4, 5, 6]);
        whole.somebody(
            Rect {
                x: 0,
                y: 0,
                size: WHOLE,
            },
            99,
        );
        assert_eq!(whole.data.len(), WHOLE.bytes());
        assert_ne!(at(&whole, 32, 14), at(&whole, 2, 2));
    }
}
