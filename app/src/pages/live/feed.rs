//! What a page knows of the present: drawn by the server, then kept up by the socket.

use base::{Millis, RoomId};
use contract::{
    Problem,
    live::{Position, Presence, State, Step, Tell, Topic},
    lobby::{Aside, Change, Lobby, Room},
};
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{follow, news};
use crate::browser;

/// How the page hears of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// Not at all: it was drawn once. Without script it stays so.
    Drawn,
    /// By the socket.
    Live,
    /// It did, and will again.
    Lost,
}

/// Where the page's person is in the lobby, by this page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// In no room, and the page asks for none.
    Nowhere,
    /// On the way into one.
    Coming,
    /// In it.
    In,
    /// Not let in, or sent out.
    Out(Problem),
}

/// What a page keeps of its own asides, and the home page of what has happened.
const KEPT_ASIDES: usize = 100;
const KEPT_NEWS: usize = 6;

/// A room on the home page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tile {
    pub id: RoomId,
    pub name: String,
    pub players: usize,
    pub games: usize,
}

/// The present, as signals. Copying it copies handles.
#[derive(Clone, Copy)]
pub(crate) struct Feed {
    /// Rooms, players, games, chat; nothing until they are known.
    pub lobby: RwSignal<Option<Lobby>>,
    /// The rooms at a glance, for the home page.
    pub tiles: RwSignal<Option<Vec<Tile>>>,
    /// Who is on the site.
    pub site: RwSignal<Presence>,
    /// How the page hears of changes.
    pub link: RwSignal<Link>,
    /// When it last heard anything, by the reader's clock in milliseconds.
    pub heard_at_ms: RwSignal<f64>,
    /// When the server drew it.
    pub drawn_at: RwSignal<Millis>,
    /// The last change of note, in a sentence; of one room alone, where the page is about one.
    pub news: RwSignal<Option<String>>,
    /// What has happened since the page was opened, the newest first.
    pub ticker: RwSignal<Vec<(Millis, String)>>,
    /// How many results came to stand since then.
    pub settled: RwSignal<u32>,
    /// Where the page's person is.
    pub place: RwSignal<Place>,
    /// What they alone are told there, the oldest first.
    pub asides: RwSignal<Vec<Aside>>,
    /// The room the page is about, and whether its person is to be in it.
    about: StoredValue<Option<RoomId>>,
    wanted: StoredValue<Option<RoomId>>,
    /// Wakes the socket when another room is wanted.
    wish: StoredValue<Option<UnboundedSender<()>>>,
    lobby_at: StoredValue<Option<Position>>,
    site_at: StoredValue<Option<Position>>,
    kept_up: StoredValue<bool>,
}

/// What the server drew a page with: the same messages that the socket brings, so that the page reads one thing only.
#[derive(Default, Serialize, Deserialize)]
struct Drawn {
    at: Millis,
    tells: Vec<String>,
}

impl Drawn {
    #[cfg(feature = "ssr")]
    fn now() -> Self {
        use crate::context;

        if context::visitor().actor.may(base::Action::ViewLive).is_err() {
            return Self::default();
        }
        let services = context::services();
        let tell = |topic| {
            let (position, state) = services.board.state(topic);
            serde_json::to_string(&Tell::Snapshot { position, state }).ok()
        };
        Self { at: services.clock.now(), tells: Topic::ALL.into_iter().filter_map(tell).collect() }
    }

    /// A page that the browser draws by itself knows nothing until the socket tells it.
    #[cfg(not(feature = "ssr"))]
    fn now() -> Self {
        Self::default()
    }
}

/// What the server drew the home page with. Everything else of the lobby, and whatever reads it, comes with the code that follows the
/// socket, which that page is woken without.
#[derive(Default, Serialize, Deserialize)]
struct Glance {
    at: Millis,
    tiles: Option<Vec<Tile>>,
    site: Presence,
}

impl Glance {
    #[cfg(feature = "ssr")]
    fn now() -> Self {
        use crate::context;

        if context::visitor().actor.may(base::Action::ViewLive).is_err() {
            return Self::default();
        }
        let services = context::services();
        let mut glance = Self { at: services.clock.now(), ..Self::default() };
        for topic in Topic::ALL {
            match services.board.state(topic).1 {
                State::Lobby(lobby) => glance.tiles = Some(tiles(&lobby)),
                State::Site(site) => glance.site = site,
            }
        }
        glance
    }

