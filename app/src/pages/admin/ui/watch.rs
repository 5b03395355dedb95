//! A page that looks again by itself, so that what goes on can be watched. Without script there is a link that reads it again.

use base::Kind;
use leptos::prelude::*;

use crate::{browser, error::AppError};

/// While something is under way: at first after a second, then less and less often while nothing changes.
const SOONEST_MS: f64 = 1_000.0;
const LONGEST_MS: f64 = 10_000.0;
const GROWTH: f64 = 1.5;
/// While nothing is.
const CALM_MS: f64 = 20_000.0;

/// What there is to watch in something that is read.
#[derive(Clone, Copy)]
pub(in crate::pages::admin) struct Watched<T> {
    /// Whether something is under way in it.
    pub(in crate::pages::admin) busy: fn(&T) -> bool,
    /// The same without what moves: the page is drawn anew only where that differs.
    pub(in crate::pages::admin) still: fn(T) -> T,
}

/// Reads again while the page is open and somebody looks at it. What moves is handed to `moved` each time; everything else takes the place of
/// what was read before, where it differs. A reading that fails changes nothing, and is tried again later.
pub(in crate::pages::admin) fn watch<T, S, A>(
    read: Resource<Result<T, AppError>>,
    asked: impl Fn() -> S + Copy + 'static,
    again: impl Fn(S) -> A + Copy + 'static,
    watched: Watched<T>,
    moved: impl Fn(&T) + Copy + 'static,
) where
    T: Clone + PartialEq + Send + Sync + 'static,
    S: Clone + PartialEq + 'static,
    A: Future<Output = Result<T, AppError>> + 'static,
{
    // An effect, since none runs on the server.
    Effect::new(move || {
        let open = StoredValue::new(true);
        on_cleanup(move || {
            let _ = open.try_set_value(false);
        });
        let is_open = move || open.try_get_value() == Some(true);
        leptos::task::spawn_local(async move {
            let stands = move || read.try_get_untracked().flatten().and_then(Result::ok);
            let (mut wait, mut busy) = (SOONEST_MS, true);
            loop {
                // What is done on the page itself is read at once, and may begin what there was not at the last look.
                let begun = || !busy && stands().is_some_and(|stood| (watched.busy)(&stood));
                let mut waited = 0.0;
                loop {
                    browser::sleep(SOONEST_MS).await;
                    if !is_open() {
                        return;
                    }
                    waited += SOONEST_MS;
                    if waited >= wait || begun() {
                        break;
                    }
                }
                if document().hidden() {
                    continue;
                }
                let before = untrack(asked);
                let fresh = match again(before.clone()).await {
                    Ok(fresh) => fresh,
                    // Whoever may not see it any more is not told anew every few seconds.
                    Err(error) if matches!(error.problem.kind, Kind::Unauthenticated | Kind::Forbidden) => break,
                    Err(_) => {
                        (wait, busy) = (CALM_MS, true);
                        continue;
                    }
                };
                if !is_open() {
                    break;
                }
                // Another page of the list was opened meanwhile: this answer is no longer asked for.
                if untrack(asked) != before {
                    continue;
                }
                let stood = stands();
                let changed = stood.as_ref() != Some(&fresh);
                moved(&fresh);
                busy = (watched.busy)(&fresh);
                wait = match (busy, changed) {
                    (true, true) => SOONEST_MS,
                    (true, false) => (wait * GROWTH).min(LONGEST_MS),
                    (false, _) => CALM_MS,
                };
                let differs = stood.map(watched.still) != Some((watched.still)(fresh.clone()));
                if differs {
                    let _ = read.try_set(Some(Ok(fresh)));
                }
            }
        });
    });
}
