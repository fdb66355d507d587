//! Pictures as pixels: judged, turned upright, made smaller.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::{ArtworkError, Result};

/// The largest file that is taken: 20 MiB.
pub const MAX_BYTES: u64 = 20 << 20;
/// The longest side, in pixels.
pub const MAX_SIDE: u32 = 12_000;
/// The most pixels.
pub const MAX_PIXELS: u64 = 50_000_000;
/// The shortest side, in pixels.
pub const MIN_SIDE: u32 = 16;
/// Memory that decoding one picture may take, in bytes.
const MEMORY: u64 = 512 << 20;
const JPEG_QUALITY: u8 = 84;

/// What a picture turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    /// `jpeg`, `png` or `webp`.
    pub format: &'static str,
    pub extension: &'static str,
    /// Upright, in pixels.
    pub width: u32,
    pub height: u32,
}

fn refused(reason: impl Into<String>) -> ArtworkError {
    ArtworkError::Refused(reason.into())
}

/// What it is by its first bytes; what a name or a header claims says nothing.
fn format_of(bytes: &[u8]) -> Result<ImageFormat> {
    if let Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) =
        image::guess_format(bytes)
    {
        Ok(format)
    } else {
        let head = bytes.get(..1024).unwrap_or(bytes);
        let text = String::from_utf8_lossy(head).to_ascii_lowercase();
        Err(refused(if text.contains("<svg") {
            "is an SVG, which may hold scripts: send a JPEG, PNG or WebP"
        } else {
            "must be a JPEG, a PNG or a WebP"
        }))
    }
}

/// Decodes a picture within limits, upright.
fn decode(bytes: &[u8]) -> Result<(DynamicImage, ImageFormat)> {
    let format = format_of(bytes)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let broken = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => {
            refused(format!("must have at most {MAX_SIDE} pixels on a side"))
        }
        other => refused(format!("cannot be read: {other}")),
    };
    let mut decoder = reader.into_decoder().map_err(broken)?;
    // Asked before a pixel is decoded: a few bytes can claim a great many.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(refused(format!(
            "must have at most {} million pixels",
            MAX_PIXELS / 1_000_000
        )));
    }
    if width < MIN_SIDE || height < MIN_SIDE {
        return Err(refused(format!(
            "must have at least {MIN_SIDE} pixels on each side"
        )));
    }
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok((picture, format))
}

/// What a picture is. Every pixel is decoded: what breaks off is refused.
pub(super) fn examine(bytes: &[u8]) -> Result<Facts> {
    let (picture, format) = decode(bytes)?;
    let (format, extension) = match format {
        ImageFormat::Png => ("png", "png"),
        ImageFormat::WebP => ("webp", "webp"),
        _ => ("jpeg", "jpg"),
    };
    Ok(Facts {
        format,
        extension,
        width: picture.width(),
        height: picture.height(),
    })
}

/// A picture of this width, or as it is if it is narrower.
pub(super) fn resized(bytes: &[u8], width: u32) -> Result<DynamicImage> {
    let (picture, _) = decode(bytes)?;
    // Sixteen bits and grey are for nobody's screen.
    let picture = if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.to_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.to_rgb8())
    };
    if picture.width() <= width {
        return Ok(picture);
    }
    let height = u64::from(picture.height()) * u64::from(width) / u64::from(picture.width());
    let height = u32::try_from(height.max(1)).unwrap_or(MAX_SIDE);
    Ok(picture.resize_exact(width, height, FilterType::Lanczos3))
}

/// As JPEG; what is transparent becomes white.
pub(super) fn jpeg(picture: &DynamicImage) -> Result<Vec<u8>> {
    let opaque = match picture {
        DynamicImage::ImageRgba8(pixels) => {
            let flat = image::RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
                let [r, g, b, a] = pixels.get_pixel(x, y).0.map(u32::from);
                let over = |c: u32| {
                    let mixed = (c * a + 255 * (255 - a)) / 255;
                    u8::try_from(mixed).unwrap_or(u8::MAX)
                };
                image::Rgb([over(r), over(g), over(b)])
            });
            DynamicImage::ImageRgb8(flat)
        }
        other => other.clone(),
    };
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY)
        .encode_image(&opaque)
        .map_err(|error| ArtworkError::Failed(error.to_string()))?;
    Ok(out)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Vec::new();
        DynamicImage::new_rgba8(width, height)
            .write_to(&mut Cursor::new(&mut out), ImageFormat::Png)
            .unwrap();
        out
    }

    fn reason(bytes: &[u8]) -> String {
        match examine(bytes) {
            Err(ArtworkError::Refused(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn pictures_are_judged_by_what_they_hold() {
        let facts = examine(&png(40, 30)).unwrap();
        assert_eq!((facts.format, facts.width, facts.height), ("png", 40, 30));
        let svg = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        assert!(reason(svg).contains("SVG"));
        assert!(reason(b"<html><body>").contains("JPEG"));
        assert!(reason(b"").contains("JPEG"));
        assert!(reason(&png(40, 4)).contains("at least"));
        let whole = png(200, 200);
        assert!(reason(&whole[..whole.len() / 2]).contains("cannot be read"));
        assert!(reason(b"\x89PNG\r\n\x1a\nnonsense").contains("cannot be read"));
    }

    #[test]
    fn a_few_bytes_that_claim_a_great_many_pixels_are_refused() {
        // A PNG's header is judged before its pixels: 65,000 × 65,000 in 60 bytes.
        for (width, height) in [(65_000_u32, 65_000_u32), (11_000, 11_000)] {
            let mut bomb = png(20, 20);
            bomb[16..20].copy_from_slice(&width.to_be_bytes());
            bomb[20..24].copy_from_slice(&height.to_be_bytes());
            let mut crc = flate_crc(&bomb[12..29]).to_be_bytes().to_vec();
            bomb.splice(29..33, crc.drain(..));
            assert!(reason(&bomb).contains("at most"), "{}", reason(&bomb));
        }
    }

    /// The checksum of a PNG's chunk (ISO 3309).
    fn flate_crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 {
                    (crc >> 1) ^ 0xedb8_8320
                } else {
                    crc >> 1
                }
            })
        })
    }

    #[test]
    fn sizes_keep_the_shape_and_never_grow() {
        let original = png(300, 200);
        let small = resized(&original, 80).unwrap();
        assert_eq!((small.width(), small.height()), (80, 53));
        let same = resized(&original, 640).unwrap();
        assert_eq!(same.width(), 300);
        let jpeg = jpeg(&small).unwrap();
        assert_eq!(image::guess_format(&jpeg).unwrap(), ImageFormat::Jpeg);
        let back = image::load_from_memory(&jpeg).unwrap().to_rgb8();
        assert!(back.get_pixel(5, 5).0.iter().all(|c| *c > 250), "white");
    }
}
