//! The board's promise: snapshot plus changes equals state, whoever writes at once and however slowly one reads.

use std::{sync::Arc, time::Duration};

use base::{Clock, GameId, Millis, RoomId, UserId};
use contract::{
    live::{Position, State, Tell, Topic},
    lobby::{Change, Dialect, Game, Line, Origin, Player, PlayerNumber, Room, Terms},
};
use tokio::task::JoinSet;

use crate::{Board, Frame, Subscription, TooSlow};

struct Still;
impl Clock for Still {
    fn now(&self) -> Millis {
        Millis(1_000)
    }
}

fn board() -> Board {
    Board::new(Arc::new(Still), 42)
}

/// What a page keeps: applies what it is told and insists on whole numbering.
#[derive(Default)]
struct Page {
    at: Option<Position>,
    state: Option<State>,
    resyncs: u32,
}

impl Page {
    fn told(&mut self, frame: &Frame) {
        match frame.tell().expect("frames are messages") {
            Tell::Snapshot { position, state } => {
                self.at = Some(position);
                self.state = Some(state);
            }
            Tell::Change { position, step } => {
                let last = self.at.expect("a snapshot or a position comes first");
                assert_eq!((position.epoch, position.n), (last.epoch, last.n + 1), "no gap, no repetition");
                self.at = Some(position);
                self.state.as_mut().expect("a snapshot came first").apply(step);
            }
            Tell::Resync { .. } => {
                self.resyncs += 1;
                (self.at, self.state) = (None, None);
            }
            other => panic!("a subscription says nothing else: {other:?}"),
        }
    }

    fn drain(&mut self, subscription: &mut Subscription) -> Result<(), TooSlow> {
        while let Some(frame) = subscription.try_next()? {
            self.told(&frame);
        }
        Ok(())
    }
}

/// Seeded and small: the same seed gives the same story.
struct Dice(u64);
impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn some_change(dice: &mut Dice) -> Change {
    let room = RoomId::from(i64::try_from(dice.below(3)).expect("small"));
    let number = PlayerNumber(u32::try_from(dice.below(20)).expect("small"));
    let id = GameId::from(i64::try_from(dice.below(5)).expect("small"));
    match dice.below(12) {
        0 => Change::RoomOpened {
            room: Room { id: room, name: "Shoal".into(), capacity: 32, players: vec![], games: vec![], lines: vec![] },
        },
        1 if dice.below(4) == 0 => Change::RoomClosed { room },
        2 | 3 => Change::PlayerLeft { room, number },
        4 => Change::GameGone { room, game: id },
        5 => {
            let game = Game {
                id,
                host: number,
                host_name: "Balin".into(),
                name: "Come all".into(),
                map: "Proving Grounds".into(),
                scoring: "Body Count".into(),
                dialect: Dialect::Myth2,
                players: 1,
                max_players: 8,
                started_at: None,
                ends_at: None,
                terms: Terms::default(),
            };
            Change::Game { room, game }
        }
        6..=8 => {
            let line = Line { name: "Olga".into(), origin: None, text: dice.below(1_000).to_string(), at: Millis(1) };
            Change::Said { room, line }
        }
        _ => {
            let player = Player {
                number,
                user: None,
                name: "Olga".into(),
                origin: Origin::AlephOne,
                away: dice.below(2) == 0,
                color: "#ffffff".into(),
                caste: None,
            };
            Change::Player { room, player }
        }
    }
}

