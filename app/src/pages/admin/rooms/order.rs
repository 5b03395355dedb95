//! The order in one room: who is in it, about whom something is done, what nobody says, how fast people may talk.

use contract::{
    Field,
    room::{MutedWords, RestraintKind, RoomPlayer, RoomRestraint},
};
use leptos::prelude::*;

use super::super::{
    api::room_order::{MuteWord, ReleaseInRoom, RoomOrder, SlowRoom, UnmuteWord, read_room_order},
    ui::{
        deed::{Reasoned, changing},
        loaded::Loaded,
        numbered,
        reason::{ActField, Outcome},
        screen::Screen,
        table::{Column, Table},
    },
};
use super::restraints;
use crate::{
    pages::live::{api::KeepRoomOrder, origin_name},
    texts::admin::room_order as say,
    ui::{
        button::Submit,
        caste::caste_name,
        form::{Form, Sending},
    },
};

/// What the page can do. Above what is drawn afresh, so that what came of it outlives a change.
#[derive(Clone, Copy)]
struct Sendings {
    act: Sending,
    release: Sending,
    mute: Sending,
    unmute: Sending,
    slow: Sending,
}

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let one = numbered::one("room", read_room_order);
    let again = move || one.refetch();
    let sendings = Sendings {
        act: changing::<KeepRoomOrder>(again),
        release: changing::<ReleaseInRoom>(again),
        mute: changing::<MuteWord>(again),
        unmute: changing::<UnmuteWord>(again),
        slow: changing::<SlowRoom>(again),
    };
    view! {
        <Screen title=say::title() back=("/admin/rooms", say::back())>
            <Outcome sending=sendings.act done=say::done()/>
            <Outcome sending=sendings.release done=say::released()/>
            <Outcome sending=sendings.unmute done=say::unmuted()/>
            <Loaded from=one view=move |order| drawn(order, sendings)/>
        </Screen>
    }
    .into_any()
}

fn drawn(order: RoomOrder, sendings: Sendings) -> AnyView {
    let RoomOrder { room, players, restraints, words } = order;
    let id = room.id.to_string();
    let setting = format!("/admin/rooms/{id}");
    view! {
        <p class="lead">{room.name.clone()}" · "<a href=setting>{say::set_up()}</a></p>
        <section aria-labelledby="here">
            <h2 id="here">{say::here()}</h2>
            {here(&id, players, sendings.act)}
        </section>
        <section class="card" aria-labelledby="somebody">
            <h2 id="somebody">{say::somebody()}</h2>
            {acting(&id, "somebody", None, sendings.act)}
        </section>
        <section aria-labelledby="held">
            <h2 id="held">{say::held()}</h2>
            {held(&id, restraints, sendings.release)}
        </section>
        <section class="card" aria-labelledby="words">
            <h2 id="words">{say::words()}</h2>
            {muted(&id, words, sendings)}
        </section>
        <section class="card" aria-labelledby="slow">
            <h2 id="slow">{say::slow()}</h2>
            <Form sending=sendings.slow look="form">
                <Outcome sending=sendings.slow done=say::slowed()/>
                <input type="hidden" name="room" value=id.clone()/>
                <ActField
                    form="slow"
                    field=Field::SlowSecs
                    sending=sendings.slow
                    kind="number"
                    hint=say::slow_hint()
                    value=room.slow_secs.to_string()
                />
                <Submit label=say::save() pending=sendings.slow.pending()/>
            </Form>
        </section>
    }
    .into_any()
}

/// Who is in it now, each with what can be done about them.
fn here(room: &str, players: Vec<RoomPlayer>, act: Sending) -> AnyView {
    if players.is_empty() {
        return view! { <p class="hint">{say::nobody_here()}</p> }.into_any();
    }
    let columns = [say::player(), say::came_by(), say::stands(), say::what_to_do()].map(Column::new).into();
    let rows = players
        .into_iter()
        .map(|one| {
            let form = format!("act-{}", one.number);
            let stands = match (one.away, one.caste) {
                (true, _) => say::away().to_owned(),
                (false, Some(caste)) => caste_name(caste).to_owned(),
                (false, None) => say::listens().to_owned(),
            };
            let guest = one.user.is_none().then(|| view! { " "<span class="hint">{say::guest()}</span> });
            vec![
                view! { {one.name}{guest} }.into_any(),
                origin_name(one.origin).into_any(),
                stands.into_any(),
                acting(room, &form, Some(one.number), act),
            ]
        })
        .collect();
    view! { <Table caption=say::here() columns rows/> }.into_any()
}

