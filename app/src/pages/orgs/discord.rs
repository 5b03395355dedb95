//! An organization's servers at Discord: linking one, what is told there, and which role is which.

use base::Role;
use contract::{
    discord::{DiscordTrouble, LinkedGuild, NamedThere, Topic},
    organization::Organization,
};
use leptos::prelude::*;

use super::{
    discord_api::{ChooseForServer, DiscordPage, MakeDiscordCode, TestServer, UnlinkServer, read_organization_discord},
    screen::{Tab, screen, slug},
    words,
};
use crate::{
    texts::org_discord as says,
    ui::{
        button::Submit,
        confirm::Confirm,
        copy::Copyable,
        form::{Form, Sending, Summary},
        time::Time,
    },
};

#[derive(Clone, Copy)]
struct Forms {
    code: Sending,
    choose: Sending,
    test: Sending,
    unlink: Sending,
}

/// The page.
pub(crate) fn show() -> AnyView {
    let here = Resource::new(slug, read_organization_discord);
    let forms = Forms {
        code: Sending::to::<MakeDiscordCode>(),
        choose: Sending::to::<ChooseForServer>(),
        test: Sending::to::<TestServer>(),
        unlink: Sending::to::<UnlinkServer>(),
    };
    forms.code.load_when_done();
    forms.choose.when_done(move |_| here.refetch());
    forms.unlink.when_done(move |_| here.refetch());
    screen(Tab::Discord, here, move |here, page| drawn(&here, page, forms))
}

fn drawn(here: &Organization, page: DiscordPage, forms: Forms) -> AnyView {
    let DiscordPage { servers, code } = page;
    let id = here.id.get();
    let link = match servers.invite_url {
        Some(invite) => linking(here, &invite, code, forms.code),
        None => view! { <p class="notice" role="note">{says::no_bot()}</p> }.into_any(),
    };
    let empty = servers.guilds.is_empty().then(|| view! { <p>{says::none()}</p> });
    let guilds: Vec<_> = servers.guilds.into_iter().map(|guild| server(id, guild, forms)).collect();
    view! {
        <Summary sending=forms.choose/>
        <Summary sending=forms.test/>
        <Summary sending=forms.unlink/>
        <div role="status">
            {move || forms.choose.done().map(|_| says::saved())}
            {move || forms.test.done().map(|_| says::tested())}
        </div>
        {empty}
        {guilds}
        {link}
    }
    .into_any()
}

fn linking(here: &Organization, invite: &str, code: Option<String>, sending: Sending) -> AnyView {
    let (id, slug, invite) = (here.id.get(), here.slug.clone(), invite.to_owned());
    let code = code.map(|code| {
        view! {
            <p>{says::code_is()}</p>
            <Copyable value=format!("/connect code:{code}") label=says::code()/>
            <p class="hint">{says::code_hint()}</p>
        }
    });
    view! {
        <section class="card" aria-labelledby="link-server">
            <h2 id="link-server">{says::link_title()}</h2>
            <ol>
                <li><a href=invite rel="external noreferrer">{says::invite()}</a></li>
                <li>{says::then_code()}</li>
            </ol>
            {code}
            <Summary sending/>
            <Form sending>
                <input type="hidden" name="organization" value=id/>
                <input type="hidden" name="slug" value=slug/>
                <Submit label=says::make_code() pending=sending.pending()/>
            </Form>
        </section>
    }
    .into_any()
}

fn server(id: i64, guild: LinkedGuild, forms: Forms) -> AnyView {
    let heading = format!("server-{}", guild.id);
    let labelled_by = heading.clone();
    let trouble = guild.trouble.map(|trouble| view! { <p class="notice warn" role="note">{said(trouble)}</p> });
    let away = guild.offered.is_none().then(|| view! { <p class="notice" role="note">{says::not_offered()}</p> });
    let topics: Vec<_> = Topic::ALL.into_iter().map(|topic| channel(&guild, topic)).collect();
    let roles: Vec<_> = Role::ALL.into_iter().map(|held| role(&guild, held)).collect();
    let told: Vec<Topic> = guild.channels.iter().map(|chosen| chosen.topic).collect();
    let tests: Vec<AnyView> = told.into_iter().map(|topic| test(id, guild.id.clone(), topic, forms.test)).collect();
    let (since, name) = (guild.linked_at, guild.name.clone());
    let (number, gone) = (guild.id.clone(), guild.id.clone());
    view! {
        <section class="card" aria-labelledby=labelled_by>
            <h2 id=heading>{name}</h2>
            <p class="hint">{says::since()}" "<Time at=since/></p>
            {trouble}
            {away}
            <Form sending=forms.choose look="form">
                <input type="hidden" name="organization" value=id/>
                <input type="hidden" name="guild" value=number/>
                <fieldset><legend>{says::channels()}</legend>{topics}</fieldset>
                <fieldset><legend>{says::roles()}</legend><p class="hint">{says::roles_hint()}</p>{roles}</fieldset>
                <Submit label=says::save() pending=forms.choose.pending()/>
            </Form>
            <div class="actions">
                {tests}
                <Confirm label=says::unlink() warning=says::unlink_warning()>
                    <Form sending=forms.unlink>
                        <input type="hidden" name="organization" value=id/>
                        <input type="hidden" name="guild" value=gone/>
                        <Submit label=says::unlink_now() pending=forms.unlink.pending() look="danger"/>
                    </Form>
                </Confirm>
            </div>
        </section>
    }
    .into_any()
}

