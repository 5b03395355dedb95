//! What was done about oneself, what one reported, and what became of it.

use contract::{
    Field,
    moderation::{MyReport, MyReports, MySanction},
};
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_query_map};

use super::{
    api::{Appeal, Standing, read_my_reports, read_standing},
    words::{appeal_name, holds, reason_name, sanction_name, state_name, target_name},
};
use crate::{
    error::AppError,
    pages::account::login_for,
    texts::{people as say, report, sanction},
    ui::{
        button::Submit,
        form::{Form, Sending, Summary},
        page::Page,
        state::once_read,
        text_area::TextArea,
        time::Time,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/account/standing")/> }.into_any();
    }
    let query = use_query_map();
    let before = move || query.get().get("before").and_then(|before| before.parse::<i64>().ok());
    let standing = Resource::new(before, |before| async move {
        let mut standing = read_standing().await?;
        if let Some(before) = before {
            standing.reports = read_my_reports(before).await?;
        }
        Ok::<Standing, AppError>(standing)
    });
    let reported = query.with_untracked(|query| query.get("reported")).is_some();
    let sending = Sending::to::<Appeal>();
    sending.when_done(move |_| standing.refetch());
    view! {
        <Page title=sanction::title() lead=sanction::lead()>
            {reported.then(|| view! { <p class="notice good" role="status">{report::sent()}</p> })}
            <Summary sending/>
            {once_read(standing, move |Standing { sanctions, reports }| view! {
                <Sanctions sanctions sending pass=None/>
                <Reports reports/>
            }
            .into_any())}
        </Page>
    }
    .into_any()
}

/// What was done, with a form for each appeal that may still be made.
#[component]
pub(super) fn Sanctions(
    /// The newest first.
    sanctions: Vec<MySanction>,
    /// Where an appeal goes.
    sending: Sending,
    /// The pass of somebody who may not log in.
    pass: Option<String>,
) -> impl IntoView {
    if sanctions.is_empty() {
        return view! {
            <section class="card" aria-labelledby="sanctions">
                <h2 id="sanctions">{sanction::done()}</h2>
                <p>{sanction::none()}</p>
            </section>
        }
        .into_any();
    }
    // One form at a time: the newest that may be appealed. Their fields would have the same ids.
    let open = sanctions.iter().find(|one| one.holds && one.appeal.is_none()).map(|one| one.id);
    let items: Vec<_> = sanctions
        .into_iter()
        .map(|one| {
            let badge = holds(&one);
            let until = match one.until {
                Some(until) => view! { <Time at=until/> }.into_any(),
                None => sanction::for_good().into_any(),
            };
            let told = one.appeal.as_ref().map(|appeal| {
                view! {
                    <p>{appeal_name(appeal.state)}</p>
                    <blockquote class="as-written">{appeal.text.clone()}</blockquote>
                    {appeal.answer.clone().map(|answer| view! { <p class="as-written">{sanction::answer()}" "{answer}</p> })}
                }
            });
            let form = (open == Some(one.id)).then(|| view! { <AppealForm sanction=one.id.get() sending pass=pass.clone()/> });
            view! {
                <section class="card">
                    <h3>{sanction_name(one.kind)}" "<span class="badge">{badge}</span></h3>
                    <dl class="facts">
                        <dt>{sanction::reason()}</dt><dd class="as-written">{one.reason}</dd>
                        <dt>{sanction::since()}</dt><dd><Time at=one.at/></dd>
                        <dt>{sanction::until()}</dt><dd>{until}</dd>
                    </dl>
                    {told}
                    {form}
                </section>
            }
        })
        .collect();
    view! { <h2>{sanction::done()}</h2>{items} }.into_any()
}

#[component]
fn AppealForm(sanction: i64, sending: Sending, pass: Option<String>) -> impl IntoView {
    view! {
        <Form sending look="form">
            <input type="hidden" name="sanction" value=sanction/>
            {pass.map(|pass| view! { <input type="hidden" name="pass" value=pass/> })}
            <TextArea field=Field::Text sending hint=sanction::appeal_hint() rows=5 longest=4_000/>
            <Submit label=sanction::appeal() pending=sending.pending()/>
        </Form>
    }
    .into_any()
}

#[component]
fn Reports(reports: MyReports) -> impl IntoView {
    let more = reports.next.map(|next| {
        view! { <p><a class="button" href=format!("/account/standing?before={next}")>{say::more()}</a></p> }
    });
    if reports.reports.is_empty() {
        return view! {
            <section class="card" aria-labelledby="reports">
                <h2 id="reports">{report::mine()}</h2>
                <p>{report::none()}</p>
            </section>
        }
        .into_any();
    }
    let lines: Vec<_> = reports.reports.into_iter().map(line).collect();
    view! {
        <section class="card" aria-labelledby="reports">
            <h2 id="reports">{report::mine()}</h2>
            <ul class="plain">{lines}</ul>
            {more}
        </section>
    }
    .into_any()
}

fn line(report: MyReport) -> AnyView {
    view! {
        <li class="person">
            <span class="who">
                <strong>{target_name(report.target)}": "{report.name}</strong>
                <span class="hint">{reason_name(report.reason)}" · "<Time at=report.created_at/></span>
            </span>
            <span class="badge">{state_name(report.state)}</span>
        </li>
    }
    .into_any()
}
