//! A guest as a plugin: each call in an instance of its own, on a thread of the guests', until it answers or has had its share.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use plugin_api::{
    Manifest,
    call::{Fault, Happened, Invocation, Reply, Request, Response, Submitted, Verdict},
    manifest::{Point, Slot},
    page::{Node, Page},
};
use serde_json::{Map, Value};
use tokio::{sync::oneshot, time::timeout};
use tokio_util::context::TokioContext;
use wasmtime::{Store, Trap, UpdateDeadline};

use super::{
    Kind,
    contract::{Plugin as Contract, PluginPre, guildhall::plugin::types},
    host::{Room, State},
    machine::Machine,
    meter::Meter,
    plain::plain,
    translate::{self, Excess, LARGEST_ACCOUNT, LARGEST_JSON, LARGEST_REPLY, from_fault, read, text},
};
use crate::{
    plugin::{Answer, Ctx, Plugin},
    powers::Stop,
};

/// What a guest may hand over in one of its requests or its answer, in bytes, however it is nested.
const MOST_HANDED_OVER: usize = 4 * 1024 * 1024;

/// A call that has had no more of the processor was a brisk one.
const BRISK: Duration = Duration::from_micros(500);

/// A guest, compiled and bound to what it may ask for.
pub(super) struct Guest {
    manifest: Manifest,
    machine: Arc<Machine>,
    bound: PluginPre<State>,
    /// Whether its last call was a brisk one. Then the next begins on its caller's thread: to hand it to another and its answer back takes
    /// longer than such a call itself. One that isn't costs the caller's thread a tick or two, and this guest the favour.
    is_brisk: AtomicBool,
}

/// What a call of one of its exports ends with: the outer failure ends the guest, the inner one is its own answer.
type Asked<'a, T> = BoxFuture<'a, wasmtime::Result<Result<T, types::Fault>>>;

impl Guest {
    pub(super) fn new(manifest: Manifest, machine: Arc<Machine>, bound: PluginPre<State>) -> Self {
        Self { manifest, machine, bound, is_brisk: AtomicBool::new(false) }
    }

    /// Calls one of its exports.
    fn call<T, Ask>(&self, kind: Kind, ctx: Ctx, ask: Ask) -> Answer<'_, T>
    where
        T: Send + 'static,
        Ask: for<'s> FnOnce(&'s Contract, &'s mut Store<State>, &'s types::Call) -> Asked<'s, T> + Send + 'static,
    {
        let Ctx { call, powers } = ctx;
        let machine = Arc::clone(&self.machine);
        let limits = &machine.limits;
        let wall = limits.wall(&kind, &self.manifest, &call, powers.now());
        let meter = Arc::new(Meter::new(limits.cpu(&kind, &self.manifest)));
        let bound = self.bound.clone();
        Box::pin(async move {
            let answered = timeout(wall, async {
                let place = machine.places.acquire().await.map_err(|_| End::Full)?;
                let limits = &machine.limits;
                let room = Room::new(limits.memory_bytes, limits.all_memory_bytes, Arc::clone(&machine.memory));
                let state = State::new(Arc::clone(&powers), Arc::clone(&meter), limits.host_calls, room);
                let mut store = Store::new(&machine.engine, state);
                let (tell, told) = oneshot::channel();
                let running = machine.run();
                let run = async move {
                    let answer = in_an_instance(&bound, &mut store, translate::call(call), ask).await;
                    (answer, store)
                };
                let metered = metered(Arc::clone(&meter), run, running);
                // The powers wait for a database and the like, whose clocks and sockets are this runtime's.
                let on_its_thread = TokioContext::new(until_given_up(tell, metered), tokio::runtime::Handle::current());
                if self.is_brisk.load(Ordering::Relaxed) {
                    machine.threads.begin(on_its_thread);
                } else {
                    machine.threads.spawn(on_its_thread);
                }
                let ended = told.await.map_err(|_| End::Stopped(Stop::Trapped("the hub's own code broke off".into())));
                drop(place);
                ended?
            })
            .await
            .unwrap_or(Err(End::Stopped(Stop::Deadline)));
            let spent = meter.spent();
            let was_brisk = spent <= BRISK && !matches!(answered, Err(End::Stopped(_)));
            self.is_brisk.store(was_brisk, Ordering::Relaxed);
            powers.spent(spent);
            answered.map_err(|end| match end {
                End::Stopped(stop) => {
                    let said = format!("stopped: {stop}");
                    powers.stopped(stop);
                    Fault::Internal(said)
                }
                End::Full => Fault::Busy(1),
                End::Answered(fault) => fault,
            })
        })
    }
}

