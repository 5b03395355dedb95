//! From the interface's values to the ones plugins work with, and back.

use crate::{
    Call, Caller, Document, Fault, Happened, Invocation, Keep, KeepDocument, Kept, Outgoing, Request, Response,
    Submitted, Verdict, Where,
    bindings::guildhall::plugin::{documents, http, kv, types},
};

pub(crate) fn call(call: types::Call) -> Call {
    let types::Call { at, caller, trace, deadline } = call;
    let at = match at {
        types::Scope::Hub => Where::Hub,
        types::Scope::Organization(id) => Where::Organization(id),
    };
    let caller =
        caller.map(|types::Caller { person, name, permissions, locale }| Caller { person, name, permissions, locale });
    Call { at, caller, trace, deadline }
}

pub(crate) fn request(request: types::Request) -> Request {
    let types::Request { method, path, params, query, headers, body } = request;
    Request { method, path, params: params.into_iter().collect(), query, headers, body }
}

pub(crate) fn happened(event: types::Happening) -> Result<Happened, Fault> {
    let types::Happening { id, name, version, at, organization, actor, subject, payload } = event;
    let payload = json(&payload)?;
    Ok(Happened { id, name, version, at, organization, actor, subject, payload })
}

pub(crate) fn invocation(invocation: types::Invocation) -> Result<Invocation, Fault> {
    let types::Invocation { command, options, place, channel } = invocation;
    Ok(Invocation { command, options: json(&options)?, place, channel })
}

pub(crate) fn into_response(response: Response) -> types::Response {
    let Response { status, headers, body } = response;
    types::Response { status, headers, body }
}

pub(crate) fn response(response: types::Response) -> Response {
    let types::Response { status, headers, body } = response;
    Response { status, headers, body }
}

pub(crate) fn submitted(submitted: Submitted) -> types::Submitted {
    match submitted {
        Submitted::Page(page) => types::Submitted::Page(serde_json::to_string(&page).unwrap_or_default()),
        Submitted::Redirect(to) => types::Submitted::Redirect(to),
    }
}

pub(crate) fn verdict(verdict: Verdict) -> types::Verdict {
    match verdict {
        Verdict::Allow => types::Verdict::Allow,
        Verdict::Refuse(sentence) => types::Verdict::Refuse(sentence),
        Verdict::Rewrite(fields) => types::Verdict::Rewrite(serde_json::to_string(&fields).unwrap_or_default()),
    }
}

pub(crate) fn fault(fault: types::Fault) -> Fault {
    match fault {
        types::Fault::NotFound => Fault::NotFound,
        types::Fault::Forbidden(what) => Fault::Forbidden(what),
        types::Fault::Invalid(fields) => Fault::Invalid(fields),
        types::Fault::Conflict(what) => Fault::Conflict(what),
        types::Fault::Busy(secs) => Fault::Busy(secs),
        types::Fault::Upstream(what) => Fault::Upstream(what),
        types::Fault::Internal(what) => Fault::Internal(what),
    }
}

pub(crate) fn into_fault(fault: Fault) -> types::Fault {
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

pub(crate) fn kept(kept: kv::Kept) -> Kept {
    Kept { value: kept.value, version: kept.version }
}

pub(crate) fn keep(keep: Keep) -> kv::Keep {
    kv::Keep { expires: keep.expires, person: keep.person, only_if: keep.only_if }
}

pub(crate) fn document(document: documents::Document) -> Result<Document, Fault> {
    let documents::Document { id, body, version, person, created, updated } = document;
    Ok(Document { id, body: json(&body)?, version, person, created, updated })
}

pub(crate) fn keep_document(keep: KeepDocument) -> documents::Keep {
    documents::Keep { person: keep.person, only_if: keep.only_if }
}

pub(crate) fn outgoing(request: Outgoing) -> http::Outgoing {
    let Outgoing { method, url, headers, secrets, body } = request;
    let secrets = secrets
        .into_iter()
        .map(|filled| http::Filled { header: filled.header, before: filled.before, secret: filled.secret })
        .collect();
    http::Outgoing { method, url, headers, secrets, body }
}

pub(crate) fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::Internal(error.to_string()))
}
