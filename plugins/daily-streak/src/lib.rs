//! Counts the days in a row on which somebody comes by, and rewards them.

mod streak;

use plugin_sdk::{
    Call, Fault, Invocation, Map, Page, Plugin, Reply, Submitted, Value,
    draw::{button, columns, notice, number, page, paragraph, parts, person, section, stat, table, text},
    hub, json, kv,
    page::{Node, Progress, Tone},
};
use serde::Deserialize;

use streak::{Streak, day};

#[derive(Deserialize)]
struct Settings {
    rewards: Vec<Reward>,
    grace_days: i64,
    day_begins_at: i64,
}

#[derive(Deserialize)]
struct Reward {
    days: u32,
    title: String,
}

impl Settings {
    fn today(&self) -> i64 {
        day(hub::now(), self.day_begins_at)
    }

    fn reached(&self, days: u32) -> Option<&Reward> {
        self.rewards.iter().find(|reward| reward.days == days)
    }

    /// The best reward of a streak, and the next.
    fn around(&self, days: u32) -> (Option<&Reward>, Option<&Reward>) {
        let before = self.rewards.iter().filter(|reward| reward.days <= days).max_by_key(|reward| reward.days);
        let next = self.rewards.iter().filter(|reward| reward.days > days).min_by_key(|reward| reward.days);
        (before, next)
    }
}

struct DailyStreak;

impl Plugin for DailyStreak {
    fn page(call: &Call, _: &str, _: &Map<String, Value>) -> Result<Page, Fault> {
        let settings: Settings = hub::config()?;
        Ok(page(shown(&settings, somebody(call).ok(), None)?))
    }

    fn submit(call: &Call, _: &str, _: &Map<String, Value>) -> Result<Submitted, Fault> {
        let settings: Settings = hub::config()?;
        let person = somebody(call)?;
        let (streak, is_new) = collect(&settings, person)?;
        let said = said(&settings, &streak, is_new);
        Ok(Submitted::Page(page(shown(&settings, Some(person), Some(said))?)))
    }

    fn command(call: &Call, _: &Invocation) -> Result<Reply, Fault> {
        let settings: Settings = hub::config()?;
        let (streak, is_new) = collect(&settings, somebody(call)?)?;
        Ok(Reply { text: said(&settings, &streak, is_new), public: is_new, ..Reply::default() })
    }

    fn widget(call: &Call, _: &str, _: Option<&str>) -> Result<Vec<Node>, Fault> {
        let settings: Settings = hub::config()?;
        let Ok(person) = somebody(call) else { return Ok(Vec::new()) };
        let streak = kept(person)?;
        let days = streak.alive(settings.today(), settings.grace_days);
        let mut body = vec![stat("Daily streak", days_text(days))];
        if !streak.is_collected(settings.today()) {
            body.push(button("Collect today's", "", json!({})));
        }
        Ok(body)
    }
}

/// Whoever is there; a stranger has no streak.
fn somebody(call: &Call) -> Result<&str, Fault> {
    let person = call.caller.as_ref().and_then(|caller| caller.person.as_deref());
    person.ok_or_else(|| Fault::Forbidden("log in to collect".into()))
}

fn key(person: &str) -> String {
    format!("streak/{person}")
}

fn kept(person: &str) -> Result<Streak, Fault> {
    Ok(kv::get(&key(person))?.unwrap_or_default())
}

/// Counts today, once. Whoever presses twice at once is counted once as well: the value is changed only from the version that was read.
fn collect(settings: &Settings, person: &str) -> Result<(Streak, bool), Fault> {
    let today = settings.today();
    let mut is_new = false;
    let streak = kv::change(&key(person), Some(person), |streak: &mut Streak| {
        is_new = streak.collect(today, settings.grace_days);
    })?;
    if let (true, Some(reward)) = (is_new, settings.reached(streak.days)) {
        let told = json!({ "person": person, "days": streak.days, "reward": reward.title });
        hub::emit("daily_streak.reached", &told)?;
        // The streak is what counts; a letter more or less is not worth failing for.
        let letter = json!({ "text": rewarded(streak.days, reward) });
        if let Err(fault) = hub::notify(person, "daily_streak.reached", &letter) {
            hub::warn(&format!("somebody was not told of their reward: {fault}"));
        }
    }
    Ok((streak, is_new))
}

fn said(settings: &Settings, streak: &Streak, is_new: bool) -> String {
    let days = days_text(streak.days);
    match (is_new, settings.reached(streak.days)) {
        (false, _) => format!("You have been here today already: {days} in a row."),
        (true, Some(reward)) => rewarded(streak.days, reward),
        (true, None) => format!("{days} in a row."),
    }
}

fn rewarded(days: u32, reward: &Reward) -> String {
    format!("{} in a row. You are “{}” now!", days_text(days), reward.title)
}

fn days_text(days: u32) -> String {
    if days == 1 { "1 day".into() } else { format!("{days} days") }
}

fn shown(settings: &Settings, person_id: Option<&str>, said: Option<String>) -> Result<Vec<Node>, Fault> {
    let today = settings.today();
    let mut body: Vec<Node> = said.map(|said| notice(said, Tone::Good)).into_iter().collect();
    match person_id {
        None => body.push(paragraph("Log in to count your days.")),
        Some(person) => {
            let streak = kept(person)?;
            let days = streak.alive(today, settings.grace_days);
            let (reached, next) = settings.around(days);
            let title = reached.map_or("none yet", |reward| reward.title.as_str());
            body.push(columns(vec![
                stat("In a row", days_text(days)),
                stat("Longest", days_text(streak.best)),
                stat("Reward", title),
            ]));
            if let Some(next) = next {
                body.push(Node::Progress(Progress {
                    label: format!("Until “{}”", next.title),
                    value: days.into(),
                    of: next.days.into(),
                }));
            }
            if streak.is_collected(today) {
                body.push(paragraph("You have been counted today. Come back tomorrow."));
            } else {
                body.push(button("Collect today's", "", json!({})));
            }
        }
    }
    let mut all: Vec<(String, Streak)> = kv::all("streak/")?;
    all.retain(|(_, streak)| streak.alive(today, settings.grace_days) > 0);
    all.sort_by_key(|(_, streak)| std::cmp::Reverse((streak.days, streak.best)));
    let rows = all.iter().take(20).enumerate().map(|(n, (key, streak))| {
        let who = key.strip_prefix("streak/").unwrap_or_default();
        vec![
            number(i64::try_from(n + 1).unwrap_or_default()),
            parts(vec![person(who)]),
            number(streak.days.into()),
            text(settings.around(streak.days).0.map_or("", |reward| &reward.title)),
        ]
    });
    body.push(section(
        "Longest at the moment",
        vec![table(
            "Streaks at the moment",
            &["#Place", "Who", "#Days", "Reward"],
            rows.collect(),
            "Nobody has a streak yet.",
        )],
    ));
    Ok(body)
}

plugin_sdk::export!(DailyStreak);
