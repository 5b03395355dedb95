//! The accounts at other services that one account is logged in with.

use base::UserId;
use contract::identity::Identity;
use leptos::prelude::*;

use crate::{
    pages::admin::ui::{
        deed::Reasoned,
        reason::Outcome,
        table::{Column, Table},
    },
    texts::admin::users,
    ui::{form::Sending, time::Time},
};

/// The list, with a button for each where the account is below the reader's own.
pub(super) fn identities(user: UserId, identities: Vec<Identity>, sending: Option<Sending>) -> AnyView {
    let list = if identities.is_empty() {
        view! { <p class="hint">{users::no_identities()}</p> }.into_any()
    } else {
        let mut columns = vec![
            Column::new(users::identity()),
            Column::new(users::identity_linked()),
            Column::new(users::last_used()),
        ];
        columns.extend(sending.map(|_| Column::new(users::identity_unlink())));
        let rows = identities.into_iter().map(|identity| row(user, identity, sending)).collect();
        view! { <Table caption=users::identities() columns rows/> }.into_any()
    };
    view! {
        <section aria-labelledby="identities">
            <h2 id="identities">{users::identities()}</h2>
            {sending.map(|sending| view! { <Outcome sending done=users::identity_unlinked()/> })}
            {list}
        </section>
    }
    .into_any()
}

fn row(user: UserId, identity: Identity, sending: Option<Sending>) -> Vec<AnyView> {
    let Identity { id, provider, name, created_at, last_used_at } = identity;
    let called = name.map(|name| view! { <p class="hint">{name}</p> });
    let used = match last_used_at {
        Some(at) => view! { <Time at/> }.into_any(),
        None => "–".into_any(),
    };
    let mut cells = vec![view! { {provider}{called} }.into_any(), view! { <Time at=created_at/> }.into_any(), used];
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
