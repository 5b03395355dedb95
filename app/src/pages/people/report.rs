//! Reporting something to those who keep order. Works without script: whatever shows a name links here.

use contract::{
    Field,
    moderation::{Reason, Target},
};
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_query_map};

use super::{
    api::MakeReport,
    words::{reason_name, target_name},
};
use crate::{
    address::escape,
    browser,
    pages::account::login_for,
    texts::report as say,
    ui::{
        button::Submit,
        form::{Form, Sending, Summary},
        page::Page,
        state::Empty,
        text_area::TextArea,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    let query = use_query_map().get_untracked();
    let get = |key| query.get(key).unwrap_or_default();
    let (target, name, reference) = (get("target"), get("name"), get("reference"));
    if viewer().me.is_none() {
        // Percent signs are none of a path's letters in `next`, so the form begins anew after the log-in.
        return view! { <Redirect path=login_for("/people")/> }.into_any();
    }
    let Some(target) = Target::from_word(&target).filter(|_| !name.is_empty()) else {
        return view! {
            <Page title=say::title()><Empty title=say::nothing_title() text=say::nothing_text()/></Page>
        }
        .into_any();
    };
    view! { <ReportPage target name reference/> }.into_any()
}

#[component]
fn ReportPage(target: Target, name: String, reference: String) -> impl IntoView {
    let sending = Sending::to::<MakeReport>();
    sending.when_done(|_| browser::load("/account/standing?reported=1"));
    let reasons = Reason::ALL.map(|reason| {
        view! {
            <label class="check">
                <input type="radio" name="reason" value=reason.word()/>
                <span>{reason_name(reason)}</span>
            </label>
        }
    });
    let back = match target {
        Target::Person | Target::Profile | Target::Avatar => Some((format!("/people/{}", escape(&name)), say::back())),
        Target::Organization => Some((format!("/orgs/{}", escape(&reference)), say::back_to_organization())),
        Target::Chat => None,
    };
    view! {
        <Page title=say::title() lead=say::lead() width="narrow">
            <dl class="facts"><dt>{target_name(target)}</dt><dd>{name.clone()}</dd></dl>
            <Form sending look="form">
                <Summary sending/>
                <input type="hidden" name="target" value=target.word()/>
                <input type="hidden" name="name" value=name/>
                <input type="hidden" name="reference" value=reference/>
                <fieldset class="field" id="reason" aria-describedby="reason-error">
                    <legend>{say::why()}</legend>
                    {reasons}
                    <p class="error" id="reason-error">{move || sending.field(Field::Reason)}</p>
                </fieldset>
                <TextArea field=Field::Text sending required=false hint=say::text_hint() rows=5 longest=2_000/>
                <p class="hint">{say::what_happens()}</p>
                <Submit label=say::send() pending=sending.pending()/>
            </Form>
            {back.map(|(back, called)| view! { <p><a href=back>{called}</a></p> })}
        </Page>
    }
    .into_any()
}
