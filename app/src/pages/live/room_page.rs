//! One room: its talk, in which whoever is logged in has a say, its players and its games.

use base::RoomId;
use contract::{
    lobby::{Aside, AsideFrom, Line, Player, Room},
    room::{Hold, RoomKind, RoomStanding},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    api::{KeepRoomOrder, RoomRead, SayInRoom, read_room},
    feed::{Feed, Place},
    orders::Orders,
    parts,
    room::address_of,
    saying::Saying,
    signs::{Freshness, Signs},
};
use crate::{
    error::AppError,
    pages::account::{connect::Connect, login_for},
    texts::{self, room as say},
    ui::{
        form::{Sending, Summary},
        page::Page,
        state::{once_read, say_status},
        time::{Show, Time},
    },
    viewer::{Viewer, viewer},
};

/// Drawn whole by the server; kept up by the socket, by which its reader is in the room.
pub(crate) fn show() -> AnyView {
    Feed::of_page().draw();
    view! { <RoomPage/> }.into_any()
}

#[component]
fn RoomPage() -> impl IntoView {
    let feed = Feed::of_page();
    feed.keep_up();
    let params = use_params_map();
    // What is no number is a room that there is not.
    let asked = move || params.get().get("room").and_then(|room| room.parse::<i64>().ok()).unwrap_or_default();
    let read = Resource::new(asked, read_room);
    let Viewer { me, guise, .. } = viewer();
    let enters = me.is_some() && !guise;
    Effect::new(move || {
        let room = RoomId::from(asked());
        feed.look_at(Some(room));
        if enters {
            feed.go(Some(room));
        }
    });
    on_cleanup(move || {
        feed.look_at(None);
        feed.go(None);
    });
    once_read(read, move |read| {
        let room =
            RoomId::from(params.with_untracked(|params| {
                params.get("room").and_then(|room| room.parse::<i64>().ok()).unwrap_or_default()
            }));
        if let Some(standing) = read.standing.clone() {
            return view! { <Inside room read standing/> }.into_any();
        }
        say_status(base::Kind::NotFound);
        view! {
            <Page title=say::closed_title() lead=say::closed_text()>
                <p><a class="button" href="/live">{say::all()}</a></p>
            </Page>
        }
        .into_any()
    })
}