/// Kick, gag or bar: somebody in the room by their number, or whoever is named.
fn acting(room: &str, form: &str, number: Option<u32>, act: Sending) -> AnyView {
    let (kind, form) = (format!("{form}-act"), form.to_owned());
    let choices: &'static [&'static str] = if number.is_some() { &["kick", "gag", "bar"] } else { &["gag", "bar"] };
    let options: Vec<_> = choices.iter().map(|&word| view! { <option value=word>{act_name(word)}</option> }).collect();
    let who = number
        .is_none()
        .then(|| view! { <ActField form=form.clone() field=Field::Player sending=act hint=say::player_hint()/> });
    let fields = view! {
        {who}
        <div class="field">
            <label for=kind.clone()>{say::act()}</label>
            <select id=kind name="act">{options}</select>
        </div>
        <ActField form=form.clone() field=Field::Duration sending=act kind="number" label=say::minutes() hint=say::minutes_hint()/>
    }
    .into_any();
    let mut about = vec![("room", room.to_owned())];
    about.extend(number.map(|number| ("player", format!("#{number}"))));
    view! {
        <Reasoned
            form
            sending=act
            about
            label=say::act_open()
            warning=say::act_warning()
            now=say::act_now()
            hint=say::reason_hint()
            fields=Some(fields)
            look="danger"
        />
    }
    .into_any()
}

fn act_name(word: &str) -> &'static str {
    match word {
        "gag" => restraint_name(RestraintKind::Gag),
        "bar" => restraint_name(RestraintKind::Bar),
        _ => say::kick(),
    }
}

/// What is done about somebody, in words.
pub(super) fn restraint_name(kind: RestraintKind) -> &'static str {
    match kind {
        RestraintKind::Gag => say::gag(),
        RestraintKind::Bar => say::bar(),
    }
}

fn held(room: &str, all: Vec<RoomRestraint>, release: Sending) -> AnyView {
    if all.is_empty() {
        return view! { <p class="hint">{say::nobody_held()}</p> }.into_any();
    }
    let columns = restraints::columns();
    let rows = all.into_iter().map(|one| restraints::cells(room, one, release)).collect();
    view! { <Table caption=say::held() columns rows/> }.into_any()
}

/// What nobody says: here, and in all rooms.
fn muted(room: &str, words: MutedWords, sendings: Sendings) -> AnyView {
    let here = words.here.into_iter().map(|word| (word, false));
    let all: Vec<_> = here.chain(words.everywhere.into_iter().map(|word| (word, true))).collect();
    let list = if all.is_empty() {
        view! { <p class="hint">{say::no_words()}</p> }.into_any()
    } else {
        let columns = [say::word(), say::where_muted(), say::what_to_do()].map(Column::new).into();
        let rows = all
            .into_iter()
            .map(|(word, everywhere)| {
                let unmute = sendings.unmute;
                let (room, muted) = (room.to_owned(), word.clone());
                let form = view! {
                    <Form sending=unmute>
                        <input type="hidden" name="room" value=room/>
                        <input type="hidden" name="word" value=muted/>
                        {everywhere.then(|| view! { <input type="hidden" name="everywhere" value="yes"/> })}
                        <Submit label=say::unmute() pending=unmute.pending() look="quiet"/>
                    </Form>
                };
                vec![
                    word.into_any(),
                    if everywhere { say::everywhere() } else { say::only_here() }.into_any(),
                    form.into_any(),
                ]
            })
            .collect();
        view! { <Table caption=say::words() columns rows/> }.into_any()
    };
    let room = room.to_owned();
    view! {
        {list}
        <Form sending=sendings.mute look="form">
            <Outcome sending=sendings.mute done=say::muted()/>
            <input type="hidden" name="room" value=room/>
            <ActField form="mute" field=Field::Word sending=sendings.mute hint=say::word_hint()/>
            <label class="check"><input type="checkbox" name="everywhere"/>" "{say::mute_everywhere()}</label>
            <Submit label=say::mute() pending=sendings.mute.pending()/>
        </Form>
    }
    .into_any()
}
