//! About whom something is done, in any room: the newest first, and lifting it.

use contract::room::{HeldIn, RoomRestraint};
use leptos::prelude::*;

use super::{
    super::{
        api::room_order::{HeldPage, ReleaseInRoom, read_restraints},
        ui::{
            deed::{Reasoned, changing},
            here::Here,
            loaded::Loaded,
            pager::Pager,
            reason::Outcome,
            screen::Screen,
            table::{Column, Table},
        },
    },
    order::restraint_name,
};
use crate::{
    pages::people::list::page_of,
    texts::admin::room_order as say,
    ui::{form::Sending, state::Empty, time::Time},
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let found = Resource::new(Here::now, |here| read_restraints(here.get("after")));
    let release = changing::<ReleaseInRoom>(move || found.refetch());
    view! {
        <Screen title=say::all_title() lead=say::all_lead() back=("/admin/rooms", say::back())>
            <Outcome sending=release done=say::released()/>
            <Loaded from=found view=move |found| drawn(found, release)/>
        </Screen>
    }
    .into_any()
}

fn drawn(found: HeldPage, release: Sending) -> AnyView {
    if found.held.is_empty() {
        return view! { <Empty title=say::nobody_held() text=say::all_lead()/> }.into_any();
    }
    let columns = std::iter::once(Column::new(say::room())).chain(columns()).collect();
    let rows = found.held.into_iter().map(|one| row(one, release)).collect();
    view! {
        <Table caption=say::all_title() columns rows/>
        <Pager next=found.next.map(|next| next.to_string())/>
    }
    .into_any()
}

fn row(one: HeldIn, release: Sending) -> Vec<AnyView> {
    let (id, href) = (one.room.to_string(), format!("/admin/rooms/{}/order", one.room));
    let room = view! { <a href=href>{one.name}</a> }.into_any();
    std::iter::once(room).chain(cells(&id, one.restraint, release)).collect()
}

/// What a list of them says of each.
pub(super) fn columns() -> Vec<Column> {
    [say::player(), say::act(), say::reason(), say::by(), say::since(), say::until(), say::what_to_do()]
        .map(Column::new)
        .into()
}

/// The same of one.
pub(super) fn cells(room: &str, one: RoomRestraint, release: Sending) -> Vec<AnyView> {
    let number = one.id.to_string();
    let who = match one.user {
        Some(_) => {
            let page = page_of(&one.name);
            view! { <a href=page rel="external">{one.name}</a> }.into_any()
        }
        None => view! { {one.name}" "<span class="hint">{say::guest()}</span> }.into_any(),
    };
    let until = match one.until {
        Some(at) => view! { <Time at=at/> }.into_any(),
        None => say::until_lifted().into_any(),
    };
    let lift = view! {
        <Reasoned
            form=format!("lift-{number}")
            sending=release
            about=vec![("room", room.to_owned()), ("restraint", number)]
            label=say::lift()
            warning=say::lift_warning()
            now=say::lift_now()
        />
    };
    vec![
        who,
        restraint_name(one.kind).into_any(),
        one.reason.into_any(),
        one.by.unwrap_or_else(|| say::operator().to_owned()).into_any(),
        view! { <Time at=one.at/> }.into_any(),
        until,
        lift.into_any(),
    ]
}
