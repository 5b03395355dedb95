//! Ladders worked out anew: what every result would have made of everybody, had it been known when the game ended.
//!
//! How much a game moves somebody depends on all games before it, so what changed in one changes whatever came after it. It is read and
//! reckoned outside of any transaction; what differs from the tables is then written in one.

use std::collections::{BTreeMap, HashMap};

use base::{GameId, Millis, UserId};
use contract::{
    lobby::Dialect,
    ranking::{Board, Season},
};
use db::{Db, Tx};

use crate::{
    caste::{NOVICE_GAMES, caste},
    counting::{self, Tally},
    follow::boards,
    store::{self, Change, Settled, recount as stored},
};

/// Games read at a time.
const PAGE: u32 = 500;

/// Everything the games of one kind of client come to.
#[derive(Debug)]
pub(crate) struct Recount {
    dialect: Dialect,
    boards: HashMap<Board, BTreeMap<UserId, Tally>>,
    /// When the last game of each changed them.
    last: HashMap<(Board, UserId), Millis>,
    changes: BTreeMap<(GameId, UserId), Change>,
    placing: Placing,
}

/// Those who are placed in the classic ladder, from below.
#[derive(Debug, Default)]
struct Placing(Vec<(i32, i64, UserId)>);

impl Placing {
    fn entry(user: UserId, tally: &Tally) -> Option<(i32, i64, UserId)> {
        (tally.games > i64::from(NOVICE_GAMES)).then_some((tally.points, tally.games, user))
    }

    fn replace(&mut self, user: UserId, before: Option<&Tally>, after: &Tally) {
        if let Some(old) = before.and_then(|before| Self::entry(user, before))
            && let Ok(at) = self.0.binary_search(&old)
        {
            self.0.remove(at);
        }
        if let Some(new) = Self::entry(user, after)
            && let Err(at) = self.0.binary_search(&new)
        {
            self.0.insert(at, new);
        }
    }

    fn caste(&self, user: UserId, tally: &Tally) -> u8 {
        let own = (tally.points, tally.games, user);
        let above = self.0.len() - self.0.partition_point(|other| *other <= own);
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        caste(u32::try_from(tally.games).unwrap_or(u32::MAX), count(above) + 1, count(self.0.len()))
    }
}

/// Reads every game of that kind of client that counts, in the order in which results stood.
pub(crate) async fn work_out(db: &Db, dialect: Dialect) -> Result<Recount, db::Error> {
    let seasons = store::seasons::list(db).await?;
    let mut recount = Recount {
        dialect,
        boards: HashMap::new(),
        last: HashMap::new(),
        changes: BTreeMap::new(),
        placing: Placing::default(),
    };
    let mut after = None;
    loop {
        let games = stored::games(db, dialect, after, PAGE).await?;
        for (game, settled) in &games {
            recount.count(*game, settled, season_at(&seasons, settled.at));
        }
        match games.last() {
            Some((game, settled)) if games.len() == PAGE as usize => after = Some((settled.at, *game)),
            _ => return Ok(recount),
        }
    }
}

/// The season in which something happened; they are given the newest first.
fn season_at(seasons: &[Season], at: Millis) -> Option<i64> {
    let within = |season: &&Season| season.began_at <= at && season.ended_at.is_none_or(|ended| ended > at);
    seasons.iter().find(within).map(|season| season.id)
}

impl Recount {
    fn count(&mut self, game: GameId, settled: &Settled, season: Option<i64>) {
        if !counting::counts(&settled.sides) {
            return;
        }
        let (whole, own) = (settled.whole(), settled.own());
        for board in boards(settled, season) {
            let before = self.boards.entry(board).or_default();
            let after = counting::count(&settled.sides, before);
            if board == whole {
                let castes = settled.earns_castes();
                for (user, tally) in after.iter().filter(|_| castes) {
                    self.placing.replace(*user, before.get(user), tally);
                }
                for (user, tally) in &after {
                    let caste = castes.then(|| self.placing.caste(*user, tally));
                    let stood = before.get(user).cloned().unwrap_or_default();
                    self.changes.insert((game, *user), Change::new(own, &stood, tally, caste, settled.at));
                }
            }
            for (user, tally) in after {
                self.last.insert((board, user), settled.at);
                before.insert(user, tally);
            }
        }
    }

    /// Writes what differs from the tables.
    pub(crate) async fn write(&self, tx: &mut Tx<'_>) -> Result<(), db::Error> {
        let mut kept: HashMap<(Board, UserId), (Tally, Millis)> = HashMap::new();
        for (user, board, tally, at) in stored::standings(tx, self.dialect).await? {
            if self.boards.get(&board).is_some_and(|board| board.contains_key(&user)) {
                kept.insert((board, user), (tally, at));
            } else {
                stored::delete_standing(tx, user, &board).await?;
            }
        }
        for (board, tallies) in &self.boards {
            for (user, tally) in tallies {
                let at = self.last.get(&(*board, *user)).copied().unwrap_or_default();
                if kept.get(&(*board, *user)).is_none_or(|kept| kept != &(tally.clone(), at)) {
                    store::save_tally(tx, *user, board, tally, at).await?;
                }
            }
        }
        let mut known: BTreeMap<(GameId, UserId), Change> = BTreeMap::new();
        for (game, user, change) in stored::changes(tx, self.dialect).await? {
            if self.changes.contains_key(&(game, user)) {
                known.insert((game, user), change);
            } else {
                stored::delete_change(tx, game, user).await?;
            }
        }
        for ((game, user), change) in &self.changes {
            if known.get(&(*game, *user)) != Some(change) {
                store::put_change(tx, *game, *user, change).await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(games: i64, points: i32) -> Tally {
        Tally { games, points, ..Tally::default() }
    }

    #[test]
    fn castes_follow_who_stands_above_whom() {
        let mut placing = Placing::default();
        let [olga, bert, carl] = [1, 2, 3].map(UserId::from);
        placing.replace(olga, None, &tally(3, 1_100));
        assert_eq!(placing.caste(olga, &tally(3, 1_100)), 2, "three games place nobody");
        placing.replace(olga, Some(&tally(3, 1_100)), &tally(4, 1_100));
        placing.replace(bert, None, &tally(9, 1_200));
        placing.replace(carl, None, &tally(4, 1_100));
        assert_eq!(placing.caste(bert, &tally(9, 1_200)), 16);
        // As many points and games: the later account stands above, as in the ladder.
        assert_eq!((placing.caste(carl, &tally(4, 1_100)), placing.caste(olga, &tally(4, 1_100))), (15, 14));
        placing.replace(bert, Some(&tally(9, 1_200)), &tally(10, 900));
        assert_eq!(placing.caste(bert, &tally(10, 900)), 14);
        assert_eq!(placing.0.len(), 3);
    }

    #[test]
    fn a_result_belongs_to_the_season_in_which_it_stood() {
        let season = |id, began, ended: Option<i64>| Season {
            id,
            name: String::new(),
            began_at: Millis(began),
            ended_at: ended.map(Millis),
            players: 0,
        };
        let seasons = [season(3, 30, None), season(2, 20, Some(25)), season(1, 10, Some(20))];
        for (at, expected) in [(9, None), (10, Some(1)), (20, Some(2)), (25, None), (30, Some(3)), (99, Some(3))] {
            assert_eq!(season_at(&seasons, Millis(at)), expected, "{at}");
        }
    }
}
