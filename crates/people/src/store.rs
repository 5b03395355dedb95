//! What is remembered between people: every statement, one function each. The rest is in the files beneath it, each for what its name says.
//!
//! Of the accounts' own table it reads the name, the role, the age and whether it is locked, and writes nothing.

pub(crate) mod avatars;
pub(crate) mod bonds;
pub(crate) mod companions;
pub(crate) mod game_texts;
pub(crate) mod listing;
pub(crate) mod takeouts;

use base::{Millis, Role, UserId};
use contract::people::{About, Audience, Card, GameTexts, Privacy};
use db::{Db, Error, On, Tx, sql};

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
