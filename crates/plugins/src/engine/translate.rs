//! From the hub's values to the interface's, and back. What a guest wrote is read strictly: what is not as agreed is no answer.

use plugin_api::{
    call::{Call, Caller, Fault, Happened, Invocation, Request, Response, Submitted, Verdict, Where},
    page::{Node, Page},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    contract::guildhall::plugin::{documents, http, kv, types},
    plain::plain,
};

/// The longest sentence of a guest's that is shown to somebody.
const LONGEST_SENTENCE: usize = 500;
/// The largest body of an answer to a route or webhook, and the most headers of one.
const LARGEST_BODY: usize = 1024 * 1024;
const MOST_HEADERS: usize = 64;
/// The largest text of JSON that a guest hands over, but for what it keeps about somebody.
pub(super) const LARGEST_JSON: usize = 256 * 1024;
/// The largest account of what is kept about somebody.
pub(super) const LARGEST_ACCOUNT: usize = 1024 * 1024;
/// The largest reply to a command, widget or the like.
pub(super) const LARGEST_REPLY: usize = 64 * 1024;

/// An answer that is not as agreed: too large, or rubbish.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Excess(pub(super) String);

/// Reads what a guest answered.
pub(super) fn read<T: DeserializeOwned>(json: &str, largest: usize, what: &str) -> Result<T, Excess> {
    if json.len() > largest {
        return Err(Excess(format!("{what} of {} KiB; {} KiB at most", json.len() / 1024, largest / 1024)));
    }
    serde_json::from_str(json).map_err(|error| Excess(plain(&format!("{what} that is none: {error}"), 200)))
}

/// Reads what a guest asks with: a mistake there is its to hear of, and no reason to stop it.
pub(super) fn asked<T: DeserializeOwned>(json: &str, field: &str) -> Result<T, types::Fault> {
    if json.len() > LARGEST_JSON {
        let what = format!("has {} KiB at most", LARGEST_JSON / 1024);
        return Err(types::Fault::Invalid(vec![(field.to_owned(), what)]));
    }
    serde_json::from_str(json).map_err(|error| types::Fault::Invalid(vec![(field.to_owned(), error.to_string())]))
}

/// Writes what a guest is told.
pub(super) fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("values with text for keys")
}

pub(super) fn call(call: Call) -> types::Call {
    let Call { at, caller, trace, deadline } = call;
    let at = match at {
        Where::Hub => types::Scope::Hub,
        Where::Organization(id) => types::Scope::Organization(id),
    };
    let caller =
        caller.map(|Caller { person, name, permissions, locale }| types::Caller { person, name, permissions, locale });
    types::Call { at, caller, trace, deadline }
}

pub(super) fn request(request: Request) -> types::Request {
    let Request { method, path, params, query, headers, body } = request;
    types::Request { method, path, params: params.into_iter().collect(), query, headers, body }
}

pub(super) fn event(event: Happened) -> types::Happening {
    let Happened { id, name, version, at, organization, actor, subject, payload } = event;
    types::Happening { id, name, version, at, organization, actor, subject, payload: text(&payload) }
}

pub(super) fn invocation(invocation: Invocation) -> types::Invocation {
    let Invocation { command, options, place, channel } = invocation;
    types::Invocation { command, options: text(&options), place, channel }
}

/// A response on its way in, to a guest that called out.
pub(super) fn into_response(response: Response) -> types::Response {
    let Response { status, headers, body } = response;
    types::Response { status, headers, body }
}

/// A response on its way out.
pub(super) fn response(response: types::Response) -> Result<Response, Excess> {
    let types::Response { status, headers, body } = response;
    if body.len() > LARGEST_BODY {
        return Err(Excess(format!("a body of {} KiB; {} KiB at most", body.len() / 1024, LARGEST_BODY / 1024)));
    }
    if headers.len() > MOST_HEADERS || headers.iter().any(|(name, value)| name.len() + value.len() > 8 * 1024) {
        return Err(Excess(format!("more headers than {MOST_HEADERS}, or one beyond 8 KiB")));
    }
    if !(100..=599).contains(&status) {
        return Err(Excess(format!("a status of {status}")));
    }
    Ok(Response { status, headers, body })
}

pub(super) fn page(json: &str) -> Result<Page, Excess> {
    let page: Page = read(json, LARGEST_JSON, "a page")?;
    sound(page.check())?;
    Ok(page)
}

pub(super) fn nodes(json: &str) -> Result<Vec<Node>, Excess> {
    let page = Page { title: None, body: read(json, LARGEST_REPLY, "a widget")? };
    sound(page.check())?;
    Ok(page.body)
}

