//! What is remembered of orders: every statement, one function each. The rest is in `members`, `candidates` and `record`.
//!
//! Of the accounts' own table it reads names and whether somebody is shut out, of people's who blocks whom, and writes neither.

pub(crate) mod candidates;
pub(crate) mod members;
pub(crate) mod record;

use base::{Millis, OrderId, UserId};
use contract::orders::{Admission, Crest, Division, OrderCard, Tincture};
use db::{Db, Error, On, Tx, sql};

use crate::form::{Charter, Name};

/// An order as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderRow {
    pub(crate) id: OrderId,
    pub(crate) name: String,
    pub(crate) motto: String,
    pub(crate) description: String,
    pub(crate) admission: Admission,
    pub(crate) crest: Crest,
    pub(crate) members: u32,
    pub(crate) founded_at: Millis,
}

/// A row of the table, with how many belong to it now.
#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: i64,
    name: String,
    folded_name: String,
    motto: String,
    description: String,
    admission: String,
    division: String,
    first_tincture: String,
    second_tincture: String,
    founded_at: i64,
    members: i64,
}

impl From<Row> for OrderRow {
    fn from(row: Row) -> Self {
        // A word of another version is none of ours: something stands for it.
        let tincture = |word: &str, otherwise| Tincture::from_word(word).unwrap_or(otherwise);
        Self {
            id: row.id.into(),
            name: row.name,
            motto: row.motto,
            description: row.description,
            admission: Admission::from_word(&row.admission).unwrap_or(Admission::Invitation),
            crest: Crest {
                division: Division::from_word(&row.division).unwrap_or(Division::Plain),
                first: tincture(&row.first_tincture, Tincture::Blue),
                second: tincture(&row.second_tincture, Tincture::Gold),
            },
            members: number(row.members),
            founded_at: Millis(row.founded_at),
        }
    }
}

impl From<OrderRow> for OrderCard {
    fn from(row: OrderRow) -> Self {
        let OrderRow { id, name, motto, crest, admission, members, founded_at, .. } = row;
        Self { id, name, motto, crest, admission, members, founded_at }
    }
}

/// A statement about orders, with every column of [`Row`].
macro_rules! orders {
    ($rest:literal) => {
        concat!(
            "select o.id, o.name, o.folded_name, o.motto, o.description, o.admission, o.division, o.first_tincture, o.second_tincture, \
             o.founded_at, (select count(*) from order_stays s where s.order_id = o.id and s.left_at is null) as members \
             from orders o ",
            $rest
        )
    };
}

/// A count as pages have it.
pub(crate) fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

// ---------------------------------------------------------------- orders

/// A new order; `None`: the name is taken.
pub(crate) async fn insert(tx: &mut Tx<'_>, charter: &Charter, at: Millis) -> Result<Option<OrderId>, Error> {
    let row: Option<(i64,)> = sql(
        "insert into orders (name, folded_name, motto, description, admission, division, first_tincture, second_tincture, founded_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (folded_name) do nothing returning id",
    )
    .bind(&charter.name.shown)
    .bind(&charter.name.key)
    .bind(&charter.motto)
    .bind(&charter.description)
    .bind(charter.admission.word())
    .bind(charter.crest.division.word())
    .bind(charter.crest.first.word())
    .bind(charter.crest.second.word())
    .bind(at)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(id,)| id.into()))
}

/// An order, held until the end of the transaction: nobody else changes it or comes to it meanwhile.
pub(crate) async fn hold(tx: &mut Tx<'_>, order: OrderId) -> Result<Option<OrderRow>, Error> {
    let held = sql("update orders set name = name where id = $1").bind(order).execute(&mut *tx).await?;
    if held == 0 { Ok(None) } else { find(tx, order).await }
}

pub(crate) async fn find(on: impl Into<On<'_>>, order: OrderId) -> Result<Option<OrderRow>, Error> {
    let row: Option<Row> = sql(orders!("where o.id = $1")).bind(order).fetch_optional(on).await?;
    Ok(row.map(OrderRow::from))
}

