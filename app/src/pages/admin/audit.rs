//! The audit log: who did what to whom, from where.

use base::Millis;
use contract::audit::{AuditEntry, Named};
use leptos::prelude::*;

use super::{
    api::audit::{AskedOfTrail, TrailPage, read_trail},
    ui::{
        filters::{Filters, Search},
        here::Here,
        loaded::Loaded,
        pager::Pager,
        screen::Screen,
        table::{Column, Table},
    },
};
use crate::{
    texts::admin::audit,
    ui::{state::Empty, time::Time},
};

/// The page.
pub(super) fn show() -> AnyView {
    let trail = Resource::new(Here::now, |here| {
        let asked = asked(&here);
        async move { read_trail(asked, here.get("after")).await }
    });
    view! {
        <Screen title=audit::title() lead=audit::lead()>
            <Filters path="/admin/audit">
                <Search name="user" label=audit::filter_user() kind="number"/>
                <Search name="act" label=audit::filter_act()/>
                <Search name="kind" label=audit::filter_kind()/>
                <Search name="id" label=audit::filter_id()/>
                <Search name="org" label=audit::filter_org() kind="number"/>
                <Search name="from" label=audit::filter_from() kind="date"/>
                <Search name="until" label=audit::filter_until() kind="date"/>
            </Filters>
            <Loaded from=trail view=page/>
        </Screen>
    }
    .into_any()
}

fn asked(here: &Here) -> AskedOfTrail {
    AskedOfTrail {
        user: here.get("user"),
        act: here.get("act"),
        kind: here.get("kind"),
        id: here.get("id"),
        org: here.get("org"),
        from: here.get("from"),
        until: here.get("until"),
    }
}

fn page(page: TrailPage) -> AnyView {
    if page.entries.is_empty() {
        return view! { <Empty title=audit::empty() text=audit::empty_text()/> }.into_any();
    }
    let here = Here::now();
    let file = |format: &str| format!("/admin/audit/export{}", here.query_with("format", format));
    view! {
        <Entries entries=page.entries/>
        <Pager next=page.next/>
        // Files, not pages: the browser fetches them itself.
        <p class="actions">
            <a class="button" rel="external" href=file("csv")>{audit::csv()}</a>
            <a class="button" rel="external" href=file("jsonl")>{audit::json()}</a>
        </p>
    }
    .into_any()
}

/// A table of entries. Other pages show those about one thing.
#[component]
pub(super) fn Entries(entries: Vec<AuditEntry>) -> impl IntoView {
    let columns = vec![
        Column::new(audit::when()),
        Column::new(audit::who()),
        Column::new(audit::act()),
        Column::new(audit::target()),
        Column::new(audit::from_where()),
        Column::new(audit::change()),
    ];
    let rows = entries.into_iter().map(row).collect();
    view! { <Table caption=audit::caption() columns rows/> }
}

fn row(entry: AuditEntry) -> Vec<AnyView> {
    let at: Millis = entry.at;
    let target = if entry.target_id.is_empty() {
        entry.target_kind.clone()
    } else {
        format!("{} {}", entry.target_kind, entry.target_id)
    };
    let target = if entry.target_kind == "user" {
        view! { <a href=format!("/admin/users/{}", entry.target_id)>{target}</a> }.into_any()
    } else {
        target.into_any()
    };
    vec![
        view! { <Time at/> }.into_any(),
        who(&entry),
        view! { <code>{entry.act.clone()}</code> }.into_any(),
        target,
        entry.address.clone().unwrap_or_else(|| "–".into()).into_any(),
        change(entry.before, entry.after),
    ]
}

/// Who it was, with a link to their account where they have one.
fn who(entry: &AuditEntry) -> AnyView {
    let link = |named: &Named| {
        let name = named.name.clone().unwrap_or_else(|| audit::gone(&named.id.to_string()));
        view! { <a href=format!("/admin/users/{}", named.id)>{name}</a> }.into_any()
    };
    if let Some(plugin) = &entry.plugin {
        let plugin = view! { <a href=format!("/admin/plugins/{}", plugin.id)>{plugin.name.clone()}</a> };
        return match &entry.user {
            Some(user) => view! { {plugin}" "{audit::for_somebody()}" "{link(user)} }.into_any(),
            None => plugin.into_any(),
        };
    }
    match (&entry.behind, &entry.user, entry.actor.as_str()) {
        (Some(behind), _, _) => {
            audit::behind(&behind.name.clone().unwrap_or_else(|| audit::gone(&behind.id.to_string()))).into_any()
        }
        (None, Some(user), "token") => view! { {link(user)}" "{audit::by_token()} }.into_any(),
        (None, Some(user), _) => link(user),
        (None, None, "job") => audit::job().into_any(),
        (None, None, "operator") => audit::operator().into_any(),
        (None, None, _) => audit::stranger().into_any(),
    }
}

fn change(before: Option<String>, after: Option<String>) -> AnyView {
    if before.is_none() && after.is_none() {
        return "–".into_any();
    }
    let side = |name: &'static str, text: Option<String>| {
        text.map(|text| view! { <dt>{name}</dt><dd><code class="json">{text}</code></dd> })
    };
    view! {
        <details>
            <summary>{audit::show()}</summary>
            <dl class="facts">{side(audit::before(), before)}{side(audit::after(), after)}</dl>
        </details>
    }
    .into_any()
}
