//! Scenes: what a plugin is called with, and what it should answer and do, written down in TOML. They need no language but the one the
//! plugin speaks with the hub, so they test a plugin in any.

use std::{collections::BTreeMap, sync::Arc};

use plugin_api::{
    Manifest,
    call::{Call, Caller, Fault, Happened, Invocation, Request, Response, Where},
    manifest::{Point, Slot},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::fake::{Deed, Fake};
use crate::{Ctx, Plugin, Powers, migrations::Migration};

/// When a scene plays where it does not say: the first of January 2026, UTC.
const BEGINNING: i64 = 1_767_225_600_000;

/// A scene: steps one after the other, on a hub that remembers what the earlier ones did.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Its file's name.
    #[serde(skip)]
    name: String,
    /// When it begins, in UTC milliseconds.
    #[serde(default)]
    now: Option<i64>,
    /// Settings, over the manifest's defaults.
    #[serde(default)]
    config: Map<String, Value>,
    /// Values that are kept already, by key.
    #[serde(default)]
    kept: BTreeMap<String, Value>,
    /// What reads (`members`), acts and calls (`presets.resolve`) are answered.
    #[serde(default)]
    answers: BTreeMap<String, Value>,
    steps: Vec<Step>,
}

/// One call, and what should come of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// What it shows.
    name: String,
    /// What is called; one of them.
    #[serde(default)]
    check: Option<String>,
    #[serde(default)]
    page: Option<String>,
    #[serde(default)]
    submit: Option<String>,
    #[serde(default)]
    route: Option<String>,
    #[serde(default)]
    webhook: Option<String>,
    #[serde(default)]
    event: Option<String>,
    #[serde(default)]
    task: Option<String>,
    #[serde(default)]
    command: Option<String>,
    #[serde(default)]
    widget: Option<String>,
    #[serde(default)]
    provide: Option<String>,
    #[serde(default)]
    person: Option<String>,
    #[serde(default)]
    life: Option<Life>,
    /// With what: the draft, query, form, options, payload or input.
    #[serde(default)]
    with: Map<String, Value>,
    /// What else belongs to a request, an event, a command or a widget.
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    query: Vec<(String, String)>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    place: Option<String>,
    #[serde(default)]
    erase: bool,
    /// By whom: nobody, where it is left out.
    #[serde(default, rename = "by")]
    caller: Option<By>,
    /// In which organization: 1, where it is left out; `hub` for none.
    #[serde(default, rename = "in")]
    place_of_call: Option<String>,
    /// How much time has passed since the step before, in seconds.
    #[serde(default)]
    after_secs: i64,
    /// What requests to elsewhere are answered, in order.
    #[serde(default)]
    respond: Vec<Laid>,
    /// What the answer holds at least.
    #[serde(default)]
    answer: Option<Value>,
    /// Words that stand somewhere in the answer.
    #[serde(default)]
    says: Vec<String>,
    /// Words that stand nowhere in it.
    #[serde(default)]
    lacks: Vec<String>,
    /// The fault that is answered: `not_found`, `forbidden`, …
    #[serde(default)]
    fault: Option<String>,
    /// What was done at least, each in the form of `{ sent = { url = "…" } }`.
    #[serde(default)]
    does: Vec<Value>,
    /// That nothing was done: nothing sent, told or said.
    #[serde(default)]
    does_nothing: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Life {
    Enable,
    Disable,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct By {
    person: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    permissions: Vec<String>,
    #[serde(default = "english")]
    locale: String,
}

fn english() -> String {
    "en".into()
}

/// An answer of somebody elsewhere.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Laid {
    url: String,
    #[serde(default = "good")]
    status: u16,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: Value,
}

fn good() -> u16 {
    200
}

/// What became of a step.
#[derive(Debug, Serialize)]
pub struct Played {
    /// In which scene.
    pub scene: String,
    /// What the step shows.
    pub step: String,
    /// What was not as it should be; empty: nothing.
    pub wrong: Vec<String>,
}

