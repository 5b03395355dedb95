//! The tables of mail: every statement, one function each.

use base::{MailId, Millis, UserId};
use contract::mail::{Mail, MailCount, MailState};
use db::{Db, Error, Tx, sql};

use crate::{Address, Letter, Locale, Text, error};

/// A mail as its row says.
#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    user_id: Option<i64>,
    address: Option<String>,
    locale: String,
    kind: String,
    letter: Option<String>,
    state: String,
    queued_at: i64,
    good_until: i64,
    attempts: i64,
    last_error: Option<String>,
    settled_at: Option<i64>,
}

/// A mail and what it says.
pub(crate) struct Kept {
    pub(crate) mail: Mail,
    /// `None` once it is gone.
    pub(crate) text: Option<Text>,
}

impl Kept {
    /// The letter, as it was queued; `None` once it is gone.
    pub(crate) fn letter(&self) -> Option<Letter> {
        let (text, address) = (self.text.clone()?, self.mail.address.as_deref()?);
        let to = Address::parse(address)?;
        Some(Letter { user: self.mail.user, to, locale: Locale::of(&self.mail.locale), text })
    }
}

impl Row {
    fn read(self, now: Millis) -> Result<Kept, error::Error> {
        let unknown = |what| error::Error::Corrupt { what };
        let text = self.letter.map(|letter| serde_json::from_str(&letter)).transpose();
        let text: Option<Text> = text.map_err(|_| unknown("letter"))?;
        let mail = Mail {
            id: self.id.into(),
            user: self.user_id.map(UserId::from),
            address: self.address,
            locale: self.locale,
            kind: self.kind,
            state: MailState::from_word(&self.state).ok_or_else(|| unknown("mail state"))?,
            queued_at: self.queued_at.into(),
            good_until: self.good_until.into(),
            settled_at: self.settled_at.map(Millis::from),
            attempts: u32::try_from(self.attempts).map_err(|_| unknown("number of attempts"))?,
            last_error: self.last_error,
            has_letter: text.is_some(),
            can_be_retried: false,
        };
        let unsent = matches!(mail.state, MailState::Failed | MailState::Unsent);
        let mail = Mail { can_be_retried: unsent && mail.has_letter && now < mail.good_until, ..mail };
        Ok(Kept { mail, text })
    }
}

pub(crate) async fn insert(tx: &mut Tx<'_>, at: Millis, letter: &Letter, state: MailState) -> Result<MailId, Error> {
    let queued = state == MailState::Queued;
    let text = queued.then(|| serde_json::to_string(&letter.text).expect("words and numbers are JSON"));
    let (id,): (i64,) =
        sql("insert into mails (user_id, address, locale, kind, letter, state, queued_at, good_until, settled_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id")
        .bind(letter.user)
        .bind(letter.to.as_str())
        .bind(letter.locale.tag())
        .bind(letter.text.kind())
        .bind(text)
        .bind(state.word())
        .bind(at)
        .bind(at.plus(letter.text.good_for()))
        .bind((!queued).then_some(at))
        .fetch_one(tx)
        .await?;
    Ok(id.into())
}

/// How many letters of a kind about that account were queued since then.
pub(crate) async fn count_since(tx: &mut Tx<'_>, user: UserId, kind: &str, since: Millis) -> Result<i64, Error> {
    let (count,): (i64,) = sql("select count(*) from mails where user_id = $1 and kind = $2 and queued_at > $3")
        .bind(user)
        .bind(kind)
        .bind(since)
        .fetch_one(tx)
        .await?;
    Ok(count)
}

