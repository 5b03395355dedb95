//! Orders: the classic clients' word for a guild of players.

use base::{GameId, Millis, OrderId, UserId};
use serde::{Deserialize, Serialize};

use crate::{lobby::Dialect, ranking::Class, words::words};

/// The most who belong to one order: as many as a client of Myth II has room for.
pub const MOST_MEMBERS: u32 = 50;

words! {
    /// What somebody is in their order.
    Rank {
        /// The one who leads it.
        Leader = "leader",
        /// Lets people in, invites them, and puts members out.
        Officer = "officer",
        /// Belongs to it.
        Member = "member",
    }
}

words! {
    /// How one comes to an order.
    Admission {
        /// Whoever wants to.
        Open = "open",
        /// Whoever asks, and is let in.
        Request = "request",
        /// Whoever is invited.
        Invitation = "invitation",
    }
}

words! {
    /// How the shield of an order is parted between its two tinctures.
    Division {
        /// Not at all: the second is a border.
        Plain = "plain",
        /// Upright in two halves.
        Pale = "pale",
        /// Across in two halves.
        Fess = "fess",
        /// From corner to corner.
        Bend = "bend",
        /// By a rafter.
        Chevron = "chevron",
        /// By an upright cross.
        Cross = "cross",
        /// By a cross from corner to corner.
        Saltire = "saltire",
        /// In four quarters.
        Quarterly = "quarterly",
    }
}

words! {
    /// A colour of a shield.
    Tincture {
        /// Gold.
        Gold = "gold",
        /// Silver.
        Silver = "silver",
        /// Red.
        Red = "red",
        /// Blue.
        Blue = "blue",
        /// Green.
        Green = "green",
        /// Purple.
        Purple = "purple",
        /// Black.
        Black = "black",
        /// Orange.
        Orange = "orange",
    }
}

/// The shield of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Crest {
    /// How it is parted.
    pub division: Division,
    /// The first colour.
    pub first: Tincture,
    /// The second.
    pub second: Tincture,
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderCard {
    /// Which.
    pub id: OrderId,
    /// Its name.
    pub name: String,
    /// What it goes by, in a line.
    pub motto: String,
    /// Its shield.
    pub crest: Crest,
    /// How one comes to it.
    pub admission: Admission,
    /// How many belong to it.
    pub members: u32,
    /// Since when there is one.
    pub founded_at: Millis,
}

/// A page of a list of orders, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPage {
    /// Those on it.
    pub orders: Vec<OrderCard>,
    /// To ask for the next page with; absent on the last.
    pub next: Option<String>,
}

/// A row of the orders' ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderRung {
    /// From 1.
    pub place: u64,
    /// Which.
    pub order: OrderCard,
    /// How many of its members have played games that count.
    pub players: u32,
    /// The mean of the points of its five best.
    pub points: i64,
}

/// A page of the orders' ladder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLadder {
    /// From the top.
    pub rungs: Vec<OrderRung>,
    /// The last place of this page, after which the next one goes on; absent on the last.
    pub next: Option<u32>,
}

/// Somebody who belongs to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderMember {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// What they are in it.
    pub rank: Rank,
    /// Since when.
    pub since: Millis,
}

/// Somebody who waits for an answer, or who is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderCandidate {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Invited; otherwise they have asked.
    pub invited: bool,
    /// Since when.
    pub at: Millis,
}

/// What an order's members have done in games of one kind of client and class, each while they belonged to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderScore {
    /// Played by which clients.
    pub dialect: Dialect,
    /// For what.
    pub class: Class,
    /// Games in which one of them played; a game of two of them counts once.
    pub games: u32,
    /// How often one of them won.
    pub wins: u32,
    /// Lost.
    pub losses: u32,
    /// Tied.
    pub ties: u32,
    /// Damage dealt.
    pub damage_given: i64,
    /// Damage suffered.
    pub damage_taken: i64,
}

/// What an order's members played in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderWeek {
    /// When it began.
    pub began_at: Millis,
    /// Games in which one of them played.
    pub games: u32,
    /// Of them won by one of them.
    pub wins: u32,
}

words! {
    /// What an order is to the one who looks.
    OrderTie {
        /// They have no account.
        Stranger = "stranger",
        /// They may come to it.
        MayJoin = "may_join",
        /// They may ask to come to it.
        MayAsk = "may_ask",
        /// They have asked.
        Asked = "asked",
        /// They are invited.
        Invited = "invited",
        /// It takes only whom it invites.
        Closed = "closed",
        /// They belong to another.
        Elsewhere = "elsewhere",
        /// They belong to it.
        Member = "member",
    }
}

/// An order's page, as far as the one who looks may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    /// What lists show of it.
    pub card: OrderCard,
    /// What it writes of itself.
    pub description: String,
    /// What it is to the one who looks.
    pub tie: OrderTie,
    /// What the one who looks is in it.
    pub rank: Option<Rank>,
    /// Who belongs to it: the leader, the officers, and then by when they came.
    pub members: Vec<OrderMember>,
    /// Who asks and who is invited; empty for whoever has no say in it.
    pub candidates: Vec<OrderCandidate>,
    /// What its members have done, by client and class.
    pub scores: Vec<OrderScore>,
    /// The last half a year, week by week; empty where nothing was played.
    pub weeks: Vec<OrderWeek>,
    /// The last games one of them played in, the newest first.
    pub games: Vec<GameId>,
}

/// Found an order, or set it up anew: all of it at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "name": "The Avatara", "motto": "Nine against the dark", "description": "We play on Sundays.", "admission": "request",
    "division": "chevron", "first": "blue", "second": "gold"
})))]
pub struct SaveOrder {
    /// Its name: 3 to 31 characters, which is what classic clients have room for.
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 31))]
    pub name: String,
    /// What it goes by, in a line.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 120))]
    pub motto: String,
    /// What it writes of itself.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub description: String,
    /// How one comes to it.
    #[serde(default = "on_request")]
    pub admission: Admission,
    /// How its shield is parted.
    #[serde(default = "plain")]
    pub division: Division,
    /// The first colour of its shield.
    #[serde(default = "blue")]
    pub first: Tincture,
    /// The second.
    #[serde(default = "gold")]
    pub second: Tincture,
}

const fn on_request() -> Admission {
    Admission::Request
}

const fn plain() -> Division {
    Division::Plain
}

const fn blue() -> Tincture {
    Tincture::Blue
}

const fn gold() -> Tincture {
    Tincture::Gold
}

impl SaveOrder {
    /// An order of that name, and everything else as is usual.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            motto: String::new(),
            description: String::new(),
            admission: on_request(),
            division: plain(),
            first: blue(),
            second: gold(),
        }
    }

    /// As an order is now: to change some of it.
    pub fn of(order: &Order) -> Self {
        let OrderCard { name, motto, crest, admission, .. } = order.card.clone();
        let Crest { division, first, second } = crest;
        Self { name, motto, description: order.description.clone(), admission, division, first, second }
    }
}

/// An order that was founded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderFounded {
    /// Which.
    pub id: OrderId,
}

/// Give somebody another rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "rank": "officer" })))]
pub struct SetRank {
    /// Which. Who makes another the leader is an officer from then on.
    pub rank: Rank,
}

/// Invite somebody to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "name": "Bert" })))]
pub struct InviteToOrder {
    /// Whom, by name.
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub name: String,
}

/// Give an order another name, as those who keep order do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "name": "Order 7", "reason": "The old name insults" })))]
pub struct RenameOrder {
    /// What it shall be called.
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 31))]
    pub name: String,
    /// Why, for the audit log.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: String,
}
