//! A sequence: some clients, and what they do one after the other, by chance. Mostly it is what a client would do.

use std::time::Duration;

use metaserver_proto::{
    ClientPacket, Dialect, Packed, Text,
    fuzz::{Corpus, Random, change, changed},
    packet::{
        aleph_game::AlephGame,
        chat::{Chat, Whisper},
        game::{AnnounceGame, GameDescription, StartGame},
        myth_game::MythGame,
        player::PlayerData,
        room::PlayerMode,
        score::{GameScore, PlayerScore, PlayersInGame, TeamScore},
        social::UpdateBuddy,
    },
};

use super::{
    pipe::pipe,
    player::{Player, Toward},
    world::World,
};

/// Connections at a time, at most.
const MOST_PLAYERS: usize = 6;
/// What a client lets wait while it reads.
const READS: usize = 1 << 20;
/// Steps of a sequence: at least so many, and so many more at most.
const STEPS: (usize, usize) = (8, 32);
/// Turns a way in takes at most.
const WAY_IN: usize = 8;
/// How much time passes when it does: a turn of a task, what is waited for at log-on, in a room, and longer than anything is.
const PASSES: [Duration; 7] = [
    Duration::from_millis(1),
    Duration::from_millis(300),
    Duration::from_millis(1_100),
    Duration::from_secs(10),
    Duration::from_secs(21),
    Duration::from_mins(3),
    Duration::from_mins(11),
];
/// The bit of a Myth II description that says the game is cooperative (protocol §5).
const COOPERATIVE: u32 = 1 << 7;

/// Who comes.
#[derive(Debug, Clone, Copy)]
enum Whom {
    /// Clients of both dialects, at the login server and in rooms.
    All,
    /// Clients of one, at the login server.
    LoggingIn(Dialect),
    /// Clients of one, in rooms.
    InRooms(Dialect),
}

/// Somebody who has logged in.
#[derive(Debug, Clone)]
struct Pass {
    dialect: Dialect,
    token: [u8; 32],
    account: Option<&'static str>,
}

/// The clients of a sequence, and the lobby that they come to.
pub(super) struct Crowd {
    whom: Whom,
    world: World,
    players: Vec<Player>,
    passes: Vec<Pass>,
    /// Whoever has been in a room.
    numbers: Vec<u32>,
}

impl Crowd {
    pub(super) fn of_all(random: &mut Random) -> Self {
        Self::new(Whom::All, random)
    }

    pub(super) fn logging_in(dialect: Dialect, random: &mut Random) -> Self {
        Self::new(Whom::LoggingIn(dialect), random)
    }

    pub(super) fn in_rooms(dialect: Dialect, random: &mut Random) -> Self {
        Self::new(Whom::InRooms(dialect), random)
    }

    fn new(whom: Whom, random: &mut Random) -> Self {
        Self { whom, world: World::open(random), players: Vec::new(), passes: Vec::new(), numbers: Vec::new() }
    }

    /// Plays the sequence to its end; whether anybody came to where they wanted to.
    pub(super) async fn play(mut self, corpus: &Corpus, random: &mut Random) -> bool {
        for _ in 0..=random.below(2) {
            self.come(random).await;
        }
        for _ in 0..STEPS.0 + random.below(STEPS.1) {
            self.step(corpus, random).await;
            // Now and then several of them do something before anybody has had a turn.
            if !random.once_in(4) {
                self.world.settle().await;
            }
            self.hear();
        }
        let came = match self.whom {
            Whom::LoggingIn(_) => !self.passes.is_empty(),
            Whom::All | Whom::InRooms(_) => !self.numbers.is_empty(),
        };
        self.players.clear();
        self.world.close().await;
        came
    }

    async fn step(&mut self, corpus: &Corpus, random: &mut Random) {
        let chosen = random.below(self.players.len().max(1));
        match random.below(32) {
            0 => {
                let time = random.pick(&PASSES).copied().unwrap_or_default();
                self.world.pass(time).await;
            }
            1 => self.come(random).await,
            2 if chosen < self.players.len() => drop(self.players.swap_remove(chosen)),
            number => {
                let Some(player) = self.players.get_mut(chosen) else { return self.come(random).await };
                match number {
                    3 => player.end.takes(if random.once_in(2) { READS } else { random.below(64) }),
                    4 => {
                        let mut noise = random.pick(corpus.wholes()).cloned().unwrap_or_default();
                        change(&mut noise, corpus.wholes(), random);
                        player.spoil(noise, random);
                    }
                    5..=8 => {
                        let number = i16::from(random.byte());
                        let bodies = corpus.bodies(player.dialect, number);
                        let body = if random.once_in(2) {
                            random.pick(bodies).cloned().unwrap_or_default()
                        } else {
                            changed(bodies, random)
                        };
                        player.spoil_with(&Packed::new(number, &body), random);
                    }
                    _ => {
                        let packet = player.due().or_else(|| said(player, &self.numbers, corpus, random));
                        if let Some(packet) = packet {
                            let packed = packet.pack(player.dialect);
                            player.send(&packed, random);
                        }
                    }
                }
            }
        }
    }

