//! What an invitation link leads to. Opening it changes nothing; pressing the button does.

use contract::organization::LinkedInvitation;
use leptos::prelude::*;

use super::{
    api::{FollowInvitation, look_behind_invitation},
    words,
};
use crate::{
    pages::account::{by_token, login_for},
    texts::{org, org_invitation as says},
    ui::{
        button::Submit,
        form::{Form, Sending, Summary},
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    let sending = Sending::to::<FollowInvitation>();
    sending.load_when_done();
    by_token(says::title(), look_behind_invitation, move |token, behind| invitation(behind, token, sending))
}

fn invitation(behind: LinkedInvitation, token: String, sending: Sending) -> AnyView {
    let LinkedInvitation { organization, role, already_in } = behind;
    let members = usize::try_from(organization.members).unwrap_or(usize::MAX);
    let action = if already_in {
        view! { <p><a class="button primary" href=format!("/orgs/{}", organization.slug)>{says::already_in()}</a></p> }
            .into_any()
    } else if viewer().me.is_none() {
        view! { <p><a class="button primary" href=login_for(&format!("/orgs/join?token={token}"))>{org::log_in_to_join()}</a></p> }.into_any()
    } else {
        view! {
            <Form sending look="form">
                <Summary sending/>
                <input type="hidden" name="token" value=token/>
                <Submit label=says::come_in() pending=sending.pending()/>
            </Form>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="where">
            <h2 id="where">{organization.name}</h2>
            <p class="hint">{org::member_count(members)}</p>
            {(!organization.summary.is_empty()).then(|| view! { <p>{organization.summary}</p> })}
            <p>{says::as_what()}" "<span class="badge">{words::role(role)}</span></p>
            {action}
        </section>
    }
    .into_any()
}
