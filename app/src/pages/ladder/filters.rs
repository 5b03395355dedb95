//! What narrows a ladder down: a plain form that puts its answers into the address, so that a link to it shows the same.

use contract::{
    lobby::Dialect,
    ranking::{Board, Class, Order, Period},
};
use leptos::prelude::*;

use super::{
    api::Standings,
    parts::{class_name, dialect_name, name_field},
};
use crate::{address::escape, texts::ladder as say};

/// Where that ladder is, from its top.
pub(super) fn address(board: &Board, order: Order, active: Option<Period>) -> String {
    let mut address =
        format!("/lobby/ladder?dialect={}&class={}&order={}", board.dialect.word(), board.class.word(), order.word());
    let chosen = [
        ("kind", board.kind.map(|kind| kind.to_string())),
        ("size", board.team_size.map(|size| size.to_string())),
        ("season", board.season.map(|season| season.to_string())),
        ("active", active.map(|active| active.word().to_owned())),
    ];
    for (key, value) in chosen {
        if let Some(value) = value {
            address.push('&');
            address.push_str(key);
            address.push('=');
            address.push_str(&escape(&value));
        }
    }
    address
}

/// The form.
#[component]
pub(super) fn Filters(
    /// What is shown now, and what else there is.
    standings: Standings,
) -> impl IntoView {
    let Standings { board, order, active, choices, seasons, sought, .. } = standings;
    let one = |word: &str, name: &str| (word.to_owned(), name.to_owned());
    let clients = [Dialect::Myth2, Dialect::AlephOne].map(|each| one(each.word(), dialect_name(each)));
    let stakes = Class::ALL.map(|each| one(each.word(), class_name(each)));
    let orders = [one(Order::Rating.word(), say::by_rating()), one(Order::Points.word(), say::by_points())];
    let kinds = choices.kinds.into_iter().map(|kind| (kind.kind.to_string(), kind.name));
    let sizes = choices.team_sizes.into_iter().map(|size| (size.to_string(), size.to_string()));
    let seasons = seasons.into_iter().map(|season| (season.id.to_string(), season.name));
    let periods = Period::ALL.map(|period| one(period.word(), period_name(period)));
    let number = |number: Option<u16>| number.map_or_else(String::new, |number| number.to_string());
    let any = |name: &str| std::iter::once((String::new(), name.to_owned()));
    view! {
        <form method="get" action="/lobby/ladder" class="filters" role="search">
            {choice("dialect", say::clients(), clients, board.dialect.word())}
            {choice("class", say::stakes(), stakes.into_iter().rev(), board.class.word())}
            {choice("order", say::order_by(), orders, order.word())}
            {choice("kind", say::kind_choice(), any(say::all_kinds()).chain(kinds), &number(board.kind))}
            {choice("size", say::team_size(), any(say::any_size()).chain(sizes), &number(board.team_size))}
            {choice(
                "season",
                say::season(),
                any(say::all_time()).chain(seasons),
                &board.season.map_or_else(String::new, |season| season.to_string()),
            )}
            {choice("active", say::active(), any(say::any_time()).chain(periods), active.map_or("", Period::word))}
            {name_field("ladder-around", "around", say::around(), sought)}
            <div class="filter-end"><button type="submit" class="button primary">{say::show()}</button></div>
        </form>
    }
    .into_any()
}

/// One of several.
fn choice(
    name: &'static str,
    label: &'static str,
    options: impl IntoIterator<Item = (String, String)>,
    chosen: &str,
) -> AnyView {
    let options: Vec<_> = options
        .into_iter()
        .map(|(word, called)| {
            let selected = word == chosen;
            view! { <option value=word selected=selected>{called}</option> }
        })
        .collect();
    view! {
        <div class="field">
            <label for=format!("ladder-{name}")>{label}</label>
            <select id=format!("ladder-{name}") name=name>{options}</select>
        </div>
    }
    .into_any()
}

fn period_name(period: Period) -> &'static str {
    match period {
        Period::Week => say::week(),
        Period::Month => say::month(),
        Period::Quarter => say::quarter(),
        Period::Year => say::year(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_chosen_and_nothing_else() {
        let whole = Board::ranked(Dialect::Myth2);
        let plain = "/lobby/ladder?dialect=myth2&class=ranked&order=rating";
        assert_eq!(address(&whole, Order::Rating, None), plain);
        let narrow = Board { kind: Some(5), team_size: Some(2), season: Some(7), ..whole };
        assert_eq!(
            address(&narrow, Order::Rating, Some(Period::Month)),
            format!("{plain}&kind=5&size=2&season=7&active=month")
        );
    }
}
