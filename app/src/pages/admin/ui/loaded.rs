//! Something that is read before it is shown.

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::AppError,
    ui::state::{Failed, Loading},
};

/// Draws what was read; until then that it is on its way, and instead of it why it failed. What is read anew replaces the old when it is
/// there, so that nothing flickers.
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
    view! {
        <Transition fallback=|| view! { <Loading/> }>
            {move || from.get().map(|answer| match answer {
                Ok(read) => view(read),
                Err(error) => {
                    say_status(error.problem.kind);
                    view! { <Failed error/> }.into_any()
                }
            })}
        </Transition>
    }
    .into_any()
}

/// Tells machines what people read.
fn say_status(kind: base::Kind) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), axum::http::StatusCode::from_u16(kind.status()))
    {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = kind;
}