pub(crate) async fn find(db: &Db, id: MailId, now: Millis) -> Result<Option<Kept>, error::Error> {
    let row: Option<Row> = sql(
        "select id, user_id, address, locale, kind, letter, state, queued_at, good_until, attempts, last_error, settled_at
         from mails where id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    row.map(|row| row.read(now)).transpose()
}

/// Newest first, those before `before` only.
pub(crate) async fn list(
    db: &Db,
    state: Option<MailState>,
    before: Option<MailId>,
    at_most: u32,
    now: Millis,
) -> Result<Vec<Mail>, error::Error> {
    let before = before.map_or(i64::MAX, MailId::get);
    let query = match state {
        Some(state) => sql(
            "select id, user_id, address, locale, kind, letter, state, queued_at, good_until, attempts, last_error, settled_at
             from mails where id < $1 and state = $3 order by id desc limit $2",
        )
        .bind(before)
        .bind(at_most)
        .bind(state.word()),
        None => sql(
            "select id, user_id, address, locale, kind, letter, state, queued_at, good_until, attempts, last_error, settled_at
             from mails where id < $1 order by id desc limit $2",
        )
        .bind(before)
        .bind(at_most),
    };
    let rows: Vec<Row> = query.fetch_all(db).await?;
    rows.into_iter().map(|row| row.read(now).map(|kept| kept.mail)).collect()
}

pub(crate) async fn counts(db: &Db) -> Result<Vec<MailCount>, error::Error> {
    let rows: Vec<(String, i64)> =
        sql("select state, count(*) from mails group by state order by state").fetch_all(db).await?;
    rows.into_iter()
        .map(|(word, count)| {
            let state = MailState::from_word(&word).ok_or(error::Error::Corrupt { what: "mail state" })?;
            Ok(MailCount { state, count: count.unsigned_abs() })
        })
        .collect()
}

/// A queued mail comes to its end. Whoever came first decides; false: it has come to one already.
pub(crate) async fn settle(
    tx: &mut Tx<'_>,
    id: MailId,
    state: MailState,
    at: Millis,
    error: Option<&str>,
) -> Result<bool, Error> {
    let changed =
        sql("update mails set state = $2, settled_at = $3, last_error = $4 where id = $1 and state = 'queued'")
            .bind(id)
            .bind(state.word())
            .bind(at)
            .bind(error)
            .execute(tx)
            .await?;
    Ok(changed == 1)
}

/// Counts an attempt, before it is made: a kill in the middle is one, too.
pub(crate) async fn begin_attempt(tx: &mut Tx<'_>, id: MailId) -> Result<bool, Error> {
    let changed =
        sql("update mails set attempts = attempts + 1 where id = $1 and state = 'queued'").bind(id).execute(tx).await?;
    Ok(changed == 1)
}

pub(crate) async fn note_error(tx: &mut Tx<'_>, id: MailId, error: &str) -> Result<(), Error> {
    sql("update mails set last_error = $2 where id = $1 and state = 'queued'").bind(id).bind(error).execute(tx).await?;
    Ok(())
}

/// Back into the queue; false where it is not settled, was sent, has no letter any more, or would come too late.
pub(crate) async fn requeue(tx: &mut Tx<'_>, id: MailId, now: Millis) -> Result<bool, Error> {
    let changed = sql(
        "update mails set state = 'queued', settled_at = null, last_error = null, attempts = 0
         where id = $1 and state in ('failed', 'unsent') and letter is not null and address is not null and good_until > $2",
    )
    .bind(id)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

pub(crate) async fn remove(tx: &mut Tx<'_>, id: MailId) -> Result<bool, Error> {
    Ok(sql("delete from mails where id = $1").bind(id).execute(tx).await? == 1)
}

pub(crate) async fn forget(tx: &mut Tx<'_>, at: Millis, user: UserId) -> Result<(), Error> {
    sql("update mails set state = 'late', settled_at = $2 where user_id = $1 and state = 'queued'")
        .bind(user)
        .bind(at)
        .execute(&mut *tx)
        .await?;
    sql("update mails set address = null, letter = null, last_error = null, user_id = null where user_id = $1")
        .bind(user)
        .execute(tx)
        .await?;
    Ok(())
}

/// Forgets what mails say that were settled before then.
pub(crate) async fn purge_letters(tx: &mut Tx<'_>, before: Millis) -> Result<u64, Error> {
    sql("update mails set letter = null where letter is not null and settled_at < $1").bind(before).execute(tx).await
}

pub(crate) async fn delete_settled(tx: &mut Tx<'_>, before: Millis) -> Result<u64, Error> {
    sql("delete from mails where settled_at < $1").bind(before).execute(tx).await
}

pub(crate) async fn insert_decline_link(
    tx: &mut Tx<'_>,
    token_hash: &[u8; 32],
    address_hash: &[u8; 32],
    kind: &str,
    at: Millis,
) -> Result<(), Error> {
    sql("insert into mail_decline_links (token_hash, address_hash, kind, made_at) values ($1, $2, $3, $4)")
        .bind(token_hash)
        .bind(address_hash)
        .bind(kind)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(())
}

/// Declines what the link is about, again if it must be; `None` where there is no such link.
pub(crate) async fn decline(tx: &mut Tx<'_>, token_hash: &[u8; 32], at: Millis) -> Result<Option<String>, Error> {
    let found: Option<(Vec<u8>, String)> =
        sql("select address_hash, kind from mail_decline_links where token_hash = $1")
            .bind(token_hash)
            .fetch_optional(&mut *tx)
            .await?;
    let Some((address_hash, kind)) = found else { return Ok(None) };
    sql("insert into mail_declined (address_hash, kind, declined_at) values ($1, $2, $3)
         on conflict (address_hash, kind) do nothing")
    .bind(address_hash)
    .bind(&kind)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(Some(kind))
}

pub(crate) async fn is_declined(tx: &mut Tx<'_>, address_hash: &[u8; 32], kind: &str) -> Result<bool, Error> {
    let found: Option<(i64,)> = sql("select declined_at from mail_declined where address_hash = $1 and kind = $2")
        .bind(address_hash)
        .bind(kind)
        .fetch_optional(tx)
        .await?;
    Ok(found.is_some())
}

pub(crate) async fn delete_decline_links(tx: &mut Tx<'_>, before: Millis) -> Result<u64, Error> {
    sql("delete from mail_decline_links where made_at < $1").bind(before).execute(tx).await
}
