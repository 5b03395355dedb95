//! One disputed result: what stands and what each reported, side by side, and what can be said of it.

use contract::ranking::{Dispute, Fate, Judgement, Told, Verdict};
use leptos::prelude::*;

use super::{
    super::{
        api::disputes::{JudgeResult, read_dispute},
        ui::{
            badge::{Badge, Tone},
            deed::{Reasoned, changing},
            facts::Facts,
            loaded::Loaded,
            numbered,
            reason::Outcome,
            screen::Screen,
        },
    },
    words,
};
use crate::{
    pages::ladder::{class_name, dialect_name, fate_name},
    texts::admin::disputes as say,
    ui::{form::Sending, time::Time},
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let one = numbered::one("game", read_dispute);
    let judge = changing::<JudgeResult>(move || one.refetch());
    view! {
        <Screen title=say::one_title() back=("/admin/disputes", say::title())>
            <Outcome sending=judge done=say::done()/>
            <Loaded from=one view=move |dispute| drawn(dispute, judge)/>
        </Screen>
    }
    .into_any()
}

fn drawn(dispute: Dispute, judge: Sending) -> AnyView {
    let state = words::state(&dispute);
    let Dispute { result, judgement } = dispute;
    let (game, reports) = (result.game, result.reports);
    let id = game.id.to_string();
    let page = format!("/lobby/games/{id}");
    let verdict = judgement.as_ref().map(|judgement| judgement.verdict);
    let facts = vec![
        (say::game(), view! { <a href=page rel="external">{game.name}</a> }.into_any()),
        (say::map(), view! { {game.map}" · "{game.kind} }.into_any()),
        (say::played_by(), view! { {dialect_name(game.dialect)}", "{class_name(game.class)} }.into_any()),
        (say::host(), game.host.into_any()),
        (say::when(), view! { <Time at=game.at/> }.into_any()),
        (say::state(), state),
    ];
    let stands = game.players.iter().map(|player| (player.name.clone(), fared(player.fate, player.place))).collect();
    let cards: Vec<_> = reports.iter().map(|told| card(&id, told, judge)).collect();
    let [confirm, void] = [Verdict::Confirmed, Verdict::Voided]
        .map(|other| (verdict != Some(other)).then(|| judging(&id, other, None, judge)));
    view! {
        <Facts facts/>
        {judgement.map(said)}
        <h2>{say::beside()}</h2>
        {beside(stands, &reports)}
        <h2>{say::reports()}</h2>
        <div class="cards">{cards}</div>
        <section class="card" aria-labelledby="judge">
            <h2 id="judge">{say::judge()}</h2>
            <p>{say::judge_lead()}</p>
            {confirm}
            {void}
        </section>
    }
    .into_any()
}

/// Giving one verdict: on the whole game, or for what one `reporter` said of it.
fn judging(game: &str, verdict: Verdict, reporter: Option<&str>, judge: Sending) -> AnyView {
    let (label, warning, now, look) = match verdict {
        Verdict::Confirmed => (say::confirm(), say::confirm_warning(), say::confirm_now(), "primary"),
        Verdict::Overturned => (say::overturn(), say::overturn_warning(), say::overturn_now(), "danger"),
        Verdict::Voided => (say::void(), say::void_warning(), say::void_now(), "danger"),
    };
    let mut form = verdict.word().to_owned();
    let mut about = vec![("game", game.to_owned()), ("verdict", form.clone())];
    if let Some(reporter) = reporter {
        form = format!("{form}-{reporter}");
        about.push(("reporter", reporter.to_owned()));
    }
    view! { <Reasoned form sending=judge about label warning now look/> }.into_any()
}

/// The last word on it.
fn said(judgement: Judgement) -> AnyView {
    let by = judgement.by.unwrap_or_else(|| say::operator().to_owned());
    view! {
        <p class="notice" role="note">{say::said_by(&by)}" · "<Time at=judgement.at/>": "{judgement.reason}</p>
    }
    .into_any()
}

fn fared(fate: Fate, place: Option<i64>) -> String {
    match place {
        Some(place) => format!("{place}. {}", fate_name(fate)),
        None => fate_name(fate).to_owned(),
    }
}

/// A row for each player and a column for each report: where they differ is seen at a glance.
fn beside(stands: Vec<(String, String)>, reports: &[Told]) -> AnyView {
    let mut names: Vec<String> = stands.iter().map(|(name, _)| name.clone()).collect();
    for said in reports.iter().flat_map(|told| &told.players) {
        if !names.contains(&said.name) {
            names.push(said.name.clone());
        }
    }
    let heads: Vec<_> = reports.iter().map(|told| view! { <th scope="col">{told.name.clone()}</th> }).collect();
    let rows: Vec<_> = names
        .into_iter()
        .map(|name| {
            let stood = stands.iter().find(|(other, _)| *other == name).map(|(_, fared)| fared.clone());
            let cells: Vec<_> = reports
                .iter()
                .map(|told| {
                    let said = told.players.iter().find(|said| said.name == name);
                    let says = said.map(|said| fared(said.fate, said.place));
                    let other = (says != stood).then(|| view! { " "<Badge tone=Tone::Warn text=say::differs()/> });
                    view! { <td>{says.unwrap_or_else(|| say::not_named().to_owned())}{other}</td> }
                })
                .collect();
            let stood = stood.unwrap_or_else(|| say::not_named().to_owned());
            view! { <tr><th scope="row">{name}</th><td>{stood}</td>{cells}</tr> }
        })
        .collect();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=say::beside()>
            <table class="table">
                <caption class="visually-hidden">{say::beside()}</caption>
                <thead>
                    <tr><th scope="col">{say::player()}</th><th scope="col">{say::stands()}</th>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// One report, and making it the result.
fn card(game: &str, told: &Told, judge: Sending) -> AnyView {
    let reporter = told.reporter.to_string();
    let heading = format!("report-{reporter}");
    let host = told.host.then(|| view! { " "<Badge tone=Tone::Plain text=say::host()/> });
    let is_result = if told.agrees {
        view! { <p>{say::is_result()}</p> }.into_any()
    } else {
        judging(game, Verdict::Overturned, Some(&reporter), judge)
    };
    let labelled = heading.clone();
    view! {
        <article class="card" aria-labelledby=labelled>
            <h3 id=heading>{told.name.clone()}{host}</h3>
            <p>{say::says_won(&told.winners.join(", "))}</p>
            {is_result}
        </article>
    }
    .into_any()
}