fn sound<F: std::fmt::Display>(checked: Result<(), Vec<F>>) -> Result<(), Excess> {
    let Err(flaws) = checked else { return Ok(()) };
    let told: Vec<String> = flaws.iter().take(5).map(ToString::to_string).collect();
    Err(Excess(plain(&format!("a page that can't be drawn: {}", told.join("; ")), 1000)))
}

pub(super) fn submitted(submitted: types::Submitted) -> Result<Submitted, Excess> {
    match submitted {
        types::Submitted::Page(json) => Ok(Submitted::Page(page(&json)?)),
        types::Submitted::Redirect(to) if is_inside(&to) => Ok(Submitted::Redirect(to)),
        types::Submitted::Redirect(to) => {
            Err(Excess(plain(&format!("a redirect that leads out of the hub: {to}"), 200)))
        }
    }
}

/// An address of the hub's own, or one below the plugin's: nothing that a browser takes for another host or scheme.
fn is_inside(address: &str) -> bool {
    let first = address.split(['/', '?', '#']).next().unwrap_or_default();
    address.len() <= 1024
        && !address.starts_with("//")
        && !first.contains(':')
        && !address.contains('\\')
        && !address.split('/').any(|part| part == "..")
        && address.chars().all(|c| c.is_ascii_graphic())
}

pub(super) fn verdict(verdict: types::Verdict) -> Result<Verdict, Excess> {
    Ok(match verdict {
        types::Verdict::Allow => Verdict::Allow,
        types::Verdict::Refuse(sentence) => Verdict::Refuse(plain(&sentence, LONGEST_SENTENCE)),
        types::Verdict::Rewrite(json) => Verdict::Rewrite(read::<Map<String, Value>>(&json, LARGEST_REPLY, "fields")?),
    })
}

/// What a guest gives as its reason, cut to what people read.
pub(super) fn from_fault(fault: types::Fault) -> Fault {
    let say = |text: String| plain(&text, LONGEST_SENTENCE);
    match fault {
        types::Fault::NotFound => Fault::NotFound,
        types::Fault::Forbidden(what) => Fault::Forbidden(say(what)),
        types::Fault::Invalid(fields) => {
            Fault::Invalid(fields.into_iter().take(64).map(|(field, what)| (plain(&field, 100), say(what))).collect())
        }
        types::Fault::Conflict(what) => Fault::Conflict(say(what)),
        types::Fault::Busy(secs) => Fault::Busy(secs.clamp(1, 3600)),
        types::Fault::Upstream(what) => Fault::Upstream(say(what)),
        types::Fault::Internal(what) => Fault::Internal(say(what)),
    }
}

/// What the hub gives as its reason.
pub(super) fn fault(fault: Fault) -> types::Fault {
    match fault {
        Fault::NotFound => types::Fault::NotFound,
        Fault::Forbidden(what) => types::Fault::Forbidden(what),
        Fault::Invalid(fields) => types::Fault::Invalid(fields),
        Fault::Conflict(what) => types::Fault::Conflict(what),
        Fault::Busy(secs) => types::Fault::Busy(secs),
        Fault::Upstream(what) => types::Fault::Upstream(what),
        Fault::Internal(what) => types::Fault::Internal(what),
    }
}

pub(super) fn kept(kept: plugin_api::call::Kept) -> kv::Kept {
    kv::Kept { value: kept.value, version: kept.version }
}

pub(super) fn keep(keep: kv::Keep) -> plugin_api::call::Keep {
    plugin_api::call::Keep { expires: keep.expires, person: keep.person, only_if: keep.only_if }
}

pub(super) fn document(document: plugin_api::call::Document) -> documents::Document {
    let plugin_api::call::Document { id, body, version, person, created, updated } = document;
    documents::Document { id, body: text(&body), version, person, created, updated }
}

pub(super) fn keep_document(keep: documents::Keep) -> plugin_api::call::KeepDocument {
    plugin_api::call::KeepDocument { person: keep.person, only_if: keep.only_if }
}

pub(super) fn outgoing(request: http::Outgoing) -> plugin_api::call::Outgoing {
    let http::Outgoing { method, url, headers, secrets, body } = request;
    let filled = |http::Filled { header, before, secret }| plugin_api::call::Filled { header, before, secret };
    let secrets = secrets.into_iter().map(filled).collect();
    plugin_api::call::Outgoing { method, url, headers, secrets, body }
}

#[cfg(test)]
mod tests {
    use super::is_inside;

    #[test]
    fn a_redirect_stays_in_the_hub() {
        for inside in ["polls", "/orgs/7/plugins/poll/", "polls/3?open=1#votes", ""] {
            assert!(is_inside(inside), "{inside}");
        }
        for outside in [
            "//evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\\evil.example",
            "../../admin",
            "a b",
            "/a\n",
        ] {
            assert!(!is_inside(outside), "{outside}");
        }
    }
}
