//! The states a page can be in instead of its content.

use leptos::{either::Either, prelude::*};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::AppError,
    texts,
    ui::icon::{Icon, Mark},
};

/// Nothing here yet, and what one can do about it.
#[component]
pub(crate) fn Empty(
    /// What is not there.
    title: &'static str,
    /// Why, or how it comes to be.
    text: &'static str,
) -> impl IntoView {
    view! {
        <div class="state">
            <Icon mark=Mark::Hearth/>
            <p class="state-title">{title}</p>
            <p>{text}</p>
        </div>
    }
}

/// On its way.
#[component]
pub(crate) fn Loading() -> impl IntoView {
    view! {
        <div class="state" role="status">
            <span class="spinner on" aria-hidden="true"></span>
            <p>{texts::state::loading()}</p>
        </div>
    }
}

/// Draws what was read; until then that it is on its way, and instead of it why it failed.
pub(crate) fn once_read<T>(from: Resource<Result<T, AppError>>, view: impl Fn(T) -> AnyView + Send + 'static) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    view! {
        <Suspense fallback=|| view! { <Loading/> }>
            {move || from.get().map(|answer| match answer {
                Ok(read) => view(read),
                Err(error) => view! { <Failed error/> }.into_any(),
            })}
        </Suspense>
    }
    .into_any()
}

/// Tells machines what people read.
pub(crate) fn say_status(kind: base::Kind) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), axum::http::StatusCode::from_u16(kind.status()))
    {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = kind;
}

/// It did not work, or one may not.
#[component]
pub(crate) fn Failed(
    /// Why.
    error: AppError,
) -> impl IntoView {
    let action = match error.problem.kind {
        base::Kind::Forbidden | base::Kind::NotFound => {
            Either::Left(view! { <a class="button" href="/">{texts::state::to_home()}</a> })
        }
        _ => Either::Right(view! { <a class="button" href="" rel="external">{texts::state::try_again()}</a> }),
    };
    view! {
        <div class="state bad" role="alert">
            <Icon mark=Mark::Gate/>
            <p class="state-title">{texts::state::stopped()}</p>
            <p>{error.sentence()}</p>
            <p>{action}</p>
        </div>
    }
}
