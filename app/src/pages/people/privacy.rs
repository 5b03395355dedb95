//! Who may see what of oneself.

use contract::people::{Audience, Privacy};
use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::{
    api::{SavePrivacy, read_my_profile},
    words::audience_name,
};
use crate::{
    pages::account::login_for,
    texts::{people as say, privacy},
    ui::{
        button::Submit,
        form::{Form, Sending, Summary},
        page::Page,
        state::once_read,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/account/privacy")/> }.into_any();
    }
    let mine = Resource::new(|| (), |()| read_my_profile());
    let saving = Sending::to::<SavePrivacy>();
    saving.when_done(move |_| mine.refetch());
    view! {
        <Page title=privacy::title() lead=privacy::lead() width="narrow">
            <Summary sending=saving/>
            <div role="status">
                {move || saving.done().map(|_| view! { <p class="notice good">{say::saved()}</p> })}
            </div>
            {once_read(mine, move |mine| view! { <Choices now=mine.privacy saving/> }.into_any())}
            <p class="hint">{privacy::moderators()}</p>
        </Page>
    }
    .into_any()
}

#[component]
fn Choices(now: Privacy, saving: Sending) -> impl IntoView {
    let rows = [
        ("profile", privacy::profile(), now.profile),
        ("presence", privacy::presence(), now.presence),
        ("friends", privacy::friends(), now.friends),
        ("requests", privacy::requests(), now.requests),
    ];
    let rows = rows.map(|(name, label, chosen)| {
        let options = Audience::ALL.map(|audience| {
            let label = if name == "requests" && audience == Audience::Friends {
                privacy::friends_of_friends()
            } else {
                audience_name(audience)
            };
            view! { <option value=audience.word() selected=audience == chosen>{label}</option> }
        });
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <select id=name name=name>{options}</select>
            </div>
        }
    });
    view! {
        <Form sending=saving look="form">
            {rows}
            <Submit label=say::save() pending=saving.pending()/>
        </Form>
    }
    .into_any()
}
