//! Ladders: pages of one from the top, from a place, or around somebody.

use std::time::Duration;

use base::{Action, Actor, Millis};
use contract::{
    lobby::Dialect,
    ranking::{Board, Choices, Class, Ladder, Order, Period, Spread},
};

use crate::{Error, Ranking, store::ladders};

/// Rows of a ladder on one page at most.
const LONGEST_PAGE: u32 = 200;

/// Which page of which ladder.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Which ladder.
    pub board: Board,
    /// Sorted by what.
    pub order: Order,
    /// Of those who have played within that time; `None`: of everybody.
    pub active: Option<Period>,
    /// Where the page begins.
    pub from: Start<'a>,
    /// So many rows, 200 at most.
    pub at_most: u32,
}

/// Where a page of a ladder begins.
#[derive(Debug, Clone, Copy)]
pub enum Start<'a> {
    /// At the top.
    Top,
    /// Where the page before ended.
    After(&'a str),
    /// The page that somebody is on: whoever asks for themselves and for others alike.
    Around(&'a str),
}

impl<'a> Ask<'a> {
    /// The top of a ladder.
    pub const fn top(board: Board, order: Order, at_most: u32) -> Self {
        Self { board, order, active: None, from: Start::Top, at_most }
    }

    /// The same from somewhere else. Whose place is asked for comes before where a page ended.
    #[must_use]
    pub fn starting(self, after: Option<&'a str>, around: Option<&'a str>) -> Self {
        let said = |text: &&str| !text.trim().is_empty();
        let from = match (around.filter(said), after.filter(said)) {
            (Some(name), _) => Start::Around(name),
            (None, Some(after)) => Start::After(after),
            (None, None) => Start::Top,
        };
        Self { from, ..self }
    }
}

impl Ranking {
    /// A page of a ladder. Whoever is hidden from the one who looks is left out and keeps their place, so places may be missing on it.
    pub async fn ladder(&self, actor: &Actor, ask: &Ask<'_>) -> Result<Ladder, Error> {
        actor.may(Action::ViewLive)?;
        let at_most = ask.at_most.clamp(1, LONGEST_PAGE);
        let sorted = ladders::Sorted { board: ask.board, order: ask.order, since: self.active_since(ask.active) };
        let (mut after, mut skip, mut sought) = (None, 0, None);
        match ask.from {
            Start::Top => {}
            // A place that never came from here is the top.
            Start::After(place) => after = serde_json::from_str(place).ok(),
            Start::Around(name) => {
                let (user, _) = self.player_called(actor, name).await?;
                let ahead = ladders::ahead(&self.0.db, &sorted, user).await?.ok_or(Error::NotFound)?;
                skip = ahead - ahead % u64::from(at_most);
                sought = Some(user);
            }
        }
        let mut found = ladders::page(&self.0.db, &sorted, after.as_ref(), skip, at_most + 1).await?;
        let more = found.len() > at_most as usize;
        found.truncate(at_most as usize);
        let last = found.last().filter(|_| more).map(|(_, place)| place);
        let next = last.map(|place| serde_json::to_string(place).expect("four numbers"));
        let users: Vec<_> = found.iter().map(|(rung, _)| rung.user).collect();
        let hidden = self.hidden_from(actor, &users).await?;
        let rungs = found.into_iter().map(|(rung, _)| rung).filter(|rung| !hidden.contains(&rung.user)).collect();
        Ok(Ladder { rungs, next, sought })
    }

    /// How all who stand in a ladder are spread over it. Whoever is hidden is counted: a number names nobody.
    pub async fn spread(
        &self,
        actor: &Actor,
        board: &Board,
        order: Order,
        active: Option<Period>,
    ) -> Result<Spread, Error> {
        actor.may(Action::ViewLive)?;
        let sorted = ladders::Sorted { board: *board, order, since: self.active_since(active) };
        let Some((least, most)) = ladders::ends(&self.0.db, &sorted).await? else { return Ok(Spread::default()) };
        let mut spread = Spread::over(least, most);
        for (step, players) in ladders::counts(&self.0.db, &sorted, &spread).await? {
            // Whoever has come beyond the ends since they were read is counted the next time.
            if let Some(counted) = usize::try_from(step).ok().and_then(|step| spread.players.get_mut(step)) {
                *counted = players;
            }
        }
        Ok(spread)
    }

    /// Which kinds of game and sizes of team have ladders.
    pub async fn choices(&self, actor: &Actor, dialect: Dialect, class: Class) -> Result<Choices, Error> {
        actor.may(Action::ViewLive)?;
        Ok(ladders::choices(&self.0.db, dialect, class).await?)
    }

    fn active_since(&self, active: Option<Period>) -> Millis {
        active.map_or(Millis(i64::MIN), |period| self.now().minus(Duration::from_hours(24 * u64::from(period.days()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_place_is_asked_for_comes_before_where_a_page_ended() {
        let from =
            |after, around| Ask::top(Board::ranked(Dialect::Myth2), Order::Rating, 1).starting(after, around).from;
        assert!(matches!(from(Some("7"), Some("Olga")), Start::Around("Olga")));
        assert!(matches!(from(Some("7"), Some(" ")), Start::After("7")));
        assert!(matches!(from(Some(""), None), Start::Top));
    }
}
