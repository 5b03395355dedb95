//! Players, games and ladders in pictures: rating and caste after each game, what somebody makes of maps and kinds of game, who dealt how
//! much damage, how many have which rating. Drawn here, with the figures in a table behind each.

use contract::ranking::{Fared, Share, Spread, Step};
use drawing::chart::{Shape, svg};
use leptos::prelude::*;

use super::parts::{dialect_name, game_page, table};
use crate::{
    texts::ladder as say,
    ui::{caste::caste_name, time::Time},
};

/// A picture of values and its table.
pub(crate) fn figure(title: &'static str, points: &[(String, f64)], shape: Shape, behind: AnyView) -> AnyView {
    let points: Vec<(&str, f64)> = points.iter().map(|(label, value)| (label.as_str(), *value)).collect();
    let drawing = svg(&points, shape, |value| format!("{value:.0}"));
    view! {
        <figure class="chart">
            <figcaption>{title}</figcaption>
            <div role="img" aria-label=title inner_html=drawing></div>
            <details>
                <summary>{say::as_table()}</summary>
                {behind}
            </details>
        </figure>
    }
    .into_any()
}

/// The values of a history, the oldest first, numbered.
fn numbered(values: impl Iterator<Item = f64>) -> Vec<(String, f64)> {
    (1_u32..).map(|number| number.to_string()).zip(values).collect()
}

/// The rating after each game. One game makes no line.
pub(super) fn rating(history: &[Step]) -> Option<AnyView> {
    #[expect(clippy::cast_precision_loss, reason = "ratings are within some thousands")]
    let value = |step: &Step| step.rating_after.max(0) as f64;
    let rows = history
        .iter()
        .map(|step| {
            vec![
                view! { <a href=game_page(step.game)><Time at=step.at/></a> }.into_any(),
                step.rating_after.into_any(),
                step.points_after.into_any(),
            ]
        })
        .collect();
    let title = say::rating_by_game();
    let behind = table(title, &[say::game(), say::rating(), say::points()], 1.., rows);
    (history.len() > 1).then(|| figure(title, &numbered(history.iter().rev().map(value)), Shape::Line, behind))
}

/// The caste after each ranked game of Myth II.
pub(super) fn castes(history: &[Step]) -> Option<AnyView> {
    let earned: Vec<(&Step, u8)> = history.iter().filter_map(|step| Some((step, step.caste?))).collect();
    let rows = earned
        .iter()
        .map(|(step, caste)| {
            vec![
                view! { <a href=game_page(step.game)><Time at=step.at/></a> }.into_any(),
                caste_name(*caste).into_any(),
                (*caste).into_any(),
            ]
        })
        .collect();
    let title = say::caste_by_game();
    let behind = table(title, &[say::game(), say::caste(), say::place()], 2.., rows);
    let points = numbered(earned.iter().rev().map(|(_, caste)| f64::from(*caste)));
    (earned.len() > 1).then(|| figure(title, &points, Shape::Line, behind))
}

/// How many stand in each step of a ladder. Whoever stands in it alone makes no picture.
pub(super) fn spread(title: &'static str, spread: &Spread) -> Option<AnyView> {
    #[expect(clippy::cast_precision_loss, reason = "a hub has some thousands of players")]
    let points: Vec<(String, f64)> =
        spread.steps().map(|(from, _, players)| (from.to_string(), players as f64)).collect();
    let rows = spread
        .steps()
        .map(|(from, to, players)| {
            let step = if from == to { from.to_string() } else { format!("{from} – {to}") };
            vec![step.into_any(), players.into_any()]
        })
        .collect();
    let behind = table(title, &[say::from_to(), say::players()], 1.., rows);
    (spread.players.iter().sum::<u64>() > 1).then(|| figure(title, &points, Shape::Columns, behind))
}

/// The damage that each player of a game dealt, and each team where any has several. Where nobody dealt any there is no picture.
pub(super) fn damage(players: &[Fared]) -> Option<AnyView> {
    let playing: Vec<&Fared> = players.iter().filter(|player| player.team.is_some()).collect();
    if playing.iter().all(|player| player.damage_given <= 0) {
        return None;
    }
    // Those of one team stand together in a result.
    let teams: Vec<&[&Fared]> = playing.chunk_by(|one, next| one.team == next.team).collect();
    let by_team = (teams.len() < playing.len()).then(|| dealt(say::damage_by_team(), say::team(), &teams));
    let alone: Vec<&[&Fared]> = playing.chunks(1).collect();
    let by_player = dealt(say::damage_by_player(), say::player(), &alone);
    Some(view! { <div class="charts">{by_player}{by_team}</div> }.into_any())
}

/// The same of sides, whoever is in each.
fn dealt(title: &'static str, head: &'static str, sides: &[&[&Fared]]) -> AnyView {
    let given = |side: &[&Fared]| side.iter().map(|player| player.damage_given).sum::<i64>();
    let taken = |side: &[&Fared]| side.iter().map(|player| player.damage_taken).sum::<i64>();
    // A picture has no room for everybody's name.
    let short = |side: &[&Fared]| match side {
        [] => String::new(),
        [only] => only.name.clone(),
        [first, others @ ..] => format!("{} +{}", first.name, others.len()),
    };
    #[expect(clippy::cast_precision_loss, reason = "damage is within some millions")]
    let points: Vec<(String, f64)> = sides.iter().map(|side| (short(side), given(side).max(0) as f64)).collect();
    let rows = sides
        .iter()
        .map(|side| {
            let names: Vec<&str> = side.iter().map(|player| player.name.as_str()).collect();
            vec![names.join(", ").into_any(), given(side).into_any(), taken(side).into_any()]
        })
        .collect();
    figure(title, &points, Shape::Columns, table(title, &[head, say::dealt(), say::suffered()], 1.., rows))
}

/// How many of each were won, in percent: maps, or kinds of game.
pub(super) fn shares(title: &'static str, head: &'static str, shares: Vec<Share>) -> Option<AnyView> {
    let percent = |share: &Share| f64::from(share.wins) * 100.0 / f64::from(share.games.max(1));
    let points: Vec<(String, f64)> = shares.iter().map(|share| (share.name.clone(), percent(share))).collect();
    if points.is_empty() {
        return None;
    }
    let rows = shares
        .into_iter()
        .map(|share| {
            vec![
                share.name.into_any(),
                dialect_name(share.dialect).into_any(),
                share.games.into_any(),
                share.wins.into_any(),
                share.ties.into_any(),
            ]
        })
        .collect();
    let heads = [head, say::clients(), say::played(), say::wins(), say::ties()];
    Some(figure(title, &points, Shape::Columns, table(title, &heads, 2.., rows)))
}
