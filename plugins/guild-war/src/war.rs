//! A war, and what happens in it.

use plugin_sdk::{Fault, Map, Value, json};
use serde::{Deserialize, Serialize};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// As many as fit in a document with a note each.
const MOST_BATTLES: usize = 200;

/// One of the two guilds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    Left,
    Right,
}

/// A battle that was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Battle {
    pub(crate) at: i64,
    pub(crate) won_by: Side,
    pub(crate) points: u32,
    pub(crate) note: String,
}

/// Two guilds, until one has enough points or the time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct War {
    pub(crate) left: String,
    pub(crate) right: String,
    pub(crate) goal: u32,
    pub(crate) ends: i64,
    pub(crate) over: bool,
    pub(crate) battles: Vec<Battle>,
}

/// The form a war is declared with.
pub(crate) fn declaration() -> Value {
    let guild = |title: &str, order: u32| json!({ "type": "string", "title": title, "minLength": 1, "maxLength": 40, "x-order": order });
    json!({
        "type": "object",
        "required": ["left", "right"],
        "properties": { "left": guild("One guild", 1), "right": guild("The other", 2) },
    })
}

/// Reads a reported battle.
pub(crate) fn battle(sent: &Map<String, Value>, at: i64) -> Result<Battle, Fault> {
    let won_by = match sent.get("won_by").and_then(Value::as_str) {
        Some("left") => Side::Left,
        Some("right") => Side::Right,
        _ => return Err(Fault::invalid("won_by", "Choose who won.")),
    };
    let points = sent.get("points").and_then(Value::as_u64).filter(|points| (1..=1000).contains(points));
    let points = points.and_then(|points| u32::try_from(points).ok());
    let points = points.ok_or_else(|| Fault::invalid("points", "A battle brings 1 to 1,000 points."))?;
    let note = sent.get("note").and_then(Value::as_str).unwrap_or_default().trim().chars().take(120).collect();
    Ok(Battle { at, won_by, points, note })
}

impl War {
    /// A new one.
    pub(crate) fn declare(sent: &Map<String, Value>, now: i64, goal: u32, days: i64) -> Result<Self, Fault> {
        let name = |field: &str| sent.get(field).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let (left, right) = (name("left"), name("right"));
        let missing = [("left", &left), ("right", &right)].into_iter().filter(|(_, name)| name.is_empty());
        let mut wrong: Vec<_> =
            missing.map(|(field, _)| (field.to_owned(), "A guild has a name.".to_owned())).collect();
        if wrong.is_empty() && left.to_lowercase() == right.to_lowercase() {
            wrong.push(("right".into(), "A guild doesn't fight itself.".into()));
        }
        if !wrong.is_empty() {
            return Err(Fault::Invalid(wrong));
        }
        Ok(Self { left, right, goal, ends: now + days * DAY, over: false, battles: Vec::new() })
    }

    /// The form a battle is reported with.
    pub(crate) fn report_form(&self) -> Value {
        json!({
            "type": "object",
            "required": ["won_by", "points"],
            "properties": {
                "won_by": {
                    "type": "string", "title": "Won by", "enum": ["left", "right"],
                    "x-labels": { "left": self.left, "right": self.right }, "x-order": 1,
                },
                "points": { "type": "integer", "title": "Points", "minimum": 1, "maximum": 1000, "default": 1, "x-order": 2 },
                "note": { "type": "string", "title": "Note", "maxLength": 120, "x-order": 3 },
            },
        })
    }

    pub(crate) fn name(&self, side: Side) -> &str {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }

    /// The points of both.
    pub(crate) fn score(&self) -> [u32; 2] {
        [Side::Left, Side::Right]
            .map(|side| self.battles.iter().filter(|battle| battle.won_by == side).map(|battle| battle.points).sum())
    }

    /// Who has more, once it is over.
    pub(crate) fn winner(&self) -> Option<Side> {
        let [left, right] = self.score();
        match left.cmp(&right) {
            _ if !self.over => None,
            std::cmp::Ordering::Greater => Some(Side::Left),
            std::cmp::Ordering::Less => Some(Side::Right),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// A battle more. The one that reaches the goal is the last.
    pub(crate) fn report(&mut self, battle: Battle) -> Result<(), Fault> {
        if self.over {
            return Err(Fault::Conflict("this war is over".into()));
        }
        if self.battles.len() >= MOST_BATTLES {
            return Err(Fault::Conflict(format!("a war has {MOST_BATTLES} battles at most")));
        }
        self.battles.push(battle);
        self.over = self.score().into_iter().any(|points| points >= self.goal);
        Ok(())
    }

    /// Takes the last battle back.
    pub(crate) fn undo(&mut self) -> Result<(), Fault> {
        if self.over {
            return Err(Fault::Conflict("this war is over".into()));
        }
        self.battles.pop().map(drop).ok_or_else(|| Fault::Conflict("no battle was reported yet".into()))
    }

    /// Its time has come.
    pub(crate) fn end(&mut self) {
        self.over = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn war(goal: u32) -> War {
        let sent = json!({ "left": "Wolves", "right": "Ravens" });
        War::declare(sent.as_object().unwrap(), 0, goal, 14).unwrap()
    }

    fn won(won_by: Side, points: u32) -> Battle {
        Battle { at: 1, won_by, points, note: String::new() }
    }

    #[test]
    fn the_battle_that_reaches_the_goal_ends_it() {
        let mut war = war(5);
        war.report(won(Side::Left, 3)).unwrap();
        war.report(won(Side::Right, 4)).unwrap();
        assert_eq!((war.over, war.winner()), (false, None));
        war.report(won(Side::Left, 2)).unwrap();
        assert_eq!((war.over, war.winner(), war.score()), (true, Some(Side::Left), [5, 4]));
        assert!(war.report(won(Side::Right, 9)).is_err() && war.undo().is_err());
    }

    #[test]
    fn a_battle_can_be_taken_back_and_a_draw_has_no_winner() {
        let mut war = war(5);
        assert!(war.undo().is_err());
        war.report(won(Side::Left, 1)).unwrap();
        war.undo().unwrap();
        assert_eq!(war.score(), [0, 0]);
        war.end();
        assert_eq!(war.winner(), None);
    }

    #[test]
    fn a_guild_does_not_fight_itself() {
        let sent = json!({ "left": "Wolves", "right": " wolves " });
        assert!(War::declare(sent.as_object().unwrap(), 0, 5, 14).is_err());
        let sent = json!({ "left": "" });
        assert!(
            matches!(War::declare(sent.as_object().unwrap(), 0, 5, 14), Err(Fault::Invalid(wrong)) if wrong.len() == 2)
        );
    }

    #[test]
    fn a_report_is_read_strictly() {
        let read = |sent: Value| battle(sent.as_object().unwrap(), 7);
        assert!(read(json!({ "won_by": "left", "points": 3 })).is_ok());
        for wrong in [
            json!({ "points": 3 }),
            json!({ "won_by": "middle", "points": 3 }),
            json!({ "won_by": "left", "points": 0 }),
            json!({ "won_by": "left", "points": -1 }),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
