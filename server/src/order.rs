//! What keeping order asks of the other domains and they of it: doors, the lobby, and reports.

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use accounts::{Accounts, Doorkeeper, TurnedAway};
use base::{Actor, Chance, Clock, Kind, OrgId, Roles, UserId};
use contract::{
    Event,
    live::{State, Topic},
    lobby::{Change, Line},
    moderation::Target,
    organization::Located,
};
use db::Db;
use events::{Bus, Delivery, Listener};
use futures::future::BoxFuture;
use live::Board;
use moderation::{Moderation, Seen, Stake, Witness};
use people::People;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::lobby::Lobby;

/// What other processes on the same database decide is read anew that often; this one's own is heard at once.
const PATROL: Duration = Duration::from_mins(1);
/// The most people whose blocks are kept at hand for whispers.
const MOST_AT_HAND: usize = 20_000;

/// People, order, and what they need of each other.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) people: People,
    pub(crate) moderation: Moderation,
    pub(crate) quiet: Quiet,
    board: Board,
}

/// Builds them, and puts the doorkeeper at the accounts' doors.
pub(crate) fn open(
    accounts: &Accounts,
    orgs: &orgs::Orgs,
    board: &Board,
    db: &Db,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
) -> Order {
    let fold: fn(&str) -> String = base::name::fold;
    let people = People::new(db.clone(), Arc::clone(clock), fold);
    let witness = Arc::new(Bystander { board: board.clone(), people: people.clone(), orgs: orgs.clone() });
    let moderation = Moderation::new(db.clone(), Arc::clone(clock), Arc::clone(chance), witness, fold);
    accounts.set_doorkeeper(Arc::new(Keeper(moderation.clone())));
    Order { people, moderation, quiet: Quiet::default(), board: board.clone() }
}

/// Those who keep order, as the accounts see them.
struct Keeper(Moderation);

