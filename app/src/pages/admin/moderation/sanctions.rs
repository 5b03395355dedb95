//! What was done about people, and doing something without a report.

use contract::{
    Field,
    moderation::{Sanction, SanctionKind, Sanctions, Whom},
};
use leptos::prelude::*;

use super::{
    super::{
        api::moderation::{LiftSanction, SanctionPerson, read_sanctions},
        ui::{
            badge::{Badge, Tone},
            deed::Reasoned,
            filters::{Choice, Filters, Search},
            here::Here,
            loaded::Loaded,
            pager::Pager,
            reason::{ActField, Outcome},
            screen::Screen,
            table::{Column, Table},
        },
    },
    tabs::{DurationChoice, Tabs, what, whom},
};
use crate::{
    pages::people::words::sanction_name,
    texts::admin::moderation as say,
    ui::{
        button::Submit,
        form::{Form, Sending},
        state::Empty,
        time::Time,
    },
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let sanctions =
        Resource::new(Here::now, |here| read_sanctions(here.get("name"), here.get("show"), here.get("after")));
    let lift = Sending::to::<LiftSanction>();
    lift.when_done(move |_| sanctions.refetch());
    let act = Sending::to::<SanctionPerson>();
    act.when_done(move |_| sanctions.refetch());
    let kinds = SanctionKind::ALL.map(|kind| view! { <option value=kind.word()>{sanction_name(kind)}</option> });
    view! {
            <Screen title=say::sanctions() lead=say::sanctions_lead()>
                <Tabs/>
                <Filters path="/admin/moderation/sanctions">
                    <Search name="name" label=say::whom()/>
                    <Choice name="show" label=say::show() options=vec![("all", say::past_too()), ("places", say::places())]/>
                </Filters>
                <Outcome sending=lift done=say::lifted()/>
                <Loaded from=sanctions view=move |found| drawn(found, lift)/>
                <section class="card" aria-labelledby="act">
                    <h2 id="act">{say::without_report()}</h2>
                    <Form sending=act look="form">
                        <Outcome sending=act done=say::done()/>
                        <ActField form="act" field=Field::Name sending=act/>
                        <div class="field">
                            <label for="act-verdict">{say::verdict()}</label>
                            <select id="act-verdict" name="verdict">{kinds}</select>
                        </div>
                        <DurationChoice form="act"/>
                        <ActField form="act" field=Field::Reason sending=act hint=say::reason_hint()/>
                        <Submit label=say::do_it() pending=act.pending() look="danger"/>
                    </Form>
                </section>
            </Screen>
        }
        .into_any()
}

fn drawn(found: Sanctions, lift: Sending) -> AnyView {
    let Sanctions { sanctions, next } = found;
    if sanctions.is_empty() {
        return view! { <Empty title=say::nothing_done() text=say::nothing_done_text()/> }.into_any();
    }
    let rows = sanctions.into_iter().map(|one| row(one, lift)).collect();
    let next = next.map(|next| next.to_string());
    view! { <Table caption=say::sanctions() columns=columns() rows/><Pager next/> }.into_any()
}

/// What a list of sanctions says of each.
pub(super) fn columns() -> Vec<Column> {
    let titles = [say::whom(), say::verdict(), say::reason(), say::by(), say::when(), say::state()];
    titles.map(Column::new).into()
}

/// The same of one; `state`: whether it holds, or what can be done about it.
pub(super) fn cells(one: Sanction, state: AnyView) -> Vec<AnyView> {
    vec![
        whom(&one.whom),
        what(&one),
        one.reason.into_any(),
        one.by.unwrap_or_else(|| say::operator().to_owned()).into_any(),
        view! { <Time at=one.at/> }.into_any(),
        state,
    ]
}

/// The form that lifts it.
pub(super) fn lifting(one: &Sanction, sending: Sending, warning: &'static str) -> AnyView {
    let number = one.id.to_string();
    view! {
        <Reasoned
            form=format!("lift-{number}")
            sending
            about=vec![("sanction", number)]
            label=say::lift()
            warning
            now=say::lift_it()
        />
    }
    .into_any()
}

fn row(one: Sanction, lift: Sending) -> Vec<AnyView> {
    let state = if one.holds && matches!(one.whom, Whom::Person { .. }) {
        lifting(&one, lift, say::lift_warning())
    } else if one.holds {
        view! { <Badge tone=Tone::Warn text=say::holds()/> }.into_any()
    } else {
        view! { <Badge tone=Tone::Plain text=say::over()/> }.into_any()
    };
    cells(one, state)
}
