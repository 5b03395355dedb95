//! The hub's backups: those there are, made, fetched and removed.

use contract::backup::{Backup, BackupState};
use leptos::prelude::*;

use super::{
    api::backups::{Cupboard, DeleteBackup, MakeBackup, read_backups},
    ui::{
        badge::{Badge, Tone},
        facts::Facts,
        here::Here,
        loaded::Loaded,
        pager::Pager,
        reason::Outcome,
        screen::Screen,
        table::{Column, Table},
    },
};
use crate::{
    texts::admin::backups,
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending},
        state::Empty,
        time::Time,
    },
};

/// The page.
pub(super) fn show() -> AnyView {
    let cupboard = Resource::new(Here::now, |here| read_backups(here.get("after")));
    view! {
        <Screen title=backups::title() lead=backups::lead()>
            <Loaded from=cupboard view=drawn/>
        </Screen>
    }
    .into_any()
}

fn drawn(cupboard: Cupboard) -> AnyView {
    let Cupboard { state, page } = cupboard;
    let list = if page.backups.is_empty() {
        view! { <Empty title=backups::none() text=backups::none_text()/> }.into_any()
    } else {
        let columns = vec![
            Column::new(backups::made_at()),
            Column::new(backups::size()).number(),
            Column::new(backups::kind()),
            Column::new(backups::encryption()),
            Column::new(backups::actions()),
        ];
        let rows = page.backups.into_iter().map(row).collect();
        view! { <Table caption=backups::title() columns rows/><Pager next=page.next/> }.into_any()
    };
    view! {
        <Standing state/>
        <Make/>
        {list}
    }
    .into_any()
}

/// How things stand: what is under way, what went wrong, what to mind.
#[component]
fn Standing(state: BackupState) -> impl IntoView {
    let newest = match state.newest {
        Some(newest) => view! { <Time at=newest.made_at/> }.into_any(),
        None => backups::never().into_any(),
    };
    let yes_no = |is, yes, no| if is { yes } else { no };
    let facts = vec![
        (backups::newest(), newest),
        (backups::by_itself(), yes_no(state.scheduled, backups::on(), backups::off()).into_any()),
        (backups::encryption(), yes_no(state.encrypted, backups::encrypted(), backups::in_the_clear()).into_any()),
    ];
    let under_way = state.under_way_since.map(|at| {
        view! { <p class="notice" role="status">{backups::under_way()}" "<Time at/></p> }
    });
    let failed = state.failed_at.map(|at| {
        view! { <p class="notice bad" role="note">{backups::failed()}" "<Time at/></p> }
    });
    view! {
        {under_way}
        {failed}
        <Facts facts/>
    }
    .into_any()
}

#[component]
fn Make() -> impl IntoView {
    let sending = Sending::to::<MakeBackup>();
    sending.load_when_done();
    view! {
        <section class="card" aria-labelledby="make-backup">
            <h2 id="make-backup">{backups::make_title()}</h2>
            <p>{backups::make_lead()}</p>
            <Form sending>
                <Outcome sending done=backups::begun()/>
                <Submit label=backups::make() pending=sending.pending()/>
            </Form>
        </section>
    }
    .into_any()
}

fn row(backup: Backup) -> Vec<AnyView> {
    let kind = if backup.scheduled { backups::scheduled() } else { backups::asked() };
    let (tone, encryption) =
        if backup.encrypted { (Tone::Good, backups::encrypted()) } else { (Tone::Plain, backups::in_the_clear()) };
    let href = format!("/api/v1/backups/{}/content", backup.name);
    let name = backup.name.clone();
    vec![
        view! { <Time at=backup.made_at/> }.into_any(),
        size(backup.bytes).into_any(),
        kind.into_any(),
        view! { <Badge tone text=encryption/> }.into_any(),
        view! {
            <div class="actions">
                // Not one of ours to draw: the browser fetches it.
                <a class="button quiet" href=href rel="external" download=name aria-label=backups::download_one(&backup.name)>
                    {backups::download()}
                </a>
                <Delete name=backup.name/>
            </div>
        }
        .into_any(),
    ]
}

#[component]
fn Delete(name: String) -> impl IntoView {
    let sending = Sending::to::<DeleteBackup>();
    sending.load_when_done();
    view! {
        <Confirm label=backups::delete() warning=backups::delete_warning()>
            <Form sending>
                <Outcome sending done=backups::deleted()/>
                <input type="hidden" name="backup" value=name/>
                <Submit label=backups::delete_now() pending=sending.pending() look="danger"/>
            </Form>
        </Confirm>
    }
    .into_any()
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{}.{} MiB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}
