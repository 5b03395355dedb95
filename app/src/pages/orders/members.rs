//! Who belongs to an order, who asks and who is invited, and what those with a rank do about it.

use contract::{
    Field,
    orders::{Order, OrderCandidate, OrderMember, Rank},
};
use leptos::prelude::*;

use super::{
    api::{AcceptIntoOrder, DeclineOrder, InviteToOrder, OneOrder, RemoveFromOrder, SetOrderRank},
    words,
};
use crate::{
    error::AppError,
    pages::ladder::player_page,
    texts::orders as say,
    ui::{
        button::Submit,
        confirm::Confirm,
        field::TextField,
        form::{Form, Sending, Summary},
        item::Item,
        time::Time,
    },
};

/// The forms of this part of the page.
#[derive(Clone, Copy)]
pub(super) struct Forms {
    rank: Sending,
    remove: Sending,
    accept: Sending,
    decline: Sending,
    invite: Sending,
}

impl Forms {
    /// Nothing sent yet; what is taken is read anew.
    pub(super) fn of(order: Resource<Result<OneOrder, AppError>>) -> Self {
        let forms = Self {
            rank: Sending::to::<SetOrderRank>(),
            remove: Sending::to::<RemoveFromOrder>(),
            accept: Sending::to::<AcceptIntoOrder>(),
            decline: Sending::to::<DeclineOrder>(),
            invite: Sending::to::<InviteToOrder>(),
        };
        for sending in [forms.rank, forms.remove, forms.accept, forms.decline, forms.invite] {
            sending.when_done(move |_| order.refetch());
        }
        forms
    }

    /// Whoever is invited and says no does it by the same form.
    pub(super) const fn decline(self) -> Sending {
        self.decline
    }
}

/// Members, with what the reader may do about them.
pub(super) fn members(order: &Order, forms: Forms) -> AnyView {
    let (id, own) = (order.card.id.get(), order.rank);
    let rows: Vec<_> = order.members.iter().map(|member| member_row(id, member, own, forms)).collect();
    view! {
        <Summary sending=forms.rank/>
        <Summary sending=forms.remove/>
        <ul class="plain">{rows}</ul>
    }
    .into_any()
}

/// Who asks and who is invited, for those who have a say in it.
pub(super) fn candidates(order: &Order, forms: Forms) -> Option<AnyView> {
    if !matches!(order.rank, Some(Rank::Leader | Rank::Officer)) {
        return None;
    }
    let id = order.card.id.get();
    let rows: Vec<_> = order.candidates.iter().map(|candidate| candidate_row(id, candidate, forms)).collect();
    let list = if rows.is_empty() {
        view! { <p>{say::nobody_waits()}</p> }.into_any()
    } else {
        view! { <ul class="plain">{rows}</ul> }.into_any()
    };
    let section = view! {
        <section class="card" aria-labelledby="candidates">
            <h2 id="candidates">{say::candidates()}</h2>
            <Summary sending=forms.accept/>
            <Summary sending=forms.decline/>
            {list}
            <Form sending=forms.invite look="form">
                <Summary sending=forms.invite/>
                <input type="hidden" name="order" value=id/>
                <TextField field=Field::Name sending=forms.invite autocomplete="off" hint=say::invite_hint()/>
                <Submit label=say::invite() pending=forms.invite.pending()/>
            </Form>
        </section>
    };
    Some(section.into_any())
}

/// The order and somebody, in a form.
pub(super) fn whom(order: i64, user: i64) -> AnyView {
    view! {
        <input type="hidden" name="order" value=order/>
        <input type="hidden" name="user" value=user/>
    }
    .into_any()
}

fn line(name: &str, note: &'static str, at: base::Millis, actions: Option<AnyView>) -> AnyView {
    let (page, name) = (player_page(name), name.to_owned());
    view! {
        <Item actions>
            <a href=page>{name}</a>" "<span class="badge">{note}</span>
            <p class="hint">{say::since()}" "<Time at/></p>
        </Item>
    }
    .into_any()
}

fn member_row(order: i64, member: &OrderMember, own: Option<Rank>, forms: Forms) -> AnyView {
    let user = member.user.get();
    let ranks = (own == Some(Rank::Leader) && member.rank != Rank::Leader).then(|| {
        let other = if member.rank == Rank::Officer { Rank::Member } else { Rank::Officer };
        let label = if other == Rank::Officer { say::make_officer() } else { say::make_member() };
        view! {
            <Form sending=forms.rank>
                {whom(order, user)}
                <input type="hidden" name="rank" value=other.word()/>
                <Submit label pending=forms.rank.pending() look="quiet"/>
            </Form>
            <Confirm label=say::hand_on() warning=say::hand_on_warning()>
                <Form sending=forms.rank>
                    {whom(order, user)}
                    <input type="hidden" name="rank" value=Rank::Leader.word()/>
                    <Submit label=say::hand_on_now() pending=forms.rank.pending() look="danger"/>
                </Form>
            </Confirm>
        }
    });
    let may_remove = match own {
        Some(Rank::Leader) => member.rank != Rank::Leader,
        Some(Rank::Officer) => member.rank == Rank::Member,
        _ => false,
    };
    let remove = may_remove.then(|| {
        view! {
            <Confirm label=say::remove() warning=say::remove_warning()>
                <Form sending=forms.remove>
                    {whom(order, user)}
                    <Submit label=say::remove_now() pending=forms.remove.pending() look="danger"/>
                </Form>
            </Confirm>
        }
    });
    let actions = may_remove.then(|| view! { {ranks}{remove} }.into_any());
    line(&member.name, words::rank(member.rank), member.since, actions)
}

fn candidate_row(order: i64, candidate: &OrderCandidate, forms: Forms) -> AnyView {
    let user = candidate.user.get();
    let accept = (!candidate.invited).then(|| {
        view! {
            <Form sending=forms.accept>
                {whom(order, user)}
                <Submit label=say::let_in() pending=forms.accept.pending()/>
            </Form>
        }
    });
    let (note, no) =
        if candidate.invited { (say::is_invited(), say::take_back()) } else { (say::asks(), say::decline()) };
    let actions = view! {
        {accept}
        <Form sending=forms.decline>
            {whom(order, user)}
            <Submit label=no pending=forms.decline.pending() look="quiet"/>
        </Form>
    };
    line(&candidate.name, note, candidate.at, Some(actions.into_any()))
}
