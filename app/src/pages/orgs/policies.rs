//! Which roles may do what in an organization.

use base::Role;
use contract::organization::{Organization, Policy};
use leptos::prelude::*;

use super::{
    api::{SetPolicies, read_policies},
    screen::{Tab, screen, slug},
    words,
};
use crate::{
    texts::{org, org_policy as says},
    ui::{
        button::Submit,
        form::{Form, Sending, Summary},
    },
};

/// The page.
pub(crate) fn show() -> AnyView {
    let here = Resource::new(slug, read_policies);
    let sending = Sending::to::<SetPolicies>();
    sending.when_done(move |_| here.refetch());
    screen(Tab::Policies, here, move |here, policies| page(&here, policies, sending))
}

fn page(here: &Organization, policies: Vec<Policy>, sending: Sending) -> AnyView {
    let (id, may) = (here.id.get(), here.you.may.manage_policies);
    let rows: Vec<_> = policies.into_iter().map(|policy| row(policy, may)).collect();
    let submit = may.then(|| view! { <Submit label=says::save() pending=sending.pending()/> });
    view! {
        <section class="card" aria-labelledby="policies">
            <h2 id="policies">{org::policies()}</h2>
            <p>{says::lead()}</p>
            <Form sending look="form">
                <Summary sending/>
                <input type="hidden" name="organization" value=id/>
                {rows}
                <div role="status">{move || sending.done().map(|_| says::saved())}</div>
                {submit}
            </Form>
        </section>
    }
    .into_any()
}

fn row(policy: Policy, may: bool) -> AnyView {
    let word = policy.action;
    let boxes: Vec<_> = policy
        .possible
        .into_iter()
        // The owner always may, so there is nothing to tick.
        .filter(|role| *role != Role::Owner)
        .map(|role| {
            let value = format!("{word}:{}", role.word());
            view! {
                <label class="check">
                    <input type="checkbox" name="granted[]" value=value checked={policy.roles.contains(&role)} disabled=!may/>
                    {words::role(role)}
                </label>
            }
        })
        .collect();
    view! { <fieldset class="options"><legend>{words::action(&word)}</legend>{boxes}</fieldset> }.into_any()
}
