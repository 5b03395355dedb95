//! What the clients' bytes mean in words that a page can show.

use base::{GameId, Millis};
use contract::lobby::{Dialect as Kind, Game, PlayerNumber, Terms};
use metaserver_proto::{
    Dialect, Text,
    packet::{
        game::{Game as Fields, GameDescription},
        player::Colour,
    },
};

/// The clock of both games.
const TICKS_PER_SECOND: u32 = 30;
/// The bit of a Myth II description that says that teams play (spec section 5).
const TEAMS_OPTION: u32 = 1 << 1;
/// The difficulties as each game calls them (spec section 5).
const MYTH_DIFFICULTIES: [&str; 5] = ["Timid", "Simple", "Normal", "Heroic", "Legendary"];
const ALEPH_DIFFICULTIES: [&str; 5] = ["Kindergarten", "Easy", "Normal", "Major Damage", "Total Carnage"];

/// A dialect in the words of the site.
pub const fn kind_of(dialect: Dialect) -> Kind {
    match dialect {
        Dialect::Myth2 => Kind::Myth2,
        Dialect::AlephOne => Kind::AlephOne,
    }
}

/// A name or a line without style codes, blanks around it and control characters.
pub fn readable(text: &Text) -> String {
    let text: String = text.plain().to_string().chars().filter(|c| !c.is_control()).collect();
    text.trim().to_owned()
}

/// A colour as pages write it: `#rrggbb`, of the high byte of each part.
pub fn color(colour: Colour) -> String {
    let [red, green, blue] = [colour.red, colour.green, colour.blue].map(|part| part.to_be_bytes()[0]);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// What the live page shows of a game, decoded from its host's description.
pub fn describe(
    id: GameId,
    host: PlayerNumber,
    host_name: &str,
    description: &GameDescription,
    started_at: Option<Millis>,
) -> Game {
    let summary = description.summary();
    Game {
        id,
        host,
        host_name: host_name.to_owned(),
        name: readable(&summary.name),
        map: readable(&summary.map),
        scoring: summary.kind_name.unwrap_or("Unknown").to_owned(),
        dialect: kind_of(description.dialect()),
        players: summary.players,
        max_players: summary.max_players,
        started_at,
        ends_at: None,
        terms: terms(description),
    }
}

fn terms(description: &GameDescription) -> Terms {
    let summary = description.summary();
    let (difficulties, teams) = match description.fields() {
        Fields::Myth2(game) => (MYTH_DIFFICULTIES, game.options & TEAMS_OPTION != 0),
        Fields::AlephOne(game) => (ALEPH_DIFFICULTIES, game.teams()),
    };
    let difficulty = difficulties.get(usize::from(summary.difficulty)).copied().unwrap_or_default();
    Terms {
        difficulty: difficulty.to_owned(),
        time_limit_secs: summary.time_limit_ticks.map(|ticks| ticks / TICKS_PER_SECOND).filter(|secs| *secs > 0),
        teams,
        password: summary.password,
    }
}

#[cfg(test)]
mod tests {
    use metaserver_proto::packet::{aleph_game::AlephGame, myth_game::MythGame};

    use super::*;

    #[test]
    fn names_are_shown_plain() {
        for (text, shown) in
            [("|bSoul|pblighter ", "Soulblighter"), ("a\u{7}b\nc", "abc"), ("caf\u{e9}", "caf\u{e9}"), ("\u{1} ", "")]
        {
            assert_eq!(readable(&Text::new(text)), shown);
        }
    }

    #[test]
    fn colours_keep_their_high_bytes() {
        assert_eq!(color(Colour { red: 0xffff, green: 0x0080, blue: 0x1200, flags: 9 }), "#ff0012");
    }

    #[test]
    fn games_of_both_kinds_are_described() {
        let myth = MythGame {
            scoring: 5,
            max_players: 8,
            players: 3,
            difficulty: 4,
            time_limit_ticks: 18_000,
            options: TEAMS_OPTION,
            name: "|iCome".into(),
            map: "Proving Grounds".into(),
            ..MythGame::default()
        };
        let game = describe(GameId::from(1), PlayerNumber(2), "Olga", &GameDescription::from(&myth), None);
        assert_eq!((game.name.as_str(), game.map.as_str()), ("Come", "Proving Grounds"));
        assert_eq!((game.scoring.as_str(), game.players, game.max_players), ("Capture the Flag", 3, 8));
        assert_eq!(game.dialect, Kind::Myth2);
        let legendary =
            Terms { difficulty: "Legendary".into(), time_limit_secs: Some(600), teams: true, password: false };
        assert_eq!(game.terms, legendary);

        let aleph = AlephGame { game_type: 200, difficulty: 77, max_players: 4, players: 255, ..AlephGame::default() };
        let game = describe(GameId::from(1), PlayerNumber(2), "Olga", &GameDescription::from(&aleph), None);
        assert_eq!((game.scoring.as_str(), game.players), ("Unknown", 255));
        assert_eq!((game.terms.difficulty.as_str(), game.terms.time_limit_secs), ("", None));
    }
}
