//! The server functions of orders: each names who asks, calls one service method, and tells the answer.

use contract::{
    lobby::Dialect,
    orders::{Order, OrderCard, OrderLadder, OrderPage},
    ranking::Played,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// Orders as they are listed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listed {
    /// By name.
    ByName(OrderPage),
    /// By how well their players of one kind of client play.
    ByPoints(Dialect, OrderLadder),
}

/// The list, and what the reader has to do with orders.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderList {
    /// What was asked for.
    pub listed: Listed,
    /// The order the reader belongs to.
    pub mine: Option<OrderCard>,
    /// Orders that have invited the reader.
    pub invitations: Vec<OrderCard>,
}

/// An order with its last games.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneOrder {
    /// Its page.
    pub order: Order,
    /// The last games one of its members played in, the newest first.
    pub games: Vec<Played>,
}

#[cfg(feature = "ssr")]
mod call {
    use base::OrderId;
    use contract::{
        Field,
        orders::{Admission, Division, SaveOrder, Tincture},
    };

    use super::AppError;
    use crate::context;

    /// Where a form that was taken leads: to the order's page. What was typed into one that was refused comes back with why.
    pub(super) fn led(taken: Result<OrderId, orders::Error>, form: SaveOrder) -> Result<String, AppError> {
        let order = taken.map_err(|error| {
            let typed = [(Field::Name, form.name), (Field::Motto, form.motto), (Field::Description, form.description)];
            context::told(error).keeping(typed)
        })?;
        let path = format!("/lobby/orders/{order}");
        context::go_on_to(&path);
        Ok(path)
    }

    /// A form of ours has words of ours.
    pub(super) fn form(
        [name, motto, description]: [String; 3],
        [admission, division, first, second]: [&str; 4],
    ) -> Result<SaveOrder, AppError> {
        Ok(SaveOrder {
            name,
            motto,
            description,
            admission: Admission::from_word(admission).ok_or_else(context::malformed)?,
            division: Division::from_word(division).ok_or_else(context::malformed)?,
            first: Tincture::from_word(first).ok_or_else(context::malformed)?,
            second: Tincture::from_word(second).ok_or_else(context::malformed)?,
        })
    }
}

/// Orders by name, or the ladder of them: `by` is `points`, and `dialect` says of whose.
#[server(endpoint = "orders")]
pub async fn read_orders(
    #[server(default)] q: String,
    #[server(default)] by: String,
    #[server(default)] dialect: String,
    #[server(default)] after: String,
) -> Result<OrderList, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    context::may_search(&q)?;
    let listed = if by == "points" {
        let dialect = Dialect::from_word(&dialect).unwrap_or(Dialect::Myth2);
        let after = after.parse().unwrap_or_default();
        Listed::ByPoints(dialect, services.orders.ladder(&actor, dialect, after, 50).await.map_err(context::told)?)
    } else {
        Listed::ByName(services.orders.list(&actor, &q, Some(&after), 50).await.map_err(context::told)?)
    };
    let mine = match actor.user() {
        Some(user) => services.orders.of(&actor, user).await.map_err(context::told)?,
        None => None,
    };
    let invitations = services.orders.invitations(&actor).await.map_err(context::told)?;
    Ok(OrderList { listed, mine, invitations })
}

/// An order, with its last games.
#[server(endpoint = "order")]
pub async fn read_order(order: i64) -> Result<OneOrder, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let order = services.orders.order(&actor, order.into()).await.map_err(context::told)?;
    let mut games = Vec::new();
    for game in &order.games {
        match services.ranking.game(&actor, *game).await {
            Ok(result) => games.push(result.game),
            // Gone in this moment.
            Err(error) if error.kind() == base::Kind::NotFound => {}
            Err(error) => return Err(context::told(error)),
        }
    }
    Ok(OneOrder { order, games })
}

/// Founds an order. Answers with the path to go on to.
#[server(endpoint = "found_order")]
pub async fn found_order(
    #[server(default)] name: String,
    #[server(default)] motto: String,
    #[server(default)] description: String,
    admission: String,
    division: String,
    first: String,
    second: String,
) -> Result<String, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let form = call::form([name, motto, description], [&admission, &division, &first, &second])?;
    let founded = services.orders.found(&actor, &form).await;
    call::led(founded.map(|founded| founded.id), form)
}

