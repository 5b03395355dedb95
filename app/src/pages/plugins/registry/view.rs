//! What stands on the registry's pages.

use base::Actor;
use drawing::Words;
use plugin_api::{
    Manifest,
    manifest::Scope,
    page::{Cell, Group, List, Node, Page, Tone},
};
use plugins::{Card, Detail, Error, Health, Line, Plugins, Settings, Staged, Switch};
use serde_json::{Map, Value, json};

use super::{
    View, Which,
    about::{about, adds, powers, pressed},
    local::{in_organization, limits, organization},
    parts::{
        badge, button, card, code, count, form, heading, health, link, notice, plain, sentence, size, sure, switch,
        table, text, when, words,
    },
};

/// So many lines of the log, parked events and strikes are shown at once.
const SHOWN: u32 = 50;

/// The page.
pub(crate) async fn view(service: &Plugins, actor: &Actor, which: Which<'_>, say: &Words) -> Result<View, Error> {
    let (title, body, settings) = match which {
        Which::All => (say.say("plugins").to_owned(), all(service, actor, say).await?, None),
        Which::One(id) => {
            let mut detail = service.find(actor, id).await?;
            detail.card.manifest = service.in_language(&detail.card.manifest, say.language());
            let title = detail.card.manifest.name.clone();
            let body = one(service, actor, id, &detail, say).await?;
            // What isn't installed has no settings.
            let settings = service.settings(actor, None, id).await.ok();
            (title, body, settings.map(|settings| said_by(&detail.card.manifest, settings)))
        }
        Which::Organization(org) => {
            (say.say("plugins").to_owned(), organization(service, actor, org, say).await?, None)
        }
        Which::OneIn(org, id) => {
            let found = service.in_organization(actor, org).await?;
            let mut found = found.into_iter().find(|card| card.manifest.id.as_str() == id).ok_or(Error::NotFound)?;
            found.manifest = service.in_language(&found.manifest, say.language());
            let settings = said_by(&found.manifest, service.settings(actor, Some(org), id).await?);
            let mut body = vec![link(say.say("all_plugins"), "?"), in_organization(&found, say, true)];
            body.push(limits(&found, say));
            let errors = service.errors_in(actor, org, id).await?;
            body.push(heading(say.say("last_errors")));
            body.push(lines("last_errors", &errors, "no_errors", say));
            (found.manifest.name, body, Some(settings))
        }
    };
    Ok(View {
        page: Page { title: Some(title), body },
        settings: settings.filter(|settings| has_fields(&settings.schema)),
    })
}

/// Settings whose form is drawn with the manifest's texts, which may be in another language.
fn said_by(manifest: &Manifest, settings: Settings) -> Settings {
    Settings { schema: manifest.config.clone().unwrap_or(settings.schema), ..settings }
}

fn has_fields(schema: &Value) -> bool {
    schema["properties"].as_object().is_some_and(|properties| !properties.is_empty())
}

async fn all(service: &Plugins, actor: &Actor, say: &Words) -> Result<Vec<Node>, Error> {
    let mut cards = service.list(actor).await?;
    for card in &mut cards {
        card.manifest = service.in_language(&card.manifest, say.language());
    }
    let rows = cards.iter().map(|card| row(card, say)).collect();
    let columns = ["name", "version", "state", "switch"].map(|key| say.say(key));
    let numbers = ["organizations", "calls", "failures", "parked"].map(|key| format!("#{}", say.say(key)));
    let columns: Vec<&str> =
        columns.into_iter().chain(numbers.iter().map(String::as_str)).chain([say.say("stored")]).collect();
    let mut body =
        vec![words(say.say("registry_lead")), table(say.say("plugins"), &columns, rows, say.say("no_plugins"))];
    let found = service.found(actor).await?;
    if !found.is_empty() {
        let rows = found
            .iter()
            .map(|found| {
                let (says, act) = match &found.says {
                    Ok((id, version)) => {
                        let act = button(say.say("stage"), Tone::Plain, &[("act", "stage"), ("path", &found.path)]);
                        (format!("{id} {version}"), vec![act])
                    }
                    Err(wrong) => (wrong.clone(), Vec::new()),
                };
                vec![text(&found.path), text(says), Cell::Parts(act)]
            })
            .collect();
        body.push(heading(say.say("found")));
        body.push(table(say.say("found"), &[say.say("path"), say.say("says"), say.say("act")], rows, ""));
    }
    if !service.sources().is_empty() {
        body.push(from_address(service.sources(), say));
    }
    Ok(body)
}

/// A form to fetch a package with, and from where.
fn from_address(sources: &[String], say: &Words) -> Node {
    let schema = json!({ "type": "object", "required": ["url"], "properties": {
        "url": { "type": "string", "maxLength": 2000, "title": say.say("address") },
        "sha256": { "type": "string", "maxLength": 64, "title": say.say("sha256") }
    } });
    let items = sources.iter().map(|source| text(source.clone())).collect();
    let body = vec![
        words(say.say("fetch_lead")),
        Node::List(List { numbered: false, items }),
        form(schema, say.say("fetch_now"), &[("act", "fetch")]),
    ];
    card(say.say("fetch"), body)
}