    /// Somebody comes, by a connection of their own.
    async fn come(&mut self, random: &mut Random) {
        if self.players.len() >= MOST_PLAYERS {
            return;
        }
        let dialect = match self.whom {
            Whom::All => Dialect::ALL[random.below(2)],
            Whom::LoggingIn(dialect) | Whom::InRooms(dialect) => dialect,
        };
        let to_login = match self.whom {
            Whom::All => random.once_in(3),
            Whom::LoggingIn(_) => true,
            Whom::InRooms(_) => false,
        };
        if to_login {
            let (server, client) = pipe(READS);
            self.world.serve_login(server);
            self.players.push(Player::new(dialect, Toward::Login, client, random));
            return;
        }
        let stale: Vec<Pass> = self.passes.iter().filter(|pass| pass.dialect == dialect).cloned().collect();
        let pass = match random.below(8) {
            // A token nobody was given.
            0 => Pass { dialect, token: random.bytes(), account: None },
            // One that somebody else holds, or that is used up, or another game's.
            1 => random.pick(&self.passes).cloned().unwrap_or(Pass { dialect, token: [0; 32], account: None }),
            2 | 3 if !stale.is_empty() => stale[random.below(stale.len())].clone(),
            _ => match self.log_in(dialect, random).await {
                Some(pass) => pass,
                None => return,
            },
        };
        let (server, client) = pipe(READS);
        self.world.serve_room(random.below(self.world.rooms()), server);
        self.players.push(Player::new(dialect, Toward::Room(pass.token), client, random).is(pass.account));
    }

    /// Somebody logs in, without a slip.
    async fn log_in(&mut self, dialect: Dialect, random: &mut Random) -> Option<Pass> {
        let (server, client) = pipe(READS);
        self.world.serve_login(server);
        let mut player = Player::new(dialect, Toward::Login, client, random);
        for _ in 0..WAY_IN {
            if let Some(packet) = player.due() {
                player.send_whole(&packet.pack(dialect), random);
            }
            self.world.settle().await;
            player.hear();
            if let Some(token) = player.token {
                let pass = Pass { dialect, token, account: player.account() };
                self.passes.push(pass.clone());
                return Some(pass);
            }
        }
        None
    }

    /// Everybody reads what has come; those whose connection is over go, mostly.
    fn hear(&mut self) {
        for player in &mut self.players {
            player.hear();
            if let Some(token) = player.token.take() {
                self.passes.push(Pass { dialect: player.dialect, token, account: player.account() });
            }
            if let Some(number) = player.number.filter(|number| !self.numbers.contains(number)) {
                self.numbers.push(number);
            }
        }
        self.players.retain(|player| !player.end.is_over());
    }
}

/// Something that a client in a room says or does.
fn said(player: &Player, numbers: &[u32], corpus: &Corpus, random: &mut Random) -> Option<ClientPacket> {
    let own = player.number?;
    let other = random.pick(numbers).copied().unwrap_or(own);
    let text = [
        "well met",
        ".help",
        ".games",
        ".me waves",
        ".afk rude",
        ".back",
        ".message hear",
        "|bloud|p",
        "  ",
        "rude words",
        "order kick",
        "\u{f8ff}",
    ];
    let message = Text::new(random.pick(&text).copied().unwrap_or_default());
    let chat = Chat { sender_id: own, message, ..Chat::default() };
    let players = || numbers.iter().copied().take(16).collect::<Vec<_>>();
    Some(match random.below(20) {
        0..=3 => ClientPacket::Chat(chat),
        4 => ClientPacket::Whisper(Whisper {
            target_id: other,
            echo: 1,
            chat: Chat { selected_id: other, flags: 1, ..chat },
        }),
        5 | 6 => {
            let description = match player.dialect {
                Dialect::Myth2 => {
                    let options = if random.once_in(4) { COOPERATIVE } else { 0 };
                    GameDescription::from(&MythGame {
                        max_players: 8,
                        options,
                        name: "Come".into(),
                        ..MythGame::default()
                    })
                }
                Dialect::AlephOne => {
                    GameDescription::from(&AlephGame { max_players: 8, name: "Come".into(), ..AlephGame::default() })
                }
            };
            let order_or_hub = u16::from(random.once_in(8));
            ClientPacket::AnnounceGame(AnnounceGame { port: 4226, order_or_hub, description })
        }
        7 => ClientPacket::PlayersInGame(PlayersInGame { game_id: own, players: players() }),
        8 => ClientPacket::StartGame(StartGame { length: 18_000, unused: [0; 8] }),
        9 | 10 => ClientPacket::Score(Box::new(score(if random.once_in(2) { own } else { other }, &players()))),
        11 => ClientPacket::RemoveGame,
        12 => ClientPacket::ResetGame,
        13 => {
            let session_id = (player.dialect == Dialect::AlephOne).then_some([7; 16]);
            ClientPacket::PlayerMode(PlayerMode { mode: i16::from(random.once_in(2)), session_id })
        }
        14 => ClientPacket::FullUpdate,
        15 => ClientPacket::PlayerData(PlayerData { state: i16::from(random.once_in(2)), ..PlayerData::default() }),
        16 => ClientPacket::Keepalive,
        17 => ClientPacket::ProfileQuery(if random.once_in(2) { other } else { 2 }),
        18 => ClientPacket::UpdateBuddy(UpdateBuddy { player_id: 2, add: i32::from(random.once_in(2)) }),
        // The rest as the vectors have it.
        _ => {
            let number = i16::try_from(100 + random.below(107)).unwrap_or(200);
            let body = random.pick(corpus.bodies(player.dialect, number))?;
            ClientPacket::decode(player.dialect, number, body).ok()?
        }
    })
}

/// A report in which the first of them won.
fn score(game_id: u32, numbers: &[u32]) -> GameScore {
    let count = i16::try_from(numbers.len()).unwrap_or(16);
    let mut report = GameScore { game_id, number_of_players: count, number_of_teams: count, ..GameScore::default() };
    for (team, place) in report.teams.iter_mut().zip(0..count) {
        *team = TeamScore { place, captain: place, valid: 1, ..TeamScore::default() };
    }
    let player = |(number, team): (&u32, i16)| PlayerScore {
        player_id: i32::try_from(*number).unwrap_or_default(),
        team,
        finished: 1,
        ..PlayerScore::default()
    };
    report.players = numbers.iter().zip(0..).map(player).collect();
    report
}
