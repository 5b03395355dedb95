//! One room: a task that owns its players, its games and its last lines, and is sent messages.

mod aloud;
mod chat;
mod commands;
mod delivering;
mod films;
mod games;
mod hosting;
mod members;
mod notices;
mod reports;
mod seated;
mod writing;

use std::{
    collections::{BTreeMap, VecDeque},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};

use base::{Clock, Millis, RoomId};
use contract::{
    lobby::{Change, Line, PlayerNumber, Room as Shown},
    people::GameTexts,
    room::{RestraintKind, RoomKind, RoomRestraint},
};
use futures::FutureExt as _;
use metaserver_proto::{Refusal, RoomMessage, packet::player::Verb};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

pub use self::commands::{COMMANDS, RoomCommand};
pub(crate) use self::{
    aloud::Aloud,
    chat::{LONGEST_LINE, is_command},
    seated::Spoken,
};
use self::{games::Listing, members::Member, reports::Awaited};
use crate::{
    audience::Audience,
    backoff::Backoff,
    catalogue::Catalogue,
    directory::{Directory, Listed, RoomFacts},
    films::{FilmedGame, Unfilmed},
    game_numbers::GameNumbers,
    hosting::{Finding, Helpers},
    hub::Hub,
    hubs::Hubs,
    logon::Logon,
    order::Held,
    outbox::{End, Outbox},
    pace::Bucket,
    pages::Pages,
    record::Recorder,
    unheard::{Unheard, Unseated},
    visitor::Visitor,
};

/// New counts are told to players together, at most so often.
const COUNTS_PAUSE: Duration = Duration::from_millis(250);
/// So many lines of plugins one after the other, and one more in so long.
const ANNOUNCED_AT_ONCE: u32 = 10;
const ANNOUNCED_EACH: Duration = Duration::from_secs(3);

/// What a connection asks of a room.
#[derive(Debug)]
pub(crate) enum Command {
    /// Let somebody in.
    Enter { visitor: Arc<Visitor>, outbox: Outbox, visit: u64, answer: oneshot::Sender<Result<(), Refusal>> },
    /// A player says or does something.
    Act { number: PlayerNumber, visit: u64, message: RoomMessage },
    /// Let somebody in by their pages.
    Sit { pages: Pages, answer: oneshot::Sender<Result<(), Unseated>> },
    /// They say something by one.
    Speak { number: PlayerNumber, visit: u64, spoken: Spoken, answer: oneshot::Sender<Result<(), Unheard>> },
    /// The last of their pages is gone.
    Rise { number: PlayerNumber, visit: u64 },
    /// A player begins to stream the film of a game.
    Film { number: PlayerNumber, visit: u64, answer: oneshot::Sender<Result<FilmedGame, Unfilmed>> },
    /// A player writes of themselves.
    Write { number: PlayerNumber, visit: u64, texts: GameTexts, answer: oneshot::Sender<Result<(), Unheard>> },
    /// A command is answered.
    Tell { number: PlayerNumber, visit: u64, line: String },
    /// A host was tested at that port of theirs; whether they asked for it.
    HostTested { number: PlayerNumber, visit: u64, port: u16, asked: bool, finding: Finding },
    /// A plugin says something, under its name.
    Announce { from: String, text: String },
    /// A player's connection has ended.
    Leave { number: PlayerNumber, visit: u64 },
    /// What lists say of a player changed.
    ShowAnew { number: PlayerNumber, visit: u64 },
    /// The room is set up anew, or the order in it; whether what pages show of it is other than before.
    SetUpAnew { shows: bool },
    /// Others may be muted in the whole hub than before.
    Hush,
    /// Somebody is sent out.
    Kick { number: PlayerNumber, reason: String },
    /// The room closes.
    Close,
}

/// What connections hold of a room.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) room: Arc<Listed>,
    pub(crate) inbox: mpsc::Sender<Command>,
}

/// What a room is made from, afresh after a failure.
pub(crate) struct Plan {
    pub(crate) room: Arc<Listed>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) hubs: Hubs,
    pub(crate) hosting: Arc<Helpers>,
    pub(crate) audience: Arc<dyn Audience>,
    pub(crate) logon: Arc<dyn Logon>,
    pub(crate) recorder: Recorder,
    pub(crate) numbers: Arc<GameNumbers>,
    /// How long the other players' reports are waited for once the host's is there.
    pub(crate) report_grace: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    /// The room's own inbox, for what it is told late. Weak: a room nobody can knock at is to end.
    pub(crate) inbox: mpsc::WeakSender<Command>,
}

/// The state of a room. Only its task touches it.
pub(crate) struct Room {
    plan: Arc<Plan>,
    members: BTreeMap<PlayerNumber, Member>,
    /// By host: everybody hosts one game at most.
    games: BTreeMap<PlayerNumber, Listing>,
    /// Games that are over and may still be reported; one a host at most.
    awaited: Vec<Awaited>,
    lines: VecDeque<Line>,
    held: Held,
    /// How often plugins speak here, all together.
    announcements: Bucket,
    /// When connections are woken for what could wait.
    news_due: Option<Instant>,
    meters: Meters,
}

