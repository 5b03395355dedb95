//! Keeping order in rooms: who is heard in them, who may enter, what nobody says there, and who sees to it.

use std::time::Duration;

use audit::{Entry, Reason};
use base::{Action, Actor, Kind, RestraintId, Role, RoomId, UserId, name::fold};
use contract::{
    Code, Event, Field,
    room::{MuteWord, MutedWords, Restrain, RestraintKind, RoomModerator, RoomRestraint},
};
use serde_json::{Value, json};

use super::{
    Error, Rooms, entry,
    meant::{Meant, Whom},
    note, store,
};

const LONGEST_WORD: usize = 40;
const MOST_WORDS: i64 = 200;
const MOST_RESTRAINTS: i64 = 500;
const MOST_MODERATORS: usize = 20;
/// A year: beyond that it is for good, which is said by saying no time.
const LONGEST_MINUTES: u32 = 366 * 24 * 60;
/// A guest is a number while a lobby runs, and whoever comes from the same address: neither is anybody for long.
const GUESTS_MINUTES: u32 = 24 * 60;

/// Who is in the lobby now. The server fills this in.
pub trait Present: Send + Sync + 'static {
    /// Who is in that room; `None` where nobody knows: the room is not open, or the lobby is another process's.
    fn players(&self, room: RoomId) -> Option<Vec<contract::lobby::Player>>;
}

impl Rooms {
    /// Whom nobody hears in a room, and who may not enter it, the newest first.
    pub async fn restraints(&self, actor: &Actor, room: RoomId) -> Result<Vec<RoomRestraint>, Error> {
        self.keeps_order(actor, room).await?;
        Ok(store::keeping::restraints(&self.0.db, room, self.now()).await?)
    }

    /// Gags somebody in a room, or bars them from it.
    pub async fn restrain(&self, actor: &Actor, room: RoomId, form: &Restrain) -> Result<RoomRestraint, Error> {
        self.hold(actor, room, (&form.player).into(), form).await
    }

    /// The same for whoever is meant, whatever the form says of it.
    pub async fn hold(
        &self,
        actor: &Actor,
        room: RoomId,
        meant: Meant<'_>,
        form: &Restrain,
    ) -> Result<RoomRestraint, Error> {
        self.keeps_order(actor, room).await?;
        let reason = read_reason(&form.reason)?;
        if form.minutes.is_some_and(|minutes| minutes == 0 || minutes > LONGEST_MINUTES) {
            return Err(Error::field(Field::Duration, Code::OutOfRange));
        }
        let whom = self.whom(actor, room, meant).await?;
        let now = self.now();
        let minutes = match whom.user {
            Some(_) => form.minutes,
            None => Some(form.minutes.unwrap_or(GUESTS_MINUTES).min(GUESTS_MINUTES)),
        };
        let until = minutes.map(|minutes| now.plus(Duration::from_mins(minutes.into())));
        let (kind, acting, text) = (form.kind, actor.clone(), form.reason.trim().to_owned());
        self.0
            .db
            .write(move |tx| {
                let (whom, acting, reason, text) = (whom.clone(), acting.clone(), reason.clone(), text.clone());
                Box::pin(async move {
                    if store::keeping::count(tx, room, now).await? >= MOST_RESTRAINTS {
                        return Err(Error::Full);
                    }
                    let by = acting.user();
                    if is_by_itself(&acting) {
                        // It would else end what a moderator meant to last, by something shorter.
                        let held = store::keeping::restraints(&mut *tx, room, now).await?;
                        let same = |one: &&RoomRestraint| one.kind == kind && is_about(one, &whom);
                        if held.iter().filter(same).any(is_a_persons) {
                            return Err(Error::Refused(Kind::Forbidden));
                        }
                    }
                    let new =
                        store::keeping::NewRestraint { room, kind, whom: &whom, reason: &text, by, at: now, until };
                    store::keeping::lift_before(tx, &new).await?;
                    let id = store::keeping::insert(tx, &new).await?;
                    let after = json!({ "player": whom.name, "user": whom.user, "until": until, "restraint": id });
                    let act = match kind {
                        RestraintKind::Gag => "room.gagged",
                        RestraintKind::Bar => "room.barred",
                    };
                    note(tx, now, &acting, &entry(&acting, act, room).changing((), after).because(&reason)).await?;
                    store::keeping::find(tx, room, id, now).await?.ok_or(Error::NotFound)
                })
            })
            .await
    }

