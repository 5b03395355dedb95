//! What waits for those who keep order.

use contract::moderation::{Queue, Report, ReportState};
use leptos::prelude::*;

use super::{
    super::{
        api::moderation::read_queue,
        ui::{
            badge::{Badge, Tone},
            filters::{Choice, Filters},
            here::Here,
            loaded::Loaded,
            pager::Pager,
            screen::Screen,
            table::{Column, Table},
        },
    },
    tabs::{DurationChoice, Tabs},
};
use crate::{
    pages::people::words::{reason_name, sanction_name, state_name, target_name},
    texts::admin::moderation as say,
    ui::{state::Empty, time::Time},
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let queue = Resource::new(Here::now, |here| read_queue(here.get("show") == "decided", here.get("after")));
    view! {
        <Screen title=say::title() lead=say::lead()>
            <Tabs/>
            <Filters path="/admin/moderation">
                <Choice name="show" label=say::show() options=vec![("decided", say::decided())]/>
            </Filters>
            <Loaded from=queue view=drawn/>
        </Screen>
    }
    .into_any()
}

/// The table in a form of its own: what is ticked is looked at together, and without script too, because it is only asked for.
fn drawn(queue: Queue) -> AnyView {
    let Queue { reports, next, waiting } = queue;
    if reports.is_empty() {
        return view! { <Empty title=say::none_title() text=say::none_text()/> }.into_any();
    }
    let many = reports.iter().any(|report| report.decided_at.is_none());
    let columns = vec![
        Column::new(say::what()),
        Column::new(say::why()),
        Column::new(say::reporter()),
        Column::new(say::when()),
        Column::new(say::state()),
    ];
    let rows = reports.into_iter().map(row).collect();
    let next = next.map(|next| next.to_string());
    let together = many.then(|| {
        let kinds = contract::moderation::SanctionKind::ALL
            .map(|kind| view! { <option value=kind.word()>{sanction_name(kind)}</option> });
        view! {
            <section class="card form" aria-labelledby="together">
                <h2 id="together">{say::together()}</h2>
                <div class="field">
                    <label for="bulk-verdict">{say::verdict()}</label>
                    <select id="bulk-verdict" name="verdict"><option value="dismiss">{say::dismiss()}</option>{kinds}</select>
                </div>
                <DurationChoice form="bulk"/>
                <div class="field">
                    <label for="bulk-reason">{say::reason()}</label>
                    <input id="bulk-reason" name="reason" maxlength="500" autocomplete="off"/>
                </div>
                <button class="button" type="submit">{say::preview()}</button>
            </section>
        }
    });
    let class = stylers::style! {
        .together {
            display: grid;
            grid-template-columns: minmax(0, 1fr);
            gap: var(--space-5);
        }
    };
    view! { class = class,
        <p role="status">{say::waiting(usize::try_from(waiting).unwrap_or_default())}</p>
        <form class="together" method="get" action="/admin/moderation/bulk">
            <Table caption=say::queue() columns rows/>
            {together}
        </form>
        <Pager next/>
    }
    .into_any()
}

fn row(report: Report) -> Vec<AnyView> {
    let address = format!("/admin/moderation/{}", report.id);
    let label = say::tick(&report.name);
    let tick = report.decided_at.is_none().then(|| {
        view! { <input type="checkbox" name="report" value=report.id.get() aria-label=label/>" " }
    });
    let tone = match report.state {
        ReportState::Open => Tone::Warn,
        ReportState::Claimed => Tone::Plain,
        ReportState::Acted | ReportState::Dismissed => Tone::Good,
    };
    let by = report.by.map(|by| format!(" · {by}"));
    vec![
        view! { {tick}<a href=address>{target_name(report.target)}": "{report.name}</a> }.into_any(),
        reason_name(report.reason).into_any(),
        report.reporter.unwrap_or_else(|| say::gone().to_owned()).into_any(),
        view! { <Time at=report.created_at/> }.into_any(),
        view! { <Badge tone text=state_name(report.state)/>{by} }.into_any(),
    ]
}
