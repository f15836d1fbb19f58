//! Pictures: making them, and scaling them. Both keep a processor busy.

use std::io::Cursor;

use image::imageops::FilterType;
use image::{DynamicImage, ImageError, ImageFormat, Rgb, RgbImage};

/// The width and the height of a picture that is made.
const SIZE: (u32, u32) = (960, 720);

/// The greatest width and height of a thumbnail.
const THUMBNAIL: u32 = 160;

/// The most memory that one picture may take, in bytes: a small file may hold a big picture.
const MOST: u64 = 256 << 20;

/// Returns a JPEG of coloured waves, another one for each number.
pub(super) fn make(number: u32) -> Result<Vec<u8>, ImageError> {
    let (width, height) = SIZE;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let wave = |a: u32, b: u32| {
            let angle = (x * a + y * b + number * 40) as f32 / 90.0;
            (angle.sin() * 127.0 + 128.0) as u8
        };
        Rgb([wave(1, 2), wave(3, 1), wave(2, number % 5)])
    });
    encode(&picture.into())
}

/// Returns the thumbnail of a JPEG, as a JPEG.
pub(super) fn scale(jpeg: &[u8]) -> Result<Vec<u8>, ImageError> {
    let mut reader = image::ImageReader::with_format(Cursor::new(jpeg), ImageFormat::Jpeg);
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MOST);
    reader.limits(limits);
    let picture = reader.decode()?;
    encode(&picture.resize(THUMBNAIL, THUMBNAIL, FilterType::Lanczos3))
}

fn encode(picture: &DynamicImage) -> Result<Vec<u8>, ImageError> {
    let mut jpeg = Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, ImageFormat::Jpeg)?;
    Ok(jpeg.into_inner())
}
