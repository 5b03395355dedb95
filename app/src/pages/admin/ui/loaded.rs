//! Something that is read before it is shown.

use leptos::{html, prelude::*};
use serde::{Serialize, de::DeserializeOwned};

use super::place::Place;
use crate::{
    error::AppError,
    ui::state::{Failed, Loading, say_status},
};

/// Draws what was read; until then that it is on its way, and instead of it why it failed. What is read anew replaces the old when it is
/// there, so that nothing flickers; and whoever was in it by keyboard finds themselves where they were.
#[component]
pub(in crate::pages::admin) fn Loaded<T, V>(
    /// What is read.
    from: Resource<Result<T, AppError>>,
    /// How it is drawn.
    view: V,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: Fn(T) -> AnyView + Send + Sync + 'static,
{
    let around = NodeRef::<html::Div>::new();
    let place = StoredValue::new(None::<Place>);
    Effect::new(move |drawn: Option<()>| {
        from.track();
        if drawn.is_some()
            && let Some(around) = around.get_untracked()
            && let Some(place) = place.get_value()
        {
            place.keep_in(around.into());
        }
    });
    let entered = move |event: leptos::ev::FocusEvent| {
        if let Some(around) = around.get_untracked() {
            let _ = place.try_set_value(Place::of(&event, &around));
        }
    };
    let left = move |event: leptos::ev::FocusEvent| {
        // Gone with what was drawn before is not gone elsewhere.
        if event.related_target().is_some() {
            let _ = place.try_set_value(None);
        }
    };
    let class = stylers::style! {
        .loaded {
            display: grid;
            grid-template-columns: minmax(0, 1fr);
            gap: inherit;
        }
    };
    view! { class = class,
        <div class="loaded" tabindex="-1" node_ref=around on:focusin=entered on:focusout=left>
            <Transition fallback=|| view! { <Loading/> }>
                {move || from.get().map(|answer| match answer {
                    Ok(read) => view(read),
                    Err(error) => {
                        say_status(error.problem.kind);
                        view! { <Failed error/> }.into_any()
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}