impl Doorkeeper for Keeper {
    fn may_enter(&self, user: Option<UserId>, address: Option<IpAddr>) -> BoxFuture<'_, Result<(), TurnedAway>> {
        Box::pin(async move {
            let Some(barred) = self.0.barred(user, address).await.map_err(unavailable)? else { return Ok(()) };
            let pass = match user.filter(|_| barred.account) {
                Some(user) => Some(self.0.pass(user).await.map_err(unavailable)?),
                None => None,
            };
            Err(TurnedAway::Barred { pass })
        })
    }

    fn may_be_called<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool, TurnedAway>> {
        Box::pin(async move { self.0.is_name_barred(name).await.map(|barred| !barred).map_err(unavailable) })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it ends here: it is what map_err hands over")]
fn unavailable(error: moderation::Error) -> TurnedAway {
    tracing::warn!(error = &error as &dyn std::error::Error, "who is shut out can't be read: nobody is let in");
    TurnedAway::Unavailable
}

impl Order {
    /// Whether somebody may come into the lobby. Somebody with an account has their blocks read, for their whispers.
    pub(crate) async fn is_welcome(&self, user: Option<UserId>, address: IpAddr) -> bool {
        if let Some(user) = user {
            self.quiet.learn(&self.people, user).await;
        }
        match self.moderation.barred(user, Some(address)).await {
            Ok(barred) => barred.is_none(),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "who is shut out of the lobby can't be read");
                false
            }
        }
    }

    /// Whether nobody in the lobby may be called that; nobody may be while it can't be read.
    pub(crate) async fn is_name_barred(&self, name: &str) -> bool {
        self.moderation.is_name_barred(name).await.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "which names are shut out can't be read");
            true
        })
    }

    /// Carries out what was decided, on this node: who is shut out leaves the site and the lobby, who is muted is silent.
    ///
    /// Listens from the call on, so that it misses nothing if it is called before the bus runs.
    pub(crate) fn follow(
        self,
        accounts: Accounts,
        lobby: Lobby,
        bus: &Bus,
        stop: CancellationToken,
    ) -> impl Future<Output = ()> + Send + 'static {
        let listener = bus.subscribe();
        async move { self.hear(&accounts, &lobby, listener, stop).await }
    }

    async fn hear(&self, accounts: &Accounts, lobby: &Lobby, mut listener: Listener, stop: CancellationToken) {
        let mut patrol = interval(PATROL);
        patrol.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let delivery = tokio::select! {
                () = stop.cancelled() => break,
                delivery = listener.next() => Some(delivery),
                _ = patrol.tick() => None,
            };
            match delivery {
                Some(Delivery::Event { event, .. }) => match *event {
                    Event::SanctionsChanged { user } => {
                        self.refresh(lobby).await;
                        if let Some(user) = user {
                            self.carry_out(accounts, lobby, user).await;
                        }
                    }
                    Event::RoomsChanged => look_after_rooms(lobby).await,
                    Event::PlayerKicked { room, number, ref reason } => {
                        if let Some(caretaker) = lobby.caretaker() {
                            caretaker.kick(room, number, reason).await;
                        }
                    }
                    Event::RoomTold { room, ref from, ref text } => {
                        if let Some(caretaker) = lobby.caretaker() {
                            caretaker.announce(room, from, text).await;
                        }
                    }
                    Event::GameSettled { game, .. } => {
                        self.board.lobby_changed(Change::Settled { game });
                    }
                    Event::SessionsEnded { user, .. } | Event::TokensEnded { user, .. } => {
                        lobby.reception.logged_out(user);
                    }
                    Event::CompanyChanged { user } => {
                        self.quiet.learn_anew(&self.people, user).await;
                        tell_company(lobby, &[user]);
                    }
                    Event::FriendAsked { user, by }
                    | Event::FriendsMade { user, by }
                    | Event::FriendsParted { user, by } => tell_company(lobby, &[user, by]),
                    Event::OrderChanged { order, user } => {
                        if let Some(doorman) = lobby.doorman() {
                            doorman.order_changed(order, user);
                        }
                    }
                    _ => {}
                },
                Some(Delivery::Lagged) => {
                    self.refresh(lobby).await;
                    self.quiet.forget();
                    if let Some(doorman) = lobby.doorman() {
                        doorman.all_company_changed();
                    }
                    look_after_rooms(lobby).await;
                }
                None => {
                    self.refresh(lobby).await;
                    look_after_rooms(lobby).await;
                }
            }
        }
    }

    /// Reads anew who is muted, and takes what they have said of being away out of the rooms' lists.
    async fn refresh(&self, lobby: &Lobby) {
        if let Err(error) = self.moderation.refresh_muted().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "who is muted can't be read anew");
        }
        if let Some(caretaker) = lobby.caretaker() {
            caretaker.hush().await;
        }
    }

    async fn carry_out(&self, accounts: &Accounts, lobby: &Lobby, user: UserId) {
        let barred = self.moderation.barred(Some(user), None).await;
        let barred = match barred {
            Ok(barred) => barred.is_some(),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    user.id = user.get(),
                    "whether somebody is shut out can't be read"
                );
                return;
            }
        };
        if barred && let Err(error) = accounts.log_out_everywhere(&Actor::Job, user).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                user.id = user.get(),
                "the logins of somebody who is shut out can't be ended"
            );
        }
        let locked = match accounts.is_locked(&Actor::Job, user).await {
            Ok(locked) => locked,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    user.id = user.get(),
                    "whether somebody is locked can't be read"
                );
                false
            }
        };
        if let Some(doorman) = lobby.doorman().filter(|_| barred || locked) {
            doorman.show_out(user);
        }
    }
}

/// Tells the lobby whose friends are others now, where this node runs it.
fn tell_company(lobby: &Lobby, users: &[UserId]) {
    if let Some(doorman) = lobby.doorman() {
        for user in users {
            doorman.company_changed(*user);
        }
    }
}

/// Makes the rooms what was decided, where this node runs the lobby.
async fn look_after_rooms(lobby: &Lobby) {
    if let Some(caretaker) = lobby.caretaker()
        && let Err(error) = caretaker.refresh().await
    {
        tracing::warn!(error = &error as &dyn std::error::Error, "the lobby's rooms can't be read anew");
    }
}

/// Whose whispers somebody in the lobby does not want to hear, at hand because a room can't wait.
#[derive(Clone, Default)]
pub(crate) struct Quiet(Arc<RwLock<HashMap<UserId, Avoided>>>);

#[derive(Default)]
struct Avoided {
    blocked: HashSet<UserId>,
    muted: HashSet<UserId>,
}

