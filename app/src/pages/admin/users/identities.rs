//! The accounts at other services that one account is logged in with.

use base::UserId;
use contract::identity::Identity;
use leptos::prelude::*;

use super::theirs;
use crate::{
    pages::admin::ui::deed::Reasoned,
    texts::admin::users,
    ui::{form::Sending, time::Time},
};

/// The list.
pub(super) fn identities(user: UserId, identities: Vec<Identity>, sending: Option<Sending>) -> AnyView {
    let words = theirs::Words {
        id: "identities",
        title: users::identities(),
        none: users::no_identities(),
        take: users::identity_unlink(),
        taken: users::identity_unlinked(),
    };
    let columns = vec![users::identity(), users::identity_linked(), users::last_used()];
    let rows = identities.into_iter().map(|identity| row(user, identity, sending)).collect();
    theirs::list(words, columns, rows, sending)
}

fn row(user: UserId, identity: Identity, sending: Option<Sending>) -> Vec<AnyView> {
    let Identity { id, provider, name, created_at, last_used_at } = identity;
    let called = name.map(|name| view! { <p class="hint">{name}</p> });
    let mut cells = vec![
        view! { {provider}{called} }.into_any(),
        view! { <Time at=created_at/> }.into_any(),
        theirs::used(last_used_at),
    ];
    cells.extend(sending.map(|sending| {
        view! {
            <Reasoned
                form=format!("identity-{id}")
                sending
                about=vec![("user", user.to_string()), ("identity", id.to_string())]
                label=users::identity_unlink()
                warning=users::identity_unlink_warning()
                now=users::identity_unlink_now()
                look="danger"
            />
        }
        .into_any()
    }));
    cells
}
