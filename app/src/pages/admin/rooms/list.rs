//! Every room, and the form for another.

use contract::{
    Field,
    room::{BANNERS, LobbyRoom, SaveRoom},
};
use leptos::prelude::*;

use super::{
    super::{
        api::rooms::{OpenRoom, read_rooms},
        ui::{
            loaded::Loaded,
            reason::Outcome,
            screen::Screen,
            table::{Column, Table},
        },
    },
    fields::{Choice, RoomFields},
    words,
};
use crate::{
    texts::admin::rooms as say,
    ui::{
        button::Submit,
        form::{Form, Sending},
    },
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let all = Resource::new(|| (), |()| read_rooms());
    view! {
        <Screen title=say::title() lead=say::lead()>
            <Loaded from=all view=drawn/>
        </Screen>
    }
    .into_any()
}

fn drawn(all: Vec<LobbyRoom>) -> AnyView {
    let free: Vec<u8> = (0..BANNERS.len())
        .filter_map(|banner| u8::try_from(banner).ok())
        .filter(|banner| all.iter().all(|room| room.banner != *banner))
        .collect();
    let columns = vec![
        Column::new(say::position()).number(),
        Column::new(say::name()),
        Column::new(say::banner()),
        Column::new(say::kind()),
        Column::new(say::capacity()).number(),
        Column::new(say::takes()),
    ];
    let rows = all.into_iter().map(row).collect();
    let another = match free.first().copied() {
        Some(first) => view! { <Open first free/> }.into_any(),
        None => view! { <p class="notice" role="note">{say::no_banner_left()}</p> }.into_any(),
    };
    view! {
        <Table caption=say::title() columns rows/>
        <p><a class="button" href="/admin/rooms/restraints">{say::restraints()}</a></p>
        {another}
    }
    .into_any()
}

fn row(room: LobbyRoom) -> Vec<AnyView> {
    let href = format!("/admin/rooms/{}", room.id);
    let takes = words::takes(&room);
    vec![
        room.position.to_string().into_any(),
        view! { <a href=href>{room.name}</a> }.into_any(),
        words::banner(room.banner).into_any(),
        words::kind(room.kind).into_any(),
        room.capacity.to_string().into_any(),
        takes.into_any(),
    ]
}

#[component]
fn Open(
    /// The first banner that no room has.
    first: u8,
    /// All of those.
    free: Vec<u8>,
) -> impl IntoView {
    let sending = Sending::to::<OpenRoom>();
    sending.load_when_done();
    let choices = free.into_iter().map(|banner| (banner.to_string(), words::banner(banner).to_owned())).collect();
    view! {
        <section class="card" aria-labelledby="open-room">
            <h2 id="open-room">{say::open_title()}</h2>
            <p>{say::open_lead()}</p>
            <Form sending look="form">
                <Outcome sending done=say::opened()/>
                <Choice form="open" field=Field::Banner sending choices chosen=first.to_string()/>
                <RoomFields form="open" sending room=SaveRoom::new(first)/>
                <Submit label=say::open() pending=sending.pending()/>
            </Form>
        </section>
    }
    .into_any()
}