/// Sets an order up anew. Answers with the path to go on to.
#[server(endpoint = "save_order")]
pub async fn save_order(
    order: i64,
    #[server(default)] name: String,
    #[server(default)] motto: String,
    #[server(default)] description: String,
    admission: String,
    division: String,
    first: String,
    second: String,
) -> Result<String, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let form = call::form([name, motto, description], [&admission, &division, &first, &second])?;
    let saved = services.orders.save(&actor, order.into(), &form).await;
    call::led(saved.map(|()| order.into()), form)
}

/// Comes to an order, or asks to.
#[server(endpoint = "join_order")]
pub async fn join_order(order: i64) -> Result<(), AppError> {
    use crate::context;

    let actor = context::visitor().actor;
    context::services().orders.join(&actor, order.into()).await.map_err(context::told)
}

/// Leaves an order. The last one who does ends it, so it goes on to the list.
#[server(endpoint = "leave_order")]
pub async fn leave_order(order: i64) -> Result<String, AppError> {
    use crate::context;

    let actor = context::visitor().actor;
    context::services().orders.leave(&actor, order.into()).await.map_err(context::told)?;
    let path = "/lobby/orders".to_owned();
    context::go_on_to(&path);
    Ok(path)
}

/// Invites somebody by name.
#[server(endpoint = "invite_to_order")]
pub async fn invite_to_order(order: i64, #[server(default)] name: String) -> Result<(), AppError> {
    use contract::{Field, orders::InviteToOrder};

    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let invited = services.orders.invite(&actor, order.into(), &InviteToOrder { name: name.clone() }).await;
    invited.map_err(|error| context::told(error).keeping([(Field::Name, name)]))
}

/// Lets in somebody who has asked.
#[server(endpoint = "accept_into_order")]
pub async fn accept_into_order(order: i64, user: i64) -> Result<(), AppError> {
    use crate::context;

    let actor = context::visitor().actor;
    context::services().orders.accept(&actor, order.into(), user.into()).await.map_err(context::told)
}

/// Says no to a request or an invitation, or takes it back.
#[server(endpoint = "decline_order")]
pub async fn decline_order(order: i64, user: i64) -> Result<(), AppError> {
    use crate::context;

    let actor = context::visitor().actor;
    context::services().orders.decline(&actor, order.into(), user.into()).await.map_err(context::told)
}

/// Gives a member another rank.
#[server(endpoint = "set_order_rank")]
pub async fn set_order_rank(order: i64, user: i64, rank: String) -> Result<(), AppError> {
    use contract::orders::Rank;

    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let rank = Rank::from_word(&rank).ok_or_else(context::malformed)?;
    services.orders.set_rank(&actor, order.into(), user.into(), rank).await.map_err(context::told)
}

/// Puts a member out.
#[server(endpoint = "remove_from_order")]
pub async fn remove_from_order(order: i64, user: i64) -> Result<(), AppError> {
    use crate::context;

    let actor = context::visitor().actor;
    context::services().orders.remove(&actor, order.into(), user.into()).await.map_err(context::told)
}

/// Gives an order another name, as those who keep order do.
#[server(endpoint = "rename_order")]
pub async fn rename_order(
    order: i64,
    #[server(default)] name: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use contract::{Field, orders::RenameOrder};

    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let form = RenameOrder { name, reason };
    let renamed = services.orders.rename(&actor, order.into(), &form).await;
    renamed.map_err(|error| context::told(error).keeping([(Field::Name, form.name), (Field::Reason, form.reason)]))
}

/// Ends an order for good. Answers with the path to go on to.
#[server(endpoint = "dissolve_order")]
pub async fn dissolve_order(order: i64, #[server(default)] reason: String) -> Result<String, AppError> {
    use contract::Field;

    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let ended = services.orders.dissolve(&actor, order.into(), &reason).await;
    ended.map_err(|error| context::told(error).keeping([(Field::Reason, reason)]))?;
    let path = "/lobby/orders".to_owned();
    context::go_on_to(&path);
    Ok(path)
}
