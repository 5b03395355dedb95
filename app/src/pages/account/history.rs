//! Who has logged in to one's account, and who has tried.

use contract::account::{LogInPage, LogInRecord, Outcome, Proof};
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_query_map};

use super::{next::login_for, safety_api::read_log_ins};
use crate::{
    error::AppError,
    texts,
    ui::{
        page::Page,
        state::{Empty, once_read},
        time::Time,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/account/history")/> }.into_any();
    }
    let query = use_query_map();
    let before = move || query.with(|query| query.get("before").and_then(|before| before.parse().ok()));
    let page = Resource::new(before, read_log_ins);
    view! { <HistoryPage page/> }.into_any()
}

#[component]
fn HistoryPage(page: Resource<Result<LogInPage, AppError>>) -> impl IntoView {
    view! {
        <Page title=texts::history::title() lead=texts::history::lead()>
            {once_read(page, |LogInPage { entries, next }| {
                if entries.is_empty() {
                    view! { <Empty title=texts::history::none_title() text=texts::history::none_text()/> }.into_any()
                } else {
                    view! { <Table entries next/> }.into_any()
                }
            })}
            <p><a href="/account">{texts::account::title()}</a></p>
        </Page>
    }
    .into_any()
}

#[component]
fn Table(entries: Vec<LogInRecord>, next: Option<i64>) -> impl IntoView {
    let class = stylers::style! {
        .history {
            display: grid;
            gap: var(--space-2);
            padding: 0;
            list-style: none;
        }
        .history > li {
            padding-block: var(--space-2);
            border-bottom: 1px solid var(--line);
        }
    };
    let rows: Vec<_> = entries
        .into_iter()
        .map(|entry| {
            let device = if entry.device.is_empty() { texts::history::unknown().to_owned() } else { entry.device };
            view! { class = class,
                <li>
                    <strong>{outcome(entry.outcome)}</strong>" "<Time at=entry.at/>
                    <p class="hint">{device}", "{proof(entry.proof)}", "{entry.network}</p>
                </li>
            }
        })
        .collect();
    let more = next.map(|next| {
        view! { <p><a class="button quiet" href=format!("/account/history?before={next}")>{texts::history::older()}</a></p> }
    });
    view! { class = class,
        <ul class="history">{rows}</ul>
        {more}
    }
    .into_any()
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => texts::history::ok(),
        Outcome::Wrong => texts::history::wrong(),
        Outcome::SecondStep => texts::history::second_step(),
        Outcome::WrongSecondStep => texts::history::wrong_second_step(),
        Outcome::Locked => texts::history::locked(),
    }
}

fn proof(proof: Proof) -> &'static str {
    match proof {
        Proof::Password => texts::history::password(),
        Proof::Passkey => texts::history::passkey(),
        Proof::Identity => texts::history::identity(),
        Proof::MailedLink => texts::history::mailed_link(),
        Proof::GamePassword => texts::history::game_password(),
    }
}
