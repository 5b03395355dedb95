//! One schedule: when it is done, when it was, another time for it, and what else can be done about it.

use contract::{
    Field,
    schedule::{RunPage, RunState, Schedule, ScheduleRun, Timing, When},
};
use leptos::prelude::*;

use super::{
    super::{
        api::schedules::{OneSchedule, PauseSchedule, ResumeSchedule, RunSchedule, SetSchedule, read_schedule},
        ui::{
            badge::{Badge, Tone},
            deed::{Press, leading},
            facts::Facts,
            here::Here,
            listed::Listed,
            loaded::Loaded,
            numbered,
            reason::{ActField, Outcome},
            screen::Screen,
            table::Column,
            watch::{Watched, watch},
        },
    },
    words,
};
use crate::{
    texts::admin::schedules,
    ui::{button::Submit, field::field_label, form::Form, time::Time},
};

/// A run that is under way ends sometime.
const WATCHED: Watched<OneSchedule> = Watched {
    busy: |one| one.schedule.last.as_ref().is_some_and(|run| run.state == RunState::UnderWay),
    still: |one| one,
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let number = numbered::number("schedule");
    let asked = move || (number(), Here::now().get("after"));
    let read = |(number, after)| numbered::read(number, |number| read_schedule(number, after));
    let one = Resource::new(asked, read);
    watch(one, asked, read, WATCHED, |_| {});
    // Read by itself, once: what somebody is typing is not drawn anew because a run has ended.
    let chosen = Resource::new(number, |number| numbered::read(number, |number| read_schedule(number, String::new())));
    view! {
        <Screen title=schedules::one_title() back=("/admin/schedules", schedules::title())>
            <Loaded from=one view=drawn/>
            // That it can't be read is said above.
            <Transition fallback=|| ()>
                {move || chosen.get().and_then(Result::ok).and_then(|one| choice(one.schedule))}
            </Transition>
        </Screen>
    }
    .into_any()
}

fn drawn(one: OneSchedule) -> AnyView {
    let OneSchedule { schedule, runs } = one;
    let id = schedule.id.get();
    let about = move || vec![("schedule", id.to_string())];
    let under_way = schedule.last.as_ref().is_some_and(|run| run.state == RunState::UnderWay);
    let pause = if schedule.paused {
        view! {
            <Press
                sending={leading::<ResumeSchedule>()}
                about=about()
                label=schedules::resume()
                done=schedules::resumed()
            />
        }
        .into_any()
    } else {
        view! {
            <Press
                sending={leading::<PauseSchedule>()}
                about=about()
                label=schedules::pause()
                done=schedules::paused_now()
                look="quiet"
            />
        }
        .into_any()
    };
    view! {
        <Facts facts=facts(&schedule)/>
        <div class="actions">
            {(!under_way).then(|| view! {
                <Press
                    sending={leading::<RunSchedule>()}
                    about=about()
                    label=schedules::run()
                    done=schedules::run_begun()
                    look="quiet"
                />
            })}
            {pause}
        </div>
        <Runs runs/>
    }
    .into_any()
}

/// What is done once keeps its time.
fn choice(schedule: Schedule) -> Option<AnyView> {
    let recurs = !matches!(schedule.own.timing, Timing::OnceAt(_));
    recurs.then(|| view! { <Choose schedule/> }.into_any())
}

fn facts(schedule: &Schedule) -> Vec<(&'static str, AnyView)> {
    let mut facts = vec![(schedules::schedule(), schedule.title().into_any())];
    if let Some(about) = words::about(schedule) {
        facts.push((schedules::about(), about.into_any()));
    }
    if let Some(organization) = schedule.organization {
        let href = format!("/admin/organizations/{organization}");
        facts.push((schedules::organization(), view! { <a href=href>{organization.to_string()}</a> }.into_any()));
    }
    facts.push((schedules::when(), words::when(&schedule.when)));
    if schedule.changed {
        facts.push((schedules::own(), words::when(&schedule.own)));
    }
    let next = if schedule.paused {
        view! { <Badge tone=Tone::Warn text=schedules::paused()/> }.into_any()
    } else if schedule.next.is_empty() {
        schedules::never().into_any()
    } else {
        let times: Vec<_> = schedule.next.iter().map(|at| view! { <li><Time at=*at/></li> }).collect();
        view! { <ul class="plain">{times}</ul> }.into_any()
    };
    facts.push((schedules::next(), next));
    facts
}

#[component]
fn Runs(runs: RunPage) -> impl IntoView {
    let columns = vec![
        Column::new(schedules::asked_at()),
        Column::new(schedules::outcome()),
        Column::new(schedules::why()),
        Column::new(schedules::job()),
        Column::new(schedules::error()),
    ];
    let rows = runs.runs.into_iter().map(row).collect();
    let next = runs.next.map(|next| next.to_string());
    let none = (schedules::no_runs(), schedules::no_runs_text());
    view! { <Listed id="runs" title=schedules::runs() none columns rows next/> }.into_any()
}

fn row(run: ScheduleRun) -> Vec<AnyView> {
    let (tone, text) = words::state(run.state);
    let why = if run.by_hand { schedules::by_hand() } else { schedules::its_time() };
    let job = run.job.map(|job| {
        let href = format!("/admin/jobs/{job}");
        view! { <a href=href>{job.to_string()}</a> }
    });
    vec![
        view! { <Time at=run.asked_at/> }.into_any(),
        view! { <Badge tone text/> }.into_any(),
        why.into_any(),
        job.into_any(),
        run.error.unwrap_or_default().into_any(),
    ]
}

/// Another time for it. What stands in the fields that were not chosen counts for nothing.
#[component]
fn Choose(schedule: Schedule) -> impl IntoView {
    let sending = leading::<SetSchedule>();
    let When { timing, zone } = schedule.when;
    let (word, every, cron) = match timing {
        Timing::EverySecs(secs) => ("every", secs.to_string(), String::new()),
        Timing::Cron(expression) => ("cron", String::new(), expression),
        Timing::OnceAt(_) => ("own", String::new(), String::new()),
    };
    let word = if schedule.changed { word } else { "own" };
    let word = sending.kept(Field::Timing).unwrap_or_else(|| word.to_owned());
    let choices: Vec<_> = [("own", schedules::own()), ("every", schedules::every()), ("cron", schedules::by_cron())]
        .into_iter()
        .map(|(value, text)| view! { <option value=value selected=word == value>{text}</option> })
        .collect();
    view! {
        <section class="card" aria-labelledby="choose-time">
            <h2 id="choose-time">{schedules::choose_title()}</h2>
            <p>{schedules::choose_lead()}</p>
            <Form sending look="form">
                <Outcome sending done=schedules::chosen()/>
                <input type="hidden" name="schedule" value=schedule.id.get()/>
                <div class="field">
                    <label for="choose-timing">{field_label(Field::Timing)}</label>
                    <select
                        id="choose-timing"
                        name="timing"
                        aria-invalid=move || sending.field(Field::Timing).map(|_| "true")
                        aria-describedby="choose-timing-error"
                    >
                        {choices}
                    </select>
                    <p class="error" id="choose-timing-error">{move || sending.field(Field::Timing)}</p>
                </div>
                <ActField form="choose" field=Field::EverySecs sending hint=schedules::every_hint() value=every/>
                <ActField form="choose" field=Field::Cron sending hint=schedules::cron_hint() value=cron/>
                <ActField form="choose" field=Field::Zone sending hint=schedules::zone_hint() value=zone/>
                <Submit label=schedules::choose() pending=sending.pending()/>
            </Form>
        </section>
    }
    .into_any()
}
