//! What plugins say in rooms: where those who run the hub let them, under their own name, and by the order that is kept there.

use base::{Action, Actor, Kind, Millis, RoomId};
use contract::{
    Code, Event, Field,
    room::{LobbyRoom, RestraintKind},
};
use serde_json::json;

use super::{Error, Rooms, entry, store};
use crate::room::LONGEST_LINE;

impl Rooms {
    /// Has a plugin say a line in every room that is open to plugins, or in one of them alone. Where no room is, there is none. Nothing is said
    /// anywhere if it has a word that is muted in one of them, or if nobody hears there whomever the plugin acts for.
    pub async fn tell(&self, actor: &Actor, only: Option<RoomId>, text: &str) -> Result<(), Error> {
        actor.may(Action::TellInRooms)?;
        let Actor::Plugin(plugin) = actor else { return Err(Error::Refused(Kind::Forbidden)) };
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        let text = text.trim().to_owned();
        if text.is_empty() {
            return Err(Error::field(Field::Text, Code::Required));
        }
        if text.chars().count() > LONGEST_LINE {
            return Err(Error::field(Field::Text, Code::TooLong));
        }
        let rooms = store::list(&self.0.db).await?;
        let open = |room: &LobbyRoom| room.plugins && only.is_none_or(|one| one == room.id);
        let rooms: Vec<RoomId> = rooms.iter().filter(|room| open(room)).map(|room| room.id).collect();
        if rooms.is_empty() {
            return Err(Error::NotFound);
        }
        let now = self.now();
        for room in &rooms {
            self.may_be_told(actor, *room, &text, now).await?;
        }
        let (acting, from) = (actor.clone(), plugin.name.to_string());
        self.0
            .db
            .write(move |tx| {
                let (acting, from, text, rooms) = (acting.clone(), from.clone(), text.clone(), rooms.clone());
                Box::pin(async move {
                    for room in rooms {
                        let entry = entry(&acting, "room.told", room).changing((), json!({ "text": text }));
                        audit::record(tx, now, &acting, &entry).await?;
                        let told = Event::RoomTold { room, from: from.clone(), text: text.clone() };
                        events::record(tx, now, &told).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Whether the order in a room lets it be said.
    async fn may_be_told(&self, actor: &Actor, room: RoomId, text: &str, now: Millis) -> Result<(), Error> {
        let db = &self.0.db;
        if store::keeping::order(db, room, now).await?.mutes(text) {
            return Err(Error::field(Field::Text, Code::MutedWord));
        }
        let Some(behind) = actor.user() else { return Ok(()) };
        let held = store::keeping::restraints(db, room, now).await?;
        if held.iter().any(|one| one.kind == RestraintKind::Gag && one.user == Some(behind)) {
            return Err(Error::Refused(Kind::Forbidden));
        }
        Ok(())
    }
}
