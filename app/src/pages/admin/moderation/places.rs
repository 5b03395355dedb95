//! Address ranges and patterns of names that are shut out.

use contract::{
    Field,
    moderation::{Sanction, Sanctions},
};
use leptos::prelude::*;

use super::{
    super::{
        api::moderation::{BanNames, BanNetwork, LiftPlace, preview_names, read_sanctions},
        ui::{
            filters::{Filters, Search},
            here::Here,
            loaded::Loaded,
            pager::Pager,
            reason::{ActField, Outcome},
            screen::Screen,
            table::Table,
        },
    },
    sanctions::{cells, columns, lifting},
    tabs::{DurationChoice, Tabs},
};
use crate::{
    error::AppError,
    texts::admin::moderation as say,
    ui::{
        button::Submit,
        form::{Form, Sending},
        state::Empty,
    },
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let places = Resource::new(Here::now, |here| read_sanctions(String::new(), "places".to_owned(), here.get("after")));
    let (network, names, lift) = (Sending::to::<BanNetwork>(), Sending::to::<BanNames>(), Sending::to::<LiftPlace>());
    for sending in [network, names, lift] {
        sending.when_done(move |_| places.refetch());
    }
    let meets = Resource::new(
        || Here::now().get("pattern"),
        |pattern| async move {
            if pattern.is_empty() { Ok::<_, AppError>(None) } else { preview_names(pattern).await.map(Some) }
        },
    );
    view! {
        <Screen title=say::places() lead=say::places_lead()>
            <Tabs/>
            <Outcome sending=lift done=say::lifted()/>
            <Loaded from=places view=move |found| drawn(found, lift)/>
            <div class="cards">
                <section class="card" aria-labelledby="by-network">
                    <h2 id="by-network">{say::by_network()}</h2>
                    <Form sending=network look="form">
                        <Outcome sending=network done=say::done()/>
                        <ActField form="network" field=Field::Network sending=network hint=say::network_hint()/>
                        <DurationChoice form="network"/>
                        <ActField form="network" field=Field::Reason sending=network hint=say::reason_hint()/>
                        <Submit label=say::shut_out() pending=network.pending() look="danger"/>
                    </Form>
                </section>
                <section class="card" aria-labelledby="by-name">
                    <h2 id="by-name">{say::by_name()}</h2>
                    <Filters path="/admin/moderation/places">
                        <Search name="pattern" label=say::try_pattern()/>
                    </Filters>
                    <Loaded from=meets view=met/>
                    <Form sending=names look="form">
                        <Outcome sending=names done=say::done()/>
                        <ActField form="names" field=Field::Pattern sending=names hint=say::pattern_hint()/>
                        <DurationChoice form="names"/>
                        <ActField form="names" field=Field::Reason sending=names hint=say::reason_hint()/>
                        <Submit label=say::shut_out() pending=names.pending() look="danger"/>
                    </Form>
                </section>
            </div>
        </Screen>
    }
    .into_any()
}

/// The accounts there are that a pattern meets: they stay, and show what it would stop.
fn met(names: Option<Vec<String>>) -> AnyView {
    match names {
        None => ().into_any(),
        Some(names) if names.is_empty() => view! { <p>{say::meets_nobody()}</p> }.into_any(),
        Some(names) => {
            let names: Vec<_> = names.into_iter().map(|name| view! { <li class="chip">{name}</li> }).collect();
            view! { <p>{say::meets()}</p><ul class="chips">{names}</ul> }.into_any()
        }
    }
}

fn drawn(found: Sanctions, lift: Sending) -> AnyView {
    let Sanctions { sanctions, next } = found;
    if sanctions.is_empty() {
        return view! { <Empty title=say::no_places() text=say::no_places_text()/> }.into_any();
    }
    let rows = sanctions.into_iter().map(|one| row(one, lift)).collect();
    let next = next.map(|next| next.to_string());
    view! { <Table caption=say::places() columns=columns() rows/><Pager next/> }.into_any()
}

fn row(one: Sanction, lift: Sending) -> Vec<AnyView> {
    let lift = lifting(&one, lift, say::lift_place_warning());
    cells(one, lift)
}
