//! What a plugin is, what it adds and what it may do: as everybody reads it who decides about one.

use drawing::Words;
use plugin_api::{
    Manifest,
    page::{Cell, List, Node, Tone},
};
use plugins::{Company, Switch, grants::Asked};
use serde_json::json;

use super::parts::{button, form, link, notice, plain, sentence, text, words};

/// What a plugin is, in a few lines.
pub(super) fn about(manifest: &Manifest, say: &Words) -> Vec<Node> {
    let mut facts = vec![say.with("by", &[("author", &manifest.author)]), manifest.category.word().to_owned()];
    facts.extend(manifest.license.clone());
    let mut body = vec![words(plain(&manifest.description)), words(plain(&facts.join(" · ")))];
    if let Some(website) = &manifest.website {
        body.push(link(website, website.clone()));
    }
    body
}

/// What it adds, one line for each kind.
pub(super) fn adds(manifest: &Manifest, say: &Words) -> Node {
    let kinds: [(&str, Vec<String>); 8] = [
        ("pages", manifest.pages.iter().map(|page| page.title.clone()).collect()),
        ("routes", manifest.routes.iter().map(|route| format!("{} {}", route.method.word(), route.path)).collect()),
        ("commands", manifest.commands.iter().map(|command| command.name.clone()).collect()),
        ("tasks", manifest.tasks.iter().map(|task| task.title.clone().unwrap_or_else(|| task.id.clone())).collect()),
        ("widgets", manifest.widgets.iter().map(|widget| widget.slot.word().to_owned()).collect()),
        ("checks", manifest.checks.iter().map(|check| check.point.word().to_owned()).collect()),
        ("listens", manifest.listens.iter().map(|listen| listen.event.as_str().to_owned()).collect()),
        ("webhooks", manifest.webhooks.iter().map(|webhook| webhook.name.clone()).collect()),
    ];
    let items = kinds.into_iter().filter(|(_, names)| !names.is_empty());
    let items = items.map(|(key, names)| text(format!("{}: {}", say.say(key), names.join(", ")))).collect();
    Node::List(List { numbered: false, items })
}

/// Every capability in a sentence; what is more than before in bold.
pub(super) fn powers(asks: &[Asked], say: &Words, granting: bool) -> Node {
    let line = |asked: &Asked| {
        let sentence = plain(&sentence(say, asked));
        let sentence = if asked.wider { format!("**{sentence}** {}", say.say("is_new")) } else { sentence };
        let sentence =
            if granting || asked.granted { sentence } else { format!("~~{sentence}~~ {}", say.say("not_granted")) };
        Cell::Parts(vec![words(sentence)])
    };
    if asks.is_empty() {
        return words(say.say("asks_nothing"));
    }
    Node::List(List { numbered: false, items: asks.iter().map(line).collect() })
}

/// The button of a switch, which says whom it takes along. `to`: what is sent beside what is done.
pub(super) fn pressed(
    manifest: &Manifest,
    state: &Switch,
    company: &Company,
    to: &[(&str, &str)],
    say: &Words,
) -> Vec<Node> {
    let names: Vec<String> = company.others.iter().map(|other| other.name.clone()).collect();
    let names = names.join(", ");
    let mut nodes: Vec<Node> = company.problems.iter().map(|problem| notice(plain(problem), Tone::Warn)).collect();
    let pairs = |act: &'static str| {
        let mut pairs = vec![("act", act)];
        if !names.is_empty() {
            pairs.push(("together", "yes"));
        }
        pairs.extend(to);
        pairs
    };
    if *state != Switch::On {
        if !names.is_empty() {
            nodes.push(words(say.with("needs_others", &[("who", &plain(&names))])));
        }
        let label = if names.is_empty() {
            say.say("switch_on").to_owned()
        } else {
            say.with("switch_on_with", &[("who", &names)])
        };
        nodes.push(button(&label, Tone::Good, &pairs("enable")));
    }
    if *state != Switch::Off {
        // Of one that is suspended nothing that is on can need anything.
        let others = *state == Switch::On && !names.is_empty();
        if others {
            nodes.push(words(say.with("needed_by", &[("who", &plain(&names))])));
        }
        let label =
            if others { say.with("switch_off_with", &[("who", &names)]) } else { say.say("switch_off").to_owned() };
        if manifest.tasks.is_empty() {
            nodes.push(button(&label, Tone::Plain, &pairs("disable")));
        } else {
            let schema = json!({ "type": "object", "properties": {
                "drop_pending": { "type": "boolean", "title": say.say("drop_pending") }
            } });
            nodes.push(form(schema, &label, &pairs("disable")));
        }
    }
    nodes
}
