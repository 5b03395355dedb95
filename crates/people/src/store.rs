//! What is remembered between people: every statement, one function each.
//!
//! Of the accounts' own table it reads the name, the role, the age and whether it is locked, and writes nothing.

pub(crate) mod companions;
pub(crate) mod game_texts;
pub(crate) mod listing;

use base::{Millis, Role, UserId};
use contract::people::{About, Audience, Card, GameTexts, Privacy};
use db::{Db, Error, On, Tx, sql};

use crate::{
    avatar::Size,
    company::{Between, List},
};

/// Two people, whoever is named first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    low: i64,
    high: i64,
}

impl Pair {
    pub(crate) fn of(one: UserId, other: UserId) -> Self {
        let (one, other) = (one.get(), other.get());
        Self { low: one.min(other), high: one.max(other) }
    }
}

/// Somebody, and what they let others see.
pub(crate) struct Person {
    pub(crate) card: Card,
    pub(crate) locked: bool,
    pub(crate) privacy: Privacy,
}

/// Somebody in a list, and the key of their place in it.
pub(crate) struct Listed {
    pub(crate) card: Card,
    pub(crate) key: String,
}

/// A picture, drawn and ready.
#[derive(Clone)]
pub(crate) struct NewAvatar {
    pub(crate) hash: String,
    pub(crate) small: Vec<u8>,
    pub(crate) large: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: i64,
    name: String,
    role: String,
    created_at: i64,
    locked_at: Option<i64>,
    hash: Option<String>,
    profile: Option<String>,
    presence: Option<String>,
    friends: Option<String>,
    requests: Option<String>,
}

/// No profile: nulls. Nothing written in a game: empty texts.
#[derive(sqlx::FromRow)]
struct AboutRow {
    about: Option<String>,
    facts: Option<String>,
    links: Option<String>,
    country: Option<String>,
    city: String,
    state: String,
    game_country: String,
    quote: String,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    id: i64,
    name: String,
    role: String,
    created_at: i64,
    hash: Option<String>,
    folded_name: String,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        let defaults = Privacy::default();
        let audience =
            |word: Option<String>, default| word.and_then(|word| Audience::from_word(&word)).unwrap_or(default);
        Self {
            card: card(row.id, row.name, &row.role, row.created_at, row.hash),
            locked: row.locked_at.is_some(),
            privacy: Privacy {
                profile: audience(row.profile, defaults.profile),
                presence: audience(row.presence, defaults.presence),
                friends: audience(row.friends, defaults.friends),
                requests: audience(row.requests, defaults.requests),
            },
        }
    }
}

impl From<ListedRow> for Listed {
    fn from(row: ListedRow) -> Self {
        Self { card: card(row.id, row.name, &row.role, row.created_at, row.hash), key: row.folded_name }
    }
}

fn card(id: i64, name: String, role: &str, since: i64, avatar: Option<String>) -> Card {
    // A role of another version is none of ours: the least stands for it.
    Card { id: id.into(), name, role: Role::from_word(role).unwrap_or(Role::Member), since: Millis(since), avatar }
}

// ---------------------------------------------------------------- somebody

pub(crate) async fn person_by_name(db: &Db, folded_name: &str) -> Result<Option<Person>, Error> {
    let row: Option<PersonRow> = sql(
        "select u.id, u.name, u.role, u.created_at, u.locked_at, a.hash, p.profile, p.presence, p.friends, p.requests
             from users u left join avatars a on a.user_id = u.id left join privacy_settings p on p.user_id = u.id
             where u.folded_name = $1",
    )
    .bind(folded_name)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Person::from))
}

pub(crate) async fn person_by_id(db: &Db, user: UserId) -> Result<Option<Person>, Error> {
    let row: Option<PersonRow> = sql(
        "select u.id, u.name, u.role, u.created_at, u.locked_at, a.hash, p.profile, p.presence, p.friends, p.requests
             from users u left join avatars a on a.user_id = u.id left join privacy_settings p on p.user_id = u.id
             where u.id = $1",
    )
    .bind(user)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Person::from))
}

