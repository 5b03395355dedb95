//! Tells a Discord channel what happens.

use plugin_sdk::{Call, Fault, Happened, Outgoing, Plugin, Response, Value, http, hub, json};
use serde::Deserialize;

/// The hub fills the secret in. The address never comes near this code, nor its log.
const WEBHOOK: &str = "https://discord.com/api/webhooks/{secret:discord_webhook}";

#[derive(Deserialize)]
struct Settings {
    events: Vec<String>,
    name: String,
}

struct Announcer;

impl Plugin for Announcer {
    fn event(_: &Call, event: &Happened) -> Result<(), Fault> {
        let settings: Settings = hub::config()?;
        if !settings.events.contains(&event.name) {
            return Ok(());
        }
        let message = json!({
            "username": settings.name,
            "content": sentence(event, name(event).as_deref()),
            // Whatever somebody calls themselves: nobody is called by it.
            "allowed_mentions": { "parse": [] },
        });
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let body = message.to_string().into_bytes();
        judge(&http::send(Outgoing {
            method: "POST".into(),
            url: WEBHOOK.into(),
            headers,
            body,
            ..Outgoing::default()
        })?)
    }
}

/// What becomes of the event: told, to be tried again later, or given up.
fn judge(response: &Response) -> Result<(), Fault> {
    match response.status {
        200..=299 => Ok(()),
        429 => Err(Fault::Busy(wait(response))),
        // Trying again would end the same way: somebody has to look at the settings.
        401 | 403 | 404 => {
            hub::error("Discord does not know this webhook any more: enter a new one in the settings");
            Ok(())
        }
        400..=499 => {
            hub::warn(&format!("Discord did not take the message: {}", response.status));
            Ok(())
        }
        status => Err(Fault::Upstream(format!("Discord answered {status}"))),
    }
}

/// How long Discord asks to wait, in whole seconds.
fn wait(response: &Response) -> u32 {
    let header = response.headers.iter().find(|(name, _)| name == "retry-after");
    let secs = header.and_then(|(_, value)| value.split('.').next()?.parse::<u32>().ok());
    secs.unwrap_or(5).saturating_add(1).min(3600)
}

/// What happened, in a sentence. Discord reads Markdown, so what people wrote loses its signs.
fn sentence(event: &Happened, name: Option<&str>) -> String {
    let of = |field: &str| plain(event.payload.get(field).and_then(Value::as_str).unwrap_or_default());
    let who = name.map(plain).filter(|name| !name.is_empty()).unwrap_or_else(|| "Somebody".into());
    match event.name.as_str() {
        "member.joined" => format!("**{who}** has joined."),
        "member.left" => format!("**{who}** has left."),
        "member.role_changed" => format!("**{who}** has another role: {}.", or(of("role"), "see the members' page")),
        "game.listed" => format!("A game is open: **{}**.", or(of("name"), "see the lobby")),
        "game.started" => "A game has begun.".to_owned(),
        "game.ended" => "A game has ended.".to_owned(),
        "organization.changed" => "The organization's page has changed.".to_owned(),
        other => format!("{} happened.", other.replace(['.', '_'], " ")),
    }
}

/// The name of whom an event is about. Where it can't be had, nobody is named.
fn name(event: &Happened) -> Option<String> {
    /// Who left is on none of them; so many are looked at for that.
    const PAGES: u32 = 5;
    let person = event.payload.get("person").and_then(Value::as_str)?;
    for page in 0..PAGES {
        let found = hub::read("members", &json!({}), page).ok()?;
        let members = found.get("members").and_then(Value::as_array)?;
        let member = members.iter().find(|member| member.get("person").and_then(Value::as_str) == Some(person));
        if let Some(member) = member {
            return member.get("name").and_then(Value::as_str).map(str::to_owned);
        }
        if found.get("next").is_none_or(Value::is_null) {
            break;
        }
    }
    None
}

fn or(text: String, other: &str) -> String {
    if text.is_empty() { other.to_owned() } else { text }
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !"*_~`|>#[]()<@\\".contains(*c) && !c.is_control()).take(80).collect()
}

plugin_sdk::export!(Announcer);

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, payload: Value) -> Happened {
        let pair = |kind: &str| (kind.to_owned(), "7".to_owned());
        Happened {
            id: "1".into(),
            name: name.into(),
            version: 1,
            at: 0,
            organization: Some("1".into()),
            actor: pair("user"),
            subject: pair("member"),
            payload,
        }
    }

    #[test]
    fn a_sentence_calls_nobody_and_draws_nothing() {
        let told = sentence(&event("member.joined", json!({})), Some("**@everyone** [x](https://evil.example)"));
        assert_eq!(told, "**everyone xhttps://evil.example** has joined.");
        assert_eq!(sentence(&event("member.left", json!({})), None), "**Somebody** has left.");
        assert_eq!(
            sentence(&event("game.listed", json!({ "name": "Last *stand*" })), None),
            "A game is open: **Last stand**."
        );
    }

    #[test]
    fn it_waits_as_long_as_it_is_asked_to() {
        let response =
            |value: &str| Response { status: 429, headers: vec![("retry-after".into(), value.into())], body: vec![] };
        assert_eq!(wait(&response("2.5")), 3);
        assert_eq!(wait(&response("never")), 6);
        assert_eq!(wait(&response("4000000000")), 3600);
    }
}
