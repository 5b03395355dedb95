//! One job: how it stands, and what can be done about it.

use contract::job::{Job, JobState};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    super::{
        api::jobs::{RemoveJob, RetryJob, read_job},
        ui::{badge::Badge, facts::Facts, loaded::Loaded, reason::Outcome, screen::Screen},
    },
    words,
};
use crate::{
    texts::admin::jobs,
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending},
        time::Time,
    },
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let which = use_params_map();
    let asked = move || which.with(|which| which.get("job")).and_then(|id| id.parse::<i64>().ok());
    let job = Resource::new(asked, |id| async move {
        match id {
            Some(id) => read_job(id).await,
            None => Err(base::Kind::NotFound.into()),
        }
    });
    view! {
        <Screen title=jobs::one_title() back=("/admin/jobs", jobs::title())>
            <Loaded from=job view=drawn/>
        </Screen>
    }
    .into_any()
}

fn drawn(job: Job) -> AnyView {
    let (tone, state) = words::state(job.state);
    let id = job.id.get();
    let mut facts = vec![
        (jobs::job(), id.to_string().into_any()),
        (jobs::kind(), job.kind.into_any()),
        (jobs::state(), view! { <Badge tone text=state/> }.into_any()),
        (jobs::attempts(), job.attempts.to_string().into_any()),
        (jobs::created_at(), view! { <Time at=job.created_at/> }.into_any()),
        (jobs::due_at(), view! { <Time at=job.due_at/> }.into_any()),
    ];
    for (name, at) in [(jobs::started_at(), job.started_at), (jobs::finished_at(), job.finished_at)] {
        if let Some(at) = at {
            facts.push((name, view! { <Time at/> }.into_any()));
        }
    }
    if let Some(progress) = job.progress {
        let told = match progress.total {
            Some(total) => format!("{} / {total} {}", progress.done, progress.note),
            None => format!("{} {}", progress.done, progress.note),
        };
        facts.push((jobs::progress(), told.into_any()));
    }
    if let Some(error) = job.last_error {
        facts.push((jobs::last_error(), error.into_any()));
    }
    let can_retry = matches!(job.state, JobState::Waiting | JobState::Dead);
    let can_remove = job.state != JobState::Running;
    view! {
        <Facts facts/>
        <section class="card" aria-labelledby="payload">
            <h2 id="payload">{jobs::payload()}</h2>
            <pre class="letter" tabindex="0" aria-labelledby="payload">{job.payload}</pre>
        </section>
        <div class="actions">
            {can_retry.then(|| view! { <Retry id/> })}
            {can_remove.then(|| view! { <Remove id/> })}
        </div>
    }
    .into_any()
}

#[component]
fn Retry(id: i64) -> impl IntoView {
    let sending = Sending::to::<RetryJob>();
    sending.load_when_done();
    view! {
        <Form sending>
            <Outcome sending done=jobs::retried()/>
            <input type="hidden" name="job" value=id/>
            <Submit label=jobs::retry() pending=sending.pending()/>
        </Form>
    }
    .into_any()
}

#[component]
fn Remove(id: i64) -> impl IntoView {
    let sending = Sending::to::<RemoveJob>();
    sending.load_when_done();
    view! {
        <Confirm label=jobs::remove() warning=jobs::remove_warning()>
            <Form sending>
                <Outcome sending done=jobs::removed()/>
                <input type="hidden" name="job" value=id/>
                <Submit label=jobs::remove_now() pending=sending.pending() look="danger"/>
            </Form>
        </Confirm>
    }
    .into_any()
}