/// Reads as one of several kinds of page does, until it has seen `until` changes or is given up.
async fn follow(board: Board, mut dice: Dice, until: u64) -> Result<(Page, Subscription), TooSlow> {
    let (mut page, mut subscription) = (Page::default(), board.subscribe(Topic::Lobby, None));
    while page.at.is_none_or(|at| at.n < until) {
        page.told(&subscription.next().await?);
        match dice.below(200) {
            // Loses its connection, sometimes keeping its place and sometimes not.
            0 => subscription = board.subscribe(Topic::Lobby, page.at),
            1 => subscription = board.subscribe(Topic::Lobby, None),
            // Looks away for a while.
            2 => {
                for _ in 0..dice.below(100) {
                    tokio::task::yield_now().await;
                }
            }
            _ => {}
        }
    }
    Ok((page, subscription))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_applied_to_the_snapshot_give_the_state() {
    const WRITERS: u64 = 4;
    const EACH: u64 = 2_000;
    for seed in 1..=5 {
        let board = board();
        let (mut writers, mut readers) = (JoinSet::new(), JoinSet::new());
        for reader in 0..8 {
            readers.spawn(follow(board.clone(), Dice(seed * 1_000 + reader + 1), WRITERS * EACH));
        }
        for writer in 0..WRITERS {
            let (board, mut dice) = (board.clone(), Dice(seed * 77 + writer + 1));
            writers.spawn(async move {
                for _ in 0..EACH {
                    board.lobby_changed(some_change(&mut dice));
                    if dice.below(8) == 0 {
                        tokio::task::yield_now().await;
                    }
                }
            });
        }
        while let Some(done) = writers.join_next().await {
            done.expect("writers finish");
        }
        let (position, state) = board.state(Topic::Lobby);
        assert_eq!(position, Position { epoch: 42, n: WRITERS * EACH });
        while let Some(done) = readers.join_next().await {
            // A reader may have been too slow three times over: that is an answer, too, and others show the state.
            if let Ok((page, _)) = done.expect("readers finish") {
                assert_eq!(page.state.as_ref(), Some(&state), "seed {seed}");
            }
        }
    }
}

#[test]
fn a_reader_who_lags_starts_over_and_is_right_again() {
    let (board, mut page, mut dice) = (board(), Page::default(), Dice(5));
    let mut subscription = board.subscribe(Topic::Lobby, None);
    page.drain(&mut subscription).expect("quick enough");
    for _ in 0..300 {
        board.lobby_changed(some_change(&mut dice));
    }
    page.drain(&mut subscription).expect("forgiven");
    assert_eq!(page.resyncs, 1);
    assert_eq!(page.state, Some(board.state(Topic::Lobby).1));
}

#[tokio::test(start_paused = true)]
async fn the_third_lag_in_a_minute_is_one_too_many() {
    let (board, mut page, mut dice) = (board(), Page::default(), Dice(6));
    let mut subscription = board.subscribe(Topic::Lobby, None);
    let mut lag = |board: &Board| (0..300).for_each(|_| board.lobby_changed(some_change(&mut dice)));

    lag(&board);
    page.drain(&mut subscription).expect("forgiven");
    lag(&board);
    page.drain(&mut subscription).expect("forgiven again");
    tokio::time::advance(Duration::from_secs(61)).await;
    lag(&board);
    page.drain(&mut subscription).expect("a minute has passed");
    lag(&board);
    page.drain(&mut subscription).expect("forgiven again");
    lag(&board);
    assert_eq!(page.drain(&mut subscription), Err(TooSlow));
}

#[tokio::test(start_paused = true)]
async fn presence_is_told_at_most_five_times_a_second() {
    let (board, mut page) = (board(), Page::default());
    let mut subscription = board.subscribe(Topic::Site, None);
    page.told(&subscription.next().await.expect("a snapshot"));

    let started = tokio::time::Instant::now();
    let olga = board.enter(Some((UserId::from(1), "Olga".into())), true);
    assert!(board.is_here(UserId::from(1)) && !board.is_here(UserId::from(2)));
    page.told(&subscription.next().await.expect("told at once"));
    let crowd: Vec<_> = (0..50).map(|_| board.enter(None, true)).collect();
    page.told(&subscription.next().await.expect("told together"));
    assert_eq!(page.at.map(|at| at.n), Some(2));
    assert_eq!(started.elapsed(), Duration::from_millis(200));

    drop((olga, crowd));
    page.told(&subscription.next().await.expect("told together"));
    assert_eq!(started.elapsed(), Duration::from_millis(400));
    let Some(State::Site(present)) = page.state else { panic!("a snapshot came first") };
    assert_eq!((present.people_count, present.visitors), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn dropping_a_wait_loses_nothing() {
    let (board, mut page) = (board(), Page::default());
    let mut subscription = board.subscribe(Topic::Lobby, None);
    page.told(&subscription.next().await.expect("a snapshot"));
    for seed in 1..50 {
        assert!(tokio::time::timeout(Duration::from_millis(1), subscription.next()).await.is_err(), "nothing is new");
        board.lobby_changed(some_change(&mut Dice(seed)));
        page.told(&subscription.next().await.expect("news"));
    }
    assert_eq!(page.state, Some(board.state(Topic::Lobby).1));
}
