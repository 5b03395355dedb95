//! Pictures of other hosts on plugins' pages. The hub fetches them and hands them on, so that no reader's browser speaks to a stranger.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use base::{Action, Actor, Millis, OrgId};
use plugin_api::{HttpPattern, PluginId};
use url::Url;

use crate::{Asset, Error, On, Plugins, powers::Level, store::NewLine};

/// The largest picture, in bytes.
const LARGEST: usize = 1024 * 1024;
/// What one may take, redirects and all.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one is kept, and how long it is known that there is none.
const KEPT: Duration = Duration::from_hours(1);
const MISSED: Duration = Duration::from_mins(1);
/// All that are kept together: so many, of so many bytes.
const MOST: usize = 512;
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// One picture of one plugin's. What the plugin may call is part of it: of what was fetched under a grant nothing is shown without it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Which {
    plugin: PluginId,
    granted: Vec<HttpPattern>,
    url: Url,
}

/// What came of fetching it.
#[derive(Clone)]
struct Kept {
    /// `None`: no picture.
    image: Option<Asset>,
    until: Millis,
}

impl Kept {
    fn bytes(&self) -> usize {
        self.image.as_ref().map_or(0, |image| image.bytes.len())
    }
}

/// Those that were fetched lately.
#[derive(Default)]
pub(crate) struct Images(Mutex<Shelf>);

#[derive(Default)]
struct Shelf {
    kept: HashMap<Which, Kept>,
    /// Those that somebody fetches just now.
    turns: HashMap<Which, Weak<tokio::sync::Mutex<()>>>,
}

impl Images {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, which: &Which, now: Millis) -> Option<Kept> {
        self.shelf().kept.get(which).filter(|kept| kept.until > now).cloned()
    }

    /// Whoever holds it fetches that picture; the others wait until it is there.
    fn turn(&self, which: &Which) -> Arc<tokio::sync::Mutex<()>> {
        let mut shelf = self.shelf();
        shelf.turns.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = shelf.turns.get(which).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::default();
        shelf.turns.insert(which.clone(), Arc::downgrade(&turn));
        turn
    }

    /// Keeps it; what is nearest its end makes room.
    fn keep(&self, which: Which, image: Option<Asset>, now: Millis) {
        let until = now.plus(if image.is_some() { KEPT } else { MISSED });
        let new = Kept { image, until };
        let mut shelf = self.shelf();
        let kept = &mut shelf.kept;
        kept.retain(|_, kept| kept.until > now);
        while kept.len() >= MOST || kept.values().map(Kept::bytes).sum::<usize>() + new.bytes() > MOST_BYTES {
            let Some(first) = kept.iter().min_by_key(|(_, kept)| kept.until).map(|(which, _)| which.clone()) else {
                break;
            };
            kept.remove(&first);
        }
        kept.insert(which, new);
    }
}

impl Plugins {
    /// The picture at an address elsewhere, for a reader of a plugin's page there; `None`: in the hub. Whoever asks has to show that the hub
    /// itself drew that page.
    ///
    /// # Errors
    ///
    /// `NotFound`: the plugin is not on there or can't be called, was not granted that address, or no picture came from it. Why none came
    /// stands in the plugin's log. `TooMany`: the reader asked for too many, or the plugin's pages have the hub fetch too many.
    pub async fn image(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        id: &str,
        url: &str,
        trace: &str,
    ) -> Result<Asset, Error> {
        self.standing(actor, organization, Action::UsePlugins).await?;
        let on = self.snapshot().here(organization).find(id).cloned().ok_or(Error::NotFound)?;
        let url = Url::parse(url).map_err(|_| Error::NotFound)?;
        if !on.is_ready() || !on.may_call(&url) {
            return Err(Error::NotFound);
        }
        on.plugin.lane.count_image(organization, actor).map_err(Error::TooMany)?;
        let images = &self.0.images;
        let which = Which { plugin: on.id().clone(), granted: on.granted.http.clone(), url };
        if let Some(kept) = images.find(&which, self.now()) {
            return kept.image.ok_or(Error::NotFound);
        }
        let turn = images.turn(&which);
        let _turn = turn.lock().await;
        if let Some(kept) = images.find(&which, self.now()) {
            return kept.image.ok_or(Error::NotFound);
        }
        on.plugin.lane.count_fetched().map_err(Error::TooMany)?;
        let image = self.fetch_image(&on, organization, &which.url, trace).await;
        images.keep(which, image.clone(), self.now());
        image.ok_or(Error::NotFound)
    }

