//! Who may do what: the table of permissions, as the hub enforces it.

use base::{Action, Role, permission::Scope};
use leptos::prelude::*;

use super::ui::{
    screen::Screen,
    table::{Column, Table},
};
use crate::{pages::account::role_name, texts::admin::roles};

/// The page.
pub(super) fn show() -> AnyView {
    view! {
        <Screen title=roles::title() lead=roles::lead()>
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
