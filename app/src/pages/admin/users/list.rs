//! All accounts, oldest first.

use contract::api::User;
use leptos::prelude::*;

use crate::{
    pages::{
        account::role_name,
        admin::{
            api::users::{UsersPage, read_users},
            ui::{
                badge::{Badge, Tone},
                filters::{Filters, Search},
                here::Here,
                loaded::Loaded,
                pager::Pager,
                screen::Screen,
                table::{Column, Table},
            },
        },
    },
    texts::admin::users,
    ui::{state::Empty, time::Time},
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let page = Resource::new(Here::now, |here| read_users(here.get("q"), here.get("after"), here.get("sort")));
    view! {
        <Screen title=users::title() lead=users::lead()>
            <Filters path="/admin/users">
                <Search name="q" label=users::search()/>
            </Filters>
            <Loaded from=page view=list/>
        </Screen>
    }
    .into_any()
}

fn list(page: UsersPage) -> AnyView {
    if page.users.is_empty() {
        return view! { <Empty title=users::nobody() text=users::nobody_text()/> }.into_any();
    }
    let mut columns = columns();
    columns.push(Column::new(users::number()).number().sorted_by("number"));
    let rows = page
        .users
        .into_iter()
        .map(|user| {
            let number = user.id.to_string().into_any();
            let mut cells = row(user);
            cells.push(number);
            cells
        })
        .collect();
    view! {
        <Table caption=users::title() columns rows/>
        <Pager next=page.next/>
    }
    .into_any()
}

/// What a list says of an account.
pub(in crate::pages::admin) fn columns() -> Vec<Column> {
    [users::name(), users::email(), users::role(), users::state(), users::since()].map(Column::new).to_vec()
}

/// The same of one account.
pub(in crate::pages::admin) fn row(user: User) -> Vec<AnyView> {
    let state = if user.locked_at.is_some() {
        view! { <Badge tone=Tone::Bad text=users::locked()/> }.into_any()
    } else {
        view! { <Badge tone=Tone::Good text=users::open()/> }.into_any()
    };
    vec![
        view! { <a href=format!("/admin/users/{}", user.id)>{user.name}</a> }.into_any(),
        user.email.unwrap_or_else(|| "–".into()).into_any(),
        role_name(user.role).into_any(),
        state,
        view! { <Time at=user.created_at/> }.into_any(),
    ]
}
