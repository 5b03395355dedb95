//! What an order's members have done, read from the lobby's record and from the standings.

use base::{GameId, Millis, OrderId};
use contract::{
    lobby::Dialect,
    orders::{OrderRung, OrderScore, OrderWeek},
    ranking::{Board, Class},
};
use db::{Db, Error, sql};

use super::{OrderRow, Row, number};

/// So many of an order's members count in the ladder.
const BEST: i64 = 5;
/// Orders with so many players stand before those with fewer.
const ENOUGH: i64 = 3;

#[derive(sqlx::FromRow)]
struct ScoreRow {
    dialect: String,
    class: String,
    games: i64,
    wins: i64,
    losses: i64,
    ties: i64,
    damage_given: i64,
    damage_taken: i64,
}

#[derive(sqlx::FromRow)]
struct RungRow {
    #[sqlx(flatten)]
    order: Row,
    players: i64,
    points: i64,
}

/// By client and class. Games in tournament rooms count as ranked, as they do for players.
pub(crate) async fn scores(db: &Db, order: OrderId) -> Result<Vec<OrderScore>, Error> {
    let rows: Vec<ScoreRow> = sql("select g.dialect, case g.class when 'unranked' then 'unranked' else 'ranked' end as class, \
         count(distinct g.id) as games, \
         cast(sum(case p.outcome when 'win' then 1 else 0 end) as bigint) as wins, \
         cast(sum(case p.outcome when 'loss' then 1 else 0 end) as bigint) as losses, \
         cast(sum(case p.outcome when 'tie' then 1 else 0 end) as bigint) as ties, \
         cast(sum(p.damage_given) as bigint) as damage_given, cast(sum(p.damage_taken) as bigint) as damage_taken \
         from order_stays s join game_players p on p.user_id = s.user_id and p.outcome in ('win', 'tie', 'loss') \
         join games g on g.id = p.game_id and g.settled_at >= s.joined_at and (s.left_at is null or g.settled_at < s.left_at) \
         where s.order_id = $1 group by g.dialect, case g.class when 'unranked' then 'unranked' else 'ranked' end \
         order by 1, 2")
    .bind(order)
    .fetch_all(db)
    .await?;
    let score = |row: ScoreRow| {
        Some(OrderScore {
            dialect: Dialect::from_word(&row.dialect)?,
            class: Class::from_word(&row.class)?,
            games: number(row.games),
            wins: number(row.wins),
            losses: number(row.losses),
            ties: number(row.ties),
            damage_given: row.damage_given,
            damage_taken: row.damage_taken,
        })
    };
    Ok(rows.into_iter().filter_map(score).collect())
}

/// What was played since then, by stretches of that length; those without a game are left out.
pub(crate) async fn weeks(db: &Db, order: OrderId, since: i64, length: i64) -> Result<Vec<OrderWeek>, Error> {
    let rows: Vec<(i64, i64, i64)> = sql("select g.settled_at / $3 as week, count(distinct g.id), \
         count(distinct case p.outcome when 'win' then g.id else null end) \
         from order_stays s join game_players p on p.user_id = s.user_id and p.outcome in ('win', 'tie', 'loss') \
         join games g on g.id = p.game_id and g.settled_at >= s.joined_at and (s.left_at is null or g.settled_at < s.left_at) \
         where s.order_id = $1 and g.settled_at >= $2 group by g.settled_at / $3 order by 1")
    .bind(order)
    .bind(since)
    .bind(length)
    .fetch_all(db)
    .await?;
    let week = |(week, games, wins): (i64, i64, i64)| OrderWeek {
        began_at: Millis(week * length),
        games: number(games),
        wins: number(wins),
    };
    Ok(rows.into_iter().map(week).collect())
}

/// The last games, the newest first.
pub(crate) async fn games(db: &Db, order: OrderId, at_most: u32) -> Result<Vec<GameId>, Error> {
    let rows: Vec<(i64,)> = sql("select g.id from games g where g.settled_at is not null and exists \
         (select 1 from order_stays s join game_players p on p.user_id = s.user_id and p.outcome in ('win', 'tie', 'loss') \
             where s.order_id = $1 and p.game_id = g.id and g.settled_at >= s.joined_at \
             and (s.left_at is null or g.settled_at < s.left_at)) \
         order by g.settled_at desc, g.id desc limit $2")
    .bind(order)
    .bind(at_most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// Orders by the mean of the points of their best, after a place.
pub(crate) async fn ladder(db: &Db, dialect: Dialect, after: u32, at_most: u32) -> Result<Vec<OrderRung>, Error> {
    let board = Board::ranked(dialect);
    let rows: Vec<RungRow> = sql("select o.id, o.name, o.folded_name, o.motto, o.description, o.admission, o.division, o.first_tincture, \
         o.second_tincture, o.founded_at, t.players, t.points, \
         (select count(*) from order_stays s where s.order_id = o.id and s.left_at is null) as members \
         from orders o join ( \
             select b.order_id, max(b.players) as players, cast(sum(b.points) as bigint) / count(*) as points from ( \
                 select m.order_id, s.points, count(*) over (partition by m.order_id) as players, \
                     row_number() over (partition by m.order_id order by s.points desc, s.user_id) as best \
                 from order_stays m join standings s on s.user_id = m.user_id and s.season = 0 and s.dialect = $1 and s.class = $2 \
                     and s.type_number = -1 and s.team_size = 0 \
                 join users u on u.id = m.user_id and u.locked_at is null where m.left_at is null) b \
             where b.best <= $3 group by b.order_id) t on t.order_id = o.id \
         order by case when t.players >= $4 then 0 else 1 end, t.points desc, o.id limit $5 offset $6")
    .bind(board.dialect.word())
    .bind(board.class.word())
    .bind(BEST)
    .bind(ENOUGH)
    .bind(at_most)
    .bind(after)
    .fetch_all(db)
    .await?;
    let rung = |(place, row): (u64, RungRow)| OrderRung {
        place,
        order: OrderRow::from(row.order).into(),
        players: number(row.players),
        points: row.points,
    };
    Ok((u64::from(after) + 1..).zip(rows).map(rung).collect())
}
