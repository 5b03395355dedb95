//! What the pages of rooms say of one.

use contract::{
    film::RoomFilms,
    room::{BANNERS, LobbyRoom, RoomKind},
};

use crate::{texts::admin::rooms as say, ui::caste::caste_name};

/// What classic clients call it. A banner that is none has no name: the form that opens a room refuses it.
pub(super) fn banner(banner: u8) -> &'static str {
    BANNERS.get(usize::from(banner)).copied().unwrap_or_default()
}

pub(super) fn kind(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Unranked => say::unranked(),
        RoomKind::Ranked => say::ranked(),
        RoomKind::Tournament => say::tournament(),
    }
}

pub(super) fn films(films: RoomFilms) -> &'static str {
    match films {
        RoomFilms::None => say::films_none(),
        RoomFilms::Welcome => say::films_welcome(),
        RoomFilms::Demanded => say::films_demanded(),
    }
}

/// Whom it takes, in a few words.
pub(super) fn takes(room: &LobbyRoom) -> String {
    let mut words = vec![if room.guests { say::with_guests().to_owned() } else { say::without_guests().to_owned() }];
    match (room.caste_least, room.caste_most) {
        (None, None) => {}
        (least, most) => {
            words.push(format!(
                "{} – {}",
                caste_name(least.unwrap_or(0)),
                caste_name(most.unwrap_or(contract::room::HIGHEST_CASTE))
            ));
        }
    }
    words.extend(room.country.clone());
    words.join(", ")
}
