//! `guildhall import-lobby`

use std::{
    fs::OpenOptions,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use accounts::{Arrival, Arrived, Logon};
use base::Secret;
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::terminal::{Done, Terminal, plain};

/// The largest dump: it is read whole.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;

/// Which server's heritage, and how it is taken over.
#[derive(Args)]
pub struct Importing {
    /// The program that kept it.
    #[arg(value_enum)]
    pub program: Program,
    /// Its database as `mysqldump` or `mariadb-dump` writes it.
    pub file: PathBuf,
    /// What that server is called here. What came from it once does not come again; two servers of one program need two names.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// How Aleph One's table keeps its passwords. One that is not what is said here is not taken over.
    #[arg(long, value_enum, default_value_t = Passwords::Phpass)]
    pub passwords: Passwords,
    /// Take the same name, there and here, for the same person. Without it nobody gets what another has played.
    #[arg(long)]
    pub merge_names: bool,
    /// Write a claim link for everybody who has no other way to the site into this file, which must not be there yet.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub links: Option<PathBuf>,
    /// Only say what would become of whom.
    #[arg(long)]
    pub dry_run: bool,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// A program whose database is understood.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Program {
    /// The Myth II server of gateofstorms.net, and what was made of it.
    GateOfStorms,
    /// The table of users of Aleph One's metaserver.
    AlephOne,
}

/// How passwords are kept.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Passwords {
    /// As phpass does: bcrypt, or its own way with MD5.
    Phpass,
    /// Plain MD5.
    Md5,
    /// As they are typed.
    Readable,
}

impl Importing {
    /// What the server is called here.
    pub fn source(&self) -> &str {
        self.source.as_deref().unwrap_or(match self.program {
            Program::GateOfStorms => "gate-of-storms",
            Program::AlephOne => "aleph-one",
        })
    }

    /// The dump. Said first is what would keep the links from being written: those that are made last make earlier ones worthless.
    pub fn read(&self) -> Done<Vec<u8>> {
        if let Some(links) = self.links.as_ref().filter(|links| links.exists()) {
            return Err(format!("{} is there already", links.display()).into());
        }
        let told = |error: std::io::Error| format!("{} can't be read: {error}", self.file.display());
        let length = std::fs::metadata(&self.file).map_err(told)?.len();
        if length > LARGEST {
            return Err(format!("{} is larger than 2 GiB", self.file.display()).into());
        }
        Ok(std::fs::read(&self.file).map_err(told)?)
    }
}

/// What came of it, or would.
#[derive(Serialize)]
pub struct Report {
    /// From where.
    pub source: String,
    /// Whether nothing was done.
    pub dry_run: bool,
    /// What became of each player.
    pub players: Vec<Arrived>,
    /// Games that came over, or would.
    pub games: usize,
    /// Games that are here already.
    pub games_known: usize,
    /// Those who were shut out there and are here.
    pub bans: Vec<String>,
    /// Claim links that were written.
    pub links: Option<usize>,
}

/// Writes claim links, a name and an address a line, into a file that nobody else may read.
pub fn write_links(to: &Path, links: &[(String, Secret)], site: &str) -> Done {
    let told = |error: std::io::Error| format!("{} can't be written: {error}", to.display());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(told)?;
    for (name, path) in links {
        writeln!(file, "{name}\t{site}{}", path.expose()).map_err(told)?;
    }
    Ok(file.sync_all().map_err(told)?)
}

/// Tells what came of it.
pub fn tell(terminal: &mut Terminal<'_>, report: &Report, as_json: bool) -> Done {
    terminal.answer(as_json, report, |terminal, report| {
        let rows: Vec<_> = report.players.iter().filter(|player| !is_plain(player)).map(row).collect();
        if !rows.is_empty() {
            terminal.table(["there", "here", "what", "logs on with", ""], &rows, "")?;
        }
        let count = |is: fn(&Arrival) -> bool| report.players.iter().filter(|player| is(&player.arrival)).count();
        terminal.say(format_args!(
            "Players of {}: {} new, {} under another name, {} merged, {} known, {} gone, {} skipped.",
            report.source,
            count(|arrival| matches!(arrival, Arrival::New)),
            count(|arrival| matches!(arrival, Arrival::Renamed { .. })),
            count(|arrival| matches!(arrival, Arrival::Merged)),
            count(|arrival| matches!(arrival, Arrival::Known)),
            count(|arrival| matches!(arrival, Arrival::Gone)),
            count(|arrival| matches!(arrival, Arrival::Skipped { .. })),
        ))?;
        terminal.say(format_args!("Games: {} new, {} known.", report.games, report.games_known))?;
        if !report.bans.is_empty() {
            terminal.say(format_args!("Shut out as there: {}.", report.bans.join(", ")))?;
        }
        let kept_order: Vec<String> =
            report.players.iter().filter(|player| player.kept_order).map(|player| plain(&player.was)).collect();
        if !kept_order.is_empty() {
            terminal.say(format_args!("Kept order there, and have no power here: {}.", kept_order.join(", ")))?;
        }
        if let Some(links) = report.links {
            terminal.say(format_args!("{links} claim links are written."))?;
        }
        if report.dry_run {
            terminal.say("This was a dry run: nothing is changed.")?;
        }
        Ok(())
    })
}

/// Whether there is nothing to tell of somebody but that they are here, as they were there.
fn is_plain(player: &Arrived) -> bool {
    let as_there = matches!(player.arrival, Arrival::New) && player.logon == Some(Logon::Kept);
    as_there && player.types_now.is_none() || player.arrival == Arrival::Known
}

fn row(player: &Arrived) -> [String; 5] {
    let what = match &player.arrival {
        Arrival::New => "new".to_owned(),
        Arrival::Renamed { because } => format!("renamed: {}", word(*because)),
        Arrival::Merged => "merged".to_owned(),
        Arrival::Known => "known".to_owned(),
        Arrival::Gone => "gone since".to_owned(),
        Arrival::Skipped { because } => format!("skipped: {}", word(*because)),
    };
    let logon = match player.logon {
        None => "",
        Some(Logon::Kept | Logon::KeptUntilUsed) => "the old password",
        Some(Logon::ByClaim) => "a claim link",
    };
    let more = match (&player.types_now, player.mailed) {
        (Some(name), _) => format!("types “{}” from now on", plain(name)),
        (None, true) => "mailed".to_owned(),
        (None, false) => String::new(),
    };
    [plain(&player.was), player.name.as_deref().map(plain).unwrap_or_default(), what, logon.to_owned(), more]
}

/// A code as it stands in JSON.
fn word(code: contract::Code) -> String {
    serde_json::to_value(code)
        .ok()
        .and_then(|word| word.as_str().map(|word| word.replace('_', " ")))
        .unwrap_or_default()
}
