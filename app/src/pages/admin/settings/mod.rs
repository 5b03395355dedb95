//! What those who run the hub decide: every setting with what it does, and whether it differs from its default.

mod one;
mod words;

use contract::settings::{Group, Held};
use leptos::prelude::*;

use super::{
    api::settings::read_settings,
    ui::{loaded::Loaded, screen::Screen},
};
use crate::{error::AppError, texts::admin::settings};
use one::OneSetting;
use words::group_name;

/// The page.
pub(super) fn show() -> AnyView {
    let settings: Resource<Result<Vec<Held>, AppError>> = Resource::new(|| (), |()| read_settings());
    view! {
        <Screen title=settings::title() lead=settings::lead()>
            <Loaded from=settings view=all/>
        </Screen>
    }
    .into_any()
}

fn all(held: Vec<Held>) -> AnyView {
    Group::ALL
        .into_iter()
        .map(|group| {
            let id = format!("group-{}", group as u8);
            let settings: Vec<_> = held
                .iter()
                .filter(|held| held.group == group)
                .cloned()
                .map(|held| view! { <OneSetting held/> })
                .collect();
            view! {
                <section class="card" aria-labelledby=id.clone()>
                    <h2 id=id.clone()>{group_name(group)}</h2>
                    {settings}
                </section>
            }
        })
        .collect::<Vec<_>>()
        .into_any()
}