/// Sets a held order up anew; `false`: the name is another's.
pub(crate) async fn update(tx: &mut Tx<'_>, order: OrderId, charter: &Charter) -> Result<bool, Error> {
    let rows = sql(
        "update orders set name = $2, folded_name = $3, motto = $4, description = $5, admission = $6, division = $7, \
         first_tincture = $8, second_tincture = $9 \
         where id = $1 and not exists (select 1 from orders other where other.folded_name = $3 and other.id <> $1)",
    )
    .bind(order)
    .bind(&charter.name.shown)
    .bind(&charter.name.key)
    .bind(&charter.motto)
    .bind(&charter.description)
    .bind(charter.admission.word())
    .bind(charter.crest.division.word())
    .bind(charter.crest.first.word())
    .bind(charter.crest.second.word())
    .execute(tx)
    .await;
    changed(rows)
}

/// Gives a held order another name; `false`: it is another's.
pub(crate) async fn rename(tx: &mut Tx<'_>, order: OrderId, name: &Name) -> Result<bool, Error> {
    let rows = sql("update orders set name = $2, folded_name = $3 \
         where id = $1 and not exists (select 1 from orders other where other.folded_name = $3 and other.id <> $1)")
    .bind(order)
    .bind(&name.shown)
    .bind(&name.key)
    .execute(tx)
    .await;
    changed(rows)
}

/// Two who take the same name at the same moment meet at the constraint.
fn changed(rows: Result<u64, Error>) -> Result<bool, Error> {
    match rows {
        Ok(rows) => Ok(rows == 1),
        Err(error) if error.violates("orders_folded_name_key") => Ok(false),
        Err(error) => Err(error),
    }
}

pub(crate) async fn delete(tx: &mut Tx<'_>, order: OrderId) -> Result<(), Error> {
    sql("delete from orders where id = $1").bind(order).execute(tx).await?;
    Ok(())
}

/// Orders whose folded name has the pattern, after a key, each with its own.
pub(crate) async fn list(db: &Db, pattern: &str, after: &str, at_most: u32) -> Result<Vec<(OrderCard, String)>, Error> {
    let rows: Vec<Row> =
        sql(orders!(r"where o.folded_name > $1 and o.folded_name like $2 escape '\' order by o.folded_name limit $3"))
            .bind(after)
            .bind(pattern)
            .bind(at_most)
            .fetch_all(db)
            .await?;
    let card = |row: Row| {
        let key = row.folded_name.clone();
        (OrderRow::from(row).into(), key)
    };
    Ok(rows.into_iter().map(card).collect())
}

/// Orders that have invited somebody, the newest first.
pub(crate) async fn inviting(db: &Db, user: UserId) -> Result<Vec<OrderCard>, Error> {
    let rows: Vec<Row> = sql(orders!(
        "join order_candidates c on c.order_id = o.id where c.user_id = $1 and c.kind = 'invitation' order by c.at desc, o.id limit 100"
    ))
    .bind(user)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| OrderRow::from(row).into()).collect())
}

/// How many there are.
pub(crate) async fn count(db: &Db) -> Result<u32, Error> {
    let (count,): (i64,) = sql("select count(*) from orders").fetch_one(db).await?;
    Ok(number(count))
}

/// Orders without a leader.
pub(crate) async fn leaderless(db: &Db, at_most: u32) -> Result<Vec<OrderId>, Error> {
    let rows: Vec<(i64,)> = sql("select o.id from orders o where not exists \
         (select 1 from order_stays s where s.order_id = o.id and s.left_at is null and s.rank = 'leader') order by o.id limit $1")
    .bind(at_most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

// ---------------------------------------------------------------- people

/// Who has that name and is not shut out.
pub(crate) async fn person(db: &Db, folded_name: &str) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> = sql("select id from users where folded_name = $1 and locked_at is null")
        .bind(folded_name)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(id,)| id.into()))
}

/// Whether one of the two keeps the other away.
pub(crate) async fn is_blocked(db: &Db, one: UserId, other: UserId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select user_id from avoidances where kind = 'block' \
         and ((user_id = $1 and other_id = $2) or (user_id = $2 and other_id = $1)) limit 1")
    .bind(one)
    .bind(other)
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}
