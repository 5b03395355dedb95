//! What an order's members have done: figures, week by week, and their last games.

use contract::{
    orders::{OrderScore, OrderWeek},
    ranking::Played,
};
use drawing::chart::Shape;
use leptos::prelude::*;

use crate::{
    pages::ladder::{class_name, dialect_name, figure, games_table, table},
    texts::{ladder, orders as say},
    ui::{state::Empty, time::Time},
};

/// The whole section.
pub(super) fn record(scores: Vec<OrderScore>, weeks: &[OrderWeek], games: Vec<Played>) -> AnyView {
    if scores.is_empty() {
        return view! { <Empty title=say::nothing_played_title() text=say::nothing_played_text()/> }.into_any();
    }
    view! { {figures(scores)}{chart(weeks)}<h3>{say::latest_games()}</h3>{games_table(games)} }.into_any()
}

fn figures(scores: Vec<OrderScore>) -> AnyView {
    let rows = scores
        .into_iter()
        .map(|score| {
            vec![
                view! { {dialect_name(score.dialect)} ", " {class_name(score.class)} }.into_any(),
                score.games.into_any(),
                score.wins.into_any(),
                score.losses.into_any(),
                score.ties.into_any(),
                score.damage_given.into_any(),
                score.damage_taken.into_any(),
            ]
        })
        .collect();
    let heads = [
        ladder::which(),
        ladder::played(),
        ladder::wins(),
        ladder::losses(),
        ladder::ties(),
        ladder::dealt(),
        ladder::suffered(),
    ];
    table(say::record(), &heads, 1.., rows)
}

/// Games a week, with the figures in a table behind it.
fn chart(weeks: &[OrderWeek]) -> Option<AnyView> {
    let points: Vec<(String, f64)> =
        (1_u32..).map(|number| number.to_string()).zip(weeks.iter().map(|week| f64::from(week.games))).collect();
    let rows = weeks
        .iter()
        .map(|week| vec![view! { <Time at=week.began_at/> }.into_any(), week.games.into_any(), week.wins.into_any()])
        .collect();
    let title = say::games_by_week();
    let behind = table(title, &[say::week_of(), ladder::played(), ladder::wins()], 1.., rows);
    (!points.is_empty()).then(|| figure(title, &points, Shape::Columns, behind))
}
