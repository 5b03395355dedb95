//! One job: how it stands, live while somebody looks, and what can be done about it.

use contract::job::{Job, JobProgress, JobState};
use leptos::prelude::*;

use super::{
    super::{
        api::jobs::{RemoveJob, RetryJob, read_job},
        ui::{
            badge::Badge,
            deed::{Final, Press, leading},
            facts::Facts,
            loaded::Loaded,
            numbered,
            progress::Progress,
            screen::Screen,
            watch::{Watched, watch},
        },
    },
    words,
};
use crate::{texts::admin::jobs, ui::time::Time};

/// A job that waits or runs goes on; how far it is moves within it.
const WATCHED: Watched<Job> = Watched {
    busy: |job| matches!(job.state, JobState::Waiting | JobState::Running),
    still: |job| Job { progress: None, ..job },
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let number = numbered::number("job");
    let read = |number| numbered::read(number, read_job);
    let job = Resource::new(number, read);
    let far = RwSignal::new(None);
    watch(job, number, read, WATCHED, move |job| far.set(job.progress.clone()));
    view! {
        <Screen title=jobs::one_title() back=("/admin/jobs", jobs::title())>
            <Loaded from=job view=move |job| drawn(job, far)/>
        </Screen>
    }
    .into_any()
}

fn drawn(job: Job, far: RwSignal<Option<JobProgress>>) -> AnyView {
    far.set(job.progress.clone());
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
    if let Some(error) = job.last_error {
        facts.push((jobs::last_error(), error.into_any()));
    }
    let can_retry = matches!(job.state, JobState::Waiting | JobState::Dead);
    let can_remove = job.state != JobState::Running;
    let about = move || vec![("job", id.to_string())];
    view! {
        {(job.state == JobState::Running).then(|| view! { <Progress label=jobs::progress() far/> })}
        <Facts facts/>
        <section class="card" aria-labelledby="payload">
            <h2 id="payload">{jobs::payload()}</h2>
            <pre class="letter" tabindex="0" aria-labelledby="payload">{job.payload}</pre>
        </section>
        <div class="actions">
            {can_retry.then(|| view! {
                <Press sending={leading::<RetryJob>()} about=about() label=jobs::retry() done=jobs::retried()/>
            })}
            {can_remove.then(|| view! {
                <Final
                    sending={leading::<RemoveJob>()}
                    about=about()
                    label=jobs::remove()
                    warning=jobs::remove_warning()
                    now=jobs::remove_now()
                    done=jobs::removed()
                />
            })}
        </div>
    }
    .into_any()
}