fn test(id: i64, guild: String, topic: Topic, sending: Sending) -> AnyView {
    view! {
        <Form sending>
            <input type="hidden" name="organization" value=id/>
            <input type="hidden" name="guild" value=guild/>
            <input type="hidden" name="topic" value=topic.word()/>
            <Submit label=test_of(topic) pending=sending.pending() look="quiet"/>
        </Form>
    }
    .into_any()
}

fn channel(guild: &LinkedGuild, topic: Topic) -> AnyView {
    let chosen = guild.channels.iter().find(|one| one.topic == topic);
    let offered = guild.offered.as_ref().map(|offered| offered.channels.as_slice()).unwrap_or_default();
    choice(&Choice {
        id: format!("{}-{}", guild.id, topic.word()),
        name: "channels[]",
        word: topic.word(),
        label: topic_name(topic),
        chosen: chosen.map(|one| one.channel.as_str()),
        trouble: chosen.and_then(|one| one.trouble),
        offered,
        before: "#",
    })
}

fn role(guild: &LinkedGuild, role: Role) -> AnyView {
    let chosen = guild.roles.iter().find(|one| one.role == role);
    let offered = guild.offered.as_ref().map(|offered| offered.roles.as_slice()).unwrap_or_default();
    choice(&Choice {
        id: format!("{}-role-{}", guild.id, role.word()),
        name: "guild_roles[]",
        word: role.word(),
        label: words::role(role),
        chosen: chosen.map(|one| one.guild_role.as_str()),
        trouble: chosen.and_then(|one| one.trouble),
        offered,
        before: "@",
    })
}

struct Choice<'a> {
    id: String,
    name: &'static str,
    word: &'static str,
    label: &'static str,
    chosen: Option<&'a str>,
    trouble: Option<DiscordTrouble>,
    offered: &'a [NamedThere],
    before: &'static str,
}

/// One of what the server has, or nothing. What is chosen and not offered stays a choice: Discord may be away, or it is gone.
fn choice(of: &Choice<'_>) -> AnyView {
    let missing = of.chosen.filter(|chosen| !of.offered.iter().any(|one| one.id == *chosen));
    let missing = missing.map(|id| (id.to_owned(), id.to_owned()));
    let offered = of.offered.iter().map(|one| (one.id.clone(), format!("{}{}", of.before, one.name)));
    let options: Vec<AnyView> = offered
        .chain(missing)
        .map(|(id, name)| {
            let (selected, value) = (of.chosen == Some(id.as_str()), format!("{}:{id}", of.word));
            view! { <option value=value selected=selected>{name}</option> }.into_any()
        })
        .collect();
    let trouble = of.trouble.map(|trouble| view! { <p class="error">{said(trouble)}</p> });
    let (id, label_for, label, name) = (of.id.clone(), of.id.clone(), of.label, of.name);
    view! {
        <div class="field">
            <label for=label_for>{label}</label>
            <select id=id name=name>
                <option value="">{says::nothing()}</option>
                {options}
            </select>
            {trouble}
        </div>
    }
    .into_any()
}

fn topic_name(topic: Topic) -> &'static str {
    match topic {
        Topic::Members => says::members(),
        Topic::Games => says::games(),
        Topic::Results => says::results(),
        Topic::Reminders => says::reminders(),
    }
}

fn test_of(topic: Topic) -> &'static str {
    match topic {
        Topic::Members => says::test_members(),
        Topic::Games => says::test_games(),
        Topic::Results => says::test_results(),
        Topic::Reminders => says::test_reminders(),
    }
}

fn said(trouble: DiscordTrouble) -> &'static str {
    match trouble {
        DiscordTrouble::Forbidden => says::forbidden(),
        DiscordTrouble::Gone => says::gone(),
        DiscordTrouble::Token | DiscordTrouble::Key | DiscordTrouble::Away | DiscordTrouble::Intents => says::away(),
    }
}
