//! The commands that a room answers itself (spec section 12.4): they are about what only it has, its players and their games.

use std::time::Duration;

use base::{Millis, Utc};
use contract::lobby::{AsideFrom, PlayerNumber};
use metaserver_proto::{ServerPacket, Text, Title, packet::player::LONGEST_NAME};

use super::{LONGEST_LINE, Room, games::Listing};
use crate::{names::readable, unheard::Unheard, visitor::Visitor};

/// A command that rooms answer themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomCommand {
    /// What is typed.
    pub usage: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Whether only those who keep order there have it.
    pub for_keepers: bool,
}

/// All of them.
pub const COMMANDS: [RoomCommand; 8] = [
    for_all(".test", "whether players can reach your game"),
    for_all(".proxy [on|off|unknown]", "whether players join it by way of this lobby"),
    for_all(".games", "the games in this room that you could join"),
    for_all(".time", "what time it is here"),
    for_all(".info", "who you are here; whispered to somebody, who they are"),
    for_all(".me text", "tell the room what you do; .action is the same"),
    for_all(".afk [text]", "you are away, until you speak or say .back"),
    RoomCommand {
        usage: ".message text",
        about: "a line in blue from you, to the room or, whispered, to one player",
        for_keepers: true,
    },
];

const fn for_all(usage: &'static str, about: &'static str) -> RoomCommand {
    RoomCommand { usage, about, for_keepers: false }
}

/// So many games are told of: a room's window is small.
const MOST_GAMES: usize = 24;
/// The longest word before the name of somebody who is away, in bytes: as long as Aleph One's own may be (spec section 8, packet 103).
const LONGEST_AWAY: usize = 8;
/// What stands there where nobody says why.
const AWAY: &str = "away";

impl Room {
    /// Takes a command that is the room's own. `false`: it is somebody else's.
    pub(super) fn takes_command(&mut self, number: PlayerNumber, message: &Text, toward: Option<PlayerNumber>) -> bool {
        let line = readable(message);
        let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line.as_str(), ""));
        let rest = rest.trim();
        match command.to_lowercase().as_str() {
            ".test" => self.answer_test(number),
            ".proxy" => self.answer_proxy(number, rest.to_lowercase().split_whitespace().next()),
            ".games" => self.answer_games(number),
            ".time" => self.tell_line(number, &time(self.plan.clock.now())),
            ".info" => self.answer_info(number, toward.unwrap_or(number)),
            ".afk" if rest.is_empty() => self.go_away(number, Text::new(AWAY)),
            ".back" => {
                let told = if self.come_back(number) { "You are back." } else { "You were not away." };
                self.tell_line(number, told);
            }
            ".message" if self.keeps_order(number) => self.answer_message(number, rest, toward),
            // With words, and to the whole room, they are talk.
            ".me" | ".action" => self.tell_line(number, "Say to the whole room what you do: .me waves"),
            ".afk" => self.tell_line(number, "Say to the whole room why you are away: .afk dinner"),
            _ => return false,
        }
        true
    }

    pub(super) fn keeps_order(&self, number: PlayerNumber) -> bool {
        self.members.get(&number).is_some_and(|member| self.plan.facts().order.is_kept_by(&member.visitor))
    }

    /// The games that they see in their list; pages see all.
    fn answer_games(&self, number: PlayerNumber) {
        let Some(asker) = self.members.get(&number).map(|member| member.visitor.software) else { return };
        let now = self.plan.clock.now();
        let sees = |host: &Visitor| asker.title.is_none() || host.software.plays_with(asker);
        let games: Vec<&Listing> = self.games.values().filter(|listing| sees(&listing.round.host)).collect();
        if games.is_empty() {
            return self.tell_line(number, "No game is listed in this room.");
        }
        for listing in games.iter().take(MOST_GAMES) {
            self.tell_line(number, &described(listing, now));
        }
        if games.len() > MOST_GAMES {
            self.tell_line(number, "…");
        }
    }

    fn answer_info(&self, number: PlayerNumber, about: PlayerNumber) {
        let told = self.members.get(&about).map(|member| who_is(&member.visitor));
        self.tell_line(number, &told.unwrap_or_else(|| Unheard::NobodyThere.told()));
    }

    /// Whispered: to that player alone. What is said to the room comes by way of talk.
    fn answer_message(&self, number: PlayerNumber, text: &str, toward: Option<PlayerNumber>) {
        let told = match toward {
            Some(toward) if !text.is_empty() => self.message(number, text, toward),
            _ => Ok("Say what: .message and a line, to the whole room or whispered.".to_owned()),
        };
        self.tell_line(number, &told.unwrap_or_else(|why| why.told()));
    }

    fn message(&self, number: PlayerNumber, text: &str, toward: PlayerNumber) -> Result<String, Unheard> {
        self.is_heard(number)?;
        if self.plan.facts().order.mutes(text) {
            return Err(Unheard::MutedWord);
        }
        let name = |number| self.members.get(&number).map(|member| member.visitor.name.as_str());
        let (Some(from), Some(to)) = (name(number), name(toward)) else { return Err(Unheard::NobodyThere) };
        let blue = Text::new(&format!("{from}: {text}")).cut(LONGEST_LINE);
        self.tell(toward, &[ServerPacket::BlueLine(blue).pack()]);
        self.note(toward, AsideFrom::Player(from.to_owned()), text);
        Ok(format!("{to} is told."))
    }

    /// Somebody is away, and says why in a word before their name, as far as nobody minds.
    pub(super) fn be_away(&mut self, number: PlayerNumber, why: &str) -> Result<(), Unheard> {
        let why = Text::new(why).plain().cut(LONGEST_AWAY);
        if self.plan.facts().order.mutes(&readable(&why)) {
            return Err(Unheard::MutedWord);
        }
        self.go_away(number, why);
        Ok(())
    }

    fn go_away(&mut self, number: PlayerNumber, why: Text) {
        self.set_afk(number, Some(why));
        self.tell_line(number, "You are away, until you speak or say .back");
    }

    /// `false`: they were here.
    pub(super) fn come_back(&mut self, number: PlayerNumber) -> bool {
        let was_away = self.members.get(&number).is_some_and(|member| member.afk.is_some());
        if was_away {
            self.set_afk(number, None);
        }
        was_away
    }

    /// Whom nobody hears any more, and who says what nobody says here, is away without a word of their own.
    pub(super) fn hush_the_away(&mut self) {
        let facts = self.plan.facts();
        let unheard = |number: PlayerNumber, why: &Text| {
            *why != Text::new(AWAY) && (facts.order.mutes(&readable(why)) || self.is_heard(number).is_err())
        };
        let away = self.members.iter().filter_map(|(number, member)| Some((*number, member.afk.as_ref()?)));
        let hushed: Vec<PlayerNumber> = away.filter(|(number, why)| unheard(*number, why)).map(|one| one.0).collect();
        for number in hushed {
            self.set_afk(number, Some(Text::new(AWAY)));
        }
    }
}