/// What is counted of a room.
struct Meters {
    players: metrics::Gauge,
    lines: metrics::Counter,
    deliveries: metrics::Counter,
}

impl Meters {
    fn new(room: RoomId) -> Self {
        let room = room.to_string();
        Self {
            players: metrics::gauge!("guildhall_lobby_players", "room" => room.clone()),
            lines: metrics::counter!("guildhall_lobby_lines_total", "room" => room.clone()),
            deliveries: metrics::counter!("guildhall_lobby_deliveries_total", "room" => room),
        }
    }
}

/// Keeps a room open until it is closed or the hub stops, whatever becomes of its task. `lines` were said in it before.
pub(crate) async fn keep_open(
    plan: Arc<Plan>,
    mut inbox: mpsc::Receiver<Command>,
    mut lines: VecDeque<Line>,
    stop: CancellationToken,
) {
    let mut backoff = Backoff::default();
    while !stop.is_cancelled() {
        let mut room = Room::open(Arc::clone(&plan), std::mem::take(&mut lines));
        let result = AssertUnwindSafe(room.run(&mut inbox, &stop)).catch_unwind().await;
        if result.is_ok() {
            break;
        }
        // Who was in it is sent away: nobody can tell how far the failed step had come. What was said is kept.
        metrics::counter!("guildhall_lobby_room_failures_total").increment(1);
        tracing::error!(room.id = plan.facts().id.get(), "a room failed and starts afresh");
        lines = room.close();
        let shown = plan.facts().shown(lines.iter().cloned().collect());
        plan.audience.lobby_changed(Change::RoomOpened { room: shown });
        tokio::select! {
            () = backoff.wait() => {}
            () = stop.cancelled() => {}
        }
    }
}

impl Plan {
    /// What the hub has for all rooms, and what is this one's.
    pub(crate) fn new(
        hub: &Hub,
        room: Arc<Listed>,
        inbox: mpsc::WeakSender<Command>,
        recorder: Recorder,
        audience: &Arc<dyn Audience>,
        numbers: &Arc<GameNumbers>,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        Self {
            room,
            directory: Arc::clone(&hub.directory),
            hosting: Arc::clone(&hub.hosting),
            catalogue: Arc::clone(&hub.catalogue),
            hubs: hub.hubs.clone(),
            audience: Arc::clone(audience),
            logon: Arc::clone(&hub.logon),
            recorder,
            numbers: Arc::clone(numbers),
            report_grace: hub.config.report_grace,
            clock: Arc::clone(clock),
            inbox,
        }
    }

    fn facts(&self) -> Arc<RoomFacts> {
        self.room.facts()
    }
}

impl Room {
    /// A room with nobody in it.
    fn open(plan: Arc<Plan>, lines: VecDeque<Line>) -> Self {
        let meters = Meters::new(plan.room.id);
        let (members, games, awaited) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let announcements = Bucket::every(ANNOUNCED_AT_ONCE, ANNOUNCED_EACH, Instant::now());
        let (held, news_due) = (Held::new(), None);
        let room = Self { plan, members, games, awaited, lines, held, announcements, news_due, meters };
        room.count();
        room
    }

    /// Serves until the room closes or the hub stops.
    async fn run(&mut self, inbox: &mut mpsc::Receiver<Command>, stop: &CancellationToken) {
        let mut counts = self.plan.directory.changes();
        let mut counts_due: Option<Instant> = None;
        loop {
            tokio::select! {
                command = inbox.recv() => match command {
                    Some(Command::Close) => {
                        self.send_everybody_away();
                        break;
                    }
                    Some(command) => self.take(command),
                    None => break,
                },
                _ = counts.changed(), if counts_due.is_none() => counts_due = Some(Instant::now() + COUNTS_PAUSE),
                () = sleep_until(counts_due.unwrap_or_else(Instant::now)), if counts_due.is_some() => {
                    counts_due = None;
                    self.tell_counts(&mut counts);
                }
                () = sleep_until(self.news_due.unwrap_or_else(Instant::now)), if self.news_due.is_some() => self.wake_all(),
                () = sleep_until(self.reports_due().unwrap_or_else(Instant::now)), if self.reports_due().is_some() => self.settle_due(),
                () = stop.cancelled() => break,
            }
        }
        self.end_all_games();
    }

