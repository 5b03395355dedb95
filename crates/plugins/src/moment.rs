//! What a plugin's widgets have shown a moment ago. The same widget for the same reader is not asked for again until the plugin has done
//! anything else there, and not for longer than a moment: most pages with widgets are read far more often than what these show changes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use base::{OrgId, UserId};
use plugin_api::page::Node;

/// How long what was shown may be shown again. What a widget shows may come from elsewhere than the plugin: from the hub, from another node.
const LIFE: Duration = Duration::from_secs(1);
/// So much of one plugin in one place. Beyond it each is asked for anew, which is no worse than without.
const MOST: usize = 256;

/// What decides over what a widget shows: everything that the plugin is told of the call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct View {
    pub(crate) organization: Option<OrgId>,
    pub(crate) slot: &'static str,
    pub(crate) subject: Option<String>,
    pub(crate) reader: Option<UserId>,
    pub(crate) permissions: Vec<String>,
    pub(crate) locale: String,
}

/// Of one plugin, as it is set up in one place.
#[derive(Default)]
pub(crate) struct Moment(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// Counts what the plugin has done besides.
    turn: u64,
    shown: HashMap<View, (Instant, Arc<[Node]>)>,
}

impl Moment {
    /// What was shown; else the turn in which it is asked for now.
    pub(crate) fn shown(&self, view: &View) -> Result<Arc<[Node]>, u64> {
        let inner = self.lock();
        match inner.shown.get(view) {
            Some((at, nodes)) if at.elapsed() < LIFE => Ok(Arc::clone(nodes)),
            _ => Err(inner.turn),
        }
    }

    /// Keeps it, if the plugin has done nothing else since it was asked.
    pub(crate) fn keep(&self, turn: u64, view: View, nodes: Arc<[Node]>) {
        let mut inner = self.lock();
        if inner.turn != turn {
            return;
        }
        if inner.shown.len() >= MOST {
            inner.shown.retain(|_, (at, _)| at.elapsed() < LIFE);
        }
        if inner.shown.len() < MOST {
            inner.shown.insert(view, (Instant::now(), nodes));
        }
    }

    /// The plugin has done something else, after which its widgets may show something else.
    pub(crate) fn pass(&self) {
        let mut inner = self.lock();
        inner.turn += 1;
        inner.shown.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(reader: i64) -> View {
        View {
            organization: None,
            slot: "organization.main",
            subject: None,
            reader: Some(UserId::from(reader)),
            permissions: Vec::new(),
            locale: "en".into(),
        }
    }

    #[test]
    fn each_reader_is_shown_their_own_until_something_is_done() {
        let moment = Moment::default();
        let turn = moment.shown(&view(1)).unwrap_err();
        moment.keep(turn, view(1), [].into());
        assert_eq!(moment.shown(&view(1)), Ok([].into()));
        assert!(moment.shown(&view(2)).is_err());
        moment.pass();
        assert!(moment.shown(&view(1)).is_err());
        // Asked for before, answered after: nobody knows which of the two it shows.
        moment.keep(turn, view(1), [].into());
        assert!(moment.shown(&view(1)).is_err());
    }

    #[test]
    fn it_takes_no_more_room_than_it_may() {
        let moment = Moment::default();
        for reader in 0..1_000 {
            let turn = moment.shown(&view(reader)).unwrap_err();
            moment.keep(turn, view(reader), [].into());
        }
        assert_eq!(moment.lock().shown.len(), MOST);
    }
}
