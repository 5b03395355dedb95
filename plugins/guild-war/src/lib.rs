//! Keeps the score of wars between guilds.

mod war;

use plugin_sdk::{
    Call, Document, Fault, Find, KeepDocument, Map, Node, Page, Plugin, Request, Response, Submitted, Value, documents,
    draw::{
        badge, button, card, columns, form, heading, link, live, notice, number, page, paragraph, parts, stat, table,
        text, titled,
    },
    hub, json,
    page::{Confirm, Entry, Instant, Progress, Timeline, Tone},
    serde_json::from_value,
};
use serde::Deserialize;

use war::{Side, War};

const JUDGE: &str = "guild_war:judge";

#[derive(Deserialize)]
struct Settings {
    goal: u32,
    days: i64,
}

struct GuildWar;

impl Plugin for GuildWar {
    fn page(call: &Call, path: &str, _: &Map<String, Value>) -> Result<Page, Fault> {
        match path {
            "" => front(call),
            "declare" => Ok(page(vec![form("declare", war::declaration(), "Declare the war")])),
            id => shown(call, id, None),
        }
    }

    fn submit(call: &Call, path: &str, sent: &Map<String, Value>) -> Result<Submitted, Fault> {
        may_judge(call)?;
        if path == "declare" {
            let Settings { goal, days } = hub::config()?;
            let war = War::declare(sent, hub::now(), goal, days)?;
            let made = documents::put("wars", None, &json!(war), KeepDocument::default())?;
            return Ok(Submitted::Redirect(made.id));
        }
        let war = if sent.get("act").and_then(Value::as_str) == Some("undo") {
            change(path, War::undo)?
        } else {
            let battle = war::battle(sent, hub::now())?;
            change(path, |war| war.report(battle.clone()))?
        };
        tell(path, &war)?;
        Ok(Submitted::Page(shown(call, path, Some("The score has changed."))?))
    }

    fn route(_: &Call, _: &Request) -> Result<Response, Fault> {
        let wars: Vec<Value> = fought(false)?
            .into_iter()
            .map(|(id, war)| {
                let [left, right] = war.score();
                json!({ "id": id, "left": { "guild": war.left, "points": left }, "right": { "guild": war.right, "points": right }, "goal": war.goal, "ends": war.ends })
            })
            .collect();
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Ok(Response { status: 200, headers, body: json!({ "wars": wars }).to_string().into_bytes() })
    }

    fn task(_: &Call, _: &str, _: &Value) -> Result<(), Fault> {
        for (id, war) in fought(false)? {
            if war.ends <= hub::now() {
                let war = change(&id, |war| {
                    war.end();
                    Ok(())
                })?;
                tell(&id, &war)?;
            }
        }
        Ok(())
    }

    fn widget(_: &Call, _: &str, _: Option<&str>) -> Result<Vec<Node>, Fault> {
        let wars = fought(false)?;
        if wars.is_empty() {
            return Ok(Vec::new());
        }
        let boards = wars.iter().take(3).map(|(id, war)| card("Guild war", board(id, war))).collect();
        Ok(vec![live("wars", &["guild_war.scored", "guild_war.ended"], boards)])
    }
}

fn may_judge(call: &Call) -> Result<(), Fault> {
    let may = call.caller.as_ref().is_some_and(|caller| caller.may(JUDGE));
    if may { Ok(()) } else { Err(Fault::Forbidden("wars are judged by those who may".into())) }
}

fn war_of(document: &Document) -> Result<War, Fault> {
    from_value(document.body.clone()).map_err(|error| Fault::Internal(error.to_string()))
}

fn find(id: &str) -> Result<(War, i64), Fault> {
    let document = documents::get("wars", id)?.ok_or(Fault::NotFound)?;
    Ok((war_of(&document)?, document.version))
}

fn fought(over: bool) -> Result<Vec<(String, War)>, Fault> {
    let equals = vec![("over".to_owned(), Value::from(over))];
    let wanted = Find { equals, order: Some("ends".into()), descending: over, limit: 50, ..Find::default() };
    documents::find("wars", &wanted)?
        .documents
        .iter()
        .map(|document| Ok((document.id.clone(), war_of(document)?)))
        .collect()
}