    async fn fetch_image(&self, on: &On, at: Option<OrgId>, url: &Url, trace: &str) -> Option<Asset> {
        let began = Instant::now();
        let fetched = tokio::time::timeout(PATIENCE, self.fetch(url.clone(), LARGEST, Some(on))).await;
        let came = fetched.unwrap_or_else(|_elapsed| Err(format!("takes more than {} s", PATIENCE.as_secs())));
        let image = came.and_then(|bytes| {
            let kind = kind_of(&bytes).ok_or_else(|| "is no PNG, JPEG, GIF or WebP".to_owned())?;
            Ok(Asset { bytes, kind })
        });
        let came = if image.is_ok() { ("answered", false) } else { ("failed", true) };
        self.count_call(on, at, "image", came, (began.elapsed(), Duration::ZERO));
        let note = |why: &String| {
            self.0.scribe.line(NewLine {
                plugin: on.id().to_string(),
                organization: at,
                at: self.now(),
                level: Level::Warn.word(),
                text: format!("a picture of {} can't be shown: {why}", url.host_str().unwrap_or("nobody")),
                trace: trace.to_owned(),
            });
        };
        image.inspect_err(note).ok()
    }
}

/// The type of a picture by how it begins, whatever its host says. None that holds script.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn which(number: u32) -> Which {
        Which {
            plugin: "toy".parse().unwrap(),
            granted: Vec::new(),
            url: Url::parse(&format!("https://a.example/{number}")).unwrap(),
        }
    }

    fn image(bytes: usize) -> Asset {
        Asset { bytes: Bytes::from(vec![0; bytes]), kind: "image/png" }
    }

    #[test]
    fn the_bytes_say_what_it_is() {
        let webp = b"RIFF\x10\0\0\0WEBPVP8 ";
        for (bytes, kind) in [
            (b"\x89PNG\r\n\x1a\n\0".as_slice(), Some("image/png")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"GIF89a\x01", Some("image/gif")),
            (webp, Some("image/webp")),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", None),
            (b"<!doctype html>", None),
            (b"RIFF\x10\0\0\0WAVE", None),
            (b"", None),
        ] {
            assert_eq!(kind_of(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn they_are_kept_for_a_time_and_make_room_for_each_other() {
        let (images, start) = (Images::default(), Millis(0));
        images.keep(which(1), Some(image(10)), start);
        images.keep(which(2), None, start);
        assert!(images.find(&which(1), start.plus(KEPT).minus(Duration::from_millis(1))).is_some());
        assert!(images.find(&which(1), start.plus(KEPT)).is_none());
        assert!(images.find(&which(2), start).unwrap().image.is_none() && images.find(&which(3), start).is_none());
        assert!(images.find(&which(2), start.plus(MISSED)).is_none(), "it is tried again before long");

        for number in 10..30 {
            images.keep(which(number), Some(image(LARGEST)), start.plus(Duration::from_secs(number.into())));
        }
        let shelf = images.shelf();
        assert_eq!(shelf.kept.len(), MOST_BYTES / LARGEST, "the oldest are gone");
        assert!(shelf.kept.contains_key(&which(29)) && !shelf.kept.contains_key(&which(10)));
        drop(shelf);
        for number in 100..1_200 {
            images.keep(which(number), Some(image(1)), start);
        }
        assert!(images.shelf().kept.len() <= MOST);
    }

    #[test]
    fn one_fetches_and_the_others_wait() {
        let images = Images::default();
        let first = images.turn(&which(1));
        assert!(Arc::ptr_eq(&first, &images.turn(&which(1))) && !Arc::ptr_eq(&first, &images.turn(&which(2))));
        drop(first);
        drop(images.turn(&which(3)));
        assert_eq!(images.shelf().turns.len(), 1, "what nobody waits for is forgotten");
    }
}
