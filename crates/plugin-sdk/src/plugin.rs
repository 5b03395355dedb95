//! The one trait a plugin implements.

use serde_json::{Map, Value};

use crate::{Call, Fault, Happened, Invocation, Node, Page, Reply, Request, Response, Submitted, Verdict};

/// A plugin. Every method has an answer already: the steps of its life and events pass by, whatever else is not found. There is no `self`,
/// for nothing stays in memory between two calls; what has to stay is kept with [`kv`](crate::kv), [`documents`](crate::documents) or
/// [`sql`](crate::sql).
pub trait Plugin {
    /// It is switched on, where the call says.
    fn enable(call: &Call) -> Result<(), Fault> {
        passes(call)
    }

    /// It is switched off there.
    fn disable(call: &Call) -> Result<(), Fault> {
        passes(call)
    }

    /// It takes the place of an earlier version.
    fn upgrade(call: &Call, from: &str) -> Result<(), Fault> {
        passes((call, from))
    }

    /// Somebody opens one of its pages.
    fn page(call: &Call, path: &str, query: &Map<String, Value>) -> Result<Page, Fault> {
        absent((call, path, query))
    }

    /// Somebody sends a form of one of its pages, or presses a button there.
    fn submit(call: &Call, path: &str, form: &Map<String, Value>) -> Result<Submitted, Fault> {
        absent((call, path, form))
    }

    /// One of its routes is called.
    fn route(call: &Call, request: &Request) -> Result<Response, Fault> {
        absent((call, request))
    }

    /// A stranger's program calls one of its addresses.
    fn webhook(call: &Call, name: &str, request: &Request) -> Result<Response, Fault> {
        absent((call, name, request))
    }

    /// Something it listens to has happened. It may be told so twice, with the same id.
    fn event(call: &Call, event: &Happened) -> Result<(), Fault> {
        passes((call, event))
    }

    /// It is time for one of its tasks. It may be told so twice.
    fn task(call: &Call, id: &str, payload: &Value) -> Result<(), Fault> {
        absent((call, id, payload))
    }

    /// Somebody gives one of its commands in a chat.
    fn command(call: &Call, invocation: &Invocation) -> Result<Reply, Fault> {
        absent((call, invocation))
    }

    /// A page of the hub is drawn on which it has a part. `subject` is what the page is about.
    fn widget(call: &Call, slot: &str, subject: Option<&str>) -> Result<Vec<Node>, Fault> {
        absent((call, slot, subject))
    }

    /// Another plugin calls one of its exports.
    fn provide(call: &Call, name: &str, input: &Value) -> Result<Value, Fault> {
        absent((call, name, input))
    }

    /// Something is about to happen that it asked to be asked before.
    fn check(call: &Call, point: &str, draft: &Map<String, Value>) -> Result<Verdict, Fault> {
        absent((call, point, draft))
    }

    /// Everything it keeps about somebody; or, with `erase`, nothing of it any more. Values and documents that name a person are looked
    /// after by the hub; this is for what it keeps in other ways.
    fn person(call: &Call, id: &str, erase: bool) -> Result<Value, Fault> {
        passes((call, id, erase)).map(|()| Value::Null)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is what a method of the trait answers")]
fn passes<Given>(_: Given) -> Result<(), Fault> {
    Ok(())
}

fn absent<Given, T>(_: Given) -> Result<T, Fault> {
    Err(Fault::NotFound)
}
