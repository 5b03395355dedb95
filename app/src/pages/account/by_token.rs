//! A page about what the token in its address stands for: a link that was mailed, shown once or handed over.

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    address::given,
    error::AppError,
    ui::{page::Page, state::once_read},
};

/// Reads what the token stands for and draws it, with the token for the form that uses it.
pub(crate) fn by_token<T, A>(
    title: &'static str,
    read: fn(String) -> A,
    view: impl Fn(String, T) -> AnyView + Send + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    A: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let token = given("token");
    let asked = token.clone();
    let behind = Resource::new(move || asked.clone(), read);
    view! {
        <Page title width="narrow">
            {once_read(behind, move |behind| view(token.clone(), behind))}
        </Page>
    }
    .into_any()
}
