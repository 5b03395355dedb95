//! Which versions of the games are let in, and what is known of somebody's.

use metaserver_proto::{InClear, LoginRequest, Text, Title, TooOld, packet::server_message::LONGEST_TEXT};

/// The first build of Myth II that connects back to a host proxy (spec section 7).
const BUILD_THAT_CONNECTS_BACK: i32 = 428;

/// What the operator lets in beyond Myth II 1.8 and Aleph One, and what is said to those who are too old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// Let Myth II before 1.8 in, which knows no encryption: anybody on the way can read its passwords.
    pub myth_clear_text: bool,
    /// Let The Fallen Lords in, which knows none either.
    pub fallen_lords: bool,
    /// Let Myth III in, likewise.
    pub myth_three: bool,
    /// The lowest patch number of a Myth II that talks in clear.
    pub myth_minimum_patch: i32,
    /// The lowest client version of Aleph One.
    pub aleph_one_minimum_version: i16,
    /// What a Myth that is too old is told; the usual sentence where it is empty.
    pub myth_too_old: String,
    /// Where it is sent for a newer one; nowhere where it is empty.
    pub myth_update_url: String,
    /// What an Aleph One that is too old is told.
    pub aleph_one_too_old: String,
}

impl Default for Versions {
    fn default() -> Self {
        Self {
            myth_clear_text: false,
            fallen_lords: false,
            myth_three: false,
            myth_minimum_patch: 3,
            aleph_one_minimum_version: 0,
            myth_too_old: String::new(),
            myth_update_url: String::new(),
            aleph_one_too_old: String::new(),
        }
    }
}

impl Versions {
    pub(crate) const fn in_clear(&self) -> InClear {
        InClear { myth2: self.myth_clear_text, fallen_lords: self.fallen_lords, myth3: self.myth_three }
    }

    pub(crate) fn too_old(&self) -> TooOld {
        let text = |text: &str| Text::new(text.trim()).cut(LONGEST_TEXT);
        TooOld {
            myth: text(&self.myth_too_old),
            myth_address: Text::new(self.myth_update_url.trim()),
            aleph_one: text(&self.aleph_one_too_old),
        }
    }
}

/// Which game somebody plays, and which version of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Software {
    /// `None`: no game at all.
    pub(crate) title: Option<Title>,
    /// A Myth before 1.8.
    in_clear: bool,
    /// Of Myth II 1.8 and its kin; 0 for everything else.
    build: i32,
}

/// As other nodes are told of them, by their place here.
const TITLES: [Title; 4] = [Title::Myth2, Title::FallenLords, Title::Myth3, Title::AlephOne];

impl Software {
    /// As other nodes are told: which title, whether it talks in clear, and the build.
    pub(crate) fn told(self) -> (Option<u8>, bool, i32) {
        let place = self.title.and_then(|title| TITLES.iter().position(|one| *one == title));
        (place.and_then(|place| u8::try_from(place).ok()), self.in_clear, self.build)
    }

    /// What a node was told; `None`: a title that this version does not know.
    pub(crate) fn of_told((title, in_clear, build): (Option<u8>, bool, i32)) -> Option<Self> {
        let title = match title {
            Some(place) => Some(*TITLES.get(usize::from(place))?),
            None => None,
        };
        Some(Self { title, in_clear, build })
    }

    pub(crate) const fn of(request: &LoginRequest) -> Self {
        Self { title: Some(request.title), in_clear: request.in_clear, build: request.build }
    }

    /// Whether clients of the two can join each other's games.
    pub(crate) fn plays_with(self, other: Self) -> bool {
        self.title.is_some() && self.title == other.title
    }

    /// Whether the client takes an address of 0.0.0.0 for "where you logged in": Myth II 1.8 alone does (spec section 8.0).
    pub(crate) const fn knows_where_it_is(self) -> bool {
        matches!(self.title, Some(Title::Myth2)) && !self.in_clear
    }

    /// Whether it wants its lists after it has said how it looks, as Bungie's own server sent them to the clients of its day, and not before
    /// (spec section 10.3).
    pub(crate) fn introduces_itself(self) -> bool {
        self.in_clear && self.title.is_some_and(|title| title != Title::AlephOne)
    }

    /// Whether it connects back to a host proxy when it is told to (spec section 13.2).
    pub(crate) const fn connects_back(self) -> bool {
        self.knows_where_it_is() && self.build >= BUILD_THAT_CONNECTS_BACK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_version() {
        let software = |title, in_clear, build| Software { title: Some(title), in_clear, build };
        let current = software(Title::Myth2, false, 428);
        let older = software(Title::Myth2, false, 427);
        let clear = software(Title::Myth2, true, 0);
        let first = software(Title::FallenLords, true, 0);
        let aleph = software(Title::AlephOne, false, 0);
        for (one, where_it_is, introduces, connects_back) in [
            (current, true, false, true),
            (older, true, false, false),
            (clear, false, true, false),
            (first, false, true, false),
            (aleph, false, false, false),
            (Software::default(), false, false, false),
        ] {
            let known = (one.knows_where_it_is(), one.introduces_itself(), one.connects_back());
            assert_eq!(known, (where_it_is, introduces, connects_back), "{one:?}");
        }
        assert!(current.plays_with(clear), "one game");
        assert!(!first.plays_with(clear) && !aleph.plays_with(current));
        assert!(!Software::default().plays_with(Software::default()), "who has no game joins none");
    }

    #[test]
    fn what_the_old_are_told_fits_its_packet() {
        let versions = Versions { myth_too_old: format!(" {} ", "x".repeat(200)), ..Versions::default() };
        assert_eq!(versions.too_old().myth.len(), LONGEST_TEXT);
        assert!(versions.too_old().myth_address.is_empty());
    }
}
