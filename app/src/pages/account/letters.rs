//! The pages that links in letters lead to. Each asks for one press of a button, because programs follow links as well, and looking at a
//! page must change nothing.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

use super::safety_api::{Stay, UndoAddress, VerifyByLink};
use crate::{
    texts,
    ui::{
        button::Submit,
        form::{Form, Sending, Summary},
        page::Page,
    },
};

/// What a page says.
#[derive(Clone, Copy)]
struct Words {
    title: &'static str,
    lead: &'static str,
    submit: &'static str,
    done: &'static str,
}

fn letter<S: ServerFn>(words: Words) -> AnyView {
    page(Sending::to::<S>(), words)
}

fn page(sending: Sending, words: Words) -> AnyView {
    let (token, done) =
        use_query_map().with_untracked(|query| (query.get("token").unwrap_or_default(), query.get("done").is_some()));
    let content = move || {
        if done || sending.done().is_some() {
            view! {
                <p class="notice good">{words.done}</p>
                <p><a class="button" href="/account">{texts::account::title()}</a></p>
            }
            .into_any()
        } else {
            let token = token.clone();
            view! {
                <p class="lead">{words.lead}</p>
                <Form sending look="form">
                    <input type="hidden" name="token" value=token/>
                    <Submit label=words.submit pending=sending.pending()/>
                </Form>
            }
            .into_any()
        }
    };
    view! {
        <Page title=words.title width="narrow">
            <Summary sending/>
            <div role="status">{content}</div>
        </Page>
    }
    .into_any()
}

/// The address is mine.
pub(crate) fn show_verify() -> AnyView {
    letter::<VerifyByLink>(Words {
        title: texts::letter::verify_title(),
        lead: texts::letter::verify_lead(),
        submit: texts::letter::verify_submit(),
        done: texts::letter::verify_done(),
    })
}

/// I never changed my address.
pub(crate) fn show_undo_address() -> AnyView {
    letter::<UndoAddress>(Words {
        title: texts::letter::undo_title(),
        lead: texts::letter::undo_lead(),
        submit: texts::letter::undo_submit(),
        done: texts::letter::undo_done(),
    })
}

/// I want to keep my account.
pub(crate) fn show_stay() -> AnyView {
    letter::<Stay>(Words {
        title: texts::letter::stay_title(),
        lead: texts::letter::stay_lead(),
        submit: texts::letter::stay_submit(),
        done: texts::letter::stay_done(),
    })
}
