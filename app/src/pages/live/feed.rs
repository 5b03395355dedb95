//! What a page knows of the present: drawn by the server, then kept up by the socket.

use base::Millis;
use contract::{
    live::{Position, Presence, State, Step, Tell, Topic},
    lobby::Lobby,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{news, socket};
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

/// The present, as signals. Copying it copies handles.
#[derive(Clone, Copy)]
pub(crate) struct Feed {
    /// Rooms, players, games, chat; nothing until they are known.
    pub lobby: RwSignal<Option<Lobby>>,
    /// Who is on the site.
    pub site: RwSignal<Presence>,
    /// How the page hears of changes.
    pub link: RwSignal<Link>,
    /// When it last heard anything, by the reader's clock in milliseconds.
    pub heard_at_ms: RwSignal<f64>,
    /// When the server drew it.
    pub drawn_at: RwSignal<Millis>,
    /// The last change of note, in a sentence.
    pub news: RwSignal<Option<String>>,
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
            site: RwSignal::new(Presence::default()),
            link: RwSignal::new(Link::Drawn),
            heard_at_ms: RwSignal::new(0.0),
            drawn_at: RwSignal::new(Millis(0)),
            news: RwSignal::new(None),
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

    /// Lets the socket go on from there, for as long as the page is open. Called where the feed is shown, not where it is drawn
    /// from: what a page is woken with must stay as the server drew it until it is awake, and its code may come later.
    pub(crate) fn keep_up(self) {
        Effect::new(move || {
            if !self.kept_up.get_value() {
                self.kept_up.set_value(true);
                socket::keep_up(self);
            }
        });
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
                    State::Lobby(lobby) => self.lobby.set(Some(lobby)),
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
                let news = self.lobby.with_untracked(|lobby| lobby.as_ref().and_then(|lobby| news::of(lobby, &change)));
                self.lobby.update(|lobby| {
                    if let Some(lobby) = lobby {
                        lobby.apply(change);
                    }
                });
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
