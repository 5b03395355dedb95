//! The server functions of the lobby's rooms.

use contract::room::LobbyRoom;
use leptos::prelude::*;

use crate::error::AppError;

/// Every room that is open.
#[server(endpoint = "admin_rooms")]
pub async fn read_rooms() -> Result<Vec<LobbyRoom>, AppError> {
    use crate::context;

    let all = context::services().rooms.list(&context::visitor().actor).await;
    all.map_err(context::told)
}

/// One of them.
#[server(endpoint = "admin_room")]
pub async fn read_room(room: i64) -> Result<LobbyRoom, AppError> {
    use crate::context;

    let found = context::services().rooms.find(&context::visitor().actor, room.into()).await;
    found.map_err(context::told)
}

/// Opens one. Answers with the path to go on to.
#[server(endpoint = "admin_open_room")]
pub async fn open_room(
    #[server(default)] banner: String,
    #[server(default)] name: String,
    #[server(default)] kind: String,
    #[server(default)] capacity: String,
    #[server(default)] guests: Option<String>,
    #[server(default)] caste_least: String,
    #[server(default)] caste_most: String,
    #[server(default)] country: String,
    #[server(default)] greeting: String,
    #[server(default)] slow_secs: String,
    #[server(default)] films: String,
    #[server(default)] plugins: Option<String>,
) -> Result<String, AppError> {
    use crate::context;

    let typed = Typed {
        banner,
        name,
        kind,
        capacity,
        guests,
        caste_least,
        caste_most,
        country,
        greeting,
        slow_secs,
        films,
        plugins,
    };
    let opened = context::services().rooms.open(&context::visitor().actor, &typed.read()).await;
    let opened = opened.map_err(|error| typed.kept_by(context::told(error)))?;
    let path = format!("/admin/rooms/{}", opened.id);
    context::go_on_to(&path);
    Ok(path)
}

/// Sets one up anew. Answers with the path to go on to.
#[server(endpoint = "admin_change_room")]
pub async fn change_room(
    room: i64,
    #[server(default)] banner: String,
    #[server(default)] name: String,
    #[server(default)] kind: String,
    #[server(default)] capacity: String,
    #[server(default)] guests: Option<String>,
    #[server(default)] caste_least: String,
    #[server(default)] caste_most: String,
    #[server(default)] country: String,
    #[server(default)] greeting: String,
    #[server(default)] slow_secs: String,
    #[server(default)] films: String,
    #[server(default)] plugins: Option<String>,
) -> Result<String, AppError> {
    use crate::context;

    let typed = Typed {
        banner,
        name,
        kind,
        capacity,
        guests,
        caste_least,
        caste_most,
        country,
        greeting,
        slow_secs,
        films,
        plugins,
    };
    let changed = context::services().rooms.change(&context::visitor().actor, room.into(), &typed.read()).await;
    changed.map_err(|error| typed.kept_by(context::told(error)))?;
    let path = format!("/admin/rooms/{room}");
    context::go_on_to(&path);
    Ok(path)
}

/// Gives one another place in the list. Answers with the path to go on to.
#[server(endpoint = "admin_place_room")]
pub async fn place_room(room: i64, #[server(default)] position: String) -> Result<String, AppError> {
    use contract::Field;

    use crate::context;

    let place = position.trim().parse().unwrap_or(0);
    let placed = context::services().rooms.place(&context::visitor().actor, room.into(), place).await;
    placed.map_err(|error| context::told(error).keeping([(Field::Position, position)]))?;
    let path = format!("/admin/rooms/{room}");
    context::go_on_to(&path);
    Ok(path)
}

/// Closes one. Answers with the path to go on to.
#[server(endpoint = "admin_close_room")]
pub async fn close_room(room: i64, #[server(default)] reason: String) -> Result<String, AppError> {
    use contract::Field;

    use crate::context;

    let closed = context::services().rooms.close(&context::visitor().actor, room.into(), &reason).await;
    closed.map_err(|error| context::told(error).keeping([(Field::Reason, reason)]))?;
    context::go_on_to("/admin/rooms");
    Ok("/admin/rooms".to_owned())
}

/// A room's form as it was typed.
#[cfg(feature = "ssr")]
struct Typed {
    banner: String,
    name: String,
    kind: String,
    capacity: String,
    guests: Option<String>,
    caste_least: String,
    caste_most: String,
    country: String,
    greeting: String,
    slow_secs: String,
    films: String,
    plugins: Option<String>,
}

#[cfg(feature = "ssr")]
impl Typed {
    /// What is no number becomes one that no room can have, so that whoever judges the form names the field.
    fn read(&self) -> contract::room::SaveRoom {
        use contract::{
            film::RoomFilms,
            room::{RoomKind, SaveRoom},
        };

        let caste = |typed: &str| (!typed.trim().is_empty()).then(|| typed.trim().parse().unwrap_or(u8::MAX));
        SaveRoom {
            banner: self.banner.trim().parse().unwrap_or(u8::MAX),
            name: self.name.clone(),
            kind: RoomKind::from_word(&self.kind).unwrap_or(RoomKind::Unranked),
            capacity: self.capacity.trim().parse().unwrap_or(0),
            guests: self.guests.is_some(),
            caste_least: caste(&self.caste_least),
            caste_most: caste(&self.caste_most),
            country: Some(self.country.clone()),
            greeting: self.greeting.clone(),
            slow_secs: match self.slow_secs.trim() {
                "" => 0,
                typed => typed.parse().unwrap_or(u16::MAX),
            },
            films: RoomFilms::from_word(&self.films).unwrap_or(RoomFilms::None),
            plugins: self.plugins.is_some(),
        }
    }

    fn kept_by(self, error: AppError) -> AppError {
        use contract::Field;

        error.keeping([
            (Field::Banner, self.banner),
            (Field::Name, self.name),
            (Field::Kind, self.kind),
            (Field::Capacity, self.capacity),
            (Field::CasteLeast, self.caste_least),
            (Field::CasteMost, self.caste_most),
            (Field::Country, self.country),
            (Field::Greeting, self.greeting),
            (Field::SlowSecs, self.slow_secs),
            (Field::Films, self.films),
        ])
    }
}
