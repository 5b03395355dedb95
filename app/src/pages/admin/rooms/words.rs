//! What the pages of rooms say of one.

use contract::room::{BANNERS, LobbyRoom, RoomKind};

use crate::texts::admin::rooms as say;

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

/// The icon a caste is shown by, from the lowest.
pub(super) fn caste(caste: u8) -> &'static str {
    match caste {
        0 => say::caste_0(),
        1 => say::caste_1(),
        2 => say::caste_2(),
        3 => say::caste_3(),
        4 => say::caste_4(),
        5 => say::caste_5(),
        6 => say::caste_6(),
        7 => say::caste_7(),
        8 => say::caste_8(),
        9 => say::caste_9(),
        10 => say::caste_10(),
        11 => say::caste_11(),
        12 => say::caste_12(),
        13 => say::caste_13(),
        14 => say::caste_14(),
        15 => say::caste_15(),
        _ => say::caste_16(),
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
                caste(least.unwrap_or(0)),
                caste(most.unwrap_or(contract::room::HIGHEST_CASTE))
            ));
        }
    }
    words.extend(room.country.clone());
    words.join(", ")
}
