//! One call of a plugin: its turn, its time, what it is handed, and what becomes of it.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, atomic::AtomicU32},
    time::{Duration, Instant},
};

use base::{Actor, OrgId, Standing};
use futures::FutureExt as _;
use plugin_api::{
    call::{Call, Caller, Fault, Where},
    manifest::UsersDetail,
};

use crate::{
    Answer, Ctx, Error, Plugin, Plugins, Stop,
    hand::Hand,
    package,
    snapshot::{On, Runtime},
    store::NewStrike,
};

/// For whom a call is drawn or answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visit {
    /// The language they read: `en`, `pt-BR`.
    pub locale: String,
    /// By what the log knows the request.
    pub trace: String,
}

/// What of a plugin is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Export {
    Start,
    Stop,
    Enable,
    Disable,
    Upgrade,
    Page,
    Submit,
    Route,
    Webhook,
    Event,
    /// With what its manifest says of a run, in seconds.
    Task(u32),
    Command,
    Widget,
    Provide,
    /// With what its manifest says of it, in milliseconds.
    Check(u32),
    Person,
}

/// What plugins may cost, as the operator decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// For whoever waits for a page, a form, a route, a webhook, a command, an export.
    pub answer: Duration,
    /// For the longest task, whatever its manifest says.
    pub task: Duration,
    /// So many calls of one plugin are under way at once.
    pub at_once: usize,
    /// The largest component of a guest, in bytes.
    pub component: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(1),
            task: Duration::from_secs(30),
            at_once: 4,
            component: package::USUAL_COMPONENT,
        }
    }
}

/// What calling out may take beside that.
const OUT: Duration = Duration::from_secs(10);

impl Export {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Upgrade => "upgrade",
            Self::Page => "page",
            Self::Submit => "submit",
            Self::Route => "route",
            Self::Webhook => "webhook",
            Self::Event => "event",
            Self::Task(_) => "task",
            Self::Command => "command",
            Self::Widget => "widget",
            Self::Provide => "provide",
            Self::Check(_) => "check",
            Self::Person => "person",
        }
    }

    /// How long it may take until it is answered, its turn included. What it may compute in that time is the engine's affair.
    pub(crate) fn within(self, bounds: Bounds, calls_out: bool) -> Duration {
        let more = if calls_out { OUT } else { Duration::ZERO };
        match self {
            Self::Start => Duration::from_secs(10),
            Self::Stop | Self::Enable | Self::Disable => Duration::from_secs(5),
            Self::Upgrade | Self::Person => Duration::from_mins(1),
            Self::Page | Self::Submit | Self::Route | Self::Webhook | Self::Command | Self::Provide => {
                bounds.answer * 2 + more
            }
            Self::Event => bounds.answer + more,
            Self::Task(secs) => Duration::from_secs(secs.into()).min(bounds.task) * 2 + more,
            Self::Widget => Duration::from_millis(300),
            Self::Check(millis) => Duration::from_millis(millis.into()),
        }
    }
}

/// Which plugin is called, where, for whom.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) on: Arc<On>,
    pub(crate) at: Option<OrgId>,
    /// Who is behind it; `None`: the hub itself.
    pub(crate) actor: Option<Actor>,
    pub(crate) standing: Option<Standing>,
    pub(crate) visit: Visit,
    pub(crate) export: Export,
    /// How many exports of plugins called one another before this.
    pub(crate) nested: u32,
    /// How many plugins stand between this and somebody's own act.
    pub(crate) depth: u32,
    /// What was asked of the hub so far, over everything nested.
    pub(crate) asked: Arc<AtomicU32>,
}

impl Ask {
    /// By the hub itself.
    pub(crate) fn by_hub(on: Arc<On>, at: Option<OrgId>, export: Export, trace: String) -> Self {
        let visit = Visit { locale: String::new(), trace };
        let asked = Arc::default();
        Self { on, at, actor: None, standing: None, visit, export, nested: 0, depth: 0, asked }
    }
}

