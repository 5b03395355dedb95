//! Packets 111 and 112: who plays, and how it ended (spec sections 8.2 and 14).

use crate::wire::{DecodeError, Reader, Wire, Writer};

/// Team slots of a report.
pub const TEAM_SLOTS: usize = 16;

/// Packet 111: the players of a game.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PlayersInGame {
    /// The game.
    pub game_id: u32,
    /// Their player ids.
    pub players: Vec<u32>,
}

impl Wire for PlayersInGame {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let game_id = from.u32()?;
        let mut players = Vec::with_capacity(from.rest().len() / 4);
        while !from.is_empty() {
            players.push(from.u32()?);
        }
        Ok(Self { game_id, players })
    }

    fn write(&self, to: &mut Writer) {
        to.u32(self.game_id);
        for &player in &self.players {
            to.u32(player);
        }
    }
}

/// One team slot of a report, 12 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct TeamScore {
    /// 0 for the first.
    pub place: i16,
    /// Index of the captain among the players of the report.
    pub captain: i16,
    /// Not 0: the slot is used.
    pub valid: i16,
    /// Not 0: the team was eliminated.
    pub eliminated: i16,
    /// When it was, in ticks of 1/30 s.
    pub eliminated_at_ticks: i32,
}

/// One player of a report, 28 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct PlayerScore {
    /// Equal numbers are one team.
    pub team: i16,
    /// 0 for a player who dropped out.
    pub finished: i16,
    /// Time played, in ticks of 1/30 s.
    pub time_ticks: i32,
    /// Units killed.
    pub units_killed: i32,
    /// Units lost.
    pub units_lost: i32,
    /// Damage given.
    pub points_killed: i32,
    /// Damage taken.
    pub points_lost: i32,
    /// The player.
    pub player_id: i32,
}

/// Packet 112: the report of one player, the host's being the one that counts.
///
/// The counts and indices within it have been checked against what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct GameScore {
    /// The game.
    pub game_id: u32,
    /// 0 normal, 1 host lost, 2 a player quit.
    pub end_code: i16,
    /// Scoring type.
    pub scoring: i16,
    /// Version of the game.
    pub version: i32,
    /// Time limit in ticks of 1/30 s.
    pub time_limit_ticks: i32,
    /// Time elapsed in ticks of 1/30 s.
    pub elapsed_ticks: i32,
    /// Who reports.
    pub reporter_id: i32,
    /// Players who started; at most as many as `players` holds.
    pub number_of_players: i16,
    /// Teams, 0…16.
    pub number_of_teams: i16,
    /// The slots; the captain of each used one is an index into `players`.
    pub teams: [TeamScore; TEAM_SLOTS],
    /// Myth II 1.8 sends as many as there are, 1.3 always sixteen.
    pub players: Vec<PlayerScore>,
}

impl GameScore {
    fn check(&self) -> Result<(), DecodeError> {
        let within = |value: i16, limit: usize| usize::try_from(value).is_ok_and(|n| n < limit);
        let range = |field, value: i16| DecodeError::Range { field, value: value.into() };
        if !within(self.number_of_players, self.players.len() + 1) {
            return Err(range("number of players", self.number_of_players));
        }
        if !within(self.number_of_teams, TEAM_SLOTS + 1) {
            return Err(range("number of teams", self.number_of_teams));
        }
        let used = self.number_of_teams.unsigned_abs().into();
        for team in &self.teams[..used] {
            if team.valid != 0 && !within(team.captain, self.players.len()) {
                return Err(range("captain", team.captain));
            }
        }
        Ok(())
    }
}

impl Wire for GameScore {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut score = Self {
            game_id: from.u32()?,
            end_code: from.i16()?,
            scoring: from.i16()?,
            version: from.i32()?,
            time_limit_ticks: from.i32()?,
            elapsed_ticks: from.i32()?,
            reporter_id: from.i32()?,
            number_of_players: from.i16()?,
            number_of_teams: from.i16()?,
            ..Self::default()
        };
        for team in &mut score.teams {
            *team = TeamScore {
                place: from.i16()?,
                captain: from.i16()?,
                valid: from.i16()?,
                eliminated: from.i16()?,
                eliminated_at_ticks: from.i32()?,
            };
        }
        while !from.is_empty() {
            score.players.push(PlayerScore {
                team: from.i16()?,
                finished: from.i16()?,
                time_ticks: from.i32()?,
                units_killed: from.i32()?,
                units_lost: from.i32()?,
                points_killed: from.i32()?,
                points_lost: from.i32()?,
                player_id: from.i32()?,
            });
        }
        score.check()?;
        Ok(score)
    }

    fn write(&self, to: &mut Writer) {
        to.u32(self.game_id);
        to.i16(self.end_code);
        to.i16(self.scoring);
        to.i32(self.version);
        to.i32(self.time_limit_ticks);
        to.i32(self.elapsed_ticks);
        to.i32(self.reporter_id);
        to.i16(self.number_of_players);
        to.i16(self.number_of_teams);
        for team in &self.teams {
            to.i16(team.place);
            to.i16(team.captain);
            to.i16(team.valid);
            to.i16(team.eliminated);
            to.i32(team.eliminated_at_ticks);
        }
        for player in &self.players {
            to.i16(player.team);
            to.i16(player.finished);
            to.i32(player.time_ticks);
            to.i32(player.units_killed);
            to.i32(player.units_lost);
            to.i32(player.points_killed);
            to.i32(player.points_lost);
            to.i32(player.player_id);
        }
    }
}