/// People whose folded name has the pattern, after a key, who let `viewer` see their page. Id 0 is nobody.
pub(crate) async fn search(
    db: &Db,
    viewer: Option<UserId>,
    all: bool,
    pattern: &str,
    after: &str,
    at_most: u32,
) -> Result<Vec<Listed>, Error> {
    let rows: Vec<ListedRow> = sql(r"select u.id, u.name, u.role, u.created_at, a.hash, u.folded_name
         from users u left join avatars a on a.user_id = u.id left join privacy_settings p on p.user_id = u.id
         where u.folded_name > $1 and u.folded_name like $2 escape '\'
           and ($4 or (
             u.locked_at is null
             and (u.id = $3
               or coalesce(p.profile, 'members') = 'everybody'
               or (coalesce(p.profile, 'members') = 'members' and $3 > 0)
               or (p.profile = 'friends' and exists (select 1 from friendships f where f.accepted_at is not null
                     and ((f.low_id = u.id and f.high_id = $3) or (f.low_id = $3 and f.high_id = u.id)))))
             and not exists (select 1 from avoidances v where v.kind = 'block'
                     and ((v.user_id = u.id and v.other_id = $3) or (v.user_id = $3 and v.other_id = u.id)))))
         order by u.folded_name limit $5")
    .bind(after)
    .bind(pattern)
    .bind(viewer.map_or(0, UserId::get))
    .bind(all)
    .bind(at_most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

// ---------------------------------------------------------------- what they write, and who sees it

pub(crate) async fn about(db: &Db, user: UserId) -> Result<About, Error> {
    read_about(db.into(), user).await
}

pub(crate) async fn about_in(tx: &mut Tx<'_>, user: UserId) -> Result<About, Error> {
    read_about(tx.into(), user).await
}

async fn read_about(on: On<'_>, user: UserId) -> Result<About, Error> {
    let row: Option<AboutRow> = sql("select p.about, p.facts, p.links, p.country, \
         coalesce(g.city, '') as city, coalesce(g.state, '') as state, coalesce(g.country, '') as game_country, \
         coalesce(g.quote, '') as quote \
         from users u left join profiles p on p.user_id = u.id left join game_texts g on g.user_id = u.id where u.id = $1")
    .bind(user)
    .fetch_optional(on)
    .await?;
    Ok(row.map_or_else(About::default, |row| About {
        text: row.about.unwrap_or_default(),
        facts: serde_json::from_str(&row.facts.unwrap_or_default()).unwrap_or_default(),
        links: serde_json::from_str(&row.links.unwrap_or_default()).unwrap_or_default(),
        country: row.country,
        game: GameTexts { city: row.city, state: row.state, country: row.game_country, quote: row.quote },
    }))
}

pub(crate) async fn put_about(tx: &mut Tx<'_>, user: UserId, about: &About, at: Millis) -> Result<(), Error> {
    let plain = "text in lists is JSON";
    sql("insert into profiles (user_id, about, facts, links, country, updated_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (user_id) do update set about = excluded.about, facts = excluded.facts, links = excluded.links,
             country = excluded.country, updated_at = excluded.updated_at")
    .bind(user)
    .bind(&about.text)
    .bind(serde_json::to_string(&about.facts).expect(plain))
    .bind(serde_json::to_string(&about.links).expect(plain))
    .bind(about.country.clone())
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn put_privacy(tx: &mut Tx<'_>, user: UserId, privacy: &Privacy) -> Result<(), Error> {
    sql("insert into privacy_settings (user_id, profile, presence, friends, requests) values ($1, $2, $3, $4, $5)
         on conflict (user_id) do update set profile = excluded.profile, presence = excluded.presence,
             friends = excluded.friends, requests = excluded.requests")
    .bind(user)
    .bind(privacy.profile.word())
    .bind(privacy.presence.word())
    .bind(privacy.friends.word())
    .bind(privacy.requests.word())
    .execute(tx)
    .await?;
    Ok(())
}

// ---------------------------------------------------------------- pictures

pub(crate) async fn put_avatar(tx: &mut Tx<'_>, user: UserId, avatar: &NewAvatar, at: Millis) -> Result<(), Error> {
    sql("insert into avatars (user_id, hash, small, large, set_at) values ($1, $2, $3, $4, $5)
         on conflict (user_id) do update set hash = excluded.hash, small = excluded.small, large = excluded.large,
             set_at = excluded.set_at")
    .bind(user)
    .bind(&avatar.hash)
    .bind(&avatar.small)
    .bind(&avatar.large)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn delete_avatar(tx: &mut Tx<'_>, user: UserId) -> Result<bool, Error> {
    Ok(sql("delete from avatars where user_id = $1").bind(user).execute(tx).await? == 1)
}

pub(crate) async fn avatar(db: &Db, hash: &str, size: Size) -> Result<Option<Vec<u8>>, Error> {
    let query = match size {
        Size::Small => sql("select small from avatars where hash = $1 limit 1"),
        Size::Large => sql("select large from avatars where hash = $1 limit 1"),
    };
    let row: Option<(Vec<u8>,)> = query.bind(hash).fetch_optional(db).await?;
    Ok(row.map(|(bytes,)| bytes))
}

// ---------------------------------------------------------------- friends, and whom one keeps away from

pub(crate) async fn between(db: &Db, viewer: UserId, other: UserId) -> Result<Between, Error> {
    let pair = Pair::of(viewer, other);
    let avoided: Vec<(i64, String)> = sql("select user_id, kind from avoidances
         where (user_id = $1 and other_id = $2) or (user_id = $2 and other_id = $1)")
    .bind(viewer)
    .bind(other)
    .fetch_all(db)
    .await?;
    let friendship: Option<(i64, Option<i64>)> =
        sql("select asked_by, accepted_at from friendships where low_id = $1 and high_id = $2")
            .bind(pair.low)
            .bind(pair.high)
            .fetch_optional(db)
            .await?;
    Ok(Between {
        blocked: avoided.iter().any(|(_, kind)| kind == "block"),
        muted: avoided.iter().any(|(user, kind)| *user == viewer.get() && kind == "mute"),
        friends: matches!(friendship, Some((_, Some(_)))),
        asked_by: match friendship {
            Some((asked_by, None)) => Some(asked_by.into()),
            _ => None,
        },
    })
}

/// Whether there is a friendship, a request or a block between them. Reads the pair as it is when this transaction writes.
pub(crate) async fn pair_is_known(tx: &mut Tx<'_>, pair: Pair) -> Result<bool, Error> {
    let (count,): (i64,) = sql("select (select count(*) from friendships where low_id = $1 and high_id = $2)
              + (select count(*) from avoidances where kind = 'block'
                    and ((user_id = $1 and other_id = $2) or (user_id = $2 and other_id = $1)))")
    .bind(pair.low)
    .bind(pair.high)
    .fetch_one(tx)
    .await?;
    Ok(count > 0)
}

/// Writes a request down, unless there is one or too many are open; `false` for too many.
pub(crate) async fn insert_request(
    tx: &mut Tx<'_>,
    pair: Pair,
    by: UserId,
    other: UserId,
    at: Millis,
    at_most: u32,
) -> Result<bool, Error> {
    debug_assert!(by != other, "nobody asks themselves");
    let (open,): (i64,) = sql("select count(*) from friendships
         where accepted_at is null and asked_by = $1 and (low_id = $1 or high_id = $1)")
    .bind(by)
    .fetch_one(&mut *tx)
    .await?;
    if open >= i64::from(at_most) {
        return Ok(false);
    }
    sql("insert into friendships (low_id, high_id, asked_by, asked_at, accepted_at) values ($1, $2, $3, $4, null)
         on conflict (low_id, high_id) do nothing")
    .bind(pair.low)
    .bind(pair.high)
    .bind(by)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(true)
}

/// Accepts what `by` has asked; `false` where there is no such request.
pub(crate) async fn accept(tx: &mut Tx<'_>, pair: Pair, by: UserId, at: Millis) -> Result<bool, Error> {
    let rows = sql("update friendships set accepted_at = $4
         where low_id = $1 and high_id = $2 and asked_by = $3 and accepted_at is null")
    .bind(pair.low)
    .bind(pair.high)
    .bind(by)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

pub(crate) async fn friend_count(tx: &mut Tx<'_>, user: UserId) -> Result<i64, Error> {
    let (count,): (i64,) =
        sql("select count(*) from friendships where accepted_at is not null and (low_id = $1 or high_id = $1)")
            .bind(user)
            .fetch_one(tx)
            .await?;
    Ok(count)
}

pub(crate) async fn delete_friendship(tx: &mut Tx<'_>, pair: Pair) -> Result<bool, Error> {
    let rows = sql("delete from friendships where low_id = $1 and high_id = $2")
        .bind(pair.low)
        .bind(pair.high)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn share_a_friend(db: &Db, one: UserId, other: UserId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select f.friend from
             (select case when low_id = $1 then high_id else low_id end as friend from friendships
                 where accepted_at is not null and (low_id = $1 or high_id = $1)) f
             join (select case when low_id = $2 then high_id else low_id end as friend from friendships
                 where accepted_at is not null and (low_id = $2 or high_id = $2)) g on g.friend = f.friend
         limit 1")
    .bind(one)
    .bind(other)
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}

const fn kind(list: List) -> &'static str {
    match list {
        List::Blocked => "block",
        _ => "mute",
    }
}

/// Notes that one keeps away from somebody; `false` where there are too many already.
pub(crate) async fn avoid(
    tx: &mut Tx<'_>,
    user: UserId,
    other: UserId,
    list: List,
    at: Millis,
    at_most: u32,
) -> Result<bool, Error> {
    let (count,): (i64,) = sql("select count(*) from avoidances where user_id = $1 and kind = $2 and other_id <> $3")
        .bind(user)
        .bind(kind(list))
        .bind(other)
        .fetch_one(&mut *tx)
        .await?;
    if count >= i64::from(at_most) {
        return Ok(false);
    }
    sql("insert into avoidances (user_id, other_id, kind, since) values ($1, $2, $3, $4)
         on conflict (user_id, kind, other_id) do nothing")
    .bind(user)
    .bind(other)
    .bind(kind(list))
    .bind(at)
    .execute(tx)
    .await?;
    Ok(true)
}

pub(crate) async fn stop_avoiding(tx: &mut Tx<'_>, user: UserId, other: UserId, list: List) -> Result<bool, Error> {
    let rows = sql("delete from avoidances where user_id = $1 and other_id = $2 and kind = $3")
        .bind(user)
        .bind(other)
        .bind(kind(list))
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Everybody somebody has blocked, and everybody they have muted.
pub(crate) async fn avoided_by(db: &Db, user: UserId) -> Result<(Vec<UserId>, Vec<UserId>), Error> {
    let rows: Vec<(i64, String)> =
        sql("select other_id, kind from avoidances where user_id = $1").bind(user).fetch_all(db).await?;
    let of = |wanted: &str| {
        let chosen = rows.iter().filter(|(_, kind)| kind == wanted);
        chosen.map(|(other, _)| UserId::from(*other)).collect()
    };
    Ok((of("block"), of("mute")))
}

/// A page of a list one keeps, by folded name.
pub(crate) async fn list(db: &Db, user: UserId, list: List, after: &str, at_most: u32) -> Result<Vec<Listed>, Error> {
    let query = match list {
        List::Friends => sql("select u.id, u.name, u.role, u.created_at, a.hash, u.folded_name
             from friendships f join users u on u.id = case when f.low_id = $1 then f.high_id else f.low_id end
             left join avatars a on a.user_id = u.id
             where (f.low_id = $1 or f.high_id = $1) and f.accepted_at is not null and u.folded_name > $2
             order by u.folded_name limit $3"),
        List::Asking => sql("select u.id, u.name, u.role, u.created_at, a.hash, u.folded_name
             from friendships f join users u on u.id = f.asked_by left join avatars a on a.user_id = u.id
             where (f.low_id = $1 or f.high_id = $1) and f.asked_by <> $1 and f.accepted_at is null and u.folded_name > $2
             order by u.folded_name limit $3"),
        List::Asked => sql("select u.id, u.name, u.role, u.created_at, a.hash, u.folded_name
             from friendships f join users u on u.id = case when f.low_id = $1 then f.high_id else f.low_id end
             left join avatars a on a.user_id = u.id
             where (f.low_id = $1 or f.high_id = $1) and f.asked_by = $1 and f.accepted_at is null and u.folded_name > $2
             order by u.folded_name limit $3"),
        List::Blocked => sql("select u.id, u.name, u.role, u.created_at, a.hash, u.folded_name
             from avoidances v join users u on u.id = v.other_id left join avatars a on a.user_id = u.id
             where v.user_id = $1 and v.kind = 'block' and u.folded_name > $2
             order by u.folded_name limit $3"),
        List::Muted => sql("select u.id, u.name, u.role, u.created_at, a.hash, u.folded_name
             from avoidances v join users u on u.id = v.other_id left join avatars a on a.user_id = u.id
             where v.user_id = $1 and v.kind = 'mute' and u.folded_name > $2
             order by u.folded_name limit $3"),
    };
    let rows: Vec<ListedRow> = query.bind(user).bind(after).bind(at_most).fetch_all(db).await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

// ---------------------------------------------------------------- everything about somebody

/// An archive that was asked for.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct TakeoutRow {
    pub(crate) id: i64,
    pub(crate) asked_at: i64,
    pub(crate) ready_at: Option<i64>,
    pub(crate) failed_at: Option<i64>,
    pub(crate) ends_at: i64,
    pub(crate) size_bytes: i64,
}

/// Writes down that somebody asks, unless they did since `since`; `None` then.
pub(crate) async fn insert_takeout(
    tx: &mut Tx<'_>,
    user: UserId,
    at: Millis,
    since: Millis,
    ends_at: Millis,
) -> Result<Option<i64>, Error> {
    let row: Option<(i64,)> = sql("insert into takeouts (user_id, asked_at, ends_at, size_bytes)
         select u.id, $2, $3, 0 from users u
         where u.id = $1 and not exists (select 1 from takeouts t where t.user_id = $1 and t.asked_at > $4)
         returning id")
    .bind(user)
    .bind(at)
    .bind(ends_at)
    .bind(since)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(id,)| id))
}

pub(crate) async fn takeouts(db: &Db, user: UserId, now: Millis) -> Result<Vec<TakeoutRow>, Error> {
    sql("select id, asked_at, ready_at, failed_at, ends_at, size_bytes from takeouts
         where user_id = $1 and ends_at > $2 order by id desc limit 10")
    .bind(user)
    .bind(now)
    .fetch_all(db)
    .await
}

/// Whose it is, while it is still to be built.
pub(crate) async fn open_takeout(db: &Db, takeout: i64) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> =
        sql("select user_id from takeouts where id = $1 and ready_at is null").bind(takeout).fetch_optional(db).await?;
    Ok(row.map(|(user,)| user.into()))
}

pub(crate) async fn fill_takeout(
    tx: &mut Tx<'_>,
    takeout: i64,
    archive: &[u8],
    at: Millis,
    ends_at: Millis,
) -> Result<(), Error> {
    sql("update takeouts set archive = $2, size_bytes = $3, ready_at = $4, ends_at = $5, failed_at = null where id = $1 and ready_at is null")
        .bind(takeout)
        .bind(archive)
        .bind(i64::try_from(archive.len()).unwrap_or(i64::MAX))
        .bind(at)
        .bind(ends_at)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn takeout(db: &Db, user: UserId, takeout: i64, now: Millis) -> Result<Option<Vec<u8>>, Error> {
    let row: Option<(Option<Vec<u8>>,)> =
        sql("select archive from takeouts where id = $1 and user_id = $2 and ends_at > $3 and ready_at is not null")
            .bind(takeout)
            .bind(user)
            .bind(now)
            .fetch_optional(db)
            .await?;
    Ok(row.and_then(|(archive,)| archive))
}

pub(crate) async fn fail_takeout(tx: &mut Tx<'_>, takeout: i64, at: Millis) -> Result<(), Error> {
    sql("update takeouts set failed_at = $2 where id = $1 and ready_at is null")
        .bind(takeout)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(())
}

/// Those of somebody that could not be built: they stand in nobody's way.
pub(crate) async fn delete_failed_takeouts(tx: &mut Tx<'_>, user: UserId) -> Result<u64, Error> {
    sql("delete from takeouts where user_id = $1 and failed_at is not null").bind(user).execute(tx).await
}

pub(crate) async fn delete_old_takeouts(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Error> {
    sql("delete from takeouts where ends_at <= $1").bind(now).execute(tx).await
}
