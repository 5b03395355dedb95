//! One player among all of them, as a classic client shows it: spec section 8.1, packet 17.

use std::{sync::Arc, time::Duration};

use base::{Action, Actor, Millis, Role, UserId};
use contract::{
    lobby::Dialect,
    ranking::{Board, OnBoard, Order},
};

use crate::{
    Error, Ranking,
    caste::caste,
    store::{
        self,
        ladders::{self, Sorted},
    },
};

/// What everybody together has done is worked out again after so long: one client after another asks for the same.
const FIELD_KEPT: Duration = Duration::from_mins(1);

/// What somebody has done in Myth II.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Career {
    /// Their name.
    pub name: String,
    /// What they are to the hub.
    pub role: Role,
    /// How they stand in each ladder of all time and of any size of team.
    pub stands: Vec<Stands>,
    /// What everybody has done, in the same kinds of ladder.
    pub field: Arc<Vec<Field>>,
    /// How many have a place in the ladder of all ranked games.
    pub placed: u64,
}

/// How somebody stands in one ladder, with their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// The ladder and the figures.
    pub on: OnBoard,
    /// By points, from 1; `None`: too few games.
    pub place: Option<u64>,
    /// The icon that goes with it.
    pub caste: u8,
}

/// What everybody in one ladder has done: of each figure the average and the best.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Which.
    pub board: Board,
    /// Who has the most points of those who are placed; empty: nobody is.
    pub top: String,
    /// Points.
    pub points: (i64, i64),
    /// Games.
    pub games: (i64, i64),
    /// Games won.
    pub wins: (i64, i64),
    /// Damage dealt.
    pub damage_given: (i64, i64),
    /// Damage suffered.
    pub damage_taken: (i64, i64),
}

impl Ranking {
    /// What somebody has done in Myth II, beside what everybody has. `None`: there is no such account.
    pub async fn career(&self, actor: &Actor, user: UserId) -> Result<Option<Career>, Error> {
        actor.may(Action::ViewLive)?;
        let Some((name, role)) = store::career::person(&self.0.db, user).await? else { return Ok(None) };
        let mut stands = Vec::new();
        let shown = |on: &OnBoard| {
            on.board.dialect == Dialect::Myth2 && on.board.season.is_none() && on.board.team_size.is_none()
        };
        for on in store::boards(&self.0.db, user).await?.into_iter().filter(shown) {
            let place = ladders::classic_place(&self.0.db, user, &on.board).await?;
            let (games, place, placed) = place.unwrap_or((on.standing.games, 1, 0));
            let is_placed = games > crate::caste::NOVICE_GAMES;
            stands.push(Stands { caste: caste(games, place, placed), place: is_placed.then_some(place), on });
        }
        let whole = Board::ranked(Dialect::Myth2);
        let placed = store::career::count_placed(&self.0.db, &whole).await?;
        Ok(Some(Career { name, role, stands, field: self.field().await?, placed }))
    }

    async fn field(&self) -> Result<Arc<Vec<Field>>, Error> {
        let now = self.now();
        // Whoever asks meanwhile waits for the same answer.
        let mut kept = self.0.field.lock().await;
        if let Some((at, field)) = kept.as_ref()
            && now.since(*at) < FIELD_KEPT
        {
            return Ok(Arc::clone(field));
        }
        let mut field = store::career::field(&self.0.db, Dialect::Myth2).await?;
        for one in &mut field {
            let sorted = Sorted { board: one.board, order: Order::Points, since: Millis(i64::MIN) };
            let top = ladders::page(&self.0.db, &sorted, None, 0, 1).await?;
            one.top = top.into_iter().next().map(|(rung, _)| rung.name).unwrap_or_default();
        }
        let field = Arc::new(field);
        *kept = Some((now, Arc::clone(&field)));
        drop(kept);
        Ok(field)
    }
}

/// What everybody has done, and when that was worked out.
pub(crate) type Kept = tokio::sync::Mutex<Option<(Millis, Arc<Vec<Field>>)>>;