impl Plugins {
    /// Calls it, if it can be called.
    pub(crate) async fn call<T: Send>(
        &self,
        ask: Ask,
        with: impl for<'p> FnOnce(&'p dyn Plugin, Ctx) -> Answer<'p, T> + Send,
    ) -> Result<T, Error> {
        let plugin = match &ask.on.plugin.runtime {
            Runtime::Ready(plugin) => Arc::clone(plugin),
            Runtime::Failing { .. } => return Err(Error::Away("it can't start".into())),
            Runtime::Quarantined { .. } => return Err(Error::Away("it is switched off for a time".into())),
        };
        self.call_on(ask, &plugin, with).await
    }

    /// Calls that one, whatever the picture says of it: one that begins, or ends.
    pub(crate) async fn call_on<T: Send>(
        &self,
        ask: Ask,
        plugin: &Arc<dyn Plugin>,
        with: impl for<'p> FnOnce(&'p dyn Plugin, Ctx) -> Answer<'p, T> + Send,
    ) -> Result<T, Error> {
        let began = Instant::now();
        let limit = ask.export.within(self.0.parts.bounds, !ask.on.granted.http.is_empty());
        let lane = Arc::clone(&ask.on.plugin.lane);
        // What another plugin calls has its caller's turn: it would else wait for itself.
        let queues = ask.nested == 0 && !matches!(ask.export, Export::Start | Export::Stop | Export::Upgrade);
        let hand = Arc::new(Hand::new(self.clone(), ask.clone()));
        let ctx = Ctx { call: self.told(&ask, limit).await, powers: Arc::clone(&hand) as _ };
        let whole = async {
            let _turn = if queues { Some(lane.enter().await?) } else { None };
            match AssertUnwindSafe(with(&**plugin, ctx)).catch_unwind().await {
                Ok(answer) => answer.map_err(Error::from),
                Err(_panic) => Err(Error::Stopped(Stop::Trapped("it panicked".into()))),
            }
        };
        let answer = match tokio::time::timeout(limit, whole).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(Error::Stopped(Stop::Deadline)),
        };
        // What the engine says of it counts for more than what it made of it.
        let answer = match hand.was_stopped() {
            Some(stop) => Err(Error::Stopped(stop)),
            None => answer,
        };
        if !matches!(ask.export, Export::Widget | Export::Check(_)) {
            ask.on.moment.pass();
        }
        self.note(&ask, answer.as_ref().err(), (began.elapsed(), hand.cpu())).await;
        answer
    }

    /// What it is told of the call.
    async fn told(&self, ask: &Ask, limit: Duration) -> Call {
        let caller = match &ask.actor {
            None => None,
            Some(actor) => {
                let person = actor.user();
                let name = match person {
                    Some(user) if ask.on.granted.users != UsersDetail::None => {
                        self.0.parts.neighbours.names(&[user]).await.ok().and_then(|mut names| names.remove(&user))
                    }
                    _ => None,
                };
                Some(Caller {
                    person: person.map(|user| user.to_string()),
                    name,
                    permissions: ask.on.permissions(actor, ask.standing.as_ref()),
                    locale: ask.visit.locale.clone(),
                })
            }
        };
        Call {
            at: ask.at.map_or(Where::Hub, |org| Where::Organization(org.to_string())),
            caller,
            trace: ask.visit.trace.clone(),
            deadline: self.now().plus(limit).0,
        }
    }

    /// Counts something that was had of a plugin, for those who look after it and for the metrics. `came`: the word of how it ended, and
    /// whether that is a failure. `took`: in all, and of the processor.
    pub(crate) fn count_call(
        &self,
        on: &On,
        at: Option<OrgId>,
        export: &'static str,
        came: (&'static str, bool),
        took: (Duration, Duration),
    ) {
        let (outcome, failed) = came;
        self.0.scribe.call(on.id().as_str(), at, self.now(), export, failed, took);
        let labels = [("plugin", on.id().to_string()), ("export", export.to_owned()), ("outcome", outcome.to_owned())];
        metrics::counter!("guildhall_plugin_calls_total", &labels).increment(1);
        metrics::histogram!("guildhall_plugin_call_seconds", &labels[..2]).record(took.0);
    }

    async fn note(&self, ask: &Ask, error: Option<&Error>, took: (Duration, Duration)) {
        let (id, export) = (ask.on.id(), ask.export.word());
        // What a person did wrong is no failure of the plugin's.
        let failed = matches!(
            error,
            Some(Error::Fault(Fault::Internal(_) | Fault::Upstream(_)) | Error::Stopped(_) | Error::Away(_))
        );
        let outcome = match error {
            None => "answered",
            Some(Error::Stopped(stop)) => stop.word(),
            Some(_) if failed => "failed",
            Some(_) => "refused",
        };
        self.count_call(&ask.on, ask.at, export, (outcome, failed), took);
        if let Some(Error::Fault(Fault::Internal(why))) = error {
            tracing::warn!(plugin = id.as_str(), export, trace = ask.visit.trace, why, "a plugin failed");
        }
        let Some(Error::Stopped(stop)) = error else { return };
        tracing::warn!(
            plugin = id.as_str(),
            plugin.version = %ask.on.manifest().version,
            organization = ask.at.map(OrgId::get),
            export,
            trace = ask.visit.trace,
            why = %stop,
            "a plugin was stopped"
        );
        // Ours are trusted: a database that is slow is no reason to switch a part of the hub off.
        if !ask.on.plugin.is_guest() {
            return;
        }
        let strike = NewStrike {
            plugin: id.to_string(),
            organization: ask.at,
            version: ask.on.manifest().version.to_string(),
            export,
            why: stop.to_string(),
            trace: ask.visit.trace.clone(),
        };
        if let Err(error) = self.strike(strike).await {
            tracing::error!(error = &error as &dyn std::error::Error, "a plugin's strike can't be written down");
        }
    }
}