impl Quiet {
    /// Whether a whisper goes from one to the other: a block stops it both ways, a mute only at the one who muted. Who was forgotten for
    /// lack of room hears everybody.
    pub(crate) fn may_whisper(&self, from: UserId, to: UserId) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let blocks = |one, other| known.get(&one).is_some_and(|avoided| avoided.blocked.contains(&other));
        let muted = known.get(&to).is_some_and(|avoided| avoided.muted.contains(&from));
        !(muted || blocks(from, to) || blocks(to, from))
    }

    async fn learn(&self, people: &People, user: UserId) {
        match people.avoided_by(user).await {
            Ok((blocked, muted)) => {
                let avoided = Avoided { blocked: blocked.into_iter().collect(), muted: muted.into_iter().collect() };
                let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
                if known.len() >= MOST_AT_HAND && !known.contains_key(&user) {
                    let somebody = known.keys().next().copied();
                    somebody.map(|somebody| known.remove(&somebody));
                }
                known.insert(user, avoided);
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "whom somebody blocks can't be read");
            }
        }
    }

    async fn learn_anew(&self, people: &People, user: UserId) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).contains_key(&user);
        if known {
            self.learn(people, user).await;
        }
    }

    fn forget(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Whoever sees what a report is about.
struct Bystander {
    board: Board,
    people: People,
    orgs: orgs::Orgs,
}

impl Witness for Bystander {
    fn context<'a>(&'a self, target: Target, user: Option<UserId>, reference: &'a str) -> BoxFuture<'a, String> {
        Box::pin(async move {
            match (target, user) {
                (Target::Chat, _) => self.talk(reference),
                (Target::Profile | Target::Avatar | Target::Person, Some(user)) => {
                    let Ok((about, avatar)) = self.people.shown_by(user).await else { return String::new() };
                    let mut lines = vec![about.text];
                    lines.extend(about.facts.into_iter().map(|fact| format!("{}: {}", fact.label, fact.value)));
                    lines.extend(about.links);
                    lines.extend(about.game.each().map(str::to_owned));
                    lines.extend(avatar.map(|hash| format!("/avatars/{hash}/256.png")));
                    lines.retain(|line| !line.is_empty());
                    lines.join("\n")
                }
                _ => String::new(),
            }
        })
    }

    fn organization<'a>(&'a self, actor: &'a Actor, address: &'a str) -> BoxFuture<'a, Result<Option<Seen>, Kind>> {
        Box::pin(async move {
            let org = match self.orgs.locate(actor, address).await {
                Ok(Located::Here(org)) => org,
                // One reports what one saw, also under the address it had then.
                Ok(Located::Moved(address)) => match self.orgs.locate(actor, &address).await {
                    Ok(Located::Here(org)) => org,
                    Ok(Located::Moved(_)) => return Ok(None),
                    Err(error) => return absent(&error),
                },
                Err(error) => return absent(&error),
            };
            Ok(Some(Seen { id: org.id, address: org.slug, name: org.name, page: org.description }))
        })
    }

    fn stake<'a>(&'a self, actor: &'a Actor, organization: OrgId) -> BoxFuture<'a, Result<Option<Stake>, Kind>> {
        Box::pin(async move {
            let known = self.orgs.known_to(actor, organization).await.map_err(|error| error.kind())?;
            let runs = |role: Option<_>| role.is_some_and(|role| Roles::ADMINS.has(role));
            Ok(known.map(|standing| if runs(standing.role) { Stake::Runs } else { Stake::Knows }))
        })
    }
}

/// What is not there for somebody is nothing to report; whatever else went wrong did go wrong.
fn absent(error: &orgs::Error) -> Result<Option<Seen>, Kind> {
    match error.kind() {
        Kind::NotFound => Ok(None),
        kind => Err(kind),
    }
}

impl Bystander {
    /// What is being said in the room that the reference names: its number.
    fn talk(&self, reference: &str) -> String {
        let (_, State::Lobby(lobby)) = self.board.state(Topic::Lobby) else { return String::new() };
        let number = reference.split('/').next().and_then(|number| number.parse::<i64>().ok());
        let Some(room) = lobby.rooms.iter().find(|room| Some(room.id.get()) == number) else { return String::new() };
        let said = |line: &Line| format!("{} {}: {}", line.at, line.name, line.text);
        let lines: Vec<_> = room.lines.iter().map(said).collect();
        format!("{}\n{}", room.name, lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_stops_whispers_both_ways_and_a_mute_one() {
        let quiet = Quiet::default();
        let (olga, bert, carl) = (UserId::from(1), UserId::from(2), UserId::from(3));
        let avoided = Avoided { blocked: HashSet::from([bert]), muted: HashSet::from([carl]) };
        quiet.0.write().unwrap().insert(olga, avoided);
        assert!(!quiet.may_whisper(bert, olga) && !quiet.may_whisper(olga, bert));
        assert!(!quiet.may_whisper(carl, olga) && quiet.may_whisper(olga, carl));
        assert!(quiet.may_whisper(bert, carl));
        quiet.forget();
        assert!(quiet.may_whisper(bert, olga));
    }
}