    fn take(&mut self, command: Command) {
        match command {
            Command::Enter { visitor, outbox, visit, answer } => {
                let admitted = self.admit(&visitor);
                if answer.send(admitted).is_ok() && admitted.is_ok() {
                    self.enter(visitor, outbox, visit);
                }
            }
            Command::Act { number, visit, message } => {
                if self.is_here(number, visit) {
                    self.act(number, message);
                }
            }
            Command::Film { number, visit, answer } => {
                let film = if self.is_here(number, visit) { self.film(number) } else { Err(Unfilmed::NotWanted) };
                // Whoever asked may be gone by now.
                answer.send(film).ok();
            }
            Command::Write { number, visit, texts, answer } => {
                if self.is_here(number, visit) {
                    // Whoever asked may be gone by now.
                    answer.send(self.may_write(number, &texts)).ok();
                }
            }
            Command::Tell { number, visit, line } => {
                if self.is_here(number, visit) {
                    self.tell_line(number, &line);
                }
            }
            Command::Announce { from, text } => self.announce(from, text),
            Command::HostTested { number, visit, port, asked, finding } => {
                if self.is_here(number, visit) {
                    self.host_tested(number, port, asked, &finding);
                }
            }
            Command::ShowAnew { number, visit } => {
                if self.is_here(number, visit) {
                    self.tell_player(number, Verb::Change);
                }
            }
            Command::Leave { number, visit } => {
                if self.is_here(number, visit) {
                    self.left_by_game(number);
                }
            }
            Command::Sit { pages, answer } => {
                let number = pages.number();
                let visit = pages.visit();
                // Whoever asked may have given up meanwhile.
                if answer.send(self.sit(pages)).is_err() {
                    self.rise(number, visit);
                }
            }
            Command::Speak { number, visit, spoken, answer } => {
                drop(answer.send(self.spoken(number, visit, &spoken)));
            }
            Command::Rise { number, visit } => self.rise(number, visit),
            Command::SetUpAnew { shows } => self.set_up_anew(shows),
            Command::Hush => self.hush_the_away(),
            Command::Kick { number, reason } => self.send_away(number, &Unseated::SentOut { reason }),
            // Taken care of before.
            Command::Close => {}
        }
    }

    /// Whoever may not be here any more is sent away, and the site is told how the room stands.
    fn set_up_anew(&mut self, shows: bool) {
        let facts = self.plan.facts();
        facts.order.note(&mut self.held, self.members.values().map(|member| &*member.visitor));
        let now = self.plan.clock.now();
        let mut gone = Vec::new();
        for (number, member) in &self.members {
            if let Some(bar) = self.bar(&facts, &member.visitor, now) {
                gone.push((*number, Unseated::Barred { reason: bar.reason.clone() }));
            } else if !facts.admits(&member.visitor) {
                gone.push((*number, Unseated::NotForYou));
            }
        }
        for (number, why) in gone {
            self.send_away(number, &why);
        }
        self.hush_the_away();
        if !shows {
            return;
        }
        let ranked = facts.kind != RoomKind::Unranked;
        let shown = Shown {
            players: self.members.values().map(|member| member.shown(ranked)).collect(),
            games: self.games.values().map(Listing::shown).collect(),
            ..facts.shown(self.lines.iter().cloned().collect())
        };
        self.show(Change::RoomOpened { room: shown });
    }

    /// What bars somebody from the room.
    fn bar<'a>(&self, facts: &'a RoomFacts, visitor: &Visitor, now: Millis) -> Option<&'a RoomRestraint> {
        facts.order.holds(RestraintKind::Bar, visitor, &self.held, now)
    }

    fn send_everybody_away(&mut self) {
        for number in self.members.keys().copied().collect::<Vec<_>>() {
            self.send_away(number, &Unseated::Closed);
        }
        self.show(Change::RoomClosed { room: self.plan.room.id });
    }

    fn act(&mut self, number: PlayerNumber, message: RoomMessage) {
        match message {
            RoomMessage::Chat(chat) => self.chat(number, chat),
            RoomMessage::Whisper(whisper) => self.whisper(number, whisper),
            RoomMessage::PlayerData(data) => self.set_state(number, data.state != 0),
            RoomMessage::Mode { deaf, .. } => self.set_deaf(number, deaf),
            RoomMessage::FullUpdate => self.send_lists(number),
            RoomMessage::AnnounceGame(announcement) => self.announce_game(number, announcement),
            RoomMessage::RemoveGame => self.remove_game(number),
            RoomMessage::ResetGame => self.reset_game(number),
            RoomMessage::StartGame { length_secs } => self.start_game(number, length_secs),
            RoomMessage::PlayersInGame(players) => self.set_players(number, &players),
            RoomMessage::Score(score) => self.score_game(number, &score),
            // Signs of life, films, friends, and what players ask and write of one another are the connection's business.
            RoomMessage::Keepalive
            | RoomMessage::GameSearch(_)
            | RoomMessage::PlayerSearch(_)
            | RoomMessage::BuddiesQuery
            | RoomMessage::OrderQuery
            | RoomMessage::UpdateBuddy(_)
            | RoomMessage::ProfileQuery(_)
            | RoomMessage::OwnTexts(_)
            | RoomMessage::FilmHeader(_)
            | RoomMessage::FilmCommand(_)
            | RoomMessage::FilmEnd(_) => {
                metrics::counter!("guildhall_lobby_messages_ignored_total").increment(1);
            }
        }
    }

    /// Sends everybody away; gives back what was said.
    fn close(mut self) -> VecDeque<Line> {
        for member in self.members.values() {
            if let Some(outbox) = &member.game {
                outbox.end(End::RoomFailed);
            }
            if let Some(pages) = &member.pages {
                pages.end(Unseated::Unavailable);
            }
            self.meters.players.decrement(1);
        }
        self.end_all_games();
        self.lines
    }
}
