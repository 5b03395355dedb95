//! Disputed results, the newest first.

use contract::ranking::{Dispute, Disputes};
use leptos::prelude::*;

use super::{
    super::{
        api::disputes::read_disputes,
        ui::{
            filters::{Choice, Filters},
            here::Here,
            loaded::Loaded,
            pager::Pager,
            screen::Screen,
            table::{Column, Table},
        },
    },
    words,
};
use crate::{
    texts::admin::disputes as say,
    ui::{state::Empty, time::Time},
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let found = Resource::new(Here::now, |here| read_disputes(here.get("show") == "judged", here.get("after")));
    view! {
        <Screen title=say::title() lead=say::lead()>
            <Filters path="/admin/disputes">
                <Choice name="show" label=say::show() options=vec![("judged", say::judged())]/>
            </Filters>
            <Loaded from=found view=drawn/>
        </Screen>
    }
    .into_any()
}

fn drawn(found: Disputes) -> AnyView {
    let waiting = say::waiting(usize::try_from(found.waiting).unwrap_or(usize::MAX));
    if found.disputes.is_empty() {
        return view! { <p role="status">{waiting}</p><Empty title=say::none_title() text=say::none_text()/> }
            .into_any();
    }
    let columns = vec![
        Column::new(say::game()),
        Column::new(say::map()),
        Column::new(say::host()),
        Column::new(say::reports()).number(),
        Column::new(say::when()),
        Column::new(say::state()),
    ];
    let next = found.next.map(|next| next.to_string());
    let rows = found.disputes.into_iter().map(row).collect();
    view! {
        <p role="status">{waiting}</p>
        <Table caption=say::title() columns rows/>
        <Pager next/>
    }
    .into_any()
}

fn row(dispute: Dispute) -> Vec<AnyView> {
    let state = words::state(&dispute);
    let (game, reports) = (dispute.result.game, dispute.result.reports.len());
    let href = format!("/admin/disputes/{}", game.id);
    vec![
        view! { <a href=href>{game.name}</a> }.into_any(),
        game.map.into_any(),
        game.host.into_any(),
        reports.to_string().into_any(),
        view! { <Time at=game.at/> }.into_any(),
        state,
    ]
}
