//! Looking at the hub through another's eyes: said across every page, with the way back.

use leptos::prelude::*;

use crate::{
    error::AppError,
    texts,
    ui::{
        button::Submit,
        form::{Form, Sending},
    },
    viewer::viewer,
};

/// Oneself again. Answers with the path to go on to.
#[server(endpoint = "take_off_guise")]
pub async fn take_off_guise() -> Result<String, AppError> {
    use crate::context;

    let services = context::services();
    let user = services.accounts.take_off_guise(&context::visitor().actor).await.map_err(context::told)?;
    let path = format!("/admin/users/{user}");
    context::go_on_to(&path);
    Ok(path)
}

/// The banner; nothing for those who look with their own eyes.
#[component]
pub(crate) fn GuiseBanner() -> impl IntoView {
    let viewer = viewer();
    let Some(me) = viewer.me.filter(|_| viewer.guise) else { return ().into_any() };
    let sending = Sending::to::<TakeOffGuise>();
    // Another reader, as far as the pages know: everything is drawn afresh.
    sending.load_when_done();
    view! {
        <aside class="guise" aria-label=texts::guise::title()>
            <p>{texts::guise::says(&me.name)}</p>
            <Form sending>
                <Submit label=texts::guise::stop() pending=sending.pending()/>
            </Form>
        </aside>
    }
    .into_any()
}
