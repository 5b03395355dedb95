//! What happens once in a page's life: a refusal that came with the address, and the moment it wakes.

#[cfg(target_arch = "wasm32")]
use std::sync::atomic::{AtomicBool, Ordering};

use leptos::{prelude::*, server_fn::error::ServerFnUrlError};
use leptos_router::hooks::{use_location, use_query_map};

use crate::{browser, error::AppError, ui::form::RefusedForm};

/// Hands the refusal of a form that was sent without script to the form it belongs to. The address carries it, so both
/// sides draw the same.
pub(crate) fn take_in_refused_form() {
    let query = use_query_map();
    let refused = query.with_untracked(|query| Some((query.get("__path")?, query.get("__err")?)));
    if let Some((path, error)) = refused {
        let mut error: AppError = ServerFnUrlError::decode_err(&error);
        // Anybody can write an address, and would have our page say it.
        error.problem.says = None;
        provide_context(RefusedForm { path, error });
    }
}

/// Whether the code of the page that is waking is still on its way: until it is there, only what stands around the page answers.
#[cfg(target_arch = "wasm32")]
static COMING: AtomicBool = AtomicBool::new(false);

/// The page that is waking waits for its code.
#[cfg(target_arch = "wasm32")]
pub(crate) fn code_is_coming() {
    COMING.store(true, Ordering::Relaxed);
}

/// The code is there, or will not come. The page is drawn by whoever asked for it, and only then awake.
#[cfg(target_arch = "wasm32")]
pub(crate) fn code_has_come() {
    COMING.store(false, Ordering::Relaxed);
    leptos::task::spawn_local(async { browser::say_awake() });
}

#[cfg(target_arch = "wasm32")]
fn is_whole() -> bool {
    !COMING.load(Ordering::Relaxed)
}

#[cfg(not(target_arch = "wasm32"))]
const fn is_whole() -> bool {
    true
}

/// Says that the page is awake, and brings readers who move by keyboard or by ear to the start of each new page.
pub(crate) fn announce() {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        match before {
            None if is_whole() => browser::say_awake(),
            Some(before) if before != now => {
                browser::close_menus();
                browser::focus_main();
            }
            None | Some(_) => {}
        }
        now
    });
}
