//! What one writes of oneself, and one's picture.

use contract::{Code, Field, people::MyProfile};
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_query_map};

use super::{
    api::{RemoveAvatar, RemoveGameTexts, SaveProfile, read_my_profile},
    list::page_of,
    profile::in_the_game,
};
use crate::{
    error::sentence,
    pages::account::login_for,
    texts::{self, people as say},
    ui::{
        button::Submit,
        field::TextField,
        form::{Form, Sending, Summary},
        page::Page,
        portrait::Portrait,
        state::once_read,
        text_area::TextArea,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/account/profile")/> }.into_any();
    }
    let mine = Resource::new(|| (), |()| read_my_profile());
    let saving = Sending::to::<SaveProfile>();
    saving.when_done(move |_| mine.refetch());
    let removing = Sending::to::<RemoveAvatar>();
    removing.when_done(move |_| mine.refetch());
    let unwriting = Sending::to::<RemoveGameTexts>();
    unwriting.when_done(move |_| mine.refetch());
    view! {
        <Page title=say::my_profile() lead=say::my_profile_lead()>
            <Summary sending=saving/>
            <Summary sending=removing/>
            <Summary sending=unwriting/>
            <div role="status">
                {move || saving.done().map(|_| view! { <p class="notice good">{say::saved()}</p> })}
            </div>
            {once_read(mine, move |mine| view! { <Mine mine saving removing unwriting/> }.into_any())}
        </Page>
    }
    .into_any()
}

#[component]
fn Mine(mine: MyProfile, saving: Sending, removing: Sending, unwriting: Sending) -> impl IntoView {
    let MyProfile { card, about, .. } = mine;
    let facts: Vec<_> = about.facts.iter().map(|fact| format!("{}: {}", fact.label, fact.value)).collect();
    let has_picture = card.avatar.is_some();
    // A picture goes by a plain form, with script or without; what became of a refused one stands in the address.
    let refused = use_query_map().with_untracked(|query| query.get("picture"));
    let refused = refused.map(|word| match word.as_str() {
        "busy" => sentence(Code::Busy),
        _ => sentence(Code::NotAPicture),
    });
    let own_page = page_of(&card.name);
    let game = (!about.game.is_empty()).then(|| in_the_game(&about.game));
    view! {
        <p><a href=own_page>{say::see_own_page()}</a>" · "<a href="/account/privacy">{say::privacy()}</a></p>
        <section class="card" aria-labelledby="picture">
            <h2 id="picture">{texts::field::avatar()}</h2>
            {refused.map(|refused| view! { <p class="notice bad" role="alert">{refused}</p> })}
            <Portrait card large=true/>
            <form method="post" action="/account/avatar" enctype="multipart/form-data" class="form">
                <div class="field">
                    <label for="avatar">{say::new_picture()}</label>
                    <input id="avatar" name="avatar" type="file" accept="image/png,image/jpeg,image/webp,image/gif" aria-describedby="avatar-hint"/>
                    <p class="hint" id="avatar-hint">{say::picture_hint()}</p>
                </div>
                <button class="button primary" type="submit">{say::upload()}</button>
            </form>
            {has_picture.then(|| view! {
                <Form sending=removing>
                    <Submit label=say::remove_picture() pending=removing.pending() look="quiet"/>
                </Form>
            })}
        </section>
        <section class="card" aria-labelledby="words">
            <h2 id="words">{say::about()}</h2>
            <Form sending=saving look="form">
                <TextArea field=Field::About sending=saving required=false rows=6 longest=2_000 value=about.text/>
                <TextArea
                    field=Field::Facts sending=saving required=false hint=say::facts_hint() longest=600 value=facts.join("\n")
                />
                <TextArea
                    field=Field::Links sending=saving required=false hint=say::links_hint() longest=1_100
                    value=about.links.join("\n")
                />
                <TextField
                    field=Field::Country sending=saving autocomplete="country" required=false hint=say::country_hint()
                    value=about.country.unwrap_or_default()
                />
                <Submit label=say::save() pending=saving.pending()/>
            </Form>
        </section>
        {game.map(|game| view! {
            <section class="card" aria-labelledby="game">
                <h2 id="game">{say::from_game()}</h2>
                <dl class="facts">{game}</dl>
                <p class="hint">{say::from_game_hint()}</p>
                <Form sending=unwriting>
                    <Submit label=say::remove_game_texts() pending=unwriting.pending() look="quiet"/>
                </Form>
            </section>
        })}
    }
    .into_any()
}
