//! All schedules: when each is done, and how it went the last time.

use contract::schedule::{RunState, Schedule, SchedulePage};
use leptos::prelude::*;

use super::{
    super::{
        api::schedules::read_schedules,
        ui::{
            badge::{Badge, Tone},
            here::Here,
            loaded::Loaded,
            pager::Pager,
            screen::Screen,
            table::{Column, Table},
            watch::{Watched, watch},
        },
    },
    words,
};
use crate::{
    texts::admin::schedules,
    ui::{state::Empty, time::Time},
};

/// Whatever is under way goes on.
const WATCHED: Watched<SchedulePage> =
    Watched { busy: |page| page.schedules.iter().any(is_under_way), still: |page| page };

fn is_under_way(schedule: &Schedule) -> bool {
    schedule.last.as_ref().is_some_and(|run| run.state == RunState::UnderWay)
}

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let read = |here: Here| read_schedules(here.get("after"));
    let all = Resource::new(Here::now, read);
    watch(all, Here::now, read, WATCHED, |_| {});
    view! {
        <Screen title=schedules::title() lead=schedules::lead()>
            <Loaded from=all view=drawn/>
        </Screen>
    }
    .into_any()
}

fn drawn(page: SchedulePage) -> AnyView {
    if page.schedules.is_empty() {
        return view! { <Empty title=schedules::none() text=schedules::none_text()/> }.into_any();
    }
    let columns = vec![
        Column::new(schedules::schedule()),
        Column::new(schedules::when()),
        Column::new(schedules::next()),
        Column::new(schedules::last()),
        Column::new(schedules::outcome()),
    ];
    let rows = page.schedules.into_iter().map(row).collect();
    let next = page.next.map(|next| next.to_string());
    view! { <Table caption=schedules::title() columns rows/><Pager next/> }.into_any()
}

fn row(schedule: Schedule) -> Vec<AnyView> {
    let href = format!("/admin/schedules/{}", schedule.id);
    let title = schedule.title();
    let next = if schedule.paused {
        view! { <Badge tone=Tone::Warn text=schedules::paused()/> }.into_any()
    } else {
        schedule.next.first().map(|at| view! { <Time at=*at/> }).into_any()
    };
    let (last, outcome) = match schedule.last {
        Some(run) => {
            let (tone, text) = words::state(run.state);
            (view! { <Time at=run.asked_at/> }.into_any(), view! { <Badge tone text/> }.into_any())
        }
        None => (schedules::never().into_any(), ().into_any()),
    };
    vec![view! { <a href=href>{title}</a> }.into_any(), words::when(&schedule.when), next, last, outcome]
}
