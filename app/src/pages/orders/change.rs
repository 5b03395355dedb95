//! What a leader makes of an order, and how it ends.

use contract::orders::{Rank, SaveOrder};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    api::{DissolveOrder, OneOrder, SaveOrder as Save, read_order},
    fields::OrderFields,
    page::asked,
};
use crate::{
    error::AppError,
    pages::ladder::about_one,
    texts::orders as say,
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending, Summary},
        state::{Failed, say_status},
    },
};

/// The page.
pub(crate) fn show() -> AnyView {
    let order = Resource::new(asked(), read_order);
    let (save, dissolve) = (Sending::to::<Save>(), Sending::to::<DissolveOrder>());
    save.load_when_done();
    dissolve.load_when_done();
    about_one(order, say::order(), move |one| page(&one, save, dissolve))
}

fn page(one: &OneOrder, save: Sending, dissolve: Sending) -> AnyView {
    let order = &one.order;
    if order.rank != Some(Rank::Leader) {
        let error = AppError::from(base::Kind::Forbidden);
        say_status(base::Kind::Forbidden);
        return view! { <Title text=say::change()/><h1>{say::change()}</h1><Failed error/> }.into_any();
    }
    let (id, name, now) = (order.card.id.get(), order.card.name.clone(), SaveOrder::of(order));
    view! {
        <Title text=say::change()/>
        <header class="page-head">
            <h1>{say::change()}</h1>
            <p class="lead"><a href=format!("/lobby/orders/{id}")>{name}</a></p>
        </header>
        <Form sending=save look="form">
            <input type="hidden" name="order" value=id/>
            <OrderFields sending=save now/>
            <Submit label=say::save() pending=save.pending()/>
        </Form>
        <section aria-labelledby="end">
            <h2 id="end">{say::end()}</h2>
            <Summary sending=dissolve/>
            <Confirm label=say::dissolve() warning=say::dissolve_warning()>
                <Form sending=dissolve>
                    <input type="hidden" name="order" value=id/>
                    <Submit label=say::dissolve_now() pending=dissolve.pending() look="danger"/>
                </Form>
            </Confirm>
        </section>
    }
    .into_any()
}
