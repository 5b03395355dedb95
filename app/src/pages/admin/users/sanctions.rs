//! What was done about an account, in force and past.

use contract::moderation::Sanctions;
use leptos::prelude::*;

use crate::{pages::admin::moderation::record, texts::admin::users};

/// The card. What does not fit stands in the moderation's own list.
pub(super) fn sanctions(name: &str, found: Sanctions) -> AnyView {
    let all = format!("/admin/moderation/sanctions?show=all&name={}", crate::address::escape(name));
    let list = if found.sanctions.is_empty() {
        view! { <p class="hint">{users::no_sanctions()}</p> }.into_any()
    } else {
        record::sanctions(found.sanctions)
    };
    view! {
        <section class="card" aria-labelledby="sanctions">
            <h2 id="sanctions">{users::sanctions()}</h2>
            {list}
            <p><a href=all>{users::to_sanctions()}</a></p>
        </section>
    }
    .into_any()
}
