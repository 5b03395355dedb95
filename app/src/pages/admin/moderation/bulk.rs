//! A look at what one decision would do to many reports, and doing it.

use contract::{Field, moderation::Effect};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::super::{
    api::moderation::{DecideMany, preview_decision},
    ui::{
        badge::{Badge, Tone},
        reason::Outcome,
        screen::Screen,
        table::{Column, Table},
    },
};
use crate::{
    browser,
    error::{AppError, sentence},
    pages::people::words::sanction_name,
    texts::admin::moderation as say,
    ui::{
        button::Submit,
        form::{Form, Sending},
        state::{Empty, Failed, Loading},
    },
};

/// What stands in the address.
#[derive(Clone, PartialEq)]
struct Chosen {
    reports: Vec<i64>,
    verdict: String,
    duration: String,
    reason: String,
}

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let query = use_query_map().get_untracked();
    let get = |key| query.get(key).unwrap_or_default();
    let ticked = query.get_all("report").unwrap_or_default();
    let chosen = Chosen {
        reports: ticked.iter().filter_map(|number| number.parse().ok()).collect(),
        verdict: get("verdict"),
        duration: get("duration"),
        reason: get("reason"),
    };
    let asked = chosen.clone();
    let effects = Resource::new(
        move || asked.clone(),
        |Chosen { reports, verdict, duration, reason }| preview_decision(reports, verdict, duration, reason),
    );
    view! {
            <Screen title=say::preview() lead=say::preview_lead() back=("/admin/moderation", say::queue())>
                <Suspense fallback=|| view! { <Loading/> }>
                    {move || {
                        let chosen = chosen.clone();
                        effects.get().map(|answer: Result<Vec<Effect>, AppError>| match answer {
                            Ok(effects) if effects.is_empty() => {
                                view! { <Empty title=say::nothing_ticked() text=say::nothing_ticked_text()/> }.into_any()
                            }
                            Ok(effects) => view! { <Preview effects chosen/> }.into_any(),
                            Err(error) => {
                                // The reason is asked for before anything else is looked at.
                                match error.of(Field::Reason) {
                                    Some(wrong) => view! { <p class="notice bad" role="alert">{say::reason()}": "{wrong}</p> }.into_any(),
                                    None => view! { <Failed error/> }.into_any(),
                                }
                            }
                        })
                    }}
                </Suspense>
            </Screen>
        }
        .into_any()
}

#[component]
fn Preview(effects: Vec<Effect>, chosen: Chosen) -> impl IntoView {
    let sending = Sending::to::<DecideMany>();
    sending.when_done(|_| browser::load("/admin/moderation"));
    let can = effects.iter().any(|effect| effect.refused.is_none());
    let verdict = match contract::moderation::SanctionKind::from_word(&chosen.verdict) {
        Some(kind) => sanction_name(kind),
        None => say::dismiss(),
    };
    let rows = effects
        .iter()
        .map(|effect| {
            let told = match effect.refused {
                None => view! { <Badge tone=Tone::Good text=verdict/> }.into_any(),
                Some(kind) => {
                    view! { <Badge tone=Tone::Bad text=sentence(contract::Problem::from(kind).code)/> }.into_any()
                }
            };
            let address = format!("/admin/moderation/{}", effect.report);
            let name = effect.name.clone();
            vec![view! { <a href=address>{name}</a> }.into_any(), told]
        })
        .collect();
    let columns = vec![Column::new(say::what()), Column::new(say::verdict())];
    let hidden: Vec<_> = effects
        .iter()
        .filter(|effect| effect.refused.is_none())
        .map(|effect| view! { <input type="hidden" name="reports[]" value=effect.report.get()/> })
        .collect();
    view! {
        <Table caption=say::preview() columns rows/>
        {can.then(|| view! {
            <Form sending look="form">
                <Outcome sending done=say::decided_now()/>
                {hidden}
                <input type="hidden" name="verdict" value=chosen.verdict/>
                <input type="hidden" name="duration" value=chosen.duration/>
                <input type="hidden" name="reason" value=chosen.reason/>
                <Submit label=say::do_it() pending=sending.pending() look="danger"/>
            </Form>
        })}
    }
    .into_any()
}
