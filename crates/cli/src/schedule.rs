//! `guildhall schedule …`

use base::ScheduleId;
use clap::Subcommand;
use client::{Client, Every};
use contract::schedule::{RunState, Schedule, ScheduleRun, Timing, When};

use crate::terminal::{Done, Terminal, day_and_hour, plain};

/// Looks after what is done at its time.
#[derive(Subcommand)]
pub enum ScheduleCommand {
    /// Lists what is done at its time, with the last time and the next.
    List {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one schedule, its next times and its last runs.
    Show {
        /// Its name, such as `backup`, or its number.
        schedule: String,
        /// How many runs at most; 50 are kept.
        #[arg(long, default_value_t = 10)]
        runs: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Chooses another time.
    Set {
        /// Its name or its number.
        schedule: String,
        #[command(flatten)]
        choice: TimeArgs,
        /// Whose clock a cron expression goes by, such as `Europe/Berlin`.
        #[arg(long, value_name = "ZONE", default_value = "UTC", conflicts_with = "reset")]
        zone: String,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Leaves it undone until it is resumed; what is under way goes on.
    Pause {
        /// Its name or its number.
        schedule: String,
        /// Only say how it stands.
        #[arg(long)]
        dry_run: bool,
    },
    /// Has it done again at its times; what was missed is not made up for.
    Resume {
        /// Its name or its number.
        schedule: String,
        /// Only say how it stands.
        #[arg(long)]
        dry_run: bool,
    },
    /// Has it done at once; its next time stays. The running hub, or a worker, does it.
    Run {
        /// Its name or its number.
        schedule: String,
        /// Only say how it stands.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Which time.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub struct TimeArgs {
    /// Each time that long has passed: `90s`, `30m`, `6h`, `7d`.
    #[arg(long, value_name = "TIME", value_parser = span)]
    every: Option<u32>,
    /// By a cron expression of five fields: minute, hour, day of the month, month, day of the week.
    #[arg(long, value_name = "EXPRESSION")]
    cron: Option<String>,
    /// When its owner would have it done.
    #[arg(long)]
    reset: bool,
}

impl TimeArgs {
    fn when(self, zone: String) -> Option<When> {
        let timing = match (self.every, self.cron) {
            (Some(secs), _) => Timing::EverySecs(secs),
            (None, Some(expression)) => Timing::Cron(expression),
            (None, None) => return None,
        };
        Some(When { timing, zone })
    }
}

/// A number and a unit; seconds where there is none.
fn span(text: &str) -> Result<u32, String> {
    let wrong = || format!("{text:?} is no time such as 90s, 30m, 6h or 7d");
    let (number, unit) = match text.char_indices().last() {
        Some((last, 's')) => (&text[..last], 1),
        Some((last, 'm')) => (&text[..last], 60),
        Some((last, 'h')) => (&text[..last], 60 * 60),
        Some((last, 'd')) => (&text[..last], 24 * 60 * 60),
        _ => (text, 1),
    };
    number.parse::<u32>().ok().and_then(|number| number.checked_mul(unit)).ok_or_else(wrong)
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: ScheduleCommand) -> Done {
    match command {
        ScheduleCommand::List { json } => {
            let schedules = all(hub).await?;
            terminal.answer(json, &schedules, |terminal, schedules| {
                let rows: Vec<_> = schedules.iter().map(row).collect();
                let heads = ["number", "name", "when", "next", "last", "ended"];
                terminal.table(heads, &rows, "Nothing is done at its time.")
            })
        }
        ScheduleCommand::Show { schedule, runs, json } => {
            let schedule = find(hub, &schedule).await?;
            let id = schedule.id;
            let ask = async |part| hub.list_schedule_runs(id, &part).await;
            let runs = Every::of(ask).take(runs as usize).await?;
            if json {
                return terminal.json(&serde_json::json!({ "schedule": schedule, "runs": runs }));
            }
            tell(terminal, &schedule, &runs)
        }
        ScheduleCommand::Set { schedule, choice, zone, dry_run } => {
            let before = find(hub, &schedule).await?;
            let when = choice.when(zone);
            if dry_run {
                let after = when.as_ref().unwrap_or(&before.own);
                let (title, before, after) = (plain(&before.title()), spoken(&before.when), spoken(after));
                return terminal.say(format_args!("{title}: {before} would become {after}."));
            }
            let after = match when {
                Some(when) => hub.choose_time(before.id, &when).await?,
                None => hub.reset_time(before.id).await?,
            };
            stands(terminal, &after)
        }
        ScheduleCommand::Pause { schedule, dry_run } => {
            let before = find(hub, &schedule).await?;
            if dry_run {
                return stands(terminal, &before);
            }
            stands(terminal, &hub.pause_schedule(before.id).await?)
        }
        ScheduleCommand::Resume { schedule, dry_run } => {
            let before = find(hub, &schedule).await?;
            if dry_run {
                return stands(terminal, &before);
            }
            stands(terminal, &hub.resume_schedule(before.id).await?)
        }
        ScheduleCommand::Run { schedule, dry_run } => {
            let before = find(hub, &schedule).await?;
            if dry_run {
                return stands(terminal, &before);
            }
            let asked = hub.run_schedule(before.id).await?;
            terminal.say(format_args!("{} is due as job {}.", plain(&before.title()), asked.job))
        }
    }
}

async fn all(hub: &Client) -> Done<Vec<Schedule>> {
    let ask = async |part| hub.list_schedules(&part).await;
    Ok(Every::of(ask).all().await?)
}

/// By its number, or by its name where only one has it.
async fn find(hub: &Client, typed: &str) -> Done<Schedule> {
    if let Ok(number) = typed.parse::<i64>() {
        return Ok(hub.schedule(ScheduleId::from(number)).await?);
    }
    let mut named: Vec<_> = all(hub).await?.into_iter().filter(|schedule| schedule.title() == typed).collect();
    match (named.pop(), named.len()) {
        // Once more, for its next times.
        (Some(one), 0) => Ok(hub.schedule(one.id).await?),
        (Some(_), _) => {
            Err(format!("several are called {typed:?}: take its number from `guildhall schedule list`").into())
        }
        (None, _) => Err(format!("there is no schedule {typed:?}; `guildhall schedule list` names all").into()),
    }
}

fn row(schedule: &Schedule) -> [String; 6] {
    let (last, ended) = schedule
        .last
        .as_ref()
        .map_or_else(Default::default, |run| (day_and_hour(run.asked_at), run.state.word().replace('_', " ")));
    let title = plain(&schedule.title());
    [schedule.id.to_string(), title, spoken(&schedule.when), next(schedule), last, ended]
}

fn next(schedule: &Schedule) -> String {
    match schedule.next.first() {
        _ if schedule.paused => "paused".to_owned(),
        Some(at) => day_and_hour(*at),
        None => "never".to_owned(),
    }
}

fn stands(terminal: &mut Terminal<'_>, schedule: &Schedule) -> Done {
    let (title, when, next) = (plain(&schedule.title()), spoken(&schedule.when), next(schedule));
    terminal.say(format_args!("{title}: {when}; next: {next}."))
}

fn tell(terminal: &mut Terminal<'_>, schedule: &Schedule, runs: &[ScheduleRun]) -> Done {
    stands(terminal, schedule)?;
    if schedule.changed {
        terminal.say(format_args!("Its owner would have it {}.", spoken(&schedule.own)))?;
    }
    for at in schedule.next.iter().skip(1) {
        terminal.say(format_args!("Then: {}", day_and_hour(*at)))?;
    }
    let rows: Vec<_> = runs
        .iter()
        .map(|run| {
            let by = if run.by_hand { "by hand" } else { "" };
            let job = run.job.map(|job| job.to_string()).unwrap_or_default();
            let state = match run.state {
                RunState::UnderWay => "under way".to_owned(),
                state => state.word().to_owned(),
            };
            [day_and_hour(run.asked_at), by.to_owned(), state, job, plain(run.error.as_deref().unwrap_or_default())]
        })
        .collect();
    terminal.table(["run", "", "ended", "job", "went wrong"], &rows, "It was never done.")
}

/// A time in a few words.
fn spoken(when: &When) -> String {
    match &when.timing {
        Timing::EverySecs(secs) => format!("every {secs} s"),
        Timing::Cron(expression) => format!("{} ({})", plain(expression), plain(&when.zone)),
        Timing::OnceAt(at) => format!("once, {}", day_and_hour(*at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_typed_with_its_unit() {
        for (typed, secs) in [("90s", 90), ("30m", 1800), ("6h", 21_600), ("7d", 604_800), ("45", 45)] {
            assert_eq!(span(typed), Ok(secs), "{typed}");
        }
        for typed in ["", "m", "-3m", "1.5h", "3w", "99999999d", "3 m", "\u{666}m"] {
            assert!(span(typed).is_err(), "{typed}");
        }
    }
}
