//! One room: how it is set up, where it stands, and closing it.

use contract::{Field, room::LobbyRoom};
use leptos::prelude::*;

use super::{
    super::{
        api::rooms::{ChangeRoom, CloseRoom, PlaceRoom, read_room},
        ui::{
            deed::{Reasoned, leading},
            facts::Facts,
            loaded::Loaded,
            numbered,
            reason::{ActField, Outcome},
            screen::Screen,
        },
    },
    fields::RoomFields,
    words,
};
use crate::{
    texts::admin::rooms as say,
    ui::{button::Submit, form::Form},
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let one = numbered::one("room", read_room);
    view! {
        <Screen title=say::one_title() back=("/admin/rooms", say::title())>
            <Loaded from=one view=drawn/>
        </Screen>
    }
    .into_any()
}

fn drawn(room: LobbyRoom) -> AnyView {
    let (id, position) = (room.id.get(), room.position.to_string());
    let facts = vec![
        (say::name(), room.name.clone().into_any()),
        (say::banner(), words::banner(room.banner).into_any()),
        (say::kind(), words::kind(room.kind).into_any()),
        (say::takes(), words::takes(&room).into_any()),
    ];
    let order = format!("/admin/rooms/{id}/order");
    let (change, place, close) = (leading::<ChangeRoom>(), leading::<PlaceRoom>(), leading::<CloseRoom>());
    view! {
        <Facts facts/>
        <p><a class="button" href=order>{say::order()}</a></p>
        <section class="card" aria-labelledby="change-room">
            <h2 id="change-room">{say::change_title()}</h2>
            <p>{say::change_lead()}</p>
            <Form sending=change look="form">
                <Outcome sending=change done=say::changed()/>
                <input type="hidden" name="room" value=id/>
                <input type="hidden" name="banner" value=room.banner/>
                <RoomFields form="change" sending=change room=room.into()/>
                <Submit label=say::change() pending=change.pending()/>
            </Form>
        </section>
        <section class="card" aria-labelledby="place-room">
            <h2 id="place-room">{say::place_title()}</h2>
            <Form sending=place look="form">
                <Outcome sending=place done=say::placed()/>
                <input type="hidden" name="room" value=id/>
                <ActField form="place" field=Field::Position sending=place kind="number" hint=say::place_hint() value=position/>
                <Submit label=say::place() pending=place.pending()/>
            </Form>
        </section>
        <div class="deed">
            <Outcome sending=close done=say::closed()/>
            <Reasoned
                form="close"
                sending=close
                about=vec![("room", id.to_string())]
                label=say::close()
                warning=say::close_warning()
                now=say::close_now()
                look="danger"
            />
        </div>
    }
    .into_any()
}
