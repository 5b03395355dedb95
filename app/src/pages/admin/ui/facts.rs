//! What is known of one thing.

use leptos::prelude::*;

/// A list of names and what stands behind each.
#[component]
pub(in crate::pages::admin) fn Facts(
    /// The names with what stands behind them.
    facts: Vec<(&'static str, AnyView)>,
) -> impl IntoView {
    let facts: Vec<_> = facts.into_iter().map(|(name, fact)| view! { <dt>{name}</dt><dd>{fact}</dd> }).collect();
    view! { <dl class="facts">{facts}</dl> }.into_any()
}
