//! What every plugin is, built in or a guest: one trait, and what it is handed with each call.

use std::{pin::Pin, sync::Arc};

use plugin_api::{
    Manifest,
    call::{Call, Fault, Happened, Invocation, Reply, Request, Response, Submitted, Verdict},
    manifest::{Point, Slot},
    page::{Node, Page},
};
use serde_json::{Map, Value};

use crate::powers::Powers;

/// An answer that is waited for. Boxed, so that plugins can be kept beside each other whatever they are.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// What a plugin is handed with each call: where and for whom it is called, and what it may ask of the hub meanwhile.
#[derive(Clone)]
pub struct Ctx {
    /// Where, for whom, until when.
    pub call: Call,
    /// What it may ask of the hub. Every one of them looks at the grant first.
    pub powers: Arc<dyn Powers>,
}

/// A plugin. What it doesn't say it can't do: events and the steps of its life pass by, everything else is not found.
pub trait Plugin: Send + Sync + 'static {
    /// What it says about itself. The same for as long as the process runs.
    fn manifest(&self) -> &Manifest;

    /// The process begins to use it.
    fn start(&self, ctx: Ctx) -> Answer<'_, ()> {
        passes(ctx)
    }

    /// The process stops using it.
    fn stop(&self, ctx: Ctx) -> Answer<'_, ()> {
        passes(ctx)
    }

    /// It is switched on, where the call says.
    fn enable(&self, ctx: Ctx) -> Answer<'_, ()> {
        passes(ctx)
    }

    /// It is switched off there.
    fn disable(&self, ctx: Ctx) -> Answer<'_, ()> {
        passes(ctx)
    }

    /// It takes the place of an earlier version, before it starts.
    fn upgrade(&self, ctx: Ctx, from: String) -> Answer<'_, ()> {
        drop(from);
        passes(ctx)
    }

    /// Somebody opens one of its pages.
    fn page(&self, ctx: Ctx, path: String, query: Map<String, Value>) -> Answer<'_, Page> {
        absent((ctx, path, query))
    }

    /// Somebody sends a form of one of its pages.
    fn submit(&self, ctx: Ctx, path: String, form: Map<String, Value>) -> Answer<'_, Submitted> {
        absent((ctx, path, form))
    }

    /// One of its routes is called.
    fn route(&self, ctx: Ctx, request: Request) -> Answer<'_, Response> {
        absent((ctx, request))
    }

    /// A stranger's program calls one of its addresses.
    fn webhook(&self, ctx: Ctx, name: String, request: Request) -> Answer<'_, Response> {
        absent((ctx, name, request))
    }

    /// Something it listens to has happened. It may be told so twice.
    fn event(&self, ctx: Ctx, event: Happened) -> Answer<'_, ()> {
        drop(event);
        passes(ctx)
    }

    /// It is time for one of its tasks. It may be told so twice.
    fn task(&self, ctx: Ctx, id: String, payload: Value) -> Answer<'_, ()> {
        absent((ctx, id, payload))
    }

    /// Somebody gives one of its commands in a chat.
    fn command(&self, ctx: Ctx, invocation: Invocation) -> Answer<'_, Reply> {
        absent((ctx, invocation))
    }

    /// A page of the hub is drawn on which it has a part. `subject` is what the page is about.
    fn widget(&self, ctx: Ctx, slot: Slot, subject: Option<String>) -> Answer<'_, Vec<Node>> {
        absent((ctx, slot, subject))
    }

    /// Another plugin calls one of its exports.
    fn provide(&self, ctx: Ctx, name: String, input: Value) -> Answer<'_, Value> {
        absent((ctx, name, input))
    }

    /// Something is about to happen that it asked to be asked before.
    fn check(&self, ctx: Ctx, point: Point, draft: Map<String, Value>) -> Answer<'_, Verdict> {
        absent((ctx, point, draft))
    }

    /// Everything it keeps about somebody; or, with `erase`, nothing of it any more.
    fn person(&self, ctx: Ctx, id: String, erase: bool) -> Answer<'_, Value> {
        drop((ctx, id, erase));
        Box::pin(async { Ok(Value::Null) })
    }
}

fn passes<'a>(ctx: Ctx) -> Answer<'a, ()> {
    drop(ctx);
    Box::pin(async { Ok(()) })
}

fn absent<'a, T: 'a, Given>(given: Given) -> Answer<'a, T> {
    drop(given);
    Box::pin(async { Err(Fault::NotFound) })
}