/// Why there is no answer.
enum End {
    /// The guest's own.
    Answered(Fault),
    /// The guest was stopped.
    Stopped(Stop),
    /// There is no place to run it.
    Full,
}

/// Counts the turns of a call.
async fn metered<T>(meter: Arc<Meter>, run: impl Future<Output = T>, running: super::machine::Running) -> T {
    let mut run = pin!(run);
    let done = poll_fn(|cx| meter.turn(run.as_mut(), cx)).await;
    drop(running);
    done
}

/// Works until it is done, or until nobody waits any more.
async fn until_given_up<T>(mut tell: oneshot::Sender<Result<T, End>>, run: impl Future<Output = Ran<T>>) {
    let mut run = pin!(run);
    let ran = tokio::select! {
        biased;
        () = tell.closed() => return,
        ran = &mut run => ran,
    };
    let (answer, store) = ran;
    // Nobody may be waiting any more.
    drop(tell.send(judge(answer, store.data())));
    // Only now: what a guest's memory takes to be put back is nothing its caller has to wait for.
    drop(store);
}

/// A call that has run, and its store, with what was counted in it.
type Ran<T> = (wasmtime::Result<Result<T, types::Fault>>, Store<State>);

async fn in_an_instance<T, Ask>(
    bound: &PluginPre<State>,
    store: &mut Store<State>,
    call: types::Call,
    ask: Ask,
) -> wasmtime::Result<Result<T, types::Fault>>
where
    Ask: for<'s> FnOnce(&'s Contract, &'s mut Store<State>, &'s types::Call) -> Asked<'s, T>,
{
    store.limiter(|state| state);
    store.set_hostcall_fuel(MOST_HANDED_OVER);
    // The tick that comes first may come at once: only the second is a whole one after the beginning.
    store.set_epoch_deadline(2);
    store.epoch_deadline_callback(|store| {
        // With each tick: on, behind whoever else waits for this thread; or no further.
        Ok(if store.data().meter.is_over() { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
    });
    let instance = bound.instantiate_async(&mut *store).await?;
    ask(&instance, store, &call).await
}

/// What became of it.
fn judge<T>(answer: wasmtime::Result<Result<T, types::Fault>>, state: &State) -> Result<T, End> {
    if let Some(stop) = &state.stop {
        return Err(End::Stopped(stop.clone()));
    }
    // Whoever did without what it was refused might as well not have answered: the next call would go the same way.
    if state.was_refused_memory() {
        return Err(End::Stopped(Stop::Memory));
    }
    match answer {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(fault)) => Err(End::Answered(from_fault(fault))),
        Err(error) => Err(End::Stopped(reason(&error))),
    }
}

fn reason(error: &wasmtime::Error) -> Stop {
    if let Some(Excess(what)) = error.downcast_ref() {
        return Stop::Excess(what.clone());
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => Stop::Deadline,
        Some(trap) => Stop::Trapped(plain(&trap.to_string(), 500)),
        None => Stop::Excess(plain(&format!("{error:#}"), 500)),
    }
}

/// An answer that is read while its caller still waits, and on the guests' own threads.
fn read_as<T, U>(
    answer: Result<T, types::Fault>,
    read: impl FnOnce(T) -> Result<U, Excess>,
) -> wasmtime::Result<Result<U, types::Fault>> {
    Ok(match answer {
        Ok(answer) => Ok(read(answer)?),
        Err(fault) => Err(fault),
    })
}

impl Plugin for Guest {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn enable(&self, ctx: Ctx) -> Answer<'_, ()> {
        self.call(Kind::Life, ctx, |guest, store, call| Box::pin(guest.call_enable(store, call)))
    }

    fn disable(&self, ctx: Ctx) -> Answer<'_, ()> {
        self.call(Kind::Life, ctx, |guest, store, call| Box::pin(guest.call_disable(store, call)))
    }

    fn upgrade(&self, ctx: Ctx, from: String) -> Answer<'_, ()> {
        self.call(Kind::Life, ctx, |guest, store, call| {
            Box::pin(async move { guest.call_upgrade(store, call, &from).await })
        })
    }

    fn page(&self, ctx: Ctx, path: String, query: Map<String, Value>) -> Answer<'_, Page> {
        self.call(Kind::Ask, ctx, |guest, store, call| {
            Box::pin(async move {
                read_as(guest.call_page(store, call, &path, &text(&query)).await?, |page| translate::page(&page))
            })
        })
    }

    fn submit(&self, ctx: Ctx, path: String, form: Map<String, Value>) -> Answer<'_, Submitted> {
        self.call(Kind::Ask, ctx, |guest, store, call| {
            Box::pin(async move {
                read_as(guest.call_submit(store, call, &path, &text(&form)).await?, translate::submitted)
            })
        })
    }

    fn route(&self, ctx: Ctx, request: Request) -> Answer<'_, Response> {
        self.call(Kind::Ask, ctx, |guest, store, call| {
            Box::pin(async move {
                let request = translate::request(request);
                read_as(guest.call_route(store, call, &request).await?, translate::response)
            })
        })
    }

    fn webhook(&self, ctx: Ctx, name: String, request: Request) -> Answer<'_, Response> {
        self.call(Kind::Ask, ctx, |guest, store, call| {
            Box::pin(async move {
                let request = translate::request(request);
                read_as(guest.call_webhook(store, call, &name, &request).await?, translate::response)
            })
        })
    }

    fn event(&self, ctx: Ctx, event: Happened) -> Answer<'_, ()> {
        self.call(Kind::Event, ctx, |guest, store, call| {
            Box::pin(async move { guest.call_event(store, call, &translate::event(event)).await })
        })
    }

    fn task(&self, ctx: Ctx, id: String, payload: Value) -> Answer<'_, ()> {
        self.call(Kind::Task(id.clone()), ctx, |guest, store, call| {
            Box::pin(async move { guest.call_task(store, call, &id, &text(&payload)).await })
        })
    }

    fn command(&self, ctx: Ctx, invocation: Invocation) -> Answer<'_, Reply> {
        self.call(Kind::Ask, ctx, |guest, store, call| {
            Box::pin(async move {
                let invocation = translate::invocation(invocation);
                read_as(guest.call_command(store, call, &invocation).await?, |reply| {
                    read(&reply, LARGEST_REPLY, "a reply")
                })
            })
        })
    }

    fn widget(&self, ctx: Ctx, slot: Slot, subject: Option<String>) -> Answer<'_, Vec<Node>> {
        self.call(Kind::Widget, ctx, move |guest, store, call| {
            Box::pin(async move {
                let drawn = guest.call_widget(store, call, slot.word(), subject.as_deref()).await?;
                read_as(drawn, |nodes| translate::nodes(&nodes))
            })
        })
    }

    fn provide(&self, ctx: Ctx, name: String, input: Value) -> Answer<'_, Value> {
        self.call(Kind::Ask, ctx, |guest, store, call| {
            Box::pin(async move {
                let answer = guest.call_provide(store, call, &name, &text(&input)).await?;
                read_as(answer, |answer| read(&answer, LARGEST_JSON, "an answer"))
            })
        })
    }

    fn check(&self, ctx: Ctx, point: Point, draft: Map<String, Value>) -> Answer<'_, Verdict> {
        self.call(Kind::Check(point.word()), ctx, move |guest, store, call| {
            Box::pin(async move {
                read_as(guest.call_check(store, call, point.word(), &text(&draft)).await?, translate::verdict)
            })
        })
    }

    fn person(&self, ctx: Ctx, id: String, erase: bool) -> Answer<'_, Value> {
        self.call(Kind::Person, ctx, move |guest, store, call| {
            Box::pin(async move {
                let account = guest.call_person(store, call, &id, erase).await?;
                read_as(account, |account| read(&account, LARGEST_ACCOUNT, "an account"))
            })
        })
    }
}