/// Changes a war, and tries again where two judges write at once: no battle is lost.
fn change(id: &str, change: impl Fn(&mut War) -> Result<(), Fault>) -> Result<War, Fault> {
    for _ in 0..5 {
        let (mut war, version) = find(id)?;
        change(&mut war)?;
        let how = KeepDocument { only_if: Some(version), ..KeepDocument::default() };
        match documents::put("wars", Some(id), &json!(war), how) {
            Ok(_) => return Ok(war),
            Err(Fault::Conflict(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Err(Fault::Busy(1))
}

fn tell(id: &str, war: &War) -> Result<(), Fault> {
    let [left, right] = war.score();
    if war.over {
        let winner = war.winner().map_or("", |side| war.name(side));
        return hub::emit("guild_war.ended", &json!({ "war": id, "winner": winner }));
    }
    hub::emit("guild_war.scored", &json!({ "war": id, "left": left, "right": right }))
}

fn board(id: &str, war: &War) -> Vec<Node> {
    let [left, right] = war.score();
    let progress = |name: &str, points: u32| {
        Node::Progress(Progress { label: name.to_owned(), value: points.min(war.goal).into(), of: war.goal.into() })
    };
    vec![
        columns(vec![stat(&war.left, left), stat(&war.right, right)]),
        progress(&war.left, left),
        progress(&war.right, right),
        link("Battles", id),
    ]
}

fn front(call: &Call) -> Result<Page, Fault> {
    let mut boards: Vec<Node> = Vec::new();
    for (id, war) in fought(false)? {
        boards.push(card(format!("{} against {}", war.left, war.right), board(&id, &war)));
    }
    if boards.is_empty() {
        boards.push(paragraph("All is quiet: no war is fought."));
    }
    let rows = fought(true)?
        .into_iter()
        .map(|(id, war)| {
            let [left, right] = war.score();
            vec![
                parts(vec![link(format!("{} against {}", war.left, war.right), id)]),
                text(war.winner().map_or("nobody", |side| war.name(side))),
                text(format!("{left} : {right}")),
            ]
        })
        .collect();
    let mut body = vec![live("wars", &["guild_war.scored", "guild_war.ended"], boards)];
    if may_judge(call).is_ok() {
        body.push(link("Declare a war", "declare"));
    }
    body.push(heading("Wars that are over"));
    body.push(table("Wars that are over", &["War", "Won by", "Score"], rows, "None yet."));
    Ok(page(body))
}

fn shown(call: &Call, id: &str, said: Option<&str>) -> Result<Page, Fault> {
    let (war, _) = find(id)?;
    let mut body: Vec<Node> = said.map(|said| notice(said, Tone::Good)).into_iter().collect();
    body.push(match (war.over, war.winner()) {
        (false, _) => badge("fought", Tone::Warn),
        (true, Some(side)) => notice(format!("**{}** has won.", war.name(side)), Tone::Good),
        (true, None) => notice("It ended without a winner.", Tone::Plain),
    });
    body.extend(board(id, &war).into_iter().take(3));
    body.push(Node::Instant(Instant { at: war.ends }));
    if !war.over && may_judge(call).is_ok() {
        body.push(card("Report a battle", vec![form(id, war.report_form(), "Report it")]));
        if !war.battles.is_empty() {
            body.push(Node::Confirm(Confirm {
                label: "Take the last battle back".into(),
                question: "Its points are taken from the score.".into(),
                body: vec![button("Take it back", id, json!({ "act": "undo" }))],
            }));
        }
    }
    body.push(Node::Timeline(Timeline {
        entries: war
            .battles
            .iter()
            .rev()
            .take(50)
            .map(|battle| Entry {
                at: battle.at,
                title: format!("{}: {} points", war.name(battle.won_by), battle.points),
                text: Some(battle.note.clone()).filter(|note| !note.is_empty()),
                ..Entry::default()
            })
            .collect(),
    }));
    let rows = [Side::Left, Side::Right].map(|side| {
        let won: Vec<_> = war.battles.iter().filter(|battle| battle.won_by == side).collect();
        vec![
            text(war.name(side)),
            number(i64::try_from(won.len()).unwrap_or_default()),
            number(won.iter().map(|battle| i64::from(battle.points)).sum()),
        ]
    });
    body.push(table("Battles won by each guild", &["Guild", "#Battles", "#Points"], rows.to_vec(), ""));
    Ok(titled(format!("{} against {}", war.left, war.right), body))
}

plugin_sdk::export!(GuildWar);
