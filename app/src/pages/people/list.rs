//! People in a list, with what one can do about each.

use contract::people::{Card, People};
use leptos::prelude::*;

use crate::{address::escape, pages::account::role_name, texts, ui::portrait::Portrait};

/// Where somebody's page is.
pub(crate) fn page_of(name: &str) -> String {
    format!("/people/{}", escape(name))
}

/// One person.
#[component]
pub(super) fn PersonLine(
    /// Who.
    card: Card,
    /// What one can do about them.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (name, address, role) = (card.name.clone(), page_of(&card.name), card.role);
    view! {
        <li class="person">
            <Portrait card/>
            <span class="who">
                <a href=address>{name}</a>
                <span class="hint">{role_name(role)}</span>
            </span>
            {children.map(|children| children())}
        </li>
    }
    .into_any()
}

/// The people of a page, and the way to the next one.
#[component]
pub(super) fn PersonList(
    /// Those on it.
    people: People,
    /// The address of the next page, but for its place.
    next: String,
) -> impl IntoView {
    let more = people.next.map(|after| {
        let joint = if next.contains('?') { '&' } else { '?' };
        view! { <p><a class="button" href=format!("{next}{joint}after={}", escape(&after))>{texts::people::more()}</a></p> }
    });
    let lines: Vec<_> = people.people.into_iter().map(|card| view! { <PersonLine card/> }).collect();
    view! { <ul class="plain">{lines}</ul>{more} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_safe_in_an_address() {
        assert_eq!(page_of("John Smith"), "/people/John%20Smith");
    }
}
