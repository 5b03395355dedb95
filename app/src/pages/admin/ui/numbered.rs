//! The one thing that a page is about, by the number in its address.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Serialize, de::DeserializeOwned};

use crate::error::AppError;

/// The number in the address; `None` where it is none.
pub(in crate::pages::admin) fn number(key: &'static str) -> impl Fn() -> Option<i64> + Copy + Send + Sync + 'static {
    let which = use_params_map();
    move || which.with(|which| which.get(key)).and_then(|number| number.parse().ok())
}

/// What is read by it. There is nothing behind what is no number.
pub(in crate::pages::admin) async fn read<T, A>(
    number: Option<i64>,
    found: impl FnOnce(i64) -> A,
) -> Result<T, AppError>
where
    A: Future<Output = Result<T, AppError>>,
{
    match number {
        Some(number) => found(number).await,
        None => Err(base::Kind::NotFound.into()),
    }
}

/// The same as a page reads it.
pub(in crate::pages::admin) fn one<T, A>(
    key: &'static str,
    found: impl Fn(i64) -> A + Copy + Send + Sync + 'static,
) -> Resource<Result<T, AppError>>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    A: Future<Output = Result<T, AppError>> + Send + 'static,
{
    Resource::new(number(key), move |number| read(number, found))
}
