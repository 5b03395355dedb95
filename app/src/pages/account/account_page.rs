//! One's own account. Its code is loaded when the page is first visited.

use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_query_map};

use super::{
    api::{ChangePassword, MyAccount, read_account},
    connect::Connect,
    game_password::GamePassword,
    more::More,
    next::login_for,
    password::ChangePasswordForm,
    sessions::Sessions,
};
use crate::{
    error::AppError,
    pages::plugins::slot::PluginSlot,
    texts,
    ui::{form::Sending, page::Page, state::once_read, time::Time},
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/account")/> }.into_any();
    }
    let account = Resource::new(|| (), |()| read_account());
    view! { <AccountPage account/> }.into_any()
}

#[component]
fn AccountPage(account: Resource<Result<MyAccount, AppError>>) -> impl IntoView {
    let password = Sending::to::<ChangePassword>();
    // Other logins have ended.
    password.when_done(move |_| account.refetch());
    let me = viewer().me.map(|me| me.id.to_string()).unwrap_or_default();
    let welcome = use_query_map().with_untracked(|query| query.get("welcome")).is_some();
    view! {
        <Page title=texts::account::title() lead=texts::account::lead()>
            {welcome.then(|| view! { <Welcome/> })}
            {once_read(account, move |mine| view! { <Mine mine account password/> }.into_any())}
            <PluginSlot place="account.overview" subject=me/>
        </Page>
    }
    .into_any()
}

#[component]
fn Mine(mine: MyAccount, account: Resource<Result<MyAccount, AppError>>, password: Sending) -> impl IntoView {
    let MyAccount { account: my, new_game_password, metaserver_address } = mine;
    let changed = Callback::new(move |()| account.refetch());
    view! {
        <div class="cards">
            <section class="card" aria-labelledby="who">
                <h2 id="who">{my.me.name}</h2>
                <dl class="facts">
                    <dt>{texts::account::role()}</dt>
                    <dd>{role_name(my.me.role)}</dd>
                    <dt>{texts::field::email()}</dt>
                    <dd>{my.email.unwrap_or_else(|| texts::account::no_email().into())}</dd>
                    <dt>{texts::account::since()}</dt>
                    <dd><Time at=my.created_at/></dd>
                </dl>
            </section>
            <More/>
            <GamePassword made_at=my.game_password_made_at just_made=new_game_password changed/>
            <Connect address=metaserver_address name=viewer().me.map(|me| me.name).unwrap_or_default()/>
            <ChangePasswordForm sending=password/>
            <Sessions sessions=my.sessions changed/>
        </div>
    }
    .into_any()
}

/// What a role is called.
pub(crate) fn role_name(role: base::Role) -> &'static str {
    match role {
        base::Role::Guest => texts::role::guest(),
        base::Role::Member => texts::role::member(),
        base::Role::Editor => texts::role::editor(),
        base::Role::Organiser => texts::role::organiser(),
        base::Role::Moderator => texts::role::moderator(),
        base::Role::Admin => texts::role::admin(),
        base::Role::Owner => texts::role::owner(),
    }
}

/// What the owner reads after the first start: what works, what is left.
#[component]
fn Welcome() -> impl IntoView {
    view! {
        <div class="notice good" role="status">
            <p><strong>{texts::welcome::ready()}</strong></p>
            <ul>
                <li>{texts::welcome::password()}</li>
                <li>{texts::welcome::invite()}</li>
                <li>{texts::welcome::backup()}</li>
            </ul>
        </div>
    }
    .into_any()
}
