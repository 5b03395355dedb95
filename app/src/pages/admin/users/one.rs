//! One account: what is known of it, and what can be done.

use contract::account::{Dossier, LogInRecord, Outcome, Proof, Session};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    deeds::{Deeds, Sendings},
    identities::identities,
    organizations::organizations,
    reports::reports,
    sanctions::sanctions,
    tokens::tokens,
};
use crate::{
    pages::{
        account::role_name,
        admin::{
            api::users::{OneUser, RevokeUserToken, UnlinkUserIdentity, read_user},
            audit::Entries,
            ui::{
                badge::{Badge, Tone},
                deed::changing,
                facts::Facts,
                loaded::Loaded,
                screen::Screen,
                table::{Column, Table},
            },
        },
    },
    texts::admin::users,
    ui::{form::Sending, time::Time},
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let params = use_params_map();
    let number =
        move || params.with(|params| params.get("user").and_then(|user| user.parse::<i64>().ok()).unwrap_or(0));
    let user = Resource::new(number, read_user);
    // Above what is drawn afresh, so that what they say outlives a change.
    let sendings = Sendings::new(move || user.refetch());
    let revoke = changing::<RevokeUserToken>(move || user.refetch());
    let unlink = changing::<UnlinkUserIdentity>(move || user.refetch());
    view! {
        <Screen title=users::one() back=("/admin/users", users::title())>
            <Loaded from=user view=move |user| one(user, sendings, revoke, unlink)/>
        </Screen>
    }
    .into_any()
}

fn one(user: OneUser, sendings: Sendings, revoke: Sending, unlink: Sending) -> AnyView {
    let OneUser {
        dossier,
        tokens: held,
        identities: linked,
        sanctions: done,
        reports: reported,
        organizations: places,
        trail,
    } = user;
    let tokens = tokens(dossier.me.id, held, dossier.may_be_changed.then_some(revoke));
    let identities = identities(dossier.me.id, linked, dossier.may_be_changed.then_some(unlink));
    let deeds = if dossier.may_be_changed {
        view! { <Deeds dossier=dossier.clone() sendings/> }.into_any()
    } else {
        view! { <p class="notice" role="note">{users::beside_or_above()}</p> }.into_any()
    };
    let trail = if trail.is_empty() {
        view! { <p class="hint">{users::no_entries()}</p> }.into_any()
    } else {
        view! { <Entries entries=trail/> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="who">
            <h2 id="who">{dossier.me.name.clone()}</h2>
            <Facts facts=facts(&dossier)/>
        </section>
        {deeds}
        <div class="cards">
            {sanctions(&dossier.me.name, done)}
            {reports(reported)}
            {organizations(places)}
        </div>
        <section aria-labelledby="logins">
            <h2 id="logins">{users::logins()}</h2>
            {logins(dossier.sessions)}
        </section>
        {tokens}
        {identities}
        <section aria-labelledby="history">
            <h2 id="history">{users::history()}</h2>
            {history(dossier.log_ins)}
        </section>
        <section aria-labelledby="trail">
            <h2 id="trail">{users::trail()}</h2>
            {trail}
        </section>
    }
    .into_any()
}

fn facts(dossier: &Dossier) -> Vec<(&'static str, AnyView)> {
    let email = match &dossier.email {
        Some(email) => {
            let proved = if dossier.email_verified { users::proved() } else { users::not_proved() };
            format!("{email} ({proved})").into_any()
        }
        None => "–".into_any(),
    };
    let state = match dossier.locked_at {
        Some(at) => view! { <Badge tone=Tone::Bad text=users::locked()/>" "<Time at/> }.into_any(),
        None => view! { <Badge tone=Tone::Good text=users::open()/> }.into_any(),
    };
    let mut facts = vec![
        (users::number(), dossier.me.id.to_string().into_any()),
        (users::role(), role_name(dossier.me.role).into_any()),
        (users::email(), email),
        (users::state(), state),
        (users::password(), if dossier.has_password { users::has_password() } else { users::no_password() }.into_any()),
        (users::since(), view! { <Time at=dossier.created_at/> }.into_any()),
    ];
    if let Some(at) = dossier.deletion_due_at {
        facts.push((users::deletion(), view! { <Time at/> }.into_any()));
    }
    facts
}

fn logins(sessions: Vec<Session>) -> AnyView {
    if sessions.is_empty() {
        return view! { <p class="hint">{users::no_logins()}</p> }.into_any();
    }
    let columns = vec![Column::new(users::device()), Column::new(users::began()), Column::new(users::last_used())];
    let rows = sessions
        .into_iter()
        .map(|session| {
            vec![
                session.device.into_any(),
                view! { <Time at=session.created_at/> }.into_any(),
                view! { <Time at=session.last_used_at/> }.into_any(),
            ]
        })
        .collect();
    view! { <Table caption=users::logins() columns rows/> }.into_any()
}

fn history(log_ins: Vec<LogInRecord>) -> AnyView {
    if log_ins.is_empty() {
        return view! { <p class="hint">{users::no_history()}</p> }.into_any();
    }
    let columns = vec![
        Column::new(users::when()),
        Column::new(users::outcome()),
        Column::new(users::proof()),
        Column::new(users::device()),
        Column::new(users::network()),
    ];
    let rows = log_ins
        .into_iter()
        .map(|log_in| {
            let (tone, outcome) = match log_in.outcome {
                Outcome::Ok => (Tone::Good, users::outcome_ok()),
                Outcome::Wrong => (Tone::Bad, users::outcome_wrong()),
                Outcome::SecondStep => (Tone::Plain, users::outcome_second_step()),
                Outcome::WrongSecondStep => (Tone::Bad, users::outcome_wrong_second_step()),
                Outcome::Locked => (Tone::Bad, users::outcome_locked()),
            };
            let proof = match log_in.proof {
                Proof::Password => users::proof_password(),
                Proof::Passkey => users::proof_passkey(),
                Proof::Identity => users::proof_identity(),
                Proof::MailedLink => users::proof_mailed_link(),
                Proof::GamePassword => users::proof_game_password(),
            };
            vec![
                view! { <Time at=log_in.at/> }.into_any(),
                view! { <Badge tone text=outcome/> }.into_any(),
                proof.into_any(),
                log_in.device.into_any(),
                log_in.network.into_any(),
            ]
        })
        .collect();
    view! { <Table caption=users::history() columns rows/> }.into_any()
}
