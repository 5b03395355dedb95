//! What everybody together has done, and who somebody is.

use base::{Role, UserId};
use contract::{
    lobby::Dialect,
    ranking::{Board, Class},
};
use db::{Db, Error, sql};

use super::on_board;
use crate::{career::Field, caste::NOVICE_GAMES};

#[derive(sqlx::FromRow)]
struct FieldRow {
    class: String,
    type_number: i64,
    points: i64,
    most_points: i64,
    games: i64,
    most_games: i64,
    wins: i64,
    most_wins: i64,
    given: i64,
    most_given: i64,
    taken: i64,
    most_taken: i64,
}

/// An account's name and what it is to the hub.
pub(crate) async fn person(db: &Db, user: UserId) -> Result<Option<(String, Role)>, Error> {
    let row: Option<(String, String)> =
        sql("select name, role from users where id = $1 and locked_at is null").bind(user).fetch_optional(db).await?;
    Ok(row.and_then(|(name, role)| Some((name, Role::from_word(&role)?))))
}

/// How many have a place in a classic ladder.
pub(crate) async fn count_placed(db: &Db, board: &Board) -> Result<u64, Error> {
    let (placed,): (i64,) = on_board(
        sql("select count(*) from standings s join users u on u.id = s.user_id and u.locked_at is null \
             where s.season = $1 and s.dialect = $2 and s.class = $3 and s.type_number = $4 and s.team_size = $5 and s.games > $6"),
        board,
    )
    .bind(i64::from(NOVICE_GAMES))
    .fetch_one(db)
    .await?;
    Ok(u64::try_from(placed).unwrap_or_default())
}

/// What everybody has done in each ladder of all time and of any size of team; who is first is left empty.
pub(crate) async fn field(db: &Db, dialect: Dialect) -> Result<Vec<Field>, Error> {
    let rows: Vec<FieldRow> = sql(
        "select class, type_number, cast(sum(points) as bigint) / count(*) as points, max(points) as most_points, \
         cast(sum(games) as bigint) / count(*) as games, max(games) as most_games, \
         cast(sum(wins) as bigint) / count(*) as wins, max(wins) as most_wins, \
         cast(sum(damage_given) as bigint) / count(*) as given, max(damage_given) as most_given, \
         cast(sum(damage_taken) as bigint) / count(*) as taken, max(damage_taken) as most_taken from standings \
         where season = 0 and dialect = $1 and team_size = 0 group by class, type_number order by class, type_number",
    )
    .bind(dialect.word())
    .fetch_all(db)
    .await?;
    let field = |row: FieldRow| {
        let (class, kind) = (Class::from_word(&row.class)?, u16::try_from(row.type_number).ok());
        Some(Field {
            board: Board { dialect, class, kind, team_size: None, season: None },
            top: String::new(),
            points: (row.points, row.most_points),
            games: (row.games, row.most_games),
            wins: (row.wins, row.most_wins),
            damage_given: (row.given, row.most_given),
            damage_taken: (row.taken, row.most_taken),
        })
    };
    Ok(rows.into_iter().filter_map(field).collect())
}
