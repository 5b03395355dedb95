//! What somebody reads who proved who they are and is not let in: why, until when, and how to appeal.

use contract::moderation::MySanction;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{AppealByPass, read_barred},
    standing::Sanctions,
};
use crate::{
    error::AppError,
    texts::sanction,
    ui::{
        form::{Sending, Summary},
        page::Page,
        state::{Failed, Loading},
    },
};

/// The page.
pub(crate) fn show() -> AnyView {
    let pass = use_query_map().with_untracked(|query| query.get("pass")).unwrap_or_default();
    let asked = pass.clone();
    let sanctions = Resource::new(move || asked.clone(), read_barred);
    let sending = Sending::to::<AppealByPass>();
    sending.when_done(move |_| sanctions.refetch());
    view! {
        <Page title=sanction::barred_title() lead=sanction::barred_lead() width="narrow">
            <Summary sending/>
            <Suspense fallback=|| view! { <Loading/> }>
                {move || {
                    let pass = pass.clone();
                    sanctions.get().map(|answer: Result<Vec<MySanction>, AppError>| match answer {
                        Ok(sanctions) => view! { <Sanctions sanctions sending pass=Some(pass)/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    })
                }}
            </Suspense>
        </Page>
    }
    .into_any()
}