fn row(card: &Card, say: &Words) -> Vec<Cell> {
    let id = card.manifest.id.as_str();
    let mut state = match card.state.as_str() {
        "installed" => vec![health(say, &card.health)],
        "removed" => vec![badge(say.say("removed"), Tone::Plain)],
        // Which version waits is said next.
        _ if card.staged.is_some() => Vec::new(),
        _ => vec![badge(say.say("staged"), Tone::Warn)],
    };
    if let Some(version) = &card.staged {
        state.push(badge(&say.with("waits", &[("version", version)]), Tone::Warn));
    }
    vec![
        Cell::Parts(vec![link(&card.manifest.name, format!("/admin/plugins/{id}"))]),
        text(card.manifest.version.to_string()),
        Cell::Parts(state),
        Cell::Parts(vec![switch(say, &card.hub)]),
        count(card.organizations),
        count(card.calls.calls),
        count(card.calls.failures),
        count(card.parked),
        text(size(card.stored)),
    ]
}

/// What is to be looked at before a version runs.
fn approval(staged: &Staged, say: &Words) -> Node {
    let mut body = vec![
        words(say.with("approve_lead", &[("version", &plain(&staged.version))])),
        powers(&staged.asks, say, true),
        words(say.say("hash")),
        code(&staged.hash),
    ];
    body.push(match &staged.signer {
        Some(signer) => words(say.with("signed", &[("key", &plain(signer))])),
        None => words(say.say("unsigned")),
    });
    if staged.other_signer {
        body.push(notice(say.say("other_signer"), Tone::Bad));
    }
    let mut properties = Map::new();
    for asked in &staged.asks {
        properties.insert(
            asked.word.replace(':', "-"),
            // What would be refused is not offered as if it weren't.
            json!({ "type": "boolean", "title": sentence(say, asked), "default": asked.offered }),
        );
    }
    if staged.other_signer {
        properties.insert("other-signer".into(), json!({ "type": "boolean", "title": say.say("other_signer_yes") }));
    }
    let pairs = [("act", "approve"), ("version", staged.version.as_str()), ("hash", &staged.hash)];
    body.push(if properties.is_empty() {
        button(say.say("approve"), Tone::Good, &pairs)
    } else {
        form(json!({ "type": "object", "properties": properties }), say.say("approve"), &pairs)
    });
    body.push(button(say.say("refuse"), Tone::Plain, &[("act", "refuse"), ("version", &staged.version)]));
    card(&say.with("waits", &[("version", &staged.version)]), body)
}

async fn one(service: &Plugins, actor: &Actor, id: &str, detail: &Detail, say: &Words) -> Result<Vec<Node>, Error> {
    let Card { manifest, .. } = &detail.card;
    let mut body = vec![link(say.say("all_plugins"), "/admin/plugins")];
    match &detail.card.health {
        Health::Failing { why, .. } => body.push(notice(plain(why), Tone::Bad)),
        Health::Quarantined { why, .. } => {
            body.push(notice(say.with("in_quarantine", &[("why", &plain(why))]), Tone::Bad));
        }
        Health::Ready | Health::Absent => {}
    }
    body.extend(detail.problems.iter().map(|problem| notice(plain(problem), Tone::Warn)));
    body.extend(detail.staged.iter().map(|staged| approval(staged, say)));

    let mut who = about(manifest, say);
    who.push(Node::Stack(Group {
        body: vec![
            words(plain(&format!("{} {}", say.say("version"), manifest.version))),
            health(say, &detail.card.health),
        ],
    }));
    who.push(adds(manifest, say));
    let admin = manifest
        .pages
        .iter()
        .filter(|page| page.scope == Scope::Admin && !page.path.contains('{') && !page.path.is_empty());
    who.extend(admin.map(|page| link(&page.title, format!("/admin/plugins/{id}/{}", page.path))));
    if let Some(hash) = &detail.hash {
        who.push(words(say.say("hash")));
        who.push(code(hash));
    }
    body.push(card(say.say("about"), who));

    let installed = detail.card.state == "installed";
    let mut may = vec![powers(&detail.asks, say, false)];
    if installed {
        may.push(words(say.say(if manifest.hub_wide { "switch_hub_wide" } else { "switch_hub" })));
        may.push(switch(say, &detail.card.hub));
        if let Switch::Suspended(why) = &detail.card.hub {
            may.push(notice(plain(why), Tone::Warn));
        }
        may.extend(pressed(manifest, &detail.card.hub, &detail.company, &[], say));
    }
    body.push(card(say.say("may"), may));

    let rows = detail.organizations.iter().map(|(org, state, access)| {
        let (grant, label) = if *access { ("no", say.say("take_access")) } else { ("yes", say.say("give_access")) };
        let pairs = [("act", "allow"), ("organization", &org.to_string()), ("access", grant)];
        let act = if manifest.private { vec![button(label, Tone::Plain, &pairs)] } else { Vec::new() };
        vec![
            Cell::Parts(vec![link(&org.to_string(), format!("/admin/organizations/{org}"))]),
            Cell::Parts(vec![switch(say, state)]),
            Cell::Parts(act),
        ]
    });
    let columns = [say.say("organization"), say.say("switch"), say.say("act")];
    body.push(heading(say.say("organizations")));
    body.push(table(say.say("organizations"), &columns, rows.collect(), say.say("nowhere")));
    if manifest.private {
        let schema = json!({ "type": "object", "required": ["organization"], "properties": {
            "organization": { "type": "integer", "minimum": 1, "title": say.say("organization_number") }
        } });
        body.push(form(schema, say.say("give_access"), &[("act", "allow"), ("access", "yes")]));
    }

    let rows = detail.versions.iter().map(|version| {
        let (at, until) = (when(version.approved_at), when(version.replaced_at));
        vec![text(&version.version), when(Some(version.staged_at)), at, until]
    });
    let columns = [say.say("version"), say.say("staged_at"), say.say("approved_at"), say.say("replaced_at")];
    body.push(heading(say.say("versions")));
    body.push(table(say.say("versions"), &columns, rows.collect(), say.say("part_of_the_hub")));
    watched(service, actor, id, detail, say, &mut body).await?;
    let out = vec![words(say.say("data_out_lead")), link(say.say("data_out"), format!("/admin/plugin-data/{id}"))];
    body.push(card(say.say("data"), out));
    if installed {
        body.push(heading(say.say("grave")));
        body.extend(grave(detail, say));
    }
    Ok(body)
}

