//! Where an account belongs, and as what.

use contract::organization::{Mine, OrgState};
use leptos::prelude::*;

use crate::{
    pages::{
        account::role_name,
        admin::{organizations::told, ui::badge::Badge},
    },
    texts::admin::users,
};

/// The card: every organization, hidden and closed ones as well.
pub(super) fn organizations(found: Vec<Mine>) -> AnyView {
    let list = if found.is_empty() {
        view! { <p class="hint">{users::no_organizations()}</p> }.into_any()
    } else {
        let lines: Vec<_> = found
            .into_iter()
            .map(|mine| {
                let org = mine.organization;
                let address = format!("/admin/organizations/{}", org.id);
                let state = (org.state != OrgState::Active).then(|| {
                    let (tone, text) = told(org.state);
                    view! { " "<Badge tone text/> }
                });
                view! { <li><a href=address>{org.name}</a>" · "{role_name(mine.role)}{state}</li> }
            })
            .collect();
        view! { <ul class="plain">{lines}</ul> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="organizations">
            <h2 id="organizations">{users::organizations()}</h2>
            {list}
        </section>
    }
    .into_any()
}
