//! What somebody reads who proved who they are and is not let in: why, until when, and how to appeal.

use leptos::prelude::*;

use super::{
    api::{AppealByPass, read_barred},
    standing::Sanctions,
};
use crate::{
    address::given,
    texts::sanction,
    ui::{
        form::{Sending, Summary},
        page::Page,
        state::once_read,
    },
};

/// The page.
pub(crate) fn show() -> AnyView {
    let pass = given("pass");
    let asked = pass.clone();
    let sanctions = Resource::new(move || asked.clone(), read_barred);
    let sending = Sending::to::<AppealByPass>();
    sending.when_done(move |_| sanctions.refetch());
    view! {
        <Page title=sanction::barred_title() lead=sanction::barred_lead() width="narrow">
            <Summary sending/>
            {once_read(sanctions, move |sanctions| view! { <Sanctions sanctions sending pass=Some(pass.clone())/> }.into_any())}
        </Page>
    }
    .into_any()
}
