//! What was refused: told the log and the metrics, and counted for the dashboard. The trail holds what was done, and nothing of this was.

use std::sync::atomic::{AtomicI64, Ordering};

use base::Actor;

/// Refusals since the start of the process, all hubs in it together.
static REFUSED: AtomicI64 = AtomicI64::new(0);

/// Refusals since the start.
pub fn refusals() -> i64 {
    REFUSED.load(Ordering::Relaxed)
}

/// Somebody was told that they may not, or that there is no such thing where there is one that they may not know of.
///
/// `door`: where they asked, a word of ours. `what`: a route or a kind of thing, never what somebody typed.
pub fn refused(actor: &Actor, door: &'static str, what: &str) {
    REFUSED.fetch_add(1, Ordering::Relaxed);
    metrics::counter!("guildhall_refused_total", "door" => door).increment(1);
    tracing::warn!(
        target: "security",
        act = "refused",
        door,
        what,
        actor.id = actor.user().map(i64::from),
        "somebody asked for what they may not"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted() {
        let before = refusals();
        refused(&Actor::Stranger { address: None }, "page", "/admin");
        assert!(refusals() > before);
    }
}
