//! Step two: what the hub is called, and what strangers may do.

use contract::{Field, setup::Theme};
use leptos::prelude::*;

use super::api::SetUpSite;
use crate::{
    texts,
    ui::{
        button::Submit,
        field::TextField,
        form::{Form, Sending, Summary},
        theme::theme_name,
    },
    viewer::viewer,
};

/// The hub's settings, each with what it means.
#[component]
pub(super) fn SiteStep() -> impl IntoView {
    let sending = Sending::to::<SetUpSite>();
    sending.load_when_done();
    let site = viewer().site;
    let themes = Theme::ALL.map(|theme| {
        view! { <option value=theme.word() selected=theme == site.theme>{theme_name(theme)}</option> }
    });
    view! {
        <h2>{texts::setup::site_title()}</h2>
        <Form sending look="form">
            <Summary sending/>
            <TextField field=Field::SiteName sending autocomplete="off" value=site.name.clone()/>
            <TextField
                field=Field::PublicUrl sending autocomplete="off" kind="url" required=false
                hint=texts::setup::public_url_hint()
            />
            <div class="field">
                <label for="theme">{texts::setup::theme()}</label>
                <select id="theme" name="theme">{themes}</select>
            </div>
            <label class="check">
                <input type="checkbox" name="registration" checked=site.registration/>" "{texts::setup::registration()}
            </label>
            <label class="check">
                <input type="checkbox" name="lobby_guests" checked=site.lobby_guests/>" "{texts::setup::lobby_guests()}
            </label>
            <Submit label=texts::setup::site_submit() pending=sending.pending()/>
        </Form>
    }
    .into_any()
}
