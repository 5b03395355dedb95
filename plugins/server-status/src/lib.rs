//! Says whether a game server is up, and how many play.

use plugin_sdk::{
    Call, Fault, Invocation, Map, Node, Page, Plugin, Reply, Request, Response, Value,
    draw::{badge, card, columns, live, notice, page, paragraph, stat},
    http, hub, json, kv,
    page::{Chart, Instant, Shape, Tone},
};
use serde::{Deserialize, Serialize};

/// Who asks the server, and answers everybody alike.
const ASKED: &str = "https://api.mcsrvstat.us/3/";
/// A day of looks.
const MOST_LOOKS: usize = 288;

#[derive(Deserialize)]
struct Settings {
    address: String,
    label: String,
}

/// What was seen at an instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Look {
    at: i64,
    online: bool,
    players: u32,
    most: u32,
}

struct ServerStatus;

impl Plugin for ServerStatus {
    fn task(_: &Call, _: &str, _: &Value) -> Result<(), Fault> {
        let settings: Settings = hub::config()?;
        if settings.address.is_empty() {
            return Ok(());
        }
        if !is_address(&settings.address) {
            hub::warn("the address in the settings is none");
            return Ok(());
        }
        let answer = http::get(&format!("{ASKED}{}", settings.address))?;
        if answer.status != 200 {
            return Err(Fault::Upstream(format!("{ASKED} answered {}", answer.status)));
        }
        let seen = read(&answer.body, hub::now())?;
        let before = latest()?;
        kv::change("looks", None, |looks: &mut Vec<Look>| {
            looks.push(seen.clone());
            let too_many = looks.len().saturating_sub(MOST_LOOKS);
            looks.drain(..too_many);
        })?;
        if before.is_none_or(|before| before.online != seen.online || before.players != seen.players) {
            hub::emit("server_status.changed", &json!({ "online": seen.online, "players": seen.players }))?;
        }
        Ok(())
    }

    fn widget(_: &Call, _: &str, _: Option<&str>) -> Result<Vec<Node>, Fault> {
        let settings: Settings = hub::config()?;
        let Some(look) = latest()? else { return Ok(Vec::new()) };
        Ok(vec![live("status", &["server_status.changed"], vec![card(settings.label, signs(&look))])])
    }

    fn page(_: &Call, _: &str, _: &Map<String, Value>) -> Result<Page, Fault> {
        let settings: Settings = hub::config()?;
        let looks: Vec<Look> = kv::get("looks")?.unwrap_or_default();
        let Some(look) = looks.last() else {
            let text = if settings.address.is_empty() {
                "No server is set yet: an admin enters its address in the plugin's settings."
            } else {
                "Nobody has looked yet. The first look is a few minutes away."
            };
            return Ok(page(vec![paragraph(text)]));
        };
        let up = looks.iter().filter(|look| look.online).count() * 100 / looks.len();
        let mut body = vec![card(settings.label, signs(look))];
        if look.online {
            body.push(paragraph(format!("Play at `{}`.", settings.address)));
        } else {
            body.push(notice("The server does not answer at the moment.", Tone::Warn));
        }
        body.push(columns(vec![
            stat("Up in the last day", format!("{up} %")),
            stat("Most at once", looks.iter().map(|look| look.players).max().unwrap_or_default()),
        ]));
        body.push(Node::Chart(Chart {
            title: "Players in the last day".into(),
            by: "Time, UTC".into(),
            of: "Players".into(),
            shape: Shape::Line,
            points: looks.iter().map(|look| (hour(look.at), f64::from(look.players))).collect(),
        }));
        Ok(page(vec![live("all", &["server_status.changed"], body)]))
    }

    fn route(_: &Call, _: &Request) -> Result<Response, Fault> {
        let settings: Settings = hub::config()?;
        let (message, color) = match latest()? {
            Some(look) if look.online => (format!("{} of {} play", look.players, look.most), "brightgreen"),
            Some(_) => ("offline".to_owned(), "red"),
            None => ("unknown".to_owned(), "lightgrey"),
        };
        let body = json!({ "schemaVersion": 1, "label": settings.label, "message": message, "color": color });
        let headers = [("content-type", "application/json"), ("cache-control", "public, max-age=60")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Ok(Response { status: 200, headers, body: body.to_string().into_bytes() })
    }

    fn command(_: &Call, _: &Invocation) -> Result<Reply, Fault> {
        let settings: Settings = hub::config()?;
        let text = match latest()? {
            Some(look) if look.online => {
                format!("{} is up: {} of {} play at {}.", settings.label, look.players, look.most, settings.address)
            }
            Some(_) => format!("{} does not answer at the moment.", settings.label),
            None => "Nobody has looked yet.".to_owned(),
        };
        Ok(Reply { text, public: true, ..Reply::default() })
    }
}

fn latest() -> Result<Option<Look>, Fault> {
    Ok(kv::get::<Vec<Look>>("looks")?.and_then(|mut looks| looks.pop()))
}

fn signs(look: &Look) -> Vec<Node> {
    let state = if look.online { badge("online", Tone::Good) } else { badge("offline", Tone::Bad) };
    vec![state, stat("Players", format!("{} of {}", look.players, look.most)), Node::Instant(Instant { at: look.at })]
}

/// A name or a number of an address, with a port or without: nothing that leads elsewhere in the address it becomes a part of.
fn is_address(address: &str) -> bool {
    !address.is_empty()
        && !address.contains("..")
        && address.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b))
}

fn read(body: &[u8], at: i64) -> Result<Look, Fault> {
    #[derive(Deserialize)]
    struct Answer {
        online: bool,
        #[serde(default)]
        players: Players,
    }
    #[derive(Default, Deserialize)]
    struct Players {
        #[serde(default)]
        online: u32,
        #[serde(default)]
        max: u32,
    }
    let answer: Answer = plugin_sdk::serde_json::from_slice(body)
        .map_err(|error| Fault::Upstream(format!("an answer that is none: {error}")))?;
    Ok(Look { at, online: answer.online, players: answer.players.online, most: answer.players.max })
}

fn hour(at: i64) -> String {
    let minutes = at.div_euclid(60_000);
    format!("{:02}:{:02}", minutes.div_euclid(60).rem_euclid(24), minutes.rem_euclid(60))
}

plugin_sdk::export!(ServerStatus);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_nowhere_else() {
        assert!(is_address("play.example.org:25565") && is_address("203.0.113.7"));
        for wrong in ["", "a/../b", "a?x", "a#b", "a b", "..", "user@host"] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_answer_is_read() {
        let look = read(br#"{"online":true,"players":{"online":3,"max":20},"version":"1.21"}"#, 5).unwrap();
        assert_eq!(look, Look { at: 5, online: true, players: 3, most: 20 });
        assert_eq!(read(br#"{"online":false}"#, 5).unwrap().players, 0);
        assert!(matches!(read(b"<html>", 5), Err(Fault::Upstream(_))));
        assert_eq!(hour(1_767_225_600_000 + 90 * 60_000), "01:30");
    }
}
