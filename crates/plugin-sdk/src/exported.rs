//! What stands between the interface's exports and a [`Plugin`].

use std::marker::PhantomData;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Call, Fault, Plugin,
    bindings::{
        Guest,
        guildhall::plugin::types::{self, Happening, Invocation, Request, Response, Submitted, Verdict},
    },
    hub, translate,
};

/// A plugin as the hub calls it. Only [`export!`](crate::export) names it.
#[derive(Debug)]
pub struct Exported<P>(PhantomData<P>);

type Answer<T> = Result<T, types::Fault>;

/// Calls the plugin. Where it panics its last words go to its log, for the hub sees no more of it than that it broke off.
fn called<T, U>(
    call: types::Call,
    answer: impl FnOnce(&Call) -> Result<T, Fault>,
    tell: impl FnOnce(T) -> U,
) -> Answer<U> {
    std::panic::set_hook(Box::new(|panic| hub::error(&panic.to_string())));
    answer(&translate::call(call)).map(tell).map_err(translate::into_fault)
}

fn text(value: impl Serialize) -> String {
    serde_json::to_string(&value).unwrap_or_default()
}

/// What the hub hands over as JSON is JSON.
fn read<T: DeserializeOwned>(json: &str) -> Result<T, Fault> {
    serde_json::from_str(json).map_err(|error| Fault::Internal(error.to_string()))
}

impl<P: Plugin> Guest for Exported<P> {
    fn enable(c: types::Call) -> Answer<()> {
        called(c, P::enable, |()| ())
    }

    fn disable(c: types::Call) -> Answer<()> {
        called(c, P::disable, |()| ())
    }

    fn upgrade(c: types::Call, old: String) -> Answer<()> {
        called(c, |call| P::upgrade(call, &old), |()| ())
    }

    fn page(c: types::Call, path: String, query: String) -> Answer<String> {
        called(c, |call| P::page(call, &path, &read(&query)?), text)
    }

    fn submit(c: types::Call, path: String, form: String) -> Answer<Submitted> {
        called(c, |call| P::submit(call, &path, &read(&form)?), translate::submitted)
    }

    fn route(c: types::Call, r: Request) -> Answer<Response> {
        called(c, |call| P::route(call, &translate::request(r)), translate::into_response)
    }

    fn webhook(c: types::Call, name: String, r: Request) -> Answer<Response> {
        called(c, |call| P::webhook(call, &name, &translate::request(r)), translate::into_response)
    }

    fn event(c: types::Call, e: Happening) -> Answer<()> {
        called(c, |call| P::event(call, &translate::happened(e)?), |()| ())
    }

    fn task(c: types::Call, id: String, payload: String) -> Answer<()> {
        called(c, |call| P::task(call, &id, &read(&payload)?), |()| ())
    }

    fn command(c: types::Call, i: Invocation) -> Answer<String> {
        called(c, |call| P::command(call, &translate::invocation(i)?), text)
    }

    fn widget(c: types::Call, slot: String, subject: Option<String>) -> Answer<String> {
        called(c, |call| P::widget(call, &slot, subject.as_deref()), text)
    }

    fn provide(c: types::Call, name: String, input: String) -> Answer<String> {
        called(c, |call| P::provide(call, &name, &read(&input)?), text)
    }

    fn check(c: types::Call, point: String, draft: String) -> Answer<Verdict> {
        called(c, |call| P::check(call, &point, &read(&draft)?), translate::verdict)
    }

    fn person(c: types::Call, id: String, erase: bool) -> Answer<String> {
        called(c, |call| P::person(call, &id, erase), text)
    }
}
