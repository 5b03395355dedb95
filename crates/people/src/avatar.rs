//! Pictures of people: read from whatever was sent, drawn anew in our own sizes, served by what is in them.

use std::io::Cursor;

use base::{Action, Actor};
use contract::{Code, Field};
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, imageops::FilterType};
use sha2::{Digest, Sha256};

use crate::{
    People,
    error::Error,
    myself,
    store::{self, avatars::NewAvatar},
};

/// The most bytes of a picture that is sent: 1 MiB.
pub const LONGEST_UPLOAD: usize = 1024 * 1024;
/// The most pixels of a side.
const LARGEST_SIDE: u32 = 4096;
/// What reading one may take: 4,096 by 4,096 pixels of four bytes, twice.
const MOST_MEMORY: u64 = 128 * 1024 * 1024;

/// The sizes a picture is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 96 pixels: for lists.
    Small,
    /// 256 pixels: for one's own page.
    Large,
}

impl Size {
    /// Pixels of a side.
    pub const fn pixels(self) -> u32 {
        match self {
            Self::Small => 96,
            Self::Large => 256,
        }
    }

    /// The size of so many pixels.
    pub fn of(pixels: u32) -> Option<Self> {
        [Self::Small, Self::Large].into_iter().find(|size| size.pixels() == pixels)
    }
}

impl People {
    /// Takes a new picture of oneself in place of the old one. Nothing of the file is kept but its pixels. Gives back its key.
    pub async fn set_avatar(&self, actor: &Actor, upload: Vec<u8>) -> Result<String, Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        if upload.is_empty() {
            return Err(Error::field(Field::Avatar, Code::Required));
        }
        if upload.len() > LONGEST_UPLOAD {
            return Err(Error::field(Field::Avatar, Code::NotAPicture));
        }
        let _turn = self.0.painting.try_acquire().map_err(|_| Error::Busy)?;
        let painted = tokio::task::spawn_blocking(move || paint(&upload)).await;
        let painted = painted.map_err(|_| Error::Broken { what: "a picture" })??;
        let (hash, now) = (painted.hash.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let painted = painted.clone();
                Box::pin(async move { Ok::<_, Error>(store::avatars::put(tx, user, &painted, now).await?) })
            })
            .await?;
        Ok(hash)
    }

    /// Takes one's picture away; one is drawn from the name again.
    pub async fn remove_avatar(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        self.0
            .db
            .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::avatars::delete(tx, user).await?) }))
            .await?;
        Ok(())
    }

    /// The picture of that key, PNG. Whoever knows the key has seen who it shows, so nobody is asked who they are.
    pub async fn avatar(&self, hash: &str, size: Size) -> Result<Option<Vec<u8>>, Error> {
        if hash.len() != 64 || !hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Ok(None);
        }
        Ok(store::avatars::read(&self.0.db, hash, size).await?)
    }
}

/// Reads a picture and draws it in our sizes. Whatever the name or type said, the bytes decide what it is.
fn paint(upload: &[u8]) -> Result<NewAvatar, Error> {
    let not_one = |_| Error::field(Field::Avatar, Code::NotAPicture);
    let picture = read(upload).map_err(not_one)?;
    let (large, small) = (square(&picture, Size::Large), square(&picture, Size::Small));
    let broken = |_| Error::Broken { what: "a drawn picture" };
    let (large, small) = (png(&large).map_err(broken)?, png(&small).map_err(broken)?);
    Ok(NewAvatar { hash: hex::encode(Sha256::digest(&large)), small, large })
}

/// The first frame, the right way up.
fn read(upload: &[u8]) -> image::ImageResult<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(upload)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST_SIDE);
    limits.max_image_height = Some(LARGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The middle square of it.
fn square(picture: &DynamicImage, size: Size) -> DynamicImage {
    picture.resize_to_fill(size.pixels(), size.pixels(), FilterType::CatmullRom)
}

fn png(picture: &DynamicImage) -> image::ImageResult<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    // Eight bits a channel, whatever it came in: sixteen would double the file for nobody.
    DynamicImage::ImageRgba8(picture.to_rgba8()).write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    fn sent(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let picture = RgbImage::from_fn(width, height, |x, y| Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 128]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(picture).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn every_kind_becomes_two_squares() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
            let painted = paint(&sent(format, 300, 200)).unwrap();
            for (bytes, size) in [(&painted.small, Size::Small), (&painted.large, Size::Large)] {
                let back = image::load_from_memory_with_format(bytes, ImageFormat::Png).unwrap();
                assert_eq!((back.width(), back.height()), (size.pixels(), size.pixels()), "{format:?}");
            }
            assert_eq!(painted.hash.len(), 64);
        }
    }

    #[test]
    fn nothing_of_the_file_but_its_pixels_is_kept() {
        let mut upload = sent(ImageFormat::Png, 64, 64);
        // A text chunk before the end: what cameras and editors write about people.
        let chunk = b"tEXtComment\0taken at home";
        let mut comment = u32::try_from(chunk.len() - 4).unwrap().to_be_bytes().to_vec();
        comment.extend_from_slice(chunk);
        comment.extend_from_slice(&crc(chunk).to_be_bytes());
        let end = upload.len() - 12;
        upload.splice(end..end, comment);
        let painted = paint(&upload).unwrap();
        for bytes in [&painted.large, &painted.small] {
            assert!(!bytes.windows(13).any(|window| window == b"taken at home"));
        }
    }

    /// CRC-32 as PNG's chunks carry it (ISO 3309).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
        })
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
        let whole = sent(ImageFormat::Png, 64, 64);
        let cut = whole[..whole.len() / 2].to_vec();
        let too_wide = sent(ImageFormat::Png, LARGEST_SIDE + 1, 1);
        for upload in [svg, cut, too_wide, b"GIF89a".to_vec(), vec![0; 100]] {
            let Err(error) = paint(&upload) else { panic!("accepted") };
            assert_eq!(error.problem().fields[0].code, Code::NotAPicture);
        }
    }
}
