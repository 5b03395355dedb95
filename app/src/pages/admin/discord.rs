//! The hub's application at Discord: how it is set up, how it stands, and the form for it.

use contract::{
    Field,
    discord::{DiscordHub, DiscordTrouble},
};
use leptos::prelude::*;

use super::{
    api::discord::{CheckDiscord, ChooseDiscord, read_discord},
    ui::{
        badge::{Badge, Tone},
        deed::{Press, leading},
        facts::Facts,
        loaded::Loaded,
        reason::{ActField, Outcome},
        screen::Screen,
    },
};
use crate::{
    texts::admin::discord,
    ui::{
        button::Submit,
        copy::Copyable,
        form::{Form, Sending},
        time::Time,
    },
};

/// The page.
pub(super) fn show() -> AnyView {
    let hub = Resource::new(|| (), |()| read_discord());
    view! {
        <Screen title=discord::title() lead=discord::lead()>
            <Loaded from=hub view=drawn/>
        </Screen>
    }
    .into_any()
}

fn drawn(hub: DiscordHub) -> AnyView {
    let standing = hub.application_id.is_some().then(|| standing(&hub));
    let linkable = (!hub.linkable).then(|| view! { <p class="notice warn" role="note">{discord::not_linkable()}</p> });
    let sending = Sending::to::<ChooseDiscord>();
    sending.load_when_done();
    view! {
        {linkable}
        {standing}
        <section class="card" aria-labelledby="choose-discord">
            <h2 id="choose-discord">{discord::choose_title()}</h2>
            <p>{discord::choose_lead()}</p>
            <Form sending look="form">
                <Outcome sending done=discord::chosen()/>
                <ActField
                    form="choose"
                    field=Field::ApplicationId
                    sending
                    hint=discord::application_hint()
                    value=hub.application_id.unwrap_or_default()
                />
                <ActField form="choose" field=Field::PublicKey sending value=hub.public_key.unwrap_or_default()/>
                <ActField form="choose" field=Field::BotToken sending kind="password" hint=discord::token_hint()/>
                <label class="check">
                    <input type="checkbox" name="gateway" checked=hub.gateway/>" "{discord::gateway()}
                </label>
                <p class="hint">{discord::gateway_hint()}</p>
                <Submit label=discord::choose() pending=sending.pending()/>
            </Form>
        </section>
    }
    .into_any()
}

fn standing(hub: &DiscordHub) -> AnyView {
    let (tone, word) = match hub.trouble {
        Some(DiscordTrouble::Token) => (Tone::Bad, discord::trouble_token()),
        Some(DiscordTrouble::Key) => (Tone::Bad, discord::trouble_key()),
        Some(DiscordTrouble::Intents) => (Tone::Warn, discord::trouble_intents()),
        Some(_) => (Tone::Warn, discord::trouble_away()),
        None if hub.has_token => (Tone::Good, discord::no_trouble()),
        None => (Tone::Warn, discord::no_token()),
    };
    let endpoint = view! { <Copyable value=hub.interactions_url.clone() label=discord::endpoint()/> }.into_any();
    let mut facts =
        vec![(discord::state(), view! { <Badge tone text=word/> }.into_any()), (discord::endpoint(), endpoint)];
    if let Some(at) = hub.trouble_at {
        facts.push((discord::since(), view! { <Time at/> }.into_any()));
    }
    if let Some(url) = hub.invite_url.clone() {
        let link = view! { <a href=url rel="external noreferrer">{discord::invite_link()}</a> };
        facts.push((discord::invite(), link.into_any()));
    }
    view! {
        <Facts facts/>
        <p class="hint">{discord::endpoint_hint()}</p>
        <Press sending={leading::<CheckDiscord>()} about=Vec::new() label=discord::check() done=discord::checked() look="quiet"/>
    }
    .into_any()
}
