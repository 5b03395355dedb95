//! Orders of players.

use base::{OrderId, UserId};
use contract::{
    api::{Page, Why},
    lobby::Dialect,
    orders::{InviteToOrder, Order, OrderCard, OrderFounded, OrderRung, RenameOrder, SaveOrder, SetRank},
};
use serde::Serialize;

use crate::{Onward, operation::operations};

/// Which orders.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OrderQuery {
    /// Part of a name.
    pub search: String,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

/// Which ladder of orders; what is absent is Myth II's.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OrderLadderQuery {
    /// Of players of which clients.
    pub dialect: Option<Dialect>,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

operations! {
    /// Orders by name.
    GET "/orders" list_orders() ? OrderQuery => Page<OrderCard>;
    /// Founds an order, and leads it.
    POST "/orders" found_order() = SaveOrder => OrderFounded;
    /// Orders by how well their players play.
    GET "/order-ladder" order_ladder() ? OrderLadderQuery => Page<OrderRung>;
    /// One order: who belongs to it, and what they have done.
    GET "/orders/{order}" order(order: OrderId) => Order;
    /// Sets an order up anew, as its leader.
    PUT "/orders/{order}" save_order(order: OrderId) = SaveOrder => ();
    /// Ends an order for good.
    DELETE "/orders/{order}" dissolve_order(order: OrderId) ? Why => ();
    /// Gives an order another name, as one who keeps order in the hub.
    PUT "/orders/{order}/name" rename_order(order: OrderId) = RenameOrder => ();
    /// Comes to an order, or asks to.
    PUT "/orders/{order}/membership" join_order(order: OrderId) => ();
    /// Leaves an order.
    DELETE "/orders/{order}/membership" leave_order(order: OrderId) => ();
    /// Invites somebody by name.
    POST "/orders/{order}/invitations" invite_to_order(order: OrderId) = InviteToOrder => ();
    /// Lets in somebody who has asked.
    PUT "/orders/{order}/candidates/{user}" accept_into_order(order: OrderId, user: UserId) => ();
    /// Says no to a request or an invitation, or takes it back.
    DELETE "/orders/{order}/candidates/{user}" decline_order(order: OrderId, user: UserId) => ();
    /// Puts a member out.
    DELETE "/orders/{order}/members/{user}" remove_from_order(order: OrderId, user: UserId) => ();
    /// Gives a member another rank.
    PUT "/orders/{order}/members/{user}/rank" set_order_rank(order: OrderId, user: UserId) = SetRank => ();
}
