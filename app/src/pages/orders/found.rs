//! To found an order.

use contract::orders::SaveOrder;
use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::{api::FoundOrder, fields::OrderFields};
use crate::{
    pages::account::login_for,
    texts::orders as say,
    ui::{
        button::Submit,
        form::{Form, Sending},
        page::Page,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/lobby/orders/new")/> }.into_any();
    }
    let sending = Sending::to::<FoundOrder>();
    sending.load_when_done();
    view! {
        <Page title=say::found() lead=say::found_lead() width="narrow">
            <Form sending look="form">
                <OrderFields sending now=SaveOrder::new("")/>
                <Submit label=say::found_now() pending=sending.pending()/>
            </Form>
        </Page>
    }
    .into_any()
}
