//! Who has which role, and who may do what: the table of permissions, as the hub enforces it.

use base::{Action, Role, permission::Scope};
use contract::{account::RoleHolders, api::User};
use leptos::prelude::*;

use super::{
    api::roles::{Holders, read_holders},
    ui::{
        here::Here,
        loaded::Loaded,
        pager::Pager,
        screen::Screen,
        table::{Column, Table},
    },
    users::list::{columns, row},
};
use crate::{pages::account::role_name, texts::admin::roles, ui::state::Empty};

/// The page.
pub(super) fn show() -> AnyView {
    let holders = Resource::new(Here::now, |here| read_holders(here.get("role"), here.get("after")));
    view! {
        <Screen title=roles::title() lead=roles::lead()>
            <section aria-labelledby="holders">
                <h2 id="holders">{roles::holders()}</h2>
                <Loaded from=holders view=who/>
            </section>
            <section aria-labelledby="in-hub">
                <h2 id="in-hub">{roles::in_hub()}</h2>
                <Matrix scope=Scope::Hub caption=roles::in_hub()/>
            </section>
            <section aria-labelledby="in-organizations">
                <h2 id="in-organizations">{roles::in_organizations()}</h2>
                <p>{roles::in_organizations_lead()}</p>
                <Matrix scope=Scope::Organization caption=roles::in_organizations()/>
            </section>
        </Screen>
    }
    .into_any()
}

/// Every role with those who have it; where one was chosen, all of them, page by page.
fn who(holders: Holders) -> AnyView {
    let Holders { roles: all, people, next } = holders;
    let titles =
        vec![Column::new(roles::role()), Column::new(roles::accounts()).number(), Column::new(roles::people())];
    let rows = all.into_iter().map(held).collect();
    let chosen = Role::from_word(&Here::now().get("role")).map(|role| {
        if people.is_empty() {
            return view! { <Empty title=roles::nobody() text=roles::nobody_text()/> }.into_any();
        }
        let rows = people.into_iter().map(row).collect();
        view! { <h3>{role_name(role)}</h3><Table caption=role_name(role) columns=columns() rows/><Pager next/> }
            .into_any()
    });
    view! {
        <Table caption=roles::holders() columns=titles rows/>
        {chosen}
    }
    .into_any()
}

fn held(of: RoleHolders) -> Vec<AnyView> {
    let all = if of.role == Role::Member {
        "/admin/users".to_owned()
    } else {
        format!("/admin/roles?role={}", of.role.word())
    };
    let left_out = (of.accounts as usize).saturating_sub(of.people.len());
    let more = (of.role != Role::Member && left_out > 0).then(|| {
        let all = all.clone();
        view! { <li><a href=all>{roles::more(left_out)}</a></li> }
    });
    let people: Vec<_> = of.people.into_iter().map(person).collect();
    let names =
        if people.is_empty() { "–".into_any() } else { view! { <ul class="chips">{people}{more}</ul> }.into_any() };
    vec![view! { <a href=all>{role_name(of.role)}</a> }.into_any(), of.accounts.to_string().into_any(), names]
}

fn person(user: User) -> AnyView {
    view! { <li><a href=format!("/admin/users/{}", user.id)>{user.name}</a></li> }.into_any()
}

/// The actions of a scope, a column for each role.
#[component]
fn Matrix(scope: Scope, caption: &'static str) -> impl IntoView {
    let mut columns = vec![Column::new(roles::action()), Column::new(roles::strangers())];
    columns.extend(Role::OF_THE_HUB.map(|role| Column::new(role_name(role))));
    columns.push(Column::new(roles::notes()));
    let rows = Action::ALL
        .into_iter()
        .map(|action| (action.rule().word, action.rule()))
        .filter(|(_, rule)| rule.scope == scope)
        .map(|(word, rule)| {
            let mut cells = vec![view! { <code>{word}</code> }.into_any(), mark(rule.strangers)];
            cells.extend(Role::OF_THE_HUB.map(|role| mark(rule.roles.has(role))));
            let notes: Vec<_> = [(rule.fresh, roles::fresh()), (rule.adjustable, roles::adjustable())]
                .into_iter()
                .filter_map(|(holds, note)| holds.then_some(note))
                .collect();
            cells.push(notes.join(", ").into_any());
            cells
        })
        .collect();
    view! { <Table caption columns rows/> }
}

fn mark(allowed: bool) -> AnyView {
    let (sign, word) = if allowed { ("✓", roles::may()) } else { ("–", roles::may_not()) };
    view! { <span class=if allowed { "yes" } else { "no" }><span aria-hidden="true">{sign}</span><span class="visually-hidden">{word}</span></span> }
        .into_any()
}