/// What it did: strikes, what it wrote down, what could not be told it.
async fn watched(
    service: &Plugins,
    actor: &Actor,
    id: &str,
    detail: &Detail,
    say: &Words,
    body: &mut Vec<Node>,
) -> Result<(), Error> {
    let rows = detail
        .strikes
        .iter()
        .take(SHOWN as usize)
        .map(|strike| vec![when(Some(strike.at)), text(&strike.version), text(&strike.export), text(&strike.why)]);
    let columns = [say.say("when"), say.say("version"), say.say("where"), say.say("why")];
    body.push(heading(say.say("strikes")));
    body.push(table(say.say("strikes"), &columns, rows.collect(), say.say("no_strikes")));

    let rows = service.parked(actor, id, None, SHOWN).await?;
    let rows = rows.iter().map(|parked| {
        let replay = button(say.say("replay"), Tone::Plain, &[("act", "replay"), ("row", &parked.id.to_string())]);
        let name = parked.happened["name"].as_str().unwrap_or_default();
        vec![
            text(name),
            when(parked.parked_at),
            text(parked.why.clone().unwrap_or_default()),
            Cell::Parts(vec![replay]),
        ]
    });
    let columns = [say.say("event"), say.say("when"), say.say("why"), say.say("act")];
    body.push(heading(say.say("parked")));
    body.push(table(say.say("parked"), &columns, rows.collect(), say.say("no_parked")));

    let written = service.log(actor, id, None, SHOWN).await?;
    body.push(heading(say.say("log")));
    body.push(lines("log", &written, "no_log", say));
    Ok(())
}

/// Lines that a plugin wrote down, as a table.
fn lines(caption: &str, lines: &[Line], nothing: &str, say: &Words) -> Node {
    let rows =
        lines.iter().map(|line| vec![when(Some(line.at)), text(&line.level), text(&line.text), text(&line.trace)]);
    let columns = [say.say("when"), say.say("level"), say.say("line"), say.say("trace")];
    table(say.say(caption), &columns, rows.collect(), say.say(nothing))
}

/// What is not undone with a click.
fn grave(detail: &Detail, say: &Words) -> Vec<Node> {
    let mut body = Vec::new();
    if matches!(detail.card.health, Health::Quarantined { .. }) {
        body.push(button(say.say("release"), Tone::Plain, &[("act", "release")]));
    } else {
        let schema = json!({ "type": "object", "required": ["why"], "properties": {
            "why": { "type": "string", "maxLength": 200, "title": say.say("why") }
        } });
        let inner = vec![form(schema, say.say("quarantine_now"), &[("act", "quarantine")])];
        body.push(sure(say.say("quarantine"), say.say("quarantine_warning"), inner));
    }
    if detail.hash.is_some() {
        let inner = vec![button(say.say("roll_back_now"), Tone::Bad, &[("act", "roll_back")])];
        body.push(sure(say.say("roll_back"), say.say("roll_back_warning"), inner));
        let schema = json!({ "type": "object", "required": ["data"], "properties": {
            "data": { "type": "string", "enum": ["keep", "delete"], "title": say.say("data"),
                "x-labels": { "keep": say.say("data_keep"), "delete": say.say("data_delete") } },
            "everywhere": { "type": "boolean", "title": say.say("everywhere") }
        } });
        let inner = vec![form(schema, say.say("remove_now"), &[("act", "remove")])];
        body.push(sure(say.say("remove"), say.say("remove_warning"), inner));
    }
    body
}