/// The name of somebody who is away, as lists show it: `dinner-Olga`. A name that leaves no room for more stays alone.
pub(super) fn away_name(why: &Text, name: &Text) -> Text {
    let (before, between): (&[u8], &[u8]) = (b"|i", b"|p-");
    let room = LONGEST_NAME.saturating_sub(before.len() + between.len() + name.len());
    let why = why.clone().cut(room);
    if why.is_empty() {
        return name.clone();
    }
    Text::from_bytes(&[before, why.as_bytes(), between, name.as_bytes()].concat())
}

/// A game in a line, as the server in daily use tells it.
fn described(listing: &Listing, now: Millis) -> String {
    let game = listing.shown();
    let proxied = if listing.is_proxied() { " (proxied)" } else { "" };
    let started = game.started_at.filter(|_| !listing.over);
    let running = started.map_or_else(String::new, |at| format!(", Elapsed: {}", elapsed(now.since(at))));
    format!("'{}', {}/{}, Host: '{}'{proxied}{running}", game.name, game.players, game.max_players, game.host_name)
}

fn elapsed(span: Duration) -> String {
    let secs = span.as_secs();
    let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{secs:02}") } else { format!("{minutes}:{secs:02}") }
}

fn time(now: Millis) -> String {
    let Utc { year, month, day, hour, minute, .. } = Utc::from(now);
    format!("It is {year}-{month:02}-{day:02}, {hour:02}:{minute:02} UTC.")
}

/// Nothing that the lists do not show as well, in one client or another; above all, whether a name is an account's.
fn who_is(visitor: &Visitor) -> String {
    let what = if visitor.is_guest() { "a guest" } else { "an account" };
    let by = match visitor.software.title {
        Some(Title::Myth2) => "Myth II",
        Some(Title::FallenLords) => "The Fallen Lords",
        Some(Title::Myth3) => "Myth III",
        Some(Title::AlephOne) => "Aleph One",
        None => "a page of the site",
    };
    format!("{} (#{}): {what}, by {by}.", visitor.name, visitor.number.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_game_has_run_for_so_long() {
        for (secs, told) in [(0, "0:00"), (75, "1:15"), (3599, "59:59"), (3675, "1:01:15"), (90_000, "25:00:00")] {
            assert_eq!(elapsed(Duration::from_secs(secs)), told);
        }
    }

    #[test]
    fn the_time_is_told_with_its_date() {
        assert_eq!(time(Millis(951_782_940_000)), "It is 2000-02-29, 00:09 UTC.");
    }

    #[test]
    fn who_is_away_keeps_the_whole_name() {
        let shown = |why: &str, name: &str| away_name(&Text::new(why), &Text::new(name)).to_string();
        assert_eq!(shown("dinner", "|bOlga"), "|idinner|p-|bOlga");
        let name = "x".repeat(LONGEST_NAME - 7);
        assert_eq!(shown("dinner", &name), format!("|idi|p-{name}"));
        for name in ["x".repeat(LONGEST_NAME - 5), "x".repeat(LONGEST_NAME)] {
            assert_eq!(shown("dinner", &name), name);
        }
    }
}
