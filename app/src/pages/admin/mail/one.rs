//! One mail: how it went, what it says, and what can be done about it.

use contract::mail::{MailState, ShownMail};
use leptos::prelude::*;

use super::{
    super::{
        api::mail::{RemoveMail, RetryMail, RevealMail, read_mail},
        ui::{
            badge::Badge,
            deed::{Final, Press, leading},
            facts::Facts,
            loaded::Loaded,
            numbered,
            reason::Outcome,
            screen::Screen,
            watch::{Watched, watch},
        },
    },
    words,
};
use crate::{
    texts::admin::mail,
    ui::{
        button::Submit,
        copy::Copyable,
        form::{Form, Sending},
        time::Time,
    },
};

/// One that is in the queue goes on. What was shown to be handed over is shown once.
const WATCHED: Watched<ShownMail> = Watched {
    busy: |shown| shown.mail.state == MailState::Queued,
    still: |shown| ShownMail { hand_over: Vec::new(), ..shown },
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let number = numbered::number("mail");
    let read = |number| numbered::read(number, read_mail);
    let shown = Resource::new(number, read);
    watch(shown, number, read, WATCHED, |_| {});
    // Above what is drawn afresh: what was shown to be handed over stays.
    let (retry, reveal) = (Sending::to::<RetryMail>(), Sending::to::<RevealMail>());
    retry.when_done(move |_| shown.refetch());
    view! {
        <Screen title=mail::one_title() back=("/admin/mail", mail::title())>
            <Loaded from=shown view=move |shown| drawn(shown, retry, reveal)/>
        </Screen>
    }
    .into_any()
}

fn drawn(shown: ShownMail, retry: Sending, reveal: Sending) -> AnyView {
    let ShownMail { mail: row, subject, text, hand_over, .. } = shown;
    let (tone, state) = words::state(row.state);
    let id = row.id.get();
    let about = move || vec![("mail", id.to_string())];
    let mut facts = vec![
        (mail::kind(), words::kind(&row.kind).into_any()),
        (mail::to(), row.address.unwrap_or_else(|| mail::forgotten().to_owned()).into_any()),
        (mail::state(), view! { <Badge tone text=state/> }.into_any()),
        (mail::queued_at(), view! { <Time at=row.queued_at/> }.into_any()),
        (mail::good_until(), view! { <Time at=row.good_until/> }.into_any()),
        (mail::attempts(), row.attempts.to_string().into_any()),
    ];
    if let Some(at) = row.settled_at {
        facts.push((mail::settled_at(), view! { <Time at/> }.into_any()));
    }
    if let Some(error) = row.last_error {
        facts.push((mail::last_error(), error.into_any()));
    }
    if let Some(user) = row.user {
        let href = format!("/admin/users/{user}");
        facts.push((mail::account(), view! { <a href=href>{user.to_string()}</a> }.into_any()));
    }
    let letter = match (subject, text) {
        (Some(subject), Some(text)) => view! {
            <section class="card" aria-labelledby="letter">
                <h2 id="letter">{subject}</h2>
                <p class="hint">{mail::masked()}</p>
                <pre class="letter" tabindex="0" aria-labelledby="letter">{text}</pre>
            </section>
        }
        .into_any(),
        _ => view! { <p>{mail::letter_gone()}</p> }.into_any(),
    };
    let can_reveal = row.has_letter && row.state != MailState::Sent;
    view! {
        <Facts facts/>
        {letter}
        {can_reveal.then(|| view! { <HandOver id just_revealed=hand_over sending=reveal/> })}
        <div class="actions">
            {row.can_be_retried.then(|| view! {
                <Press sending=retry about=about() label=mail::retry() done=mail::retried()/>
            })}
            <Final
                sending={leading::<RemoveMail>()}
                about=about()
                label=mail::remove()
                warning=mail::remove_warning()
                now=mail::remove_now()
                done=mail::removed()
            />
        </div>
    }
    .into_any()
}

/// The codes and links, for whoever brings them to their reader by another way.
#[component]
fn HandOver(id: i64, just_revealed: Vec<String>, sending: Sending) -> impl IntoView {
    let revealed = move || {
        let fresh = sending.done().and_then(|answer| serde_json::from_str::<Vec<String>>(&answer).ok());
        fresh.unwrap_or_else(|| just_revealed.clone())
    };
    let shown = move || {
        let rows: Vec<_> = revealed()
            .into_iter()
            .map(|value| view! { <li><Copyable value label=mail::to_hand_over()/></li> })
            .collect();
        (!rows.is_empty()).then(|| view! { <ul class="plain">{rows}</ul> })
    };
    view! {
        <section class="card" aria-labelledby="hand-over">
            <h2 id="hand-over">{mail::hand_over()}</h2>
            <p>{mail::hand_over_lead()}</p>
            <Form sending>
                <Outcome sending done=mail::revealed()/>
                {shown}
                <input type="hidden" name="mail" value=id/>
                <Submit label=mail::reveal() pending=sending.pending() look="quiet"/>
            </Form>
        </section>
    }
    .into_any()
}
