//! What a page knows of the present: drawn by the server, then kept up by the socket.

use base::Millis;
use contract::{
    live::{Position, Presence, State, Step, Tell, Topic},
    lobby::Lobby,
};
use leptos::prelude::*;

use super::{
    api::{Now, live_now},
    news, socket,
};
use crate::{browser, error::AppError};

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
    /// Rooms, players, games, chat.
    pub lobby: RwSignal<Lobby>,
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
    lobby_at: StoredValue<Position>,
    site_at: StoredValue<Position>,
    kept_up: StoredValue<bool>,
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
        let nowhere = Position { epoch: 0, n: 0 };
        provide_context(Self {
            lobby: RwSignal::new(Lobby::default()),
            site: RwSignal::new(Presence::default()),
            link: RwSignal::new(Link::Drawn),
            heard_at_ms: RwSignal::new(0.0),
            drawn_at: RwSignal::new(Millis(0)),
            news: RwSignal::new(None),
            lobby_at: StoredValue::new(nowhere),
            site_at: StoredValue::new(nowhere),
            kept_up: StoredValue::new(false),
        });
    }

    /// The feed of this page.
    pub(crate) fn of_page() -> Self {
        use_context().expect("App provides the feed before any page is drawn")
    }

    /// What the server says is live; nothing while the socket tells it anyway.
    pub(crate) fn ask(self) -> Resource<Result<Option<Now>, AppError>> {
        let is_live = move || self.link.get_untracked() == Link::Live;
        Resource::new(|| (), move |()| async move { if is_live() { Ok(None) } else { live_now().await.map(Some) } })
    }

    /// Shows what the server said. In the browser the socket goes on from there, for as long as the page is open.
    pub(crate) fn draw(self, now: Option<Now>) {
        if let Some(now) = now.filter(|_| self.link.get_untracked() != Link::Live) {
            self.lobby.set(now.lobby);
            self.site.set(now.site);
            self.drawn_at.set(now.at);
            self.lobby_at.set_value(now.lobby_position);
            self.site_at.set_value(now.site_position);
        }
        Effect::new(move || {
            if !self.kept_up.get_value() {
                self.kept_up.set_value(true);
                socket::keep_up(self);
            }
        });
    }

    /// How far the page has come in a topic.
    pub(super) fn position(self, topic: Topic) -> Position {
        self.at(topic).get_value()
    }

    fn at(self, topic: Topic) -> StoredValue<Position> {
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
        self.heard_at_ms.set(browser::now_ms());
        match tell {
            Tell::Snapshot { position, state } => {
                self.at(state.topic()).set_value(position);
                match state {
                    State::Lobby(lobby) => self.lobby.set(lobby),
                    State::Site(site) => self.site.set(site),
                }
                Then::Nothing
            }
            Tell::Change { position, step } => {
                let topic = step.topic();
                match follows(self.position(topic), position) {
                    Follows::Next => {
                        self.at(topic).set_value(position);
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
                let news = self.lobby.with_untracked(|lobby| news::of(lobby, &change));
                self.lobby.update(|lobby| lobby.apply(change));
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

fn follows(last: Position, this: Position) -> Follows {
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
            assert_eq!(follows(at(7, 5), this), expected, "{this:?}");
        }
    }
}
