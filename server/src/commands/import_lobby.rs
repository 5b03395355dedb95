//! `guildhall import-lobby`: takes over what another lobby server has kept.

use std::{io::IsTerminal as _, process::ExitCode, sync::Arc, time::Duration};

use accounts::{Arrival, Coming};
use base::{Actor, Clock, Millis};
use cli::{
    Terminal,
    lobby_import::{Importing, Passwords, Program, Report, tell, write_links},
};
use contract::moderation::SanctionKind;
use heritage::{Ban, Estate, KeptAs};
use metaserver::Past;
use moderation::{Measure, SanctionQuery};

use super::Done;
use crate::{
    config::Settings,
    database,
    http::Hub,
    lifecycle::Lifecycle,
    wiring::{self, StartError},
};

/// A suspension lasts at most so long; what was to last longer is for good.
const LONGEST_SUSPENSION: Duration = Duration::from_hours(5 * 365 * 24);

/// Imports, or says what importing would do. A hub may run beside it.
pub(super) async fn run(
    settings: Settings,
    clock: Arc<dyn Clock>,
    terminal: &mut Terminal<'_>,
    importing: Importing,
) -> Done {
    let dump = importing.read()?;
    let estate = match importing.program {
        Program::GateOfStorms => heritage::gate_of_storms(&dump)?,
        Program::AlephOne => heritage::aleph_one(&dump, kept_as(importing.passwords))?,
    };
    drop(dump);
    let lifecycle = Lifecycle::default();
    let db = database::open_beside(&settings, &*clock, &lifecycle.db_tasks).await?;
    let hub = wiring::at_rest(settings, db.clone(), Arc::clone(&clock), lifecycle.clone())?;
    let done = Box::pin(import(&hub, clock.now(), &estate, &importing)).await;
    lifecycle.stop.cancel();
    lifecycle.tasks.close();
    lifecycle.tasks.wait().await;
    db.close().await;
    tell(terminal, &done?, importing.json)?;
    Ok(ExitCode::SUCCESS)
}

async fn import(hub: &Hub, now: Millis, estate: &Estate, importing: &Importing) -> Result<Report, StartError> {
    let (actor, source) = (Actor::Operator, importing.source());
    let (accounts, past) = (&hub.accounts, Past::new(hub.db.clone()));
    let coming = Coming { source, players: &estate.players, merge_names: importing.merge_names };
    let known = past.known(&actor, source).await?;
    let games_known = estate.games.iter().filter(|game| known.contains(&game.number)).count();
    let mut report = Report {
        source: source.to_owned(),
        dry_run: importing.dry_run,
        players: Vec::new(),
        games: estate.games.len() - games_known,
        games_known,
        bans: Vec::new(),
        links: None,
    };
    if importing.dry_run {
        report.players = accounts.foresee_import(&actor, coming).await?;
        report.bans = estate
            .players
            .iter()
            .zip(&report.players)
            .filter(|(player, arrived)| is_new(&arrived.arrival) && still(player.ban.as_ref(), now).is_some())
            .filter_map(|(_, arrived)| arrived.name.clone())
            .collect();
        return Ok(report);
    }
    report.players = accounts.import(&actor, coming, &progress("players", estate.players.len())).await?;
    let people = accounts.imported(&actor, source).await?;
    let games = (source, estate.games.as_slice());
    report.games = past.import(&actor, games, &people, now, &progress("games", report.games)).await?;
    for player in &estate.players {
        let Some(ban) = still(player.ban.as_ref(), now) else { continue };
        let Some(user) = people.get(&player.number).copied().flatten() else { continue };
        // Whoever was judged here before, even if it was lifted since, is not judged again by a second import.
        let judged = SanctionQuery { user: Some(user), at_most: 1, ..SanctionQuery::default() };
        if hub.moderation.sanctions(&actor, &judged).await?.sanctions.is_empty() {
            let reason = format!("Shut out at {source}: {}", if ban.reason.is_empty() { "-" } else { &ban.reason });
            hub.moderation.sanction(&actor, user, measure(ban, now), &reason).await?;
            report.bans.push(player.name.clone());
        }
    }
    if let Some(to) = &importing.links {
        let site = hub.public_url().await.unwrap_or_else(|| hub.services.public_url.clone());
        let links = accounts.claim_links(&actor, source).await?;
        write_links(to, &links, &site)?;
        report.links = Some(links.len());
    }
    Ok(report)
}

const fn is_new(arrival: &Arrival) -> bool {
    matches!(arrival, Arrival::New | Arrival::Renamed { .. })
}

/// The ban, if it still holds.
fn still(ban: Option<&Ban>, now: Millis) -> Option<&Ban> {
    ban.filter(|ban| ban.until > now)
}

fn measure(ban: &Ban, now: Millis) -> Measure {
    let span = ban.until.since(now);
    if span > LONGEST_SUSPENSION {
        Measure { kind: SanctionKind::Ban, span: None }
    } else {
        Measure { kind: SanctionKind::Suspend, span: Some(span) }
    }
}

const fn kept_as(passwords: Passwords) -> KeptAs {
    match passwords {
        Passwords::Phpass => KeptAs::Phpass,
        Passwords::Md5 => KeptAs::Md5,
        Passwords::Readable => KeptAs::Readable,
    }
}

/// Tells whoever waits how far it is: on one line of a terminal, or now and then in a log.
fn progress(what: &'static str, all: usize) -> impl Fn(usize) + Send + Sync {
    let at_terminal = std::io::stderr().is_terminal();
    move |done| {
        let last = done >= all;
        if at_terminal {
            eprint!("\r{done} of {all} {what}{}", if last { "\n" } else { "" });
        } else if last || done % 1_000 == 0 {
            eprintln!("{done} of {all} {what}");
        }
    }
}