    #[cfg(not(feature = "ssr"))]
    fn now() -> Self {
        Self::default()
    }
}

fn tiles(lobby: &Lobby) -> Vec<Tile> {
    let tile = |room: &Room| Tile {
        id: room.id,
        name: room.name.clone(),
        players: room.players.len(),
        games: room.games.len(),
    };
    lobby.rooms.iter().map(tile).collect()
}

/// What to do after a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Nothing.
    Nothing,
    /// Ask for the topic's whole state: something is missing between what the page has and what came.
    AskAfresh(Topic),
}

impl Feed {
    /// Gives every page the same feed, empty at first.
    pub(crate) fn provide() {
        provide_context(Self {
            lobby: RwSignal::new(None),
            tiles: RwSignal::new(None),
            site: RwSignal::new(Presence::default()),
            link: RwSignal::new(Link::Drawn),
            heard_at_ms: RwSignal::new(0.0),
            drawn_at: RwSignal::new(Millis(0)),
            news: RwSignal::new(None),
            ticker: RwSignal::new(Vec::new()),
            settled: RwSignal::new(0),
            place: RwSignal::new(Place::Nowhere),
            asides: RwSignal::new(Vec::new()),
            about: StoredValue::new(None),
            wanted: StoredValue::new(None),
            wish: StoredValue::new(None),
            lobby_at: StoredValue::new(None),
            site_at: StoredValue::new(None),
            kept_up: StoredValue::new(false),
        });
    }

    /// The feed of this page.
    pub(crate) fn of_page() -> Self {
        use_context().expect("App provides the feed before any page is drawn")
    }

    /// Shows what the server drew the page with. A page that the browser draws by itself has nothing until the socket tells it.
    pub(crate) fn draw(self) {
        let Drawn { at, tells } = SharedValue::new(Drawn::now).into_inner();
        if self.link.get_untracked() != Link::Live {
            self.drawn_at.set(at);
            for tell in tells.iter().filter_map(|tell| serde_json::from_str(tell).ok()) {
                self.hear(tell);
            }
        }
    }

    /// The same for the home page, which shows no more than how many there are.
    pub(crate) fn glance(self) {
        let Glance { at, tiles, site } = SharedValue::new(Glance::now).into_inner();
        if self.link.get_untracked() != Link::Live && tiles.is_some() {
            self.drawn_at.set(at);
            self.tiles.set(tiles);
            self.site.set(site);
        }
    }

    /// Lets the socket go on from there, for as long as the page is open. Called where the feed is shown, not where it is drawn
    /// from: what a page is woken with must stay as the server drew it until it is awake, and its code may come later.
    pub(crate) fn keep_up(self) {
        Effect::new(move || {
            if !self.kept_up.get_value() {
                self.kept_up.set_value(true);
                follow::start(self);
            }
        });
    }

    /// The page is about one room, or about all again. What is read out is of that room.
    pub(crate) fn look_at(self, room: Option<RoomId>) {
        self.about.set_value(room);
        self.news.set(None);
    }

    /// The page's person comes into a room, and is in it for as long as the page is connected; or leaves.
    pub(crate) fn go(self, room: Option<RoomId>) {
        self.wanted.set_value(room);
        self.asides.set(Vec::new());
        self.place.set(if room.is_some() { Place::Coming } else { Place::Nowhere });
        self.wish.with_value(|wish| wish.as_ref().map(|wish| wish.unbounded_send(())));
    }

    /// The room the page's person is to be in.
    pub(super) fn wanted(self) -> Option<RoomId> {
        self.wanted.get_value()
    }

    /// Fires when that is another one.
    pub(super) fn wishes(self) -> UnboundedReceiver<()> {
        let (wish, wishes) = unbounded();
        self.wish.set_value(Some(wish));
        wishes
    }

    /// How far the page has come in a topic.
    pub(super) fn position(self, topic: Topic) -> Option<Position> {
        self.at(topic).get_value()
    }

    fn at(self, topic: Topic) -> StoredValue<Option<Position>> {
        match topic {
            Topic::Lobby => self.lobby_at,
            Topic::Site => self.site_at,
        }
    }

