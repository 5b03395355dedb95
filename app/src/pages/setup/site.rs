//! Step two: what the hub is called, and what strangers may do.

use contract::{Field, setup::Theme};
use leptos::{form::ActionForm, prelude::*};

use super::api::SetUpSite;
use crate::{
    pages::account::load_when_done,
    texts,
    ui::{
        answer::{Answer, Summary},
        button::Submit,
        field::TextField,
        theme::theme_name,
    },
    viewer::viewer,
};

/// The hub's settings, each with what it means.
#[component]
pub(super) fn SiteStep() -> impl IntoView {
    let action = ServerAction::<SetUpSite>::new();
    let answer = Answer::of(action);
    load_when_done(action.value());
    let site = viewer().site;
    let themes = Theme::ALL.map(|theme| {
        view! { <option value=theme.word() selected=theme == site.theme>{theme_name(theme)}</option> }
    });
    view! {
        <h2>{texts::setup::site_title()}</h2>
        <ActionForm action attr:novalidate=true attr:class="form">
            <Summary answer/>
            <TextField field=Field::SiteName answer autocomplete="off" value=site.name.clone()/>
            <TextField
                field=Field::PublicUrl answer autocomplete="off" kind="url" required=false
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
            <Submit label=texts::setup::site_submit() pending=action.pending().into()/>
        </ActionForm>
    }
    .into_any()
}
