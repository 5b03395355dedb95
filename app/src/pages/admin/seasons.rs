//! Seasons of ranked play: all of them, beginning one, and ending the one that runs. What that does is said before it is done.

use contract::{Field, ranking::Season};
use leptos::prelude::*;

use super::{
    api::seasons::{BeginSeason, EndSeason, read_seasons},
    ui::{
        badge::{Badge, Tone},
        deed::changing,
        loaded::Loaded,
        reason::{ActField, Outcome},
        screen::Screen,
        table::{Column, Table},
    },
};
use crate::{
    texts::admin::seasons as say,
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending},
        state::Empty,
        time::Time,
    },
};

/// The page.
pub(super) fn show() -> AnyView {
    let all = Resource::new(|| (), |()| read_seasons());
    // Above what is drawn afresh, so that what they say outlives a change.
    let (begin, end) = (changing::<BeginSeason>(move || all.refetch()), changing::<EndSeason>(move || all.refetch()));
    view! {
        <Screen title=say::title() lead=say::lead()>
            <Outcome sending=begin done=say::begun()/>
            <Outcome sending=end done=say::over()/>
            <Loaded from=all view=move |all| drawn(all, begin, end)/>
        </Screen>
    }
    .into_any()
}

fn drawn(all: Vec<Season>, begin: Sending, end: Sending) -> AnyView {
    let running = all.iter().find(|season| season.ended_at.is_none()).cloned();
    let list = if all.is_empty() {
        view! { <Empty title=say::none_title() text=say::none_text()/> }.into_any()
    } else {
        let columns = vec![
            Column::new(say::name()),
            Column::new(say::began()),
            Column::new(say::ended()),
            Column::new(say::players()).number(),
        ];
        let rows = all.into_iter().map(row).collect();
        view! { <Table caption=say::title() columns rows/> }.into_any()
    };
    // What would happen, told of what there is.
    let preview = running.clone().map(|season| view! { <p class="body-text">{ending(&season)}</p> });
    let ends = running.map(|season| {
        view! {
            <section class="card" aria-labelledby="end-season">
                <h2 id="end-season">{say::end_title()}</h2>
                <p>{ending(&season)}</p>
                <Confirm label=say::end() warning=say::end_warning()>
                    <Form sending=end>
                        <Submit label=say::end_now() pending=end.pending() look="danger"/>
                    </Form>
                </Confirm>
            </section>
        }
    });
    view! {
        {list}
        <section class="card" aria-labelledby="begin-season">
            <h2 id="begin-season">{say::begin_title()}</h2>
            <Confirm label=say::begin() warning=say::begin_warning()>
                {preview}
                <Form sending=begin look="form">
                    <ActField form="begin" field=Field::Name sending=begin hint=say::name_hint()/>
                    <Submit label=say::begin_now() pending=begin.pending()/>
                </Form>
            </Confirm>
        </section>
        {ends}
    }
    .into_any()
}

/// What ends with it.
fn ending(season: &Season) -> String {
    say::would_end(usize::try_from(season.players).unwrap_or(usize::MAX), &season.name)
}

fn row(season: Season) -> Vec<AnyView> {
    let ladder = format!("/lobby/ladder?season={}", season.id);
    let ended = match season.ended_at {
        Some(at) => view! { <Time at=at/> }.into_any(),
        None => view! { <Badge tone=Tone::Good text=say::runs()/> }.into_any(),
    };
    vec![
        // The player's part is another document.
        view! { <a href=ladder rel="external">{season.name}</a> }.into_any(),
        view! { <Time at=season.began_at/> }.into_any(),
        ended,
        season.players.to_string().into_any(),
    ]
}
