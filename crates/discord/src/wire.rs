//! Discord's own forms: interactions in, messages and commands out.
//!
//! <https://discord.com/developers/docs/interactions/receiving-and-responding>

use commands::{Definition, Kind, Options, Refusal, Reply, Value as Given, Who, Wording};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Kinds of interactions.
pub(crate) const PING: u8 = 1;
pub(crate) const COMMAND: u8 = 2;
pub(crate) const PRESS: u8 = 3;
pub(crate) const COMPLETE: u8 = 4;
/// Only whoever asked sees it.
const EPHEMERAL: u64 = 1 << 6;
/// What `MANAGE_GUILD` and `ADMINISTRATOR` are in a set of permissions.
const MANAGES: u64 = (1 << 5) | (1 << 3);
/// The longest word of a button.
const LONGEST_PRESS: usize = 100;

/// Something somebody does in Discord.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Interaction {
    pub(crate) id: String,
    pub(crate) application_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    #[serde(default)]
    pub(crate) data: Data,
    #[serde(default)]
    pub(crate) guild_id: Option<String>,
    #[serde(default)]
    pub(crate) channel_id: Option<String>,
    /// In a server.
    #[serde(default)]
    member: Option<Member>,
    /// Elsewhere.
    #[serde(default)]
    user: Option<User>,
    #[serde(default)]
    pub(crate) token: String,
    #[serde(default)]
    pub(crate) locale: String,
}

/// What it says.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Data {
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) custom_id: String,
    #[serde(default)]
    pub(crate) options: Vec<OptionGiven>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OptionGiven {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) value: Value,
}

#[derive(Debug, Clone, Deserialize)]
struct Member {
    user: User,
    #[serde(default)]
    permissions: String,
}

/// Somebody, as Discord knows them.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct User {
    pub(crate) id: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    global_name: Option<String>,
}

impl User {
    pub(crate) fn name(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.username)
    }
}

impl Interaction {
    pub(crate) fn user(&self) -> Option<&User> {
        self.member.as_ref().map(|member| &member.user).or(self.user.as_ref())
    }

    /// Whether whoever speaks manages the server they are in.
    pub(crate) fn is_a_managers(&self) -> bool {
        let permissions = self.member.as_ref().and_then(|member| member.permissions.parse::<u64>().ok());
        permissions.is_some_and(|permissions| permissions & MANAGES != 0)
    }
}

/// A reply as a message of Discord's.
pub(crate) fn message(reply: &Reply) -> Value {
    let mut message = json!({
        "content": reply.text,
        // Nobody is called by what somebody typed.
        "allowed_mentions": { "parse": [] },
        "embeds": [],
        "components": [],
    });
    if !reply.public {
        message["flags"] = EPHEMERAL.into();
    }
    if let Some(card) = &reply.card {
        let fields: Vec<Value> =
            card.fields.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        let mut embed = json!({ "title": card.title, "fields": fields });
        if let Some(link) = card.link.as_deref().filter(|link| link.starts_with("https://")) {
            embed["url"] = link.into();
        }
        message["embeds"] = json!([embed]);
    }
    let buttons: Vec<Value> = reply
        .buttons
        .iter()
        .filter_map(|button| {
            let press = press_of(&button.command, &button.options)?;
            Some(json!({ "type": 2, "style": 2, "label": button.label, "custom_id": press }))
        })
        .collect();
    if !buttons.is_empty() {
        message["components"] = json!([{ "type": 1, "components": buttons }]);
    }
    message
}

/// The same for a refusal.
pub(crate) fn refusal(refusal: &Refusal, locale: &str) -> Value {
    message(&Reply::quietly(refusal.told(locale)))
}

/// “Thinking”, which only whoever asked sees.
pub(crate) fn thinking() -> Value {
    json!({ "type": 5, "data": { "flags": EPHEMERAL } })
}

/// What a button says when it is pressed; `None`: more than a button can say.
fn press_of(command: &str, options: &Options) -> Option<String> {
    let mut all = Map::new();
    for (name, value) in options.iter() {
        let value = match value {
            Given::Text(text) | Given::Thing(text) => text.as_str().into(),
            Given::Integer(number) => (*number).into(),
            Given::Number(number) => (*number).into(),
            Given::Flag(flag) => (*flag).into(),
            Given::Person(user) => user.to_string().into(),
        };
        all.insert(name.to_owned(), value);
    }
    let press = if all.is_empty() { command.to_owned() } else { format!("{command} {}", Value::Object(all)) };
    (press.chars().count() <= LONGEST_PRESS).then_some(press)
}

/// Which command a button gives, and with what. Discord only hands on what a message of ours has said.
pub(crate) fn read_press(press: &str) -> Option<(&str, Vec<OptionGiven>)> {
    let (command, rest) = press.split_once(' ').unwrap_or((press, "{}"));
    let options: Map<String, Value> = serde_json::from_str(rest).ok()?;
    Some((command, options.into_iter().map(|(name, value)| OptionGiven { name, value }).collect()))
}

