//! `guildhall system …` and what `guildhall doctor` says.

use clap::Subcommand;
use client::Client;
use contract::vitals::{Dashboard, Figures, Finding, Licence, Pair, Weight};

use crate::terminal::{Done, Terminal, day_and_hour};

/// Says how the hub is doing. What is wrong with it, `guildhall doctor` says.
#[derive(Subcommand)]
pub enum SystemCommand {
    /// The numbers of the dashboard. On the hub's own machine, what only the running process knows is nothing: ask with `--remote`.
    Dashboard {
        /// Answer in JSON, with how it was before.
        #[arg(long)]
        json: bool,
    },
    /// Parts and their versions.
    Versions {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// The configuration, without its secrets.
    Configuration {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// What the hub is built on.
    Licences {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: SystemCommand) -> Done {
    match command {
        SystemCommand::Dashboard { json } => {
            let dashboard = hub.dashboard().await?;
            terminal.answer(json, &dashboard, tell)
        }
        SystemCommand::Versions { json } => {
            let versions = hub.system().await?.versions;
            terminal.answer(json, &versions, |terminal, versions| pairs(terminal, versions))
        }
        SystemCommand::Configuration { json } => {
            let configuration = hub.system().await?.configuration;
            terminal.answer(json, &configuration, |terminal, configuration| pairs(terminal, configuration))
        }
        SystemCommand::Licences { json } => {
            let licences = hub.system().await?.licences;
            terminal.answer(json, &licences, |terminal, licences| {
                let rows: Vec<_> = licences
                    .iter()
                    .map(|Licence { name, version, licence }| [name.clone(), version.clone(), licence.clone()])
                    .collect();
                terminal.table(["name", "version", "licence"], &rows, "Nothing.")
            })
        }
    }
}

fn pairs(terminal: &mut Terminal<'_>, pairs: &[Pair]) -> Done {
    let rows: Vec<_> = pairs
        .iter()
        .map(|pair| {
            let changed = if pair.changed { "changed" } else { "" };
            [pair.name.clone(), pair.value.clone(), changed.to_owned()]
        })
        .collect();
    terminal.table(["name", "value", ""], &rows, "Nothing.")
}

fn tell(terminal: &mut Terminal<'_>, dashboard: &Dashboard) -> Done {
    let Figures { at, started_at, .. } = dashboard.now;
    let now = &dashboard.now;
    terminal.say(format_args!("At {}, running since {}", day_and_hour(at), day_and_hour(started_at)))?;
    let rows = [
        ("players", now.players),
        ("rooms", now.rooms),
        ("games", now.games),
        ("visitors", now.visitors),
        ("accounts", now.accounts),
        ("jobs waiting", now.jobs_waiting),
        ("jobs dead", now.jobs_dead),
        ("errors", now.errors),
        ("refused", now.refused),
        ("database bytes", now.database_bytes),
    ];
    terminal.table(["what", "now"], &rows.map(|(what, now)| [what.to_owned(), now.to_string()]), "Nothing.")
}

/// Says what the doctor has found; whether something has to be mended.
pub fn tell_findings(terminal: &mut Terminal<'_>, findings: &[Finding], as_json: bool) -> Done<bool> {
    let bad = findings.iter().any(|finding| finding.weight == Weight::Bad);
    if as_json {
        terminal.json(&findings)?;
        return Ok(bad);
    }
    for finding in findings {
        let mark = match finding.weight {
            Weight::Good => "ok  ",
            Weight::Warning => "mind",
            Weight::Bad => "BAD ",
        };
        terminal.say(format_args!("{mark}  {}: {}", finding.about, finding.found))?;
        if !finding.fix.is_empty() {
            terminal.say(format_args!("        {}", finding.fix))?;
        }
    }
    Ok(bad)
}
