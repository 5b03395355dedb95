//! What happens once in a page's life: a refusal that came with the address, and the moment it wakes.

use leptos::{prelude::*, server_fn::error::ServerFnUrlError};
use leptos_router::hooks::{use_location, use_query_map};

use crate::{browser, ui::form::RefusedForm};

/// Hands the refusal of a form that was sent without script to the form it belongs to. The address carries it, so both
/// sides draw the same.
pub(crate) fn take_in_refused_form() {
    let query = use_query_map();
    let refused = query.with_untracked(|query| Some((query.get("__path")?, query.get("__err")?)));
    if let Some((path, error)) = refused {
        provide_context(RefusedForm { path, error: ServerFnUrlError::decode_err(&error) });
    }
}

/// Says that the page is awake, and brings readers who move by keyboard or by ear to the start of each new page.
pub(crate) fn announce() {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        match before {
            None => browser::say_awake(),
            Some(before) if before != now => {
                browser::close_menus();
                browser::focus_main();
            }
            Some(_) => {}
        }
        now
    });
}