/// The value of an option that is the same in every chat; `None`: it is a person's, or none of its kind.
pub(crate) fn value(kind: &Kind, value: &Value) -> Option<Given> {
    match kind {
        Kind::Text(_) | Kind::Choice(_) => value.as_str().map(|text| Given::Text(text.to_owned())),
        Kind::Integer => value.as_i64().map(Given::Integer),
        Kind::Number => value.as_f64().map(Given::Number),
        Kind::Flag => value.as_bool().map(Given::Flag),
        Kind::Channel | Kind::Role => value.as_str().map(|id| Given::Thing(id.to_owned())),
        Kind::Person => None,
    }
}

/// A command as Discord wants to know it.
/// <https://discord.com/developers/docs/interactions/application-commands>
pub(crate) fn definition(command: &Definition) -> Value {
    let options: Vec<Value> = command
        .options
        .iter()
        .map(|option| {
            let mut told = described(option.name.as_ref(), &option.description);
            let kind = match &option.kind {
                Kind::Text(_) | Kind::Choice(_) => 3,
                Kind::Integer => 4,
                Kind::Flag => 5,
                Kind::Person => 6,
                Kind::Channel => 7,
                Kind::Role => 8,
                Kind::Number => 10,
            };
            told["type"] = kind.into();
            told["required"] = option.required.into();
            match &option.kind {
                Kind::Text(longest) => told["max_length"] = (*longest).clamp(1, 6000).into(),
                Kind::Choice(choices) => {
                    told["choices"] =
                        choices.iter().map(|c| json!({ "name": c.label, "value": c.value })).collect::<Vec<_>>().into();
                }
                _ => {}
            }
            told
        })
        .collect();
    let mut told = described(command.name.as_ref(), &command.description);
    told["type"] = 1.into();
    told["options"] = options.into();
    told["default_member_permissions"] = if command.for_managers { "32".into() } else { Value::Null };
    // Somebody the hub has to know can be told so in any chat; only servers belong to organizations.
    told["contexts"] = if command.who == Who::Known && command.for_managers { json!([0]) } else { json!([0, 1]) };
    told
}

fn described(name: &str, description: &Wording) -> Value {
    let mut told = json!({ "name": name, "description": description.en });
    if let Some(pt_br) = &description.pt_br {
        told["description_localizations"] = json!({ "pt-BR": pt_br });
    }
    told
}

/// A text that means nothing in Discord's own markup.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => plain.push(' '),
            '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '<' | '[' | ']' | '(' | ')' | '#' | '@' | ':' | '-' => {
                plain.push('\\');
                plain.push(c);
            }
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use commands::{Button, Card};

    use super::*;

    #[test]
    fn a_button_comes_back_as_it_was_given() {
        let mut options = Options::default();
        options.put("poll", Given::Text("12".into()));
        options.put("loud", Given::Flag(true));
        let button = Button { label: "Yes".into(), command: "vote".into(), options };
        let reply = Reply { buttons: vec![button], ..Reply::aloud("Which?") };
        let press = message(&reply)["components"][0]["components"][0]["custom_id"].as_str().unwrap().to_owned();
        let (command, options) = read_press(&press).unwrap();
        assert_eq!(command, "vote");
        assert_eq!(value(&Kind::Flag, &options[0].value), Some(Given::Flag(true)));
        assert_eq!(value(&Kind::Text(9), &options[1].value), Some(Given::Text("12".into())));
        assert_eq!(read_press("lobby").unwrap().0, "lobby");
        assert!(read_press("vote {").is_none());
    }

    #[test]
    fn a_message_calls_nobody_and_links_only_safely() {
        let card =
            |link: &str| Card { title: "T".into(), link: Some(link.into()), fields: vec![("a".into(), "b".into())] };
        let with = |link| message(&Reply { card: Some(card(link)), ..Reply::quietly("@everyone") });
        assert_eq!(with("https://hub.example/")["embeds"][0]["url"], "https://hub.example/");
        assert!(with("javascript:alert(1)")["embeds"][0].get("url").is_none());
        assert_eq!(with("")["allowed_mentions"], json!({ "parse": [] }));
        assert_eq!((with("")["flags"].as_u64(), message(&Reply::aloud("")).get("flags")), (Some(64), None));
    }

    #[test]
    fn names_are_no_markup() {
        assert_eq!(plain("**Olga** <@1>\n[x](y)"), r"\*\*Olga\*\* \<\@1\> \[x\]\(y\)");
    }

    #[test]
    fn whoever_manages_a_server_is_known_by_its_permissions() {
        let with = |permissions: &str| {
            let text = json!({ "id": "1", "application_id": "2", "type": 2, "member": {
                "user": { "id": "3", "username": "olga" }, "permissions": permissions } });
            serde_json::from_value::<Interaction>(text).unwrap().is_a_managers()
        };
        assert!(with("32") && with("8") && with("2147483688"));
        assert!(!with("0") && !with("") && !with("2048"));
    }
}