/// A room that is open.
#[component]
fn Inside(room: RoomId, read: RoomRead, standing: RoomStanding) -> impl IntoView {
    let class = stylers::style! {
        .inside {
            display: grid;
            gap: var(--space-4);
            align-items: start;
        }
        .column {
            display: grid;
            grid-template-columns: minmax(0, 1fr);
            gap: var(--space-4);
        }
        @media (min-width: 60rem) {
            .inside {
                grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
            }
        }
    };
    let feed = Feed::of_page();
    let viewer = viewer();
    let now = Memo::new(move |_| {
        feed.lobby.with(|lobby| lobby.as_ref().and_then(|lobby| lobby.rooms.iter().find(|one| one.id == room).cloned()))
    });
    let talks = viewer.me.is_some() && !viewer.guise;
    let own = viewer.me.as_ref().map(|me| me.id);
    let name = standing.name.clone();
    let (address, called) = (read.address.clone(), viewer.me.as_ref().map(|me| me.name.clone()).unwrap_or_default());
    let (keeps, moderates) = (standing.keeps_order && talks, read.moderates);
    let drawn = read.asides.clone();
    let held = RwSignal::new(read);
    let saying = Sending::to::<SayInRoom>();
    let keeping = Sending::to::<KeepRoomOrder>();
    look_again(room, held, saying, feed);
    let seats = move || {
        now.with(|now| {
            now.as_ref().map(|now| texts::live::seats(&now.players.len().to_string(), &now.capacity.to_string()))
        })
    };
    let kind = match standing.kind {
        RoomKind::Unranked => None,
        RoomKind::Ranked => Some(say::ranked()),
        RoomKind::Tournament => Some(say::tournament()),
    };
    let slow = (standing.slow_secs > 0).then(|| say::slow(&standing.slow_secs.to_string()));
    view! { class = class,
        <Title text=name.clone()/>
        <div class="page wide">
            <header class="page-head">
                <p><a href="/live">{say::all()}</a></p>
                <h1>{name.clone()}</h1>
                <p>
                    <span class="badge">{seats}</span>" "
                    {kind.map(|kind| view! { <span class="badge">{kind}</span>" " })}
                    {slow.map(|slow| view! { <span class="badge">{slow}</span> })}
                </p>
            </header>
            <Freshness feed/>
            <Signs feed/>
            <div class="inside">
                <section class="card column" aria-labelledby="talk">
                    <h2 id="talk">{texts::live::talk()}</h2>
                    <Notices room held feed viewer=viewer.clone()/>
                    <Talk room now drawn name feed/>
                    {talks.then(|| view! { <Saying room now own sending=saying feed/> })}
                </section>
                <div class="column">
                    <section class="card" aria-labelledby="players">
                        <h2 id="players">{texts::live::players()}</h2>
                        {keeps.then(|| view! { <Summary sending=keeping/> })}
                        <Players room now own keeps moderates sending=keeping/>
                    </section>
                    <section class="card" aria-labelledby="games">
                        <h2 id="games">{texts::live::games()}</h2>
                        {move || now.with(|now| games(now.as_ref()))}
                    </section>
                    <Connect address name=called/>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// Reads anew what holds the reader when something they said was not heard, when they are sent out, and when they are let in again.
fn look_again(room: RoomId, held: RwSignal<RoomRead>, saying: Sending, feed: Feed) {
    let look = move || {
        spawn_local(async move {
            if let Ok(read) = read_room(room.get()).await {
                held.try_set(read);
            }
        });
    };
    Effect::new(move || {
        if saying.error().is_some() {
            look();
        }
    });
    Effect::new(move || match feed.place.get() {
        Place::Out(_) => look(),
        Place::In if held.with_untracked(RoomRead::holds) => look(),
        Place::In | Place::Coming | Place::Nowhere => {}
    });
}

/// What keeps the reader from talking, or how they are here.
#[component]
fn Notices(room: RoomId, held: RwSignal<RoomRead>, feed: Feed, viewer: Viewer) -> impl IntoView {
    let own = viewer.me.as_ref().map(|me| me.id);
    let (stranger, guise) = (own.is_none(), viewer.guise);
    if stranger {
        return view! {
            <p class="notice">{say::read_only()}" "<a href=login_for(&address_of(room))>{say::log_in()}</a></p>
        }
        .into_any();
    }
    if guise {
        return view! { <p class="notice">{say::guise()}</p> }.into_any();
    }
    let plays = Memo::new(move |_| {
        feed.lobby.with(|lobby| {
            let players =
                lobby.iter().flat_map(|lobby| &lobby.rooms).filter(|one| one.id == room).flat_map(|one| &one.players);
            players.filter(|one| one.user == own).any(|one| one.origin != contract::lobby::Origin::Browser)
        })
    });
    let place = move || match feed.place.get() {
        Place::Out(problem) => {
            let says = AppError::from(problem).sentence();
            view! {
                <div class="notice warn" role="alert">
                    <p>{says}</p>
                    <p><button type="button" class="button" on:click=move |_| feed.go(Some(room))>{say::come_in()}</button></p>
                </div>
            }
            .into_any()
        }
        Place::Coming => view! { <p class="hint" role="status">{say::coming()}</p> }.into_any(),
        Place::In | Place::Nowhere => plays.get().then(|| view! { <p class="hint">{say::by_game()}</p> }).into_any(),
    };
    let holds = move || {
        held.with(|read| {
            let standing = read.standing.as_ref();
            let all = [
                (say::muted(), read.mute.clone()),
                (say::gagged(), standing.and_then(|standing| standing.gag.clone())),
                (say::barred(), standing.and_then(|standing| standing.bar.clone())),
            ];
            all.into_iter().filter_map(|(says, hold)| Some(notice(says, hold?))).collect::<Vec<_>>()
        })
    };
    view! { {holds}{place} }.into_any()
}

/// What holds the reader, until when, and why.
fn notice(says: &'static str, hold: Hold) -> AnyView {
    let until = match hold.until {
        Some(at) => view! { {say::until()}" "<Time at/>". " }.into_any(),
        None => view! { {say::until_lifted()}" " }.into_any(),
    };
    let reason = (!hold.reason.is_empty()).then(|| say::reason(&hold.reason));
    view! {
        <div class="notice bad" role="note">
            <p><strong>{says}</strong></p>
            <p>{until}{reason}</p>
            <p><a href="/account/standing">{say::standing()}</a></p>
        </div>
    }
    .into_any()
}

/// What is said to all, and what the reader alone is told, in the order of time.
#[component]
fn Talk(room: RoomId, now: Memo<Option<Room>>, drawn: Vec<Aside>, name: String, feed: Feed) -> impl IntoView {
    let reports = viewer().me.is_some();
    let lines = Memo::new(move |_| now.with(|now| now.as_ref().map(|now| now.lines.clone()).unwrap_or_default()));
    let items = move || {
        let asides = if feed.place.with(|place| *place == Place::In) { feed.asides.get() } else { drawn.clone() };
        let all = lines.with(|lines| together(lines, asides));
        all.into_iter()
            .map(|said| match said {
                Said::ToAll(line) => parts::line(room, &line, reports),
                Said::Aside(aside) => aside_line(&aside),
            })
            .collect_view()
    };
    // The list is read out by `Signs`, at a pace one can follow; here it only stands.
    view! {
        <div class="talk tall" tabindex="0" role="log" aria-live="off" aria-label=texts::live::talk_in(&name)>
            <ol>{items}</ol>
        </div>
    }
    .into_any()
}

enum Said {
    ToAll(Line),
    Aside(Aside),
}

/// Both in the order of time; what came at the same moment stands as it came.
fn together(lines: &[Line], asides: Vec<Aside>) -> Vec<Said> {
    let mut all: Vec<_> = lines.iter().map(|line| (line.at, Said::ToAll(line.clone()))).collect();
    all.extend(asides.into_iter().map(|aside| (aside.at, Said::Aside(aside))));
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, said)| said).collect()
}

