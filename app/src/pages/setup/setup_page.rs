//! The wizard: shows the step the hub is at, wherever one left off. Its code is loaded when the page is visited.

use contract::setup::SetupStage;
use leptos::prelude::*;

use super::{api::read_setup_stage, owner::OwnerStep, site::SiteStep};
use crate::{
    pages::{account::login_for, not_found::NotFoundPage},
    texts,
    ui::{page::Page, state::once_read},
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    let stage = Resource::new(|| (), |()| read_setup_stage());
    once_read(stage, |stage| match stage {
        SetupStage::Done => view! { <NotFoundPage/> }.into_any(),
        stage => view! { <Wizard stage/> }.into_any(),
    })
}

#[component]
fn Wizard(stage: SetupStage) -> impl IntoView {
    let class = stylers::style! {
        .steps {
            display: flex;
            flex-wrap: wrap;
            gap: var(--space-2) var(--space-4);
            padding: 0;
            list-style: none;
            color: var(--text-2);
        }
        .steps > .now {
            color: var(--text);
            font-weight: 600;
            border-bottom: 2px solid var(--accent);
        }
    };
    let at_owner = stage == SetupStage::Owner;
    let is_owner = viewer().me.is_some_and(|me| me.role == base::Role::Owner);
    let step = if at_owner {
        view! { <OwnerStep/> }.into_any()
    } else if is_owner {
        view! { <SiteStep/> }.into_any()
    } else {
        view! {
            <p class="notice" role="note">{texts::setup::owner_goes_on()}</p>
            <p><a class="button primary" href=login_for("/setup")>{texts::nav::log_in()}</a></p>
        }
        .into_any()
    };
    let current = |now: bool| now.then_some("step");
    view! {
        <Page title=texts::setup::title() lead=texts::setup::lead() width="narrow">
            {view! { class = class,
                <ol class="steps">
                    <li class:now=at_owner aria-current=current(at_owner)>{texts::setup::step_owner()}</li>
                    <li class:now=!at_owner aria-current=current(!at_owner)>{texts::setup::step_site()}</li>
                    <li>{texts::setup::step_done()}</li>
                </ol>
            }}
            {step}
        </Page>
    }
    .into_any()
}
