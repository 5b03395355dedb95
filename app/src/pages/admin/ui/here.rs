//! The address of the page as it is, and of the same page with something else chosen.

use leptos::prelude::*;
use leptos_router::{
    hooks::{use_location, use_query_map},
    params::ParamsMap,
};

/// The path and the query. Everything a list shows is in its address: filters, order, page.
#[derive(Clone, PartialEq)]
pub(in crate::pages::admin) struct Here {
    path: String,
    query: ParamsMap,
}

impl Here {
    /// As it is now. Changes while one moves about: ask within a resource's source or a view.
    pub(in crate::pages::admin) fn now() -> Self {
        Self { path: use_location().pathname.get(), query: use_query_map().get() }
    }

    /// The value of a key; empty where it is not there.
    pub(in crate::pages::admin) fn get(&self, key: &str) -> String {
        self.query.get(key).unwrap_or_default()
    }

    /// The value of a key, if it is there and not empty.
    pub(in crate::pages::admin) fn chosen(&self, key: &str) -> Option<String> {
        self.query.get(key).filter(|value| !value.is_empty())
    }

    /// The address with `key` at `value`; any other choice begins at the first page again.
    pub(in crate::pages::admin) fn with(&self, key: &str, value: &str) -> String {
        format!("{}{}", self.path, self.query_with(key, value))
    }

    /// The query of that address, for another path.
    pub(in crate::pages::admin) fn query_with(&self, key: &str, value: &str) -> String {
        let mut query = self.query.clone();
        query.remove("after");
        query.remove(key);
        if !value.is_empty() {
            query.insert(key.to_owned(), value.to_owned());
        }
        query.to_query_string()
    }
}
