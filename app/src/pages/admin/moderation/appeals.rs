//! Appeals, and answering them.

use contract::{
    Field,
    moderation::{Appeal, Appeals},
};
use leptos::prelude::*;

use super::{
    super::{
        api::moderation::{AnswerAppeal, read_appeals},
        ui::{
            facts::Facts,
            filters::{Choice, Filters},
            here::Here,
            loaded::Loaded,
            pager::Pager,
            reason::{ActField, Outcome},
            screen::Screen,
        },
    },
    tabs::{Tabs, what, whom},
};
use crate::{
    texts::admin::moderation as say,
    ui::{
        form::{Form, Sending},
        state::Empty,
        time::Time,
    },
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let appeals = Resource::new(Here::now, |here| read_appeals(here.get("show") == "answered", here.get("after")));
    let sending = Sending::to::<AnswerAppeal>();
    sending.when_done(move |_| appeals.refetch());
    view! {
        <Screen title=say::appeals() lead=say::appeals_lead()>
            <Tabs/>
            <Filters path="/admin/moderation/appeals">
                <Choice name="show" label=say::show() options=vec![("answered", say::answered())]/>
            </Filters>
            <Outcome sending done=say::done()/>
            <Loaded from=appeals view=move |found| drawn(found, sending)/>
        </Screen>
    }
    .into_any()
}

fn drawn(found: Appeals, sending: Sending) -> AnyView {
    let Appeals { appeals, next } = found;
    if appeals.is_empty() {
        return view! { <Empty title=say::no_appeals() text=say::no_appeals_text()/> }.into_any();
    }
    // One form at a time, for the one that waits longest: their fields would have the same ids.
    let first = appeals.iter().find(|one| one.yours_to_answer).map(|one| one.id);
    let items: Vec<_> = appeals
        .into_iter()
        .map(|one| {
            let mine = first == Some(one.id);
            view! { <One one sending mine/> }
        })
        .collect();
    let next = next.map(|next| next.to_string());
    view! { {items}<Pager next/> }.into_any()
}

#[component]
fn One(one: Appeal, sending: Sending, mine: bool) -> impl IntoView {
    let number = one.id.get();
    let sanction = &one.sanction;
    let facts = vec![
        (say::whom(), whom(&sanction.whom)),
        (say::verdict(), what(sanction)),
        (say::reason(), sanction.reason.clone().into_any()),
        (say::by(), sanction.by.clone().unwrap_or_else(|| say::operator().to_owned()).into_any()),
        (say::when(), view! { <Time at=one.at/> }.into_any()),
    ];
    let form = mine.then(|| {
        view! {
            <Form sending look="form">
                <input type="hidden" name="appeal" value=number/>
                <ActField form="answer" field=Field::Text sending label=say::answer()/>
                <div class="actions">
                    <button type="submit" name="verdict" value="lift" accesskey="l" class="button primary">{say::lift_it()}" "<kbd>"l"</kbd></button>
                    <button type="submit" name="verdict" value="uphold" accesskey="k" class="button">{say::keep_it()}" "<kbd>"k"</kbd></button>
                </div>
            </Form>
        }
    });
    let open = one.answer.is_none();
    let another = (open && !one.yours_to_answer).then(|| view! { <p class="hint">{say::not_yours()}</p> });
    view! {
        <section class="card">
            <Facts facts/>
            <blockquote class="as-written">{one.text}</blockquote>
            {one.answer.map(|answer| view! { <p class="as-written">{say::answer()}": "{answer}</p> })}
            {another}
            {form}
        </section>
    }
    .into_any()
}
