//! One order: what it is, who belongs to it, what they have done.

use base::Roles;
use contract::{
    Field,
    account::Me,
    orders::{MOST_MEMBERS, Order, OrderTie, Rank},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    api::{DissolveOrder, JoinOrder, LeaveOrder, OneOrder, RenameOrder, read_order},
    crest::Shield,
    members::{Forms, candidates, members, whom},
    record::record,
    words,
};
use crate::{
    error::AppError,
    pages::{account::login_for, ladder::about_one},
    texts::orders as say,
    ui::{
        button::Submit,
        confirm::Confirm,
        field::TextField,
        form::{Form, Sending, Summary},
    },
    viewer::viewer,
};

/// The order that the address names. What is no number is an order that there is not.
pub(super) fn asked() -> impl Fn() -> i64 + Send + Sync + 'static {
    let params = use_params_map();
    move || params.get().get("order").and_then(|order| order.parse::<i64>().ok()).unwrap_or_default()
}

/// What somebody does about themselves, and what those who keep order do.
#[derive(Clone, Copy)]
struct Own {
    join: Sending,
    leave: Sending,
    rename: Sending,
    dissolve: Sending,
}

/// The page.
pub(crate) fn show() -> AnyView {
    let order: Resource<Result<OneOrder, AppError>> = Resource::new(asked(), read_order);
    let own = Own {
        join: Sending::to::<JoinOrder>(),
        leave: Sending::to::<LeaveOrder>(),
        rename: Sending::to::<RenameOrder>(),
        dissolve: Sending::to::<DissolveOrder>(),
    };
    own.join.when_done(move |_| order.refetch());
    own.rename.when_done(move |_| order.refetch());
    own.leave.load_when_done();
    own.dissolve.load_when_done();
    let forms = Forms::of(order);
    let me = viewer().me;
    about_one(order, say::order(), move |one| page(one, me.as_ref(), own, forms))
}

fn page(one: OneOrder, me: Option<&Me>, own: Own, forms: Forms) -> AnyView {
    let OneOrder { order, games } = one;
    let (name, motto, crest) = (order.card.name.clone(), order.card.motto.clone(), order.card.crest);
    let seats = say::seats(&order.card.members.to_string(), &MOST_MEMBERS.to_string());
    let described = (!order.description.is_empty()).then(|| view! { <p class="prose">{order.description.clone()}</p> });
    let (people, waiting) = (members(&order, forms), candidates(&order, forms));
    let (door, keeping) = (door(&order, me, own, forms), keeping(&order, me, own));
    view! {
        <Title text=name.clone()/>
        <header class="page-head">
            <Shield crest large=true/>
            <h1>{name}</h1>
            <p class="lead">{motto}</p>
            <p class="hint">{seats}" · "{words::admission(order.card.admission)}</p>
        </header>
        {door}
        {described}
        {waiting}
        <section aria-labelledby="members"><h2 id="members">{say::members()}</h2>{people}</section>
        <section aria-labelledby="record">
            <h2 id="record">{say::record()}</h2>
            {record(order.scores, &order.weeks, games)}
        </section>
        {keeping}
    }
    .into_any()
}

/// What the reader may do about belonging to it.
fn door(order: &Order, me: Option<&Me>, own: Own, forms: Forms) -> AnyView {
    let id = order.card.id.get();
    let come = |label: &'static str| {
        view! {
            <Form sending=own.join>
                <input type="hidden" name="order" value=id/>
                <Submit label pending=own.join.pending()/>
            </Form>
        }
        .into_any()
    };
    // Whoever has asked or is invited takes it back or says no.
    let user = me.map(|me| me.id.get()).unwrap_or_default();
    let no = |label: &'static str| {
        view! {
            <Form sending=forms.decline()>
                {whom(id, user)}
                <Submit label pending=forms.decline().pending() look="quiet"/>
            </Form>
        }
        .into_any()
    };
    let inside = match order.tie {
        OrderTie::Stranger => {
            let to = login_for(&format!("/lobby/orders/{id}"));
            view! { <a class="button" href=to>{say::log_in_to_join()}</a> }.into_any()
        }
        OrderTie::MayJoin => come(say::join()),
        OrderTie::MayAsk => come(say::ask()),
        OrderTie::Asked => view! { <p>{say::you_asked()}</p>{no(say::take_back())} }.into_any(),
        OrderTie::Invited => {
            view! { <p>{say::you_are_invited()}</p>{come(say::join())}{no(say::decline())} }.into_any()
        }
        OrderTie::Closed => view! { <p>{say::invitation_only()}</p> }.into_any(),
        OrderTie::Elsewhere => view! { <p>{say::elsewhere()}</p> }.into_any(),
        OrderTie::Member => leave(order, own),
    };
    view! {
        <Summary sending=own.join/>
        <Summary sending=own.leave/>
        <div class="actions">{inside}</div>
    }
    .into_any()
}

/// A leader changes it, and leaves only as the last; anybody else leaves.
fn leave(order: &Order, own: Own) -> AnyView {
    let id = order.card.id.get();
    if order.rank == Some(Rank::Leader) {
        return view! { <a class="button" href=format!("/lobby/orders/{id}/change")>{say::change()}</a> }.into_any();
    }
    view! {
        <Confirm label=say::leave() warning=say::leave_warning()>
            <Form sending=own.leave>
                <input type="hidden" name="order" value=id/>
                <Submit label=say::leave_now() pending=own.leave.pending() look="danger"/>
            </Form>
        </Confirm>
    }
    .into_any()
}

/// For those who keep order in the hub.
fn keeping(order: &Order, me: Option<&Me>, own: Own) -> Option<AnyView> {
    if !me.is_some_and(|me| Roles::MODERATORS.has(me.role)) {
        return None;
    }
    let (id, name) = (order.card.id.get(), order.card.name.clone());
    let section = view! {
        <section class="card" aria-labelledby="keeping">
            <h2 id="keeping">{say::keeping()}</h2>
            <Form sending=own.rename look="form">
                <Summary sending=own.rename/>
                <input type="hidden" name="order" value=id/>
                <TextField field=Field::Name sending=own.rename autocomplete="off" value=name/>
                <TextField field=Field::Reason sending=own.rename autocomplete="off" required=false/>
                <Submit label=say::rename() pending=own.rename.pending()/>
            </Form>
            <Summary sending=own.dissolve/>
            <Confirm label=say::dissolve() warning=say::dissolve_warning()>
                <Form sending=own.dissolve>
                    <input type="hidden" name="order" value=id/>
                    <label for="why">{crate::texts::field::reason()}</label>
                    <input id="why" name="reason" autocomplete="off" maxlength="500"/>
                    <Submit label=say::dissolve_now() pending=own.dissolve.pending() look="danger"/>
                </Form>
            </Confirm>
        </section>
    };
    Some(section.into_any())
}
