//! Friends, who asks and is asked, and whom one keeps away from.

use contract::people::{Company, People};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::{components::Redirect, hooks::use_query_map};

use super::{
    api::{AcceptFriend, PartFriend, UnblockPerson, UnmutePerson, read_company, read_company_list},
    list::PersonLine,
};
use crate::{
    address::escape,
    error::AppError,
    pages::account::login_for,
    texts::{self, people as say},
    ui::{
        button::Submit,
        form::{Form, Sending, Summary},
        page::Page,
        state::{Empty, once_read},
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/friends")/> }.into_any();
    }
    let query = use_query_map();
    let asked = move || {
        let query = query.get();
        (query.get("list").unwrap_or_default(), query.get("after").unwrap_or_default())
    };
    // A further page of one list stands alone; otherwise all of them begin.
    let company = Resource::new(asked, |(list, after)| async move {
        if after.is_empty() {
            return read_company().await;
        }
        let people = read_company_list(list.clone(), after).await?;
        let mut company = Company::default();
        match list.as_str() {
            "friends" => company.friends = people,
            "asking" => company.asking = people,
            "asked" => company.asked = people,
            "blocked" => company.blocked = people,
            _ => company.muted = people,
        }
        Ok::<Company, AppError>(company)
    });
    view! {
        <Page title=say::friends() lead=say::friends_lead()>
            {once_read(company, move |mine| view! { <Lists mine company/> }.into_any())}
        </Page>
    }
    .into_any()
}

#[component]
fn Lists(mine: Company, company: Resource<Result<Company, AppError>>) -> impl IntoView {
    let Company { friends, asking, asked, blocked, muted } = mine;
    let sending = || {
        let part = to::<PartFriend>(company);
        (part, to::<AcceptFriend>(company))
    };
    let (part, accept) = sending();
    let (unblock, unmute) = (to::<UnblockPerson>(company), to::<UnmutePerson>(company));
    let nobody = [&friends, &asking, &asked, &blocked, &muted].iter().all(|list| list.people.is_empty());
    view! {
        {[part, accept, unblock, unmute].map(|sending| view! { <Summary sending/> })}
        {nobody.then(|| view! { <Empty title=say::nobody_title() text=say::nobody_text()/> })}
        <p><a class="button" href="/people">{say::find()}</a></p>
        <One title=say::asking() word="asking" people=asking acts=vec![(accept, say::accept()), (part, say::decline())]/>
        <One title=say::friends() word="friends" people=friends acts=vec![(part, say::part_now())]/>
        <One title=say::asked() word="asked" people=asked acts=vec![(part, say::take_back())]/>
        <One title=say::blocked() word="blocked" people=blocked acts=vec![(unblock, say::unblock())]/>
        <One title=say::muted() word="muted" people=muted acts=vec![(unmute, say::unmute())]/>
    }
    .into_any()
}

fn to<S: ServerFn>(company: Resource<Result<Company, AppError>>) -> Sending {
    let sending = Sending::to::<S>();
    sending.when_done(move |_| company.refetch());
    sending
}

/// One list; nothing where nobody is in it.
#[component]
fn One(title: &'static str, word: &'static str, people: People, acts: Vec<(Sending, &'static str)>) -> impl IntoView {
    if people.people.is_empty() {
        return ().into_any();
    }
    let more = people.next.map(|after| {
        let address = format!("/friends?list={word}&after={}", escape(&after));
        view! { <p><a class="button" href=address>{texts::people::more()}</a></p> }
    });
    let lines: Vec<_> = people
        .people
        .into_iter()
        .map(|card| {
            let user = card.id.get();
            let buttons: Vec<_> = acts
                .iter()
                .map(|&(sending, label)| {
                    view! {
                        <Form sending>
                            <input type="hidden" name="user" value=user/>
                            <Submit label pending=sending.pending() look="quiet"/>
                        </Form>
                    }
                })
                .collect();
            view! { <PersonLine card><div class="actions">{buttons}</div></PersonLine> }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby=word>
            <h2 id=word>{title}</h2>
            <ul class="plain">{lines}</ul>
            {more}
        </section>
    }
    .into_any()
}
