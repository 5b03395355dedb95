//! The queue: how much there is of what, and every job.

use contract::job::{Job, JobDepth, JobState};
use leptos::prelude::*;

use super::{
    super::{
        api::jobs::{Queue, read_queue},
        ui::{
            badge::Badge,
            filters::{Choice, Filters, Search},
            here::Here,
            loaded::Loaded,
            pager::Pager,
            progress::in_words,
            screen::Screen,
            table::{Column, Table},
            watch::{Watched, watch},
        },
    },
    words,
};
use crate::{
    texts::admin::jobs,
    ui::{state::Empty, time::Time},
};

/// Whatever runs, or is due, is under way.
const WATCHED: Watched<Queue> =
    Watched { busy: |queue| queue.depths.iter().any(|depth| depth.running > 0 || depth.due > 0), still: |queue| queue };

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let read = |here: Here| read_queue(here.get("kind"), here.get("state"), here.get("after"));
    let queue = Resource::new(Here::now, read);
    watch(queue, Here::now, read, WATCHED, |_| {});
    view! {
        <Screen title=jobs::title() lead=jobs::lead()>
            <Filters path="/admin/jobs">
                <Search name="kind" label=jobs::kind()/>
                <Choice name="state" label=jobs::state() options=states()/>
            </Filters>
            <Loaded from=queue view=drawn/>
        </Screen>
    }
    .into_any()
}

fn states() -> Vec<(&'static str, &'static str)> {
    JobState::ALL.map(|state| (state.word(), words::state(state).1)).to_vec()
}

fn drawn(queue: Queue) -> AnyView {
    let Queue { depths, page } = queue;
    let overview = (!depths.is_empty()).then(|| {
        let columns = vec![
            Column::new(jobs::kind()),
            Column::new(jobs::waiting()).number(),
            Column::new(jobs::due()).number(),
            Column::new(jobs::oldest_due()),
            Column::new(jobs::running()).number(),
            Column::new(jobs::dead()).number(),
        ];
        let rows = depths.into_iter().map(depth).collect();
        view! { <Table caption=jobs::overview() columns rows/> }
    });
    if page.jobs.is_empty() {
        return view! { {overview}<Empty title=jobs::none() text=jobs::none_text()/> }.into_any();
    }
    let columns = vec![
        Column::new(jobs::job()),
        Column::new(jobs::kind()),
        Column::new(jobs::state()),
        Column::new(jobs::due_at()),
        Column::new(jobs::attempts()).number(),
        Column::new(jobs::last_error()),
    ];
    let rows = page.jobs.into_iter().map(row).collect();
    let next = page.next.map(|next| next.to_string());
    view! {
        {overview}
        <Table caption=jobs::title() columns rows/>
        <Pager next/>
    }
    .into_any()
}

fn depth(depth: JobDepth) -> Vec<AnyView> {
    let href = Here::now().with("kind", &depth.kind);
    let oldest = depth.oldest_due.map(|at| view! { <Time at/> });
    vec![
        view! { <a href=href>{depth.kind}</a> }.into_any(),
        depth.waiting.to_string().into_any(),
        depth.due.to_string().into_any(),
        oldest.into_any(),
        depth.running.to_string().into_any(),
        depth.dead.to_string().into_any(),
    ]
}

fn row(job: Job) -> Vec<AnyView> {
    let (tone, state) = words::state(job.state);
    let href = format!("/admin/jobs/{}", job.id);
    let at = job.finished_at.or(job.started_at.filter(|_| job.state == JobState::Running)).unwrap_or(job.due_at);
    vec![
        view! { <a href=href>{job.id.to_string()}</a> }.into_any(),
        job.kind.into_any(),
        view! { <Badge tone text=state/>{job.progress.map(|far| format!(" {}", in_words(&far)))} }.into_any(),
        view! { <Time at/> }.into_any(),
        job.attempts.to_string().into_any(),
        job.last_error.unwrap_or_default().into_any(),
    ]
}