impl Played {
    /// Whether all was as it should be.
    pub fn is_good(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl Scene {
    /// Reads one.
    pub fn read(name: impl Into<String>, text: &str) -> Result<Self, toml::de::Error> {
        let mut scene: Self = toml::from_str(text)?;
        scene.name = name.into();
        Ok(scene)
    }
}

/// Plays them, each with a database of its own where the plugin has one.
pub async fn play(
    manifest: &Manifest,
    guest: &Arc<dyn Plugin>,
    migrations: &[Migration],
    scenes: &[Scene],
) -> Vec<Played> {
    let mut played = Vec::new();
    for scene in scenes {
        let fake = match Fake::with_own(manifest.clone(), scene.now.unwrap_or(BEGINNING), migrations).await {
            Ok(fake) => Arc::new(fake),
            Err(wrong) => {
                let wrong = wrong.into_iter().map(|(at, what)| format!("{at}: {what}")).collect();
                played.push(Played { scene: scene.name.clone(), step: "migrations".into(), wrong });
                continue;
            }
        };
        fake.configure(&Value::Object(scene.config.clone()));
        for (key, value) in &scene.kept {
            fake.keep(key, value);
        }
        for (name, answer) in &scene.answers {
            fake.answer(name, answer.clone());
        }
        for step in &scene.steps {
            let wrong = one(guest, &fake, step).await;
            played.push(Played { scene: scene.name.clone(), step: step.name.clone(), wrong });
        }
    }
    played
}

async fn one(guest: &Arc<dyn Plugin>, fake: &Arc<Fake>, step: &Step) -> Vec<String> {
    fake.set_now(fake.now() + step.after_secs * 1000);
    for laid in &step.respond {
        let body = match &laid.body {
            Value::Null => Vec::new(),
            Value::String(text) => text.clone().into_bytes(),
            json => json.to_string().into_bytes(),
        };
        fake.respond(&laid.url, Response { status: laid.status, headers: laid.headers.clone(), body });
    }
    fake.take_done();
    let answered = match ask(guest, fake, step).await {
        Ok(answered) => answered,
        Err(why) => return vec![why],
    };
    judge(step, answered, &fake.take_done())
}

/// Calls what the step names; the answer as JSON. The outer failure: the step can't be played.
async fn ask(guest: &Arc<dyn Plugin>, fake: &Arc<Fake>, step: &Step) -> Result<Result<Value, Fault>, String> {
    let at = match step.place_of_call.as_deref() {
        Some("hub") => Where::Hub,
        other => Where::Organization(other.unwrap_or("1").to_owned()),
    };
    fake.set_organization(at.organization().and_then(|organization| organization.parse().ok()));
    let caller = step.caller.clone().map(|By { person, name, permissions, locale }| Caller {
        person,
        name,
        permissions,
        locale,
    });
    let call = Call { at, caller, trace: "test".into(), deadline: fake.now() + 600_000 };
    let powers: Arc<dyn Powers> = Arc::<Fake>::clone(fake);
    let ctx = Ctx { call, powers };
    let with = step.with.clone();
    let request = |path: &str| Request {
        method: step.method.clone().unwrap_or_else(|| "GET".into()),
        path: path.to_owned(),
        params: step.with.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect(),
        query: step.query.clone(),
        headers: step.headers.clone(),
        body: step
            .with
            .get("body")
            .map(|body| body.as_str().map_or_else(|| body.to_string(), str::to_owned).into_bytes())
            .unwrap_or_default(),
    };
    let known = |what: &str, word: &str| format!("there is no {what} {word}");
    Ok(if let Some(word) = &step.check {
        let point = Point::from_word(word).ok_or_else(|| known("point", word))?;
        json_of(guest.check(ctx, point, with).await)
    } else if let Some(path) = &step.page {
        json_of(guest.page(ctx, path.clone(), with).await)
    } else if let Some(path) = &step.submit {
        json_of(guest.submit(ctx, path.clone(), with).await)
    } else if let Some(path) = &step.route {
        guest.route(ctx, request(path)).await.map(|response| of_response(&response))
    } else if let Some(name) = &step.webhook {
        guest.webhook(ctx, name.clone(), request("")).await.map(|response| of_response(&response))
    } else if let Some(name) = &step.event {
        json_of(guest.event(ctx, happened(step, name, fake.now())).await)
    } else if let Some(id) = &step.task {
        json_of(guest.task(ctx, id.clone(), Value::Object(with)).await)
    } else if let Some(command) = &step.command {
        let place = step.place.clone().unwrap_or_else(|| "lobby".into());
        json_of(guest.command(ctx, Invocation { command: command.clone(), options: with, place, channel: None }).await)
    } else if let Some(word) = &step.widget {
        let slot = Slot::from_word(word).ok_or_else(|| known("slot", word))?;
        json_of(guest.widget(ctx, slot, step.subject.clone()).await)
    } else if let Some(name) = &step.provide {
        json_of(guest.provide(ctx, name.clone(), Value::Object(with)).await)
    } else if let Some(id) = &step.person {
        json_of(guest.person(ctx, id.clone(), step.erase).await)
    } else {
        match step.life {
            Some(Life::Enable) => json_of(guest.enable(ctx).await),
            Some(Life::Disable) => json_of(guest.disable(ctx).await),
            None => return Err("it calls nothing: `check`, `page`, `submit`, `route`, `webhook`, `event`, `task`, `command`, `widget`, `provide`, `person` or `life`".into()),
        }
    })
}

fn happened(step: &Step, name: &str, at: i64) -> Happened {
    let actor = step.caller.as_ref().and_then(|by| by.person.clone());
    let actor = actor.map_or_else(|| ("hub".into(), String::new()), |person| ("user".into(), person));
    let kind = name.split('.').next().unwrap_or_default().to_owned();
    Happened {
        id: step.id.clone().unwrap_or_else(|| "1".into()),
        name: name.to_owned(),
        version: 1,
        at,
        organization: Some(step.place_of_call.clone().unwrap_or_else(|| "1".into())).filter(|place| place != "hub"),
        actor,
        subject: (kind, step.subject.clone().unwrap_or_default()),
        payload: Value::Object(step.with.clone()),
    }
}

fn json_of<T: Serialize>(answer: Result<T, Fault>) -> Result<Value, Fault> {
    answer.map(|answer| serde_json::to_value(answer).unwrap_or_default())
}

fn of_response(response: &Response) -> Value {
    let body = String::from_utf8_lossy(&response.body);
    let body = serde_json::from_str(&body).unwrap_or_else(|_| Value::from(body.into_owned()));
    let headers: Map<String, Value> =
        response.headers.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    json!({ "status": response.status, "headers": headers, "body": body })
}

/// What is not as the step says.
fn judge(step: &Step, answered: Result<Value, Fault>, done: &[Deed]) -> Vec<String> {
    let mut wrong = Vec::new();
    let shown = match (&answered, &step.fault) {
        (Ok(answer), None) => answer.clone(),
        (Ok(answer), Some(fault)) => {
            wrong.push(format!("it should fail as {fault}, and answered {answer}"));
            answer.clone()
        }
        (Err(fault), wanted) => {
            let told = serde_json::to_value(fault).unwrap_or_default();
            if wanted.as_deref() != told["kind"].as_str() {
                wrong.push(format!("it failed: {fault}"));
                let stops = done.iter().filter(|deed| matches!(deed, Deed::Logged(..)));
                wrong.extend(stops.map(|deed| format!("its log says {}", deed.to_json())));
            }
            told
        }
    };
    if let Some(answer) = &step.answer
        && !holds(&shown, answer)
    {
        wrong.push(format!("its answer should hold {answer}, and is {shown}"));
    }
    let text = shown.to_string();
    // What stands in quotation marks in the answer stands there with strokes before them.
    let stands = |word: &String| {
        text.contains(word.as_str()) || text.contains(Value::from(word.as_str()).to_string().trim_matches('"'))
    };
    for word in step.says.iter().filter(|word| !stands(word)) {
        wrong.push(format!("{word:?} is not in its answer: {text}"));
    }
    for word in step.lacks.iter().filter(|word| stands(word)) {
        wrong.push(format!("{word:?} is in its answer: {text}"));
    }
    let told: Vec<Value> = done.iter().map(Deed::to_json).collect();
    for wanted in step.does.iter().filter(|wanted| !told.iter().any(|deed| holds(deed, wanted))) {
        wrong.push(format!("it should have done {wanted}, and did {}", Value::from(told.clone())));
    }
    let outward: Vec<&Value> = told.iter().filter(|deed| deed.get("logged").is_none()).collect();
    if step.does_nothing && !outward.is_empty() {
        wrong.push(format!("it should have done nothing, and did {outward:?}"));
    }
    wrong
}

/// Whether everything in `wanted` is in `has`, too: objects by key, lists by place.
fn holds(has: &Value, wanted: &Value) -> bool {
    match (has, wanted) {
        (Value::Object(has), Value::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| has.get(key).is_some_and(|has| holds(has, wanted)))
        }
        (Value::Array(has), Value::Array(wanted)) => {
            has.len() >= wanted.len() && wanted.iter().zip(has).all(|(wanted, has)| holds(has, wanted))
        }
        (Value::Number(has), Value::Number(wanted)) => has.as_f64() == wanted.as_f64(),
        _ => has == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(text: &str) -> Step {
        toml::from_str(&format!("name = \"a step\"\n{text}")).unwrap()
    }

    #[test]
    fn an_answer_may_hold_more_than_is_asked_and_not_less() {
        let step = step("check = \"chat.say\"\nanswer = { verdict = \"refuse\" }\nsays = [\"a \\\"bad\\\" word\"]");
        let refused = || Ok(json!({ "verdict": "refuse", "detail": "a \"bad\" word" }));
        assert_eq!(judge(&step, refused(), &[]), [""; 0]);
        let wrong = judge(&step, Ok(json!({ "verdict": "allow" })), &[]);
        assert!(wrong.len() == 2 && wrong[0].contains("should hold"), "{wrong:?}");
        assert_eq!(judge(&step, Err(Fault::NotFound), &[]).len(), 3);
    }

    #[test]
    fn deeds_and_faults_are_looked_for() {
        let said = Deed::Said("news".into(), json!({ "text": "hello", "more": 1 }));
        let wants = step("task = \"t\"\ndoes = [{ said = { channel = \"news\", message = { text = \"hello\" } } }]");
        assert_eq!(judge(&wants, Ok(Value::Null), std::slice::from_ref(&said)), [""; 0]);
        assert_eq!(judge(&wants, Ok(Value::Null), &[]).len(), 1);
        assert_eq!(judge(&step("task = \"t\"\ndoes_nothing = true"), Ok(Value::Null), &[said]).len(), 1);
        let fails = step("page = \"\"\nfault = \"forbidden\"");
        assert_eq!(judge(&fails, Err(Fault::Forbidden("no".into())), &[]), [""; 0]);
        assert_eq!(judge(&fails, Err(Fault::NotFound), &[]).len(), 1);
        assert_eq!(judge(&fails, Ok(Value::Null), &[]).len(), 1);
    }
}
