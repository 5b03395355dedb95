//! Reports of how games ended: taken from everybody who played, until the result stands (spec section 14).
//!
//! The room only collects. Each report is written down as it comes, and the result is made where they are kept, so a hub that dies in
//! between makes the same one when it starts again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use base::GameId;
use contract::lobby::PlayerNumber;
use metaserver_proto::packet::score::GameScore;
use tokio::time::Instant;

use super::{Room, games::Listing};
use crate::{
    outcome::{self, Participant},
    record::{Record, Report},
    visitor::Visitor,
};

/// How long reports are taken after the end: what one reference waits where the host has not reported.
const LATE: Duration = Duration::from_mins(2);

/// One round of a listing: what the record calls a game.
pub(super) struct Round {
    pub(super) game: GameId,
    pub(super) host: Arc<Visitor>,
    /// Whom the host has named. The host itself plays, or watches, without being named.
    pub(super) players: BTreeMap<u32, Participant>,
    pub(super) reported: BTreeSet<u32>,
}

/// A round that is over.
pub(super) struct Awaited {
    round: Round,
    cooperative: bool,
    /// When to wait for nobody any more; `None`: its result stands, and what still comes is only kept.
    settle_at: Option<Instant>,
    gone_at: Instant,
}

impl Round {
    /// Whether somebody may say how it ended: once, and only who was in it.
    fn expects(&self, number: PlayerNumber) -> bool {
        let played = number == self.host.number || self.players.contains_key(&number.0);
        played && !self.reported.contains(&number.0)
    }

    fn file(&mut self, number: PlayerNumber, score: &GameScore, cooperative: bool) -> Report {
        self.reported.insert(number.0);
        let host = self.host.number;
        let themselves = Participant { user: self.host.user, name: self.host.name.clone() };
        if !self.players.is_empty() {
            self.players.entry(host.0).or_insert_with(|| themselves.clone());
        }
        let outcome = outcome::file(score, &self.players, host.0, cooperative);
        let who = if number == host { &themselves } else { &self.players[&number.0] };
        Report { reporter: number, user: who.user, name: who.name.clone(), host: number == host, outcome }
    }
}

impl Room {
    /// Packet 112: how a game ended, as one of its players saw it. The packet names it by its host.
    pub(super) fn score_game(&mut self, number: PlayerNumber, score: &GameScore) {
        let host = PlayerNumber(score.game_id);
        let over =
            self.awaited.iter_mut().find(|awaited| awaited.round.host.number == host && awaited.round.expects(number));
        if let Some(awaited) = over {
            let report = awaited.round.file(number, score, awaited.cooperative);
            let game = awaited.round.game;
            self.note_report(game, report);
            return self.settle_complete();
        }
        let Some(listing) = self.games.get_mut(&host).filter(|listing| listing.started.is_some() && !listing.over)
        else {
            return;
        };
        if !listing.round.expects(number) {
            return;
        }
        let cooperative = listing.is_cooperative();
        let report = listing.round.file(number, score, cooperative);
        let game = listing.round.game;
        self.note_report(game, report);
        // It is over when its host says so; whoever dropped out of it has only been quicker.
        if number == host {
            metrics::counter!("guildhall_lobby_games_scored_total").increment(1);
            self.end_listed_round(host);
        }
    }

    /// The round of a game that is no longer listed.
    pub(super) fn end_round(&mut self, listing: Listing) {
        if !listing.over {
            let (began, cooperative) = (listing.started.is_some(), listing.is_cooperative());
            self.note_end(listing.round, began, cooperative);
        }
    }

    /// The round of a listing that stays for the next one.
    fn end_listed_round(&mut self, host: PlayerNumber) {
        let Some(listing) = self.games.get_mut(&host) else { return };
        listing.over = true;
        let began = listing.started.take().is_some();
        let cooperative = listing.is_cooperative();
        let done = Round {
            game: listing.round.game,
            host: Arc::clone(&listing.round.host),
            players: std::mem::take(&mut listing.round.players),
            reported: std::mem::take(&mut listing.round.reported),
        };
        self.note_end(done, began, cooperative);
        self.show_game(host);
    }

    fn note_end(&mut self, round: Round, began: bool, cooperative: bool) {
        self.plan.recorder.note(Record::Ended { game: round.game, at: self.plan.clock.now() });
        if began {
            let now = Instant::now();
            let gone_at = now + LATE;
            let has_hosts = round.reported.contains(&round.host.number.0);
            let settle_at = Some(if has_hosts { now + self.plan.report_grace } else { gone_at });
            self.awaited.push(Awaited { round, cooperative, settle_at, gone_at });
            self.settle_complete();
        }
    }

    fn note_report(&self, game: GameId, report: Report) {
        let at = self.plan.clock.now();
        self.plan.recorder.note(Record::Reported { game, at, report: Box::new(report) });
        metrics::counter!("guildhall_lobby_reports_total").increment(1);
    }

    /// The host starts another round: reports from now on are of that one.
    pub(super) fn await_no_more(&mut self, host: PlayerNumber) {
        self.settle_where(|awaited| awaited.round.host.number == host);
        self.awaited.retain(|awaited| awaited.round.host.number != host);
    }

    /// When something has to be done about what is awaited.
    pub(super) fn reports_due(&self) -> Option<Instant> {
        self.awaited.iter().map(|awaited| awaited.settle_at.unwrap_or(awaited.gone_at)).min()
    }

    /// Time is up for some.
    pub(super) fn settle_due(&mut self) {
        let now = Instant::now();
        self.settle_where(|awaited| awaited.settle_at.is_some_and(|at| at <= now));
        self.awaited.retain(|awaited| awaited.gone_at > now);
    }

    /// The hub stops.
    pub(super) fn settle_all(&mut self) {
        self.settle_where(|_| true);
        self.awaited.clear();
    }

    /// Nobody who could still report is missing. Without the host's report the others may only have been thrown out of the game.
    fn settle_complete(&mut self) {
        let here: BTreeSet<u32> = self.members.keys().map(|number| number.0).collect();
        self.settle_where(|Awaited { round, .. }| {
            let misses = |number: &u32| here.contains(number) && !round.reported.contains(number);
            let hosts = round.host.number.0;
            !round.reported.is_empty() && !misses(&hosts) && !round.players.keys().any(misses)
        });
    }

    fn settle_where(&mut self, is_due: impl Fn(&Awaited) -> bool) {
        let at = self.plan.clock.now();
        for awaited in &mut self.awaited {
            if is_due(awaited) && awaited.settle_at.take().is_some() {
                self.plan.recorder.note(Record::Settled { game: awaited.round.game, at });
            }
        }
    }
}