    /// Lets somebody talk or enter again.
    pub async fn release(
        &self,
        actor: &Actor,
        room: RoomId,
        restraint: RestraintId,
        reason: &str,
    ) -> Result<(), Error> {
        self.keeps_order(actor, room).await?;
        let reason = read_reason(reason)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (acting, reason) = (acting.clone(), reason.clone());
                Box::pin(async move {
                    let before = store::keeping::find(&mut *tx, room, restraint, now).await?.ok_or(Error::NotFound)?;
                    if is_by_itself(&acting) && is_a_persons(&before) {
                        return Err(Error::Refused(Kind::Forbidden));
                    }
                    if !store::keeping::lift(tx, room, restraint, now).await? {
                        return Err(Error::NotFound);
                    }
                    let entry = entry(&acting, "room.released", room).changing(&before, ()).because(&reason);
                    note(tx, now, &acting, &entry).await
                })
            })
            .await
    }

    /// The same by the name they have, or by their account. Gives back who it was.
    pub async fn release_named(
        &self,
        actor: &Actor,
        room: RoomId,
        kind: RestraintKind,
        meant: impl Into<Meant<'_>> + Send,
    ) -> Result<String, Error> {
        let meant = meant.into();
        let held = self.restraints(actor, room).await?;
        let is_meant = |one: &RoomRestraint| match meant {
            Meant::Typed(player) => fold(&one.name) == fold(player),
            Meant::Account(user) => one.user == Some(user),
        };
        let found: Vec<_> = held.into_iter().filter(|one| one.kind == kind && is_meant(one)).collect();
        let name = found.first().ok_or(Error::NoSuchPlayer)?.name.clone();
        for one in found {
            self.release(actor, room, one.id, "").await?;
        }
        Ok(name)
    }

    /// Sends somebody out of a room now. They may come back. Gives back who it was.
    pub async fn kick(
        &self,
        actor: &Actor,
        room: RoomId,
        meant: impl Into<Meant<'_>> + Send,
        reason: &str,
    ) -> Result<String, Error> {
        let meant = meant.into();
        self.keeps_order(actor, room).await?;
        let why = read_reason(reason)?;
        if self.0.present.players(room).is_none() {
            return Err(Error::Refused(Kind::Unavailable));
        }
        let whom = self.whom(actor, room, meant).await?;
        let number = whom.number.ok_or(Error::NoSuchPlayer)?;
        let (now, acting, text) = (self.now(), actor.clone(), reason.trim().to_owned());
        let name = whom.name.clone();
        self.0
            .db
            .write(move |tx| {
                let (whom, acting, why, text) = (whom.clone(), acting.clone(), why.clone(), text.clone());
                Box::pin(async move {
                    let after = json!({ "player": whom.name, "user": whom.user });
                    let entry = entry(&acting, "room.kicked", room).changing((), after).because(&why);
                    audit::record(tx, now, &acting, &entry).await?;
                    events::record(tx, now, &Event::PlayerKicked { room, number, reason: text }).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(name)
    }

    /// Who is meant by what somebody typed in a room: for what is done about them in the whole hub.
    pub async fn name_of(&self, actor: &Actor, room: RoomId, player: &str) -> Result<String, Error> {
        self.keeps_order(actor, room).await?;
        Ok(self.whom(actor, room, player.into()).await?.name)
    }

    /// Sets a room's slow mode: seconds between two lines of one player; 0 switches it off.
    pub async fn slow(&self, actor: &Actor, room: RoomId, secs: u16) -> Result<(), Error> {
        self.keeps_order(actor, room).await?;
        if secs > super::form::SLOWEST_SECS {
            return Err(Error::field(Field::SlowSecs, Code::OutOfRange));
        }
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let before = store::find(&mut *tx, room).await?.ok_or(Error::NotFound)?.slow_secs;
                    if before == secs {
                        return Ok(());
                    }
                    store::slow(tx, room, secs).await?;
                    note(tx, now, &acting, &Entry::new("room.slowed", "room", room).changing(before, secs)).await
                })
            })
            .await
    }

    /// The words that nobody says in a room: its own, and those of all rooms.
    pub async fn words(&self, actor: &Actor, room: RoomId) -> Result<MutedWords, Error> {
        self.keeps_order(actor, room).await?;
        Ok(store::keeping::words(&self.0.db, room).await?)
    }

    /// From now on nobody says that word in a room, or in any.
    pub async fn mute_word(&self, actor: &Actor, room: RoomId, form: &MuteWord) -> Result<MutedWords, Error> {
        let word = self.may_mute(actor, room, form).await?;
        let everywhere = form.everywhere;
        self.change_words(actor, room, "room.word_muted", word, everywhere, true).await
    }

    /// The word may be said again.
    pub async fn unmute_word(&self, actor: &Actor, room: RoomId, form: &MuteWord) -> Result<MutedWords, Error> {
        let word = self.may_mute(actor, room, form).await?;
        let everywhere = form.everywhere;
        self.change_words(actor, room, "room.word_unmuted", word, everywhere, false).await
    }

    /// Who keeps order in a room, beside the hub's moderators.
    pub async fn moderators(&self, actor: &Actor, room: RoomId) -> Result<Vec<RoomModerator>, Error> {
        actor.may(Action::ViewRooms)?;
        store::find(&self.0.db, room).await?.ok_or(Error::NotFound)?;
        Ok(store::keeping::moderators(&self.0.db, room).await?)
    }

    /// Has somebody keep order in a room, or not any more.
    pub async fn set_moderator(
        &self,
        actor: &Actor,
        room: RoomId,
        user: UserId,
        keeps: bool,
    ) -> Result<Vec<RoomModerator>, Error> {
        actor.may(Action::ManageRooms)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    store::find(&mut *tx, room).await?.ok_or(Error::NotFound)?;
                    let (name, _) = store::keeping::person(&mut *tx, user).await?.ok_or(Error::NotFound)?;
                    if keeps && store::keeping::moderators(&mut *tx, room).await?.len() >= MOST_MODERATORS {
                        return Err(Error::Full);
                    }
                    if store::keeping::set_moderator(tx, room, user, keeps).await? {
                        let entry = Entry::new("room.moderator_set", "room", room)
                            .changing((), json!({ "user": user, "name": name, "keeps": keeps }));
                        note(tx, now, &acting, &entry).await?;
                    }
                    Ok(store::keeping::moderators(tx, room).await?)
                })
            })
            .await
    }

    /// What was done about somebody in rooms, and in which they keep order, for their archive: name of a file and its JSON.
    pub async fn export(&self, actor: &Actor, user: UserId) -> Result<Vec<(String, Value)>, Error> {
        let own = actor.user() == Some(user);
        actor.may(if own { Action::ViewOwnAccount } else { Action::ManageUsers })?;
        let (held, keeps) = store::keeping::of_person(&self.0.db, user).await?;
        Ok(vec![("lobby/rooms.json".to_owned(), json!({ "held": held, "keeps_order_in": keeps }))])
    }

    /// Asks whether somebody keeps order in a room: in all rooms do the hub's moderators, in one those who were named for it. Plugins do where
    /// the room is open to them, for whoever keeps order there or for the hub.
    pub(super) async fn keeps_order(&self, actor: &Actor, room: RoomId) -> Result<(), Error> {
        actor.may(Action::ModerateRooms)?;
        let keeps = match (actor.user(), actor) {
            (Some(user), _) if !keeps_all(actor) => store::keeping::is_moderator(&self.0.db, room, user).await?,
            // The rooms are the hub's: what an organization has switched on has no say in them by itself.
            (None, Actor::Plugin(plugin)) if plugin.behind.is_none() => plugin.organization.is_none(),
            _ => true,
        };
        if !keeps {
            return Err(Error::Refused(base::Kind::Forbidden));
        }
        let found = store::find(&self.0.db, room).await?.ok_or(Error::NotFound)?;
        if matches!(actor, Actor::Plugin(_)) && !found.plugins {
            return Err(Error::NotFound);
        }
        Ok(())
    }

    /// The word, where they may mute it: in all rooms only the hub's moderators do.
    async fn may_mute(&self, actor: &Actor, room: RoomId, form: &MuteWord) -> Result<String, Error> {
        self.keeps_order(actor, room).await?;
        if form.everywhere && !keeps_all(actor) {
            return Err(Error::Refused(base::Kind::Forbidden));
        }
        let word = form.word.trim().to_lowercase();
        let stem = word.strip_suffix('*').unwrap_or(&word);
        let wrong = |code| Err(Error::field(Field::Word, code));
        match stem.chars().count() {
            0 => wrong(Code::Required),
            count if count > LONGEST_WORD => wrong(Code::TooLong),
            _ if !stem.chars().all(char::is_alphanumeric) => wrong(Code::BadCharacters),
            _ => Ok(word),
        }
    }

    async fn change_words(
        &self,
        actor: &Actor,
        room: RoomId,
        act: &'static str,
        word: String,
        everywhere: bool,
        muted: bool,
    ) -> Result<MutedWords, Error> {
        let (now, acting) = (self.now(), actor.clone());
        let place = (!everywhere).then_some(room);
        self.0
            .db
            .write(move |tx| {
                let (acting, word) = (acting.clone(), word.clone());
                Box::pin(async move {
                    if muted && store::keeping::word_count(tx, place).await? >= MOST_WORDS {
                        return Err(Error::Full);
                    }
                    let changed = if muted {
                        store::keeping::insert_word(tx, place, &word).await?
                    } else {
                        store::keeping::delete_word(tx, place, &word).await?
                    };
                    if !changed && !muted {
                        return Err(Error::NotFound);
                    }
                    if changed {
                        let after = json!({ "word": word, "everywhere": everywhere });
                        note(tx, now, &acting, &Entry::new(act, "room", room).changing((), after)).await?;
                    }
                    Ok(store::keeping::words(tx, room).await?)
                })
            })
            .await
    }
}

/// Whether somebody keeps order in all rooms.
pub(super) fn keeps_all(actor: &Actor) -> bool {
    match actor {
        Actor::Person(person) => person.role >= Role::Moderator,
        Actor::Job | Actor::Operator => true,
        Actor::Plugin(plugin) => plugin.behind.as_deref().is_some_and(keeps_all),
        Actor::Stranger { .. } => false,
    }
}

/// Whether it is a plugin with nobody behind it: it leaves alone what people have decided.
const fn is_by_itself(actor: &Actor) -> bool {
    matches!(actor, Actor::Plugin(plugin) if plugin.behind.is_none())
}

const fn is_a_persons(restraint: &RoomRestraint) -> bool {
    restraint.by.is_some()
}

fn is_about(restraint: &RoomRestraint, whom: &Whom) -> bool {
    match whom.user {
        Some(user) => restraint.user == Some(user),
        None => restraint.guest.is_some() && restraint.guest == whom.number.map(|number| number.0),
    }
}

fn read_reason(typed: &str) -> Result<Reason, Error> {
    Reason::read(typed).map_err(|code| Error::field(Field::Reason, code))
}
