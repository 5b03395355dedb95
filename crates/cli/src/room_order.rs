//! `guildhall room-order …`

use base::RoomId;
use clap::Subcommand;
use client::{Client, Onward};
use contract::{
    api::Why,
    room::{Everywhere, Kick, MutedWords, Restrain, RestraintKind, RoomModerator, RoomPlayer, RoomRestraint, SlowRoom},
};

use crate::terminal::{Done, Terminal, day_and_hour, plain};

/// Keeps order in a room of the lobby.
#[derive(Subcommand)]
pub enum RoomOrderCommand {
    /// Lists who is in a room now.
    Players {
        /// The room's number.
        room: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Sends somebody out of a room. They may come back.
    Kick {
        /// The room's number.
        room: i64,
        /// Who: their name, or `#` and the number they have in the lobby.
        player: String,
        /// Why, as they are told.
        #[arg(long, default_value = "")]
        reason: String,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Says how fast people may talk in a room.
    Slow {
        /// The room's number.
        room: i64,
        /// Seconds between two lines of one player; 0: as they like.
        secs: u16,
        /// Only say what would be.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lists whom nobody hears in any room, and who may not enter one, the newest first.
    Everywhere {
        /// So many, 200 at most.
        #[arg(long, default_value_t = 30)]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists whom nobody hears in a room, and who may not enter it.
    List {
        /// The room's number.
        room: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Gags somebody in a room, or bars them from it. It holds at once.
    Add {
        /// The room's number.
        room: i64,
        /// What: gag or bar.
        kind: String,
        /// Who: their name, or `#` and the number they have in the lobby.
        player: String,
        /// For how many minutes; left out: until it is lifted.
        #[arg(long)]
        minutes: Option<u32>,
        /// Why, as they are told.
        #[arg(long, default_value = "")]
        reason: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lets somebody talk or enter again.
    Lift {
        /// The room's number.
        room: i64,
        /// The number of what was done.
        restraint: i64,
        /// Why, for the audit log.
        #[arg(long, default_value = "")]
        reason: String,
        /// Only say what would be lifted.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lists the words that nobody says in a room.
    Words {
        /// The room's number.
        room: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Mutes a word in a room.
    Mute {
        /// The room's number.
        room: i64,
        /// Which word; with a star at its end every word that begins so.
        word: String,
        /// In all rooms.
        #[arg(long)]
        everywhere: bool,
        /// Only say what would be muted.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lets a word be said again.
    Unmute {
        /// The room's number.
        room: i64,
        /// Which word.
        word: String,
        /// In all rooms.
        #[arg(long)]
        everywhere: bool,
        /// Only say what would be let.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lists who keeps order in a room, beside the hub's moderators.
    Moderators {
        /// The room's number.
        room: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Has somebody keep order in a room.
    Name {
        /// The room's number.
        room: i64,
        /// Their number.
        user: i64,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Has somebody keep order in a room no more.
    Dismiss {
        /// The room's number.
        room: i64,
        /// Their number.
        user: i64,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: RoomOrderCommand) -> Done {
    match command {
        RoomOrderCommand::Players { room, json } => {
            let players = hub.room_players(room.into()).await?;
            terminal.answer(json, &players, |terminal, players| {
                let rows: Vec<_> = players.iter().map(player_row).collect();
                terminal.table(["number", "name", "account", "away"], &rows, "Nobody is in it.")
            })
        }
        RoomOrderCommand::Kick { room, player, reason, dry_run } => {
            if dry_run {
                return terminal.say(format_args!("Would send {} out of room {room}.", plain(&player)));
            }
            let who = plain(&player);
            hub.kick_from_room(room.into(), &Kick { player, reason }).await?;
            terminal.say(format_args!("Sent {who} out of room {room}."))
        }
        RoomOrderCommand::Slow { room, secs, dry_run } => {
            if dry_run {
                return terminal.say(format_args!("Would leave {secs} s between two lines in room {room}."));
            }
            hub.slow_room(room.into(), &SlowRoom { slow_secs: secs }).await?;
            terminal.say(format_args!("{secs} s between two lines in room {room}."))
        }
        RoomOrderCommand::Everywhere { limit, json } => {
            let page = hub.list_restraints(&Onward::first(limit)).await?;
            terminal.answer(json, &page.items, |terminal, held| {
                let rows: Vec<_> = held
                    .iter()
                    .map(|one| {
                        let [number, kind, name, until, reason] = restraint_row(&one.restraint);
                        [number, plain(&one.name), kind, name, until, reason]
                    })
                    .collect();
                terminal.table(["number", "room", "what", "who", "until", "reason"], &rows, "Nobody is held anywhere.")
            })
        }
        RoomOrderCommand::List { room, json } => {
            let all = hub.room_restraints(room.into()).await?;
            terminal.answer(json, &all, |terminal, all| tell(terminal, all))
        }
        RoomOrderCommand::Add { room, kind, player, minutes, reason, json, dry_run } => {
            let kind = RestraintKind::from_word(&kind).ok_or("there is no such thing: gag or bar".to_owned())?;
            if dry_run {
                return terminal.say(format_args!("Would {} {} in room {room}.", kind.word(), plain(&player)));
            }
            let done = hub.restrain_in_room(room.into(), &Restrain { kind, player, minutes, reason }).await?;
            terminal.answer(json, &done, |terminal, done| tell(terminal, std::slice::from_ref(done)))
        }
        RoomOrderCommand::Lift { room, restraint, reason, dry_run } => {
            if dry_run {
                return terminal.say(format_args!("Would lift {restraint} in room {room}."));
            }
            hub.release_in_room(room.into(), restraint.into(), &Why { reason }).await?;
            terminal.say(format_args!("Lifted {restraint}."))
        }
        RoomOrderCommand::Words { room, json } => {
            let words = hub.muted_words(room.into()).await?;
            terminal.answer(json, &words, tell_words)
        }
        RoomOrderCommand::Mute { room, word, everywhere, dry_run } => {
            if dry_run {
                return terminal.say(format_args!("Would mute {}.", plain(&word)));
            }
            let words = hub.mute_word(room.into(), &word, &Everywhere { everywhere }).await?;
            tell_words(terminal, &words)
        }
        RoomOrderCommand::Unmute { room, word, everywhere, dry_run } => {
            if dry_run {
                return terminal.say(format_args!("Would let {} be said again.", plain(&word)));
            }
            let words = hub.unmute_word(room.into(), &word, &Everywhere { everywhere }).await?;
            tell_words(terminal, &words)
        }
        RoomOrderCommand::Moderators { room, json } => {
            let all = hub.room_moderators(room.into()).await?;
            terminal.answer(json, &all, |terminal, all| tell_moderators(terminal, all))
        }
        RoomOrderCommand::Name { room, user, dry_run } => {
            let id = RoomId::from(room);
            if dry_run {
                return terminal.say(format_args!("Would have user {user} keep order in room {id}."));
            }
            let all = hub.name_room_moderator(id, user.into()).await?;
            tell_moderators(terminal, &all)
        }
        RoomOrderCommand::Dismiss { room, user, dry_run } => {
            let id = RoomId::from(room);
            if dry_run {
                return terminal.say(format_args!("Would have user {user} keep order in room {id} no more."));
            }
            let all = hub.dismiss_room_moderator(id, user.into()).await?;
            tell_moderators(terminal, &all)
        }
    }
}

fn player_row(one: &RoomPlayer) -> [String; 4] {
    let account = one.user.map_or_else(|| "guest".to_owned(), |user| user.to_string());
    let away = if one.away { "yes".to_owned() } else { String::new() };
    [format!("#{}", one.number), plain(&one.name), account, away]
}

fn restraint_row(one: &RoomRestraint) -> [String; 5] {
    let until = one.until.map_or_else(|| "lifted".to_owned(), day_and_hour);
    [one.id.to_string(), one.kind.word().to_owned(), plain(&one.name), until, plain(&one.reason)]
}

fn tell(terminal: &mut Terminal<'_>, restraints: &[RoomRestraint]) -> Done {
    let rows: Vec<_> = restraints.iter().map(restraint_row).collect();
    terminal.table(["number", "what", "who", "until", "reason"], &rows, "Nobody is held in it.")
}

fn tell_words(terminal: &mut Terminal<'_>, words: &MutedWords) -> Done {
    let here = words.here.iter().map(|word| [plain(word), "here".to_owned()]);
    let everywhere = words.everywhere.iter().map(|word| [plain(word), "everywhere".to_owned()]);
    let rows: Vec<_> = here.chain(everywhere).collect();
    terminal.table(["word", "where"], &rows, "No word is muted in it.")
}

fn tell_moderators(terminal: &mut Terminal<'_>, moderators: &[RoomModerator]) -> Done {
    let rows: Vec<_> = moderators.iter().map(|one| [one.user.to_string(), plain(&one.name)]).collect();
    terminal.table(["number", "name"], &rows, "The hub's moderators keep order in it, and nobody else.")
}
