//! The hub's backups: those there are, made, fetched and removed.

use contract::{
    backup::{Backup, BackupState},
    job::JobProgress,
};
use leptos::prelude::*;

use super::{
    api::backups::{Cupboard, DeleteBackup, MakeBackup, read_backups},
    ui::{
        badge::{Badge, Tone},
        deed::{Final, Press, leading},
        facts::Facts,
        here::Here,
        loaded::Loaded,
        pager::Pager,
        progress::Progress,
        screen::Screen,
        table::{Column, Table},
        watch::{Watched, watch},
    },
};
use crate::{
    texts::admin::backups,
    ui::{form::Sending, size::bytes, state::Empty, time::Time},
};

/// One that is being made goes on; how far it is moves within it.
const WATCHED: Watched<Cupboard> = Watched {
    busy: |cupboard| cupboard.state.under_way_since.is_some(),
    still: |cupboard| Cupboard { state: BackupState { progress: None, ..cupboard.state }, page: cupboard.page },
};

/// The page.
pub(super) fn show() -> AnyView {
    let read = |here: Here| read_backups(here.get("after"));
    let cupboard = Resource::new(Here::now, read);
    let far = RwSignal::new(None);
    watch(cupboard, Here::now, read, WATCHED, move |cupboard| far.set(cupboard.state.progress.clone()));
    // Above what is drawn afresh, so that what it says outlives the change.
    let make = Sending::to::<MakeBackup>();
    make.when_done(move |_| cupboard.refetch());
    view! {
        <Screen title=backups::title() lead=backups::lead()>
            <Loaded from=cupboard view=move |cupboard| drawn(cupboard, far, make)/>
        </Screen>
    }
    .into_any()
}

fn drawn(cupboard: Cupboard, far: RwSignal<Option<JobProgress>>, make: Sending) -> AnyView {
    let Cupboard { state, page } = cupboard;
    far.set(state.progress.clone());
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
        <Standing state far/>
        <section class="card" aria-labelledby="make-backup">
            <h2 id="make-backup">{backups::make_title()}</h2>
            <p>{backups::make_lead()}</p>
            <Press sending=make about=Vec::new() label=backups::make() done=backups::begun()/>
        </section>
        {list}
    }
    .into_any()
}

/// How things stand: what is under way, what went wrong, what to mind.
#[component]
fn Standing(state: BackupState, far: RwSignal<Option<JobProgress>>) -> impl IntoView {
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
        view! {
            <div class="notice">
                <p>{backups::under_way()}" "<Time at/></p>
                <Progress label=backups::progress() far/>
            </div>
        }
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

fn row(backup: Backup) -> Vec<AnyView> {
    let kind = if backup.scheduled { backups::scheduled() } else { backups::asked() };
    let (tone, encryption) =
        if backup.encrypted { (Tone::Good, backups::encrypted()) } else { (Tone::Plain, backups::in_the_clear()) };
    let href = format!("/api/v1/backups/{}/content", backup.name);
    let name = backup.name.clone();
    vec![
        view! { <Time at=backup.made_at/> }.into_any(),
        bytes(backup.bytes).into_any(),
        kind.into_any(),
        view! { <Badge tone text=encryption/> }.into_any(),
        view! {
            <div class="actions">
                // Not one of ours to draw: the browser fetches it.
                <a class="button quiet" href=href rel="external" download=name aria-label=backups::download_one(&backup.name)>
                    {backups::download()}
                </a>
                <Final
                    sending={leading::<DeleteBackup>()}
                    about=vec![("backup", backup.name)]
                    label=backups::delete()
                    warning=backups::delete_warning()
                    now=backups::delete_now()
                    done=backups::deleted()
                />
            </div>
        }
        .into_any(),
    ]
}
