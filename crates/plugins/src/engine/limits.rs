//! What one call may cost. The figures are those of the plugin chapter's table; an operator may raise some of them.

use std::time::Duration;

use plugin_api::{Manifest, call::Call};

const MIB: usize = 1024 * 1024;

/// What guests may cost, each call and all together.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest component, in bytes.
    pub component_bytes: usize,
    /// The linear memory of one call, in bytes.
    pub memory_bytes: usize,
    /// The linear memories of all calls together, in bytes.
    pub all_memory_bytes: usize,
    /// The processor's time for a page, a form, a route, a webhook, a command, an export.
    pub cpu: Duration,
    /// The most any task gets, whatever its manifest asks for.
    pub task: Duration,
    /// How many times one call may ask the hub for something.
    pub host_calls: u32,
    /// How many calls run at a time, all plugins together.
    pub at_once: u32,
    /// The threads they run on.
    pub threads: usize,
    /// How much longer than in a hub somebody waits for an answer: once as long, but for authors' tests beside a compiler.
    pub patience: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            component_bytes: 16 * MIB,
            memory_bytes: 64 * MIB,
            all_memory_bytes: 1024 * MIB,
            cpu: Duration::from_secs(1),
            task: Duration::from_secs(30),
            host_calls: 1000,
            at_once: 64,
            threads: cores.clamp(2, 8),
            patience: 1,
        }
    }
}

/// The machine's own memory decides, too: guests get a quarter of it where that is less.
impl Limits {
    /// These, on a machine with so much memory.
    #[must_use]
    pub fn on_a_machine_of(mut self, bytes: u64) -> Self {
        let quarter = usize::try_from(bytes / 4).unwrap_or(usize::MAX);
        self.all_memory_bytes = self.all_memory_bytes.min(quarter).max(self.memory_bytes);
        self
    }

    /// The processor's time that a call gets.
    pub fn cpu(&self, kind: &Kind, manifest: &Manifest) -> Duration {
        match kind {
            Kind::Ask | Kind::Person => self.cpu,
            Kind::Widget => Duration::from_millis(200).min(self.cpu),
            Kind::Event => self.cpu / 2,
            Kind::Life => Duration::from_secs(5),
            Kind::Check(point) => {
                let said = manifest.checks.iter().find(|check| check.point.word() == *point);
                Duration::from_millis(said.map_or(50, |check| u64::from(check.deadline_ms)))
            }
            Kind::Task(id) => {
                let said = manifest.tasks.iter().find(|task| task.id == *id);
                said.map_or(self.cpu, |task| Duration::from_secs(task.deadline_secs.into())).min(self.task)
            }
        }
    }

    /// How long a call may take, waiting included: twice the processor's time, more where it may call out, and never beyond its own deadline.
    pub fn wall(&self, kind: &Kind, manifest: &Manifest, call: &Call, now: i64) -> Duration {
        let cpu = self.cpu(kind, manifest);
        let own = match kind {
            Kind::Check(_) => cpu,
            // Left out of its page by then, and the page has long been answered.
            Kind::Widget => Duration::from_millis(100),
            Kind::Person => Duration::from_mins(1),
            _ if manifest.capabilities.http.is_empty() => cpu * 2,
            _ => cpu * 2 + Duration::from_secs(10),
        };
        let left = u64::try_from(call.deadline.saturating_sub(now)).unwrap_or_default();
        (own * self.patience).min(Duration::from_millis(left))
    }
}

/// What kind of call: they differ in what they may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Somebody waits for a page, an answer, a reply.
    Ask,
    /// A part of somebody else's page.
    Widget,
    /// A question before an act; which.
    Check(&'static str),
    /// Something has happened.
    Event,
    /// A task; which.
    Task(String),
    /// Switched on, off, or to another version.
    Life,
    /// What it keeps about somebody.
    Person,
}

#[cfg(test)]
mod tests {
    use plugin_api::call::Where;

    use super::*;

    fn manifest(more: &str) -> Manifest {
        let text = format!(
            "manifest = 1\nid = \"m\"\nname = \"M\"\nversion = \"1.0.0\"\ndescription = \"A plugin.\"\nauthor = \"Somebody\"\ncategory = \"utility\"\napi = \"1.0\"\n{more}"
        );
        plugin_api::parse(&text, plugin_api::Kind::Guest).unwrap().manifest
    }

    fn call(deadline: i64) -> Call {
        Call { at: Where::Hub, caller: None, trace: "t".into(), deadline }
    }

    #[test]
    fn each_kind_of_call_has_its_time() {
        let limits = Limits::default();
        let plain = manifest("");
        let far = call(i64::MAX);
        assert_eq!(limits.wall(&Kind::Ask, &plain, &far, 0), Duration::from_secs(2));
        assert_eq!(limits.wall(&Kind::Widget, &plain, &far, 0), Duration::from_millis(100));
        assert_eq!(limits.wall(&Kind::Ask, &plain, &call(1_300), 1_000), Duration::from_millis(300));
        assert_eq!(limits.wall(&Kind::Ask, &plain, &call(900), 1_000), Duration::ZERO, "too late already");
        let outward = manifest("[capabilities]\nhttp = [\"https://example.org/*\"]");
        assert_eq!(limits.wall(&Kind::Event, &outward, &far, 0), Duration::from_secs(11));
        let task =
            manifest("[[tasks]]\nid = \"t\"\nschedule = { every_secs = 60 }\nscope = \"hub\"\ndeadline_secs = 20");
        assert_eq!(limits.cpu(&Kind::Task("t".into()), &task), Duration::from_secs(20));
        let check = manifest("[[checks]]\npoint = \"chat.say\"\non_failure = \"allow\"\ndeadline_ms = 20");
        assert_eq!(limits.wall(&Kind::Check("chat.say"), &check, &far, 0), Duration::from_millis(20));
    }

    #[test]
    fn a_small_machine_gives_guests_a_quarter() {
        let gib = 1024 * 1024 * 1024;
        assert_eq!(Limits::default().on_a_machine_of(2 * gib).all_memory_bytes, 512 * MIB);
        assert_eq!(Limits::default().on_a_machine_of(64 * gib).all_memory_bytes, 1024 * MIB);
        assert_eq!(Limits::default().on_a_machine_of(1).all_memory_bytes, 64 * MIB, "one call always has its room");
    }
}