    /// The connection is there.
    pub(super) fn connected(self) {
        self.link.set(Link::Live);
        self.heard_at_ms.set(browser::now_ms());
    }

    /// Takes in one message.
    pub(super) fn hear(self, tell: Tell) -> Then {
        match tell {
            Tell::Snapshot { position, state } => {
                self.at(state.topic()).set_value(Some(position));
                match state {
                    State::Lobby(lobby) => {
                        self.tiles.set(Some(tiles(&lobby)));
                        self.lobby.set(Some(lobby));
                    }
                    State::Site(site) => self.site.set(site),
                }
                Then::Nothing
            }
            Tell::Change { position, step } => {
                let topic = step.topic();
                match follows(self.position(topic), position) {
                    Follows::Next => {
                        self.at(topic).set_value(Some(position));
                        self.step(step);
                        Then::Nothing
                    }
                    Follows::Known => Then::Nothing,
                    Follows::Gap => Then::AskAfresh(topic),
                }
            }
            Tell::Entered { room } => {
                if self.wanted() == Some(room) {
                    // What was told lately follows.
                    self.asides.set(Vec::new());
                    self.place.set(Place::In);
                }
                Then::Nothing
            }
            Tell::Out { room, problem } => {
                if self.wanted() == Some(room) {
                    // Not asked for again by itself: their newest page, or their game, may have taken them elsewhere.
                    self.wanted.set_value(None);
                    self.place.set(Place::Out(problem));
                }
                Then::Nothing
            }
            Tell::Aside { room, aside } => {
                if self.wanted() == Some(room) {
                    self.asides.update(|asides| {
                        if asides.len() == KEPT_ASIDES {
                            asides.remove(0);
                        }
                        asides.push(aside);
                    });
                }
                Then::Nothing
            }
            // A fresh snapshot follows by itself.
            Tell::Resync { .. } | Tell::Pulse { .. } => Then::Nothing,
            Tell::Refused { problem } => {
                leptos::logging::warn!("the live socket refused: {problem}");
                Then::Nothing
            }
        }
    }

    fn step(self, step: Step) {
        match step {
            Step::Lobby(change) => {
                if matches!(change, Change::Settled { .. }) {
                    self.settled.update(|settled| *settled += 1);
                }
                let about = self.about.get_value();
                let (news, notable) = self.lobby.with_untracked(|lobby| {
                    let Some(lobby) = lobby else { return (None, None) };
                    let here = about.is_none() || about == news::room_of(&change);
                    (news::of(lobby, &change).filter(|_| here), news::notable(lobby, &change))
                });
                if let Some(notable) = notable {
                    self.ticker.update(|ticker| {
                        ticker.insert(0, (browser::now(), notable));
                        ticker.truncate(KEPT_NEWS);
                    });
                }
                self.lobby.update(|lobby| {
                    if let Some(lobby) = lobby {
                        lobby.apply(change);
                    }
                });
                let now = self.lobby.with_untracked(|lobby| lobby.as_ref().map(tiles));
                if self.tiles.with_untracked(|before| *before != now) {
                    self.tiles.set(now);
                }
                if news.is_some() {
                    self.news.set(news);
                }
            }
            Step::Site(site) => self.site.set(site),
        }
    }
}

/// How a numbered change stands to what the page has.
#[derive(Debug, PartialEq, Eq)]
enum Follows {
    Next,
    Known,
    Gap,
}

fn follows(last: Option<Position>, this: Position) -> Follows {
    let Some(last) = last else { return Follows::Gap };
    if this.epoch != last.epoch || this.n > last.n + 1 {
        Follows::Gap
    } else if this.n == last.n + 1 {
        Follows::Next
    } else {
        Follows::Known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_next_number_of_the_same_epoch_follows() {
        let at = |epoch, n| Position { epoch, n };
        for (this, expected) in [
            (at(7, 6), Follows::Next),
            (at(7, 5), Follows::Known),
            (at(7, 1), Follows::Known),
            (at(7, 7), Follows::Gap),
            (at(8, 6), Follows::Gap),
        ] {
            assert_eq!(follows(Some(at(7, 5)), this), expected, "{this:?}");
        }
        assert_eq!(follows(None, at(7, 1)), Follows::Gap);
    }
}
