//! The machine: what the doctor finds, versions, the configuration, what the hub is built on.

use contract::vitals::{Finding, Licence, Pair, System, Weight};
use leptos::prelude::*;

use super::{
    api::system::read_system,
    ui::{
        badge::{Badge, Tone},
        loaded::Loaded,
        screen::Screen,
        table::{Column, Table},
    },
};
use crate::{error::AppError, texts::admin::system};

/// The page.
pub(super) fn show() -> AnyView {
    let machine: Resource<Result<System, AppError>> = Resource::new(|| (), |()| read_system());
    view! {
        <Screen title=system::title() lead=system::lead()>
            <Loaded from=machine view=all/>
        </Screen>
    }
    .into_any()
}

fn all(machine: System) -> AnyView {
    view! {
        <section aria-labelledby="findings">
            <h2 id="findings">{system::findings()}</h2>
            {findings(machine.findings)}
        </section>
        <section aria-labelledby="versions">
            <h2 id="versions">{system::versions()}</h2>
            {pairs(system::versions(), machine.versions)}
        </section>
        <section aria-labelledby="configuration">
            <h2 id="configuration">{system::configuration()}</h2>
            <p>{system::configuration_lead()}</p>
            {pairs(system::configuration(), machine.configuration)}
        </section>
        <section aria-labelledby="licences">
            <h2 id="licences">{system::licences()}</h2>
            <p>{system::licences_lead()}</p>
            <details>
                <summary class="button">{system::show_licences()}</summary>
                {licences(machine.licences)}
            </details>
        </section>
    }
    .into_any()
}

fn findings(findings: Vec<Finding>) -> AnyView {
    let columns = vec![
        Column::new(system::about()),
        Column::new(system::weight()),
        Column::new(system::found()),
        Column::new(system::fix()),
    ];
    let rows = findings
        .into_iter()
        .map(|finding| {
            let (tone, word) = match finding.weight {
                Weight::Good => (Tone::Good, system::good()),
                Weight::Warning => (Tone::Warn, system::warning()),
                Weight::Bad => (Tone::Bad, system::bad()),
            };
            vec![
                finding.about.into_any(),
                view! { <Badge tone text=word/> }.into_any(),
                finding.found.into_any(),
                finding.fix.into_any(),
            ]
        })
        .collect();
    view! { <Table caption=system::findings() columns rows/> }.into_any()
}

fn pairs(caption: &'static str, pairs: Vec<Pair>) -> AnyView {
    let columns = vec![Column::new(system::name()), Column::new(system::value())];
    let rows = pairs
        .into_iter()
        .map(|pair| {
            let changed = pair.changed.then(|| view! { " "<Badge tone=Tone::Plain text=system::changed()/> });
            vec![view! { <code>{pair.name}</code> }.into_any(), view! { <span>{pair.value}</span>{changed} }.into_any()]
        })
        .collect();
    view! { <Table caption columns rows/> }.into_any()
}

fn licences(licences: Vec<Licence>) -> AnyView {
    let columns = vec![Column::new(system::name()), Column::new(system::version()), Column::new(system::licence())];
    let rows = licences
        .into_iter()
        .map(|licence| vec![licence.name.into_any(), licence.version.into_any(), licence.licence.into_any()])
        .collect();
    view! { <Table caption=system::licences() columns rows/> }.into_any()
}