fn aside_line(aside: &Aside) -> AnyView {
    let who = match &aside.from {
        AsideFrom::Hub => say::hub().to_owned(),
        AsideFrom::Player(name) => say::whispers(name),
        AsideFrom::Own(name) => say::whispered(name),
    };
    view! {
        <li class="hub">
            <Time at=aside.at show=Show::Clock/>" "<strong>{who}":"</strong>" "<span>{aside.text.clone()}</span>
        </li>
    }
    .into_any()
}

/// Everybody who is here, each with what those who keep order can do about them.
#[component]
fn Players(
    room: RoomId,
    now: Memo<Option<Room>>,
    own: Option<base::UserId>,
    keeps: bool,
    moderates: bool,
    sending: Sending,
) -> impl IntoView {
    let players = Memo::new(move |_| now.with(|now| now.as_ref().map(|now| now.players.clone()).unwrap_or_default()));
    let row = move |one: Player| {
        let orders = (keeps && (one.user.is_none() || one.user != own))
            .then(|| view! { <Orders room number=one.number name=one.name.clone() account=one.user.is_some() && moderates sending/> });
        view! { <li class="here">{parts::player(&one)}{orders}</li> }
    };
    // Whoever has not changed keeps their row, and what is being typed in it.
    let key = |one: &Player| (one.number, one.name.clone(), one.origin, one.away, one.caste);
    view! {
        {move || players.with(Vec::is_empty).then(|| view! { <p class="hint">{texts::live::nobody()}</p> })}
        <ul class="plain"><For each=move || players.get() key=key children=row/></ul>
    }
    .into_any()
}

fn games(now: Option<&Room>) -> AnyView {
    let games = now.map(|now| now.games.as_slice()).unwrap_or_default();
    if games.is_empty() {
        return view! { <p class="hint">{say::no_games()}</p> }.into_any();
    }
    let items: Vec<_> = games.iter().map(parts::game).collect();
    view! { <ul class="plain">{items}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use base::Millis;

    use super::*;

    #[test]
    fn what_is_said_to_all_and_to_one_stands_in_the_order_of_time() {
        let line = |at, text: &str| Line { name: "Olga".into(), origin: None, text: text.into(), at: Millis(at) };
        let aside = |at, text: &str| Aside { n: 1, at: Millis(at), from: AsideFrom::Hub, text: text.into() };
        let all = together(&[line(1, "a"), line(3, "c"), line(3, "d")], vec![aside(2, "b"), aside(3, "e")]);
        let texts: Vec<_> = all
            .iter()
            .map(|said| match said {
                Said::ToAll(line) => line.text.as_str(),
                Said::Aside(aside) => aside.text.as_str(),
            })
            .collect();
        assert_eq!(texts, ["a", "b", "c", "d", "e"]);
    }
}
