//! Appeals, and the passes to make them with.

use base::{AppealId, Millis, SanctionId, UserId};
use contract::moderation::{Appeal, AppealState};
use db::{Db, Error, Tx, sql};

use super::sanctions::SanctionRow;

#[derive(sqlx::FromRow)]
struct AppealRow {
    appeal_id: i64,
    text: String,
    appealed_at: i64,
    state: String,
    answer: Option<String>,
    by_id: Option<i64>,
    #[sqlx(flatten)]
    sanction: SanctionRow,
}

impl AppealRow {
    /// The appeal, and who had imposed what it is against.
    fn appeal(self, now: Millis) -> (Appeal, Option<UserId>) {
        let by = self.by_id.map(UserId::from);
        let appeal = Appeal {
            id: self.appeal_id.into(),
            sanction: self.sanction.sanction(now),
            text: self.text,
            at: Millis(self.appealed_at),
            state: AppealState::from_word(&self.state).unwrap_or(AppealState::Open),
            answer: self.answer,
            yours_to_answer: false,
        };
        (appeal, by)
    }
}

/// Writes an appeal down; `false` where there is one already.
pub(crate) async fn insert_appeal(
    tx: &mut Tx<'_>,
    sanction: SanctionId,
    text: &str,
    at: Millis,
) -> Result<bool, Error> {
    let rows = sql("insert into appeals (sanction_id, text, at, state) values ($1, $2, $3, 'open') on conflict (sanction_id) do nothing")
        .bind(sanction.get())
        .bind(text)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn appeals(
    db: &Db,
    answered: bool,
    after: Option<AppealId>,
    now: Millis,
    at_most: u32,
) -> Result<Vec<(Appeal, Option<UserId>)>, Error> {
    let query = if answered {
        sql("select a.id as appeal_id, a.text, a.at as appealed_at, a.state, a.answer, s.by_id,
                    s.id, s.kind, s.user_id, u.name, s.network, s.pattern, s.reason, b.name as by_name, s.at, s.until, s.lifted_at
             from appeals a join sanctions s on s.id = a.sanction_id left join users u on u.id = s.user_id
             left join users b on b.id = s.by_id
             where a.state <> 'open' and a.id < $1 order by a.id desc limit $2")
        .bind(after.map_or(i64::MAX, i64::from))
    } else {
        sql("select a.id as appeal_id, a.text, a.at as appealed_at, a.state, a.answer, s.by_id,
                    s.id, s.kind, s.user_id, u.name, s.network, s.pattern, s.reason, b.name as by_name, s.at, s.until, s.lifted_at
             from appeals a join sanctions s on s.id = a.sanction_id left join users u on u.id = s.user_id
             left join users b on b.id = s.by_id
             where a.state = 'open' and a.id > $1 order by a.id limit $2")
        .bind(after.map_or(0, i64::from))
    };
    let rows: Vec<AppealRow> = query.bind(at_most).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| row.appeal(now)).collect())
}

pub(crate) async fn appeal(db: &Db, appeal: AppealId, now: Millis) -> Result<Option<(Appeal, Option<UserId>)>, Error> {
    let row: Option<AppealRow> =
        sql("select a.id as appeal_id, a.text, a.at as appealed_at, a.state, a.answer, s.by_id,
                    s.id, s.kind, s.user_id, u.name, s.network, s.pattern, s.reason, b.name as by_name, s.at, s.until, s.lifted_at
             from appeals a join sanctions s on s.id = a.sanction_id left join users u on u.id = s.user_id
             left join users b on b.id = s.by_id
             where a.id = $1")
        .bind(appeal.get())
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| row.appeal(now)))
}

/// Answers an open appeal; `false` where it is answered already.
pub(crate) async fn answer(
    tx: &mut Tx<'_>,
    appeal: AppealId,
    state: AppealState,
    answer: &str,
    by: Option<UserId>,
    at: Millis,
) -> Result<bool, Error> {
    let rows = sql("update appeals set state = $2, answer = $3, answered_by = $4, answered_at = $5 where id = $1 and state = 'open'")
        .bind(appeal.get())
        .bind(state.word())
        .bind(answer)
        .bind(by)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Writes a pass down, and clears away those that have run out.
pub(crate) async fn insert_pass(
    tx: &mut Tx<'_>,
    hash: [u8; 32],
    user: UserId,
    now: Millis,
    ends_at: Millis,
) -> Result<(), Error> {
    sql("delete from appeal_passes where ends_at <= $1").bind(now).execute(&mut *tx).await?;
    sql("insert into appeal_passes (pass_hash, user_id, ends_at) values ($1, $2, $3)")
        .bind(hash)
        .bind(user)
        .bind(ends_at)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn pass_holder(db: &Db, hash: [u8; 32], now: Millis) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> = sql("select user_id from appeal_passes where pass_hash = $1 and ends_at > $2")
        .bind(hash)
        .bind(now)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(user,)| user.into()))
}
