//! `/orders`: orders of players, who belongs to them, and what they have done.

use axum::{Json, extract::State, http::StatusCode};
use base::{OrderId, UserId};
use contract::{
    api::{Page, Why},
    lobby::Dialect,
    orders::{InviteToOrder, Order, OrderCard, OrderFounded, OrderRung, RenameOrder, SaveOrder, SetRank},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Anybody, Body, ByName, Cursor, Id, Known, Limit, Listing, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_orders, found_order))
        .routes(routes!(read_order_ladder))
        .routes(routes!(get_order, save_order, dissolve_order))
        .routes(routes!(rename_order))
        .routes(routes!(join_order, leave_order))
        .routes(routes!(invite_to_order))
        .routes(routes!(accept_into_order, decline_order))
        .routes(routes!(remove_from_order))
        .routes(routes!(set_order_rank))
}

/// Which ladder of orders.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichOrderLadder {
    /// Of players of which clients.
    #[serde(default = "myth")]
    #[param(inline, required = false)]
    dialect: Dialect,
    #[param(inline)]
    cursor: Option<Cursor<u32>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

const fn myth() -> Dialect {
    Dialect::Myth2
}

/// Orders by name.
#[utoipa::path(get, path = "/orders", tag = "orders", security(()), params(ByName), responses((status = 200, description = "As asked", body = Page<OrderCard>)))]
async fn list_orders(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Query(which): Query<ByName>,
) -> Answer<Listing<OrderCard>> {
    let (search, after, at_most) = which.parts();
    let page = hub.orders.list(&actor, &search, after.as_deref(), at_most).await?;
    Ok(Listing::new(page.orders, page.next))
}

/// Found an order, and lead it.
#[utoipa::path(post, path = "/orders", tag = "orders", request_body = SaveOrder, responses((status = 201, description = "It is there", body = OrderFounded)))]
async fn found_order(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(form): Body<SaveOrder>,
) -> Answer<(StatusCode, Json<OrderFounded>)> {
    Ok((StatusCode::CREATED, Json(hub.orders.found(&actor, &form).await?)))
}

/// Orders by how well their players play.
#[utoipa::path(get, path = "/order-ladder", tag = "orders", security(()), params(WhichOrderLadder), responses((status = 200, description = "As asked", body = Page<OrderRung>)))]
async fn read_order_ladder(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Query(which): Query<WhichOrderLadder>,
) -> Answer<Listing<OrderRung>> {
    let after = which.cursor.map_or(0, |Cursor(after)| after);
    let page = hub.orders.ladder(&actor, which.dialect, after, which.limit.0).await?;
    Ok(Listing::new(page.rungs, page.next))
}

/// One order: who belongs to it, and what they have done.
#[utoipa::path(get, path = "/orders/{order}", tag = "orders", security(()), params(("order" = OrderId, Path, description = "Which")), responses((status = 200, description = "As asked", body = Order)))]
async fn get_order(Anybody(actor): Anybody, State(hub): State<Hub>, Id(order): Id<OrderId>) -> Answer<Json<Order>> {
    Ok(Json(hub.orders.order(&actor, order).await?))
}

/// Set an order up anew, as its leader.
#[utoipa::path(put, path = "/orders/{order}", tag = "orders", params(("order" = OrderId, Path, description = "Which")), request_body = SaveOrder, responses((status = 204, description = "Done")))]
async fn save_order(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(order): Id<OrderId>,
    Body(form): Body<SaveOrder>,
) -> Answer<StatusCode> {
    hub.orders.save(&actor, order, &form).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End an order for good, as its leader or as one who keeps order in the hub.
#[utoipa::path(delete, path = "/orders/{order}", tag = "orders", params(("order" = OrderId, Path, description = "Which"), Why), responses((status = 204, description = "Done")))]
async fn dissolve_order(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(order): Id<OrderId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.orders.dissolve(&actor, order, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give an order another name, as one who keeps order in the hub.
#[utoipa::path(put, path = "/orders/{order}/name", tag = "orders", params(("order" = OrderId, Path, description = "Which")), request_body = RenameOrder, responses((status = 204, description = "Done")))]
async fn rename_order(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(order): Id<OrderId>,
    Body(form): Body<RenameOrder>,
) -> Answer<StatusCode> {
    hub.orders.rename(&actor, order, &form).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Come to an order: at once where it is open or has invited one, and otherwise once somebody lets one in.
#[utoipa::path(put, path = "/orders/{order}/membership", tag = "orders", params(("order" = OrderId, Path, description = "Which")), responses((status = 204, description = "Done, or asked for")))]
async fn join_order(Known(actor): Known, State(hub): State<Hub>, Id(order): Id<OrderId>) -> Answer<StatusCode> {
    hub.orders.join(&actor, order).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leave an order. When the last one does, it ends.
#[utoipa::path(delete, path = "/orders/{order}/membership", tag = "orders", params(("order" = OrderId, Path, description = "Which")), responses((status = 204, description = "Done")))]
async fn leave_order(Known(actor): Known, State(hub): State<Hub>, Id(order): Id<OrderId>) -> Answer<StatusCode> {
    hub.orders.leave(&actor, order).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Invite somebody by name, as an officer.
#[utoipa::path(post, path = "/orders/{order}/invitations", tag = "orders", params(("order" = OrderId, Path, description = "Which")), request_body = InviteToOrder, responses((status = 204, description = "Done")))]
async fn invite_to_order(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(order): Id<OrderId>,
    Body(form): Body<InviteToOrder>,
) -> Answer<StatusCode> {
    hub.orders.invite(&actor, order, &form).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let in somebody who has asked, as an officer.
#[utoipa::path(put, path = "/orders/{order}/candidates/{user}", tag = "orders", params(("order" = OrderId, Path, description = "Which"), ("user" = UserId, Path, description = "Who")), responses((status = 204, description = "Done")))]
async fn accept_into_order(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((order, user)): Id<(OrderId, UserId)>,
) -> Answer<StatusCode> {
    hub.orders.accept(&actor, order, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say no to a request or an invitation, or take it back.
#[utoipa::path(delete, path = "/orders/{order}/candidates/{user}", tag = "orders", params(("order" = OrderId, Path, description = "Which"), ("user" = UserId, Path, description = "Who")), responses((status = 204, description = "Done")))]
async fn decline_order(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((order, user)): Id<(OrderId, UserId)>,
) -> Answer<StatusCode> {
    hub.orders.decline(&actor, order, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Put a member out, as one of a higher rank.
#[utoipa::path(delete, path = "/orders/{order}/members/{user}", tag = "orders", params(("order" = OrderId, Path, description = "Which"), ("user" = UserId, Path, description = "Who")), responses((status = 204, description = "Done")))]
async fn remove_from_order(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((order, user)): Id<(OrderId, UserId)>,
) -> Answer<StatusCode> {
    hub.orders.remove(&actor, order, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a member another rank, as the leader. Who makes another the leader is an officer from then on.
#[utoipa::path(put, path = "/orders/{order}/members/{user}/rank", tag = "orders", params(("order" = OrderId, Path, description = "Which"), ("user" = UserId, Path, description = "Who")), request_body = SetRank, responses((status = 204, description = "Done")))]
async fn set_order_rank(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((order, user)): Id<(OrderId, UserId)>,
    Body(form): Body<SetRank>,
) -> Answer<StatusCode> {
    hub.orders.set_rank(&actor, order, user, form.rank).await?;
    Ok(StatusCode::NO_CONTENT)
}
