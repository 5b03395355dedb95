//! People who come over from another lobby server, with what they log on with.
//!
//! First it is decided for each what becomes of them, and nothing is written: that is the dry run. Then the same is done, a few at a time, each
//! with a mark of where they come from; so it can be broken off and begun again, and done twice it changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use audit::Entry;
use base::{Action, Actor, Millis, Role, Secret, UserId};
use contract::Code;
use db::Tx;
use heritage::Player;
use serde::Serialize;
use serde_json::json;

use crate::{
    Accounts,
    candidate::lost_race,
    claim_link::ClaimLink,
    email::Email,
    error::Error,
    failures::Target,
    name::{self, Name},
    reading::Reading,
    store::{self, GamePassword, NewUser},
};

/// So many are written in one transaction.
const AT_ONCE: usize = 50;
/// How many numbers are tried behind a name that is not free.
const TRIES: u32 = 99;
/// The longest name of a server, in characters.
const LONGEST_SOURCE: usize = 40;

/// Those who come.
#[derive(Debug, Clone, Copy)]
pub struct Coming<'a> {
    /// What the operator calls the server they come from.
    pub source: &'a str,
    /// All of its players.
    pub players: &'a [Player],
    /// Whether the same name, there and here, is the same person: the operator vouches for that.
    pub merge_names: bool,
}

/// What becomes of one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arrived {
    /// Who it was there.
    pub number: String,
    /// How they were called there.
    pub was: String,
    /// How they are called here; `None`: they are not here.
    pub name: Option<String>,
    /// What becomes of them.
    pub arrival: Arrival,
    /// With what they log on to the lobby; `None` where nothing is done to them.
    pub logon: Option<Logon>,
    /// What they type as their name, where it is not their name and not what they typed there.
    pub types_now: Option<String>,
    /// Whether a claim link is mailed to them.
    pub mailed: bool,
    /// Whether they kept order there. Here they are members.
    pub kept_order: bool,
}

/// What becomes of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Arrival {
    /// They get an account.
    New,
    /// They get an account under another name.
    Renamed {
        /// Why.
        because: Code,
    },
    /// They have an account here: what they played is added to it, and nothing else of it changes.
    Merged,
    /// They came before.
    Known,
    /// They came before, and their account is gone.
    Gone,
    /// Nothing is done.
    Skipped {
        /// Why.
        because: Code,
    },
}

/// With what somebody logs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Logon {
    /// With the password they had there, stored as one of ours at once.
    Kept,
    /// With the password they had there; what is stored is made of its old hash until they log on.
    KeptUntilUsed,
    /// With a game password that they make at the site, by a claim link.
    ByClaim,
}

/// What is to be done for somebody, decided.
#[derive(Clone)]
struct Plan {
    arrived: Arrived,
    doing: Doing,
}

#[derive(Clone)]
enum Doing {
    Nothing,
    Merge(UserId),
    Make(Box<Newcomer>),
}

/// An account to be made.
#[derive(Clone)]
struct Newcomer {
    name: Name,
    email: Option<Email>,
    password: Option<(Reading, Secret)>,
    /// Folded, and as it was typed.
    alias: Option<(String, String)>,
    since: Option<Millis>,
}

impl Accounts {
    /// Says what [`import`](Self::import) would do, and does nothing.
    pub async fn foresee_import(&self, actor: &Actor, coming: Coming<'_>) -> Result<Vec<Arrived>, Error> {
        actor.may(Action::ManageUsers)?;
        Ok(self.plan(coming).await?.into_iter().map(|plan| plan.arrived).collect())
    }

    /// Makes accounts for those who come, or finds those they have. `told` hears how many are done.
    pub async fn import(
        &self,
        actor: &Actor,
        coming: Coming<'_>,
        told: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<Vec<Arrived>, Error> {
        actor.may(Action::ManageUsers)?;
        let plans = self.plan(coming).await?;
        let mut done = 0;
        for some in plans.chunks(AT_ONCE) {
            self.carry_out(actor, coming.source, some).await?;
            done += some.len();
            told(done);
        }
        Ok(plans.into_iter().map(|plan| plan.arrived).collect())
    }

    /// Who of that server is who here; `None`: their account is gone.
    pub async fn imported(&self, actor: &Actor, source: &str) -> Result<BTreeMap<String, Option<UserId>>, Error> {
        actor.may(Action::ManageUsers)?;
        Ok(store::imported(&self.0.db, source).await?)
    }

    /// Makes a claim link for each of them who can't get to the site otherwise: name and path. Earlier ones are worth nothing any more.
    pub async fn claim_links(&self, actor: &Actor, source: &str) -> Result<Vec<(String, Secret)>, Error> {
        actor.may(Action::ManageUsers)?;
        let now = self.now();
        let mut links = Vec::new();
        for (user, name) in store::unclaimed(&self.0.db, source).await? {
            let link = ClaimLink::new(&*self.0.chance, now);
            let (kept, acting) = (link.clone(), actor.clone());
            self.0
                .db
                .write(move |tx| {
                    let (kept, acting) = (kept.clone(), acting.clone());
                    Box::pin(async move {
                        kept.keep(tx, user, None).await?;
                        let entry = Entry::new("user.claim_link_made", "user", user);
                        Ok::<_, Error>(audit::record(tx, now, &acting, &entry).await?)
                    })
                })
                .await?;
            links.push((name, link.path()));
        }
        Ok(links)
    }

    async fn plan(&self, coming: Coming<'_>) -> Result<Vec<Plan>, Error> {
        let Coming { source, players, merge_names } = coming;
        let length = source.chars().count();
        if length == 0 || length > LONGEST_SOURCE {
            return Err(Error::field(contract::Field::Name, Code::TooLong));
        }
        let known = store::imported(&self.0.db, source).await?;
        let mut taken = Taken::default();
        let mut plans = Vec::with_capacity(players.len());
        for player in players {
            plans.push(self.plan_for(player, known.get(&player.number), merge_names, &mut taken).await?);
        }
        Ok(plans)
    }

    async fn plan_for(
        &self,
        player: &Player,
        known: Option<&Option<UserId>>,
        merge_names: bool,
        taken: &mut Taken,
    ) -> Result<Plan, Error> {
        let arrived = Arrived {
            number: player.number.clone(),
            was: player.name.clone(),
            name: None,
            arrival: Arrival::Known,
            logon: None,
            types_now: None,
            mailed: false,
            kept_order: player.keeps_order,
        };
        match known {
            Some(Some(user)) => {
                let name = store::user_by_id(&self.0.db, *user).await?.map(|user| user.name);
                return Ok(Plan { arrived: Arrived { name, ..arrived }, doing: Doing::Nothing });
            }
            Some(None) => {
                let arrived = Arrived { arrival: Arrival::Gone, ..arrived };
                return Ok(Plan { arrived, doing: Doing::Nothing });
            }
            // Named twice in one dump: a table that has lost its key.
            None if !taken.numbers.insert(player.number.clone()) => return Ok(skipped(arrived, Code::Taken)),
            None => {}
        }
        let email = player.email.as_deref().and_then(|typed| Email::parse(typed).ok().flatten());
        if let Some(email) = &email
            && let Some((user, name)) = store::user_by_proved_email(&self.0.db, &email.key).await?
        {
            return Ok(merged(arrived, user, name));
        }
        let (shown, dirty) = tidied(player);
        if merge_names && let Some(user) = store::user_by_name(&self.0.db, &name::fold(&shown)).await? {
            return Ok(merged(arrived, user.id, user.name));
        }
        let Some((name, because)) = self.find_free(&shown, taken).await? else {
            return Ok(skipped(arrived, Code::Taken));
        };
        let because = because.or(dirty.then_some(Code::BadCharacters));
        taken.take(&name);

        let password = player.password.as_ref().and_then(|kept| Reading::of_kept(kept.text.expose(), kept.form));
        let logon = match &password {
            None => Logon::ByClaim,
            Some((reading, _)) if reading.is_old() => Logon::KeptUntilUsed,
            Some(_) => Logon::Kept,
        };
        let alias = self.alias(player, &name, password.is_some(), taken).await?;
        // They typed something there that is somebody else's here: they have to type their name.
        let typed = player.types.as_deref().map(name::game_key);
        let types_now = (password.is_some() && alias.is_none() && typed.is_some_and(|typed| typed != name.game_key))
            .then(|| name.shown.clone());
        let mailed = match &email {
            Some(email) => !store::email_is_proved(&self.0.db, &email.key).await?,
            None => false,
        };
        let arrival = because.map_or(Arrival::New, |because| Arrival::Renamed { because });
        let arrived =
            Arrived { name: Some(name.shown.clone()), arrival, logon: Some(logon), types_now, mailed, ..arrived };
        let newcomer = Newcomer { name, email, password, alias, since: player.since };
        Ok(Plan { arrived, doing: Doing::Make(Box::new(newcomer)) })
    }

    /// The name itself, or the first with a number behind it that nobody has; and why it is another.
    async fn find_free(&self, shown: &str, taken: &Taken) -> Result<Option<(Name, Option<Code>)>, Error> {
        let because = match self.judge_name(shown, taken).await? {
            Ok(name) => return Ok(Some((name, None))),
            Err(because) => because,
        };
        // A reserved word with a number behind it is reserved as well.
        let stem = if because == Code::Reserved && Name::parse(shown).is_err() { "Player" } else { shown };
        let stem: String = stem.chars().take(11).collect();
        for number in 2..=TRIES {
            if let Ok(name) = self.judge_name(&format!("{} {number}", stem.trim_end()), taken).await? {
                return Ok(Some((name, Some(because))));
            }
        }
        Ok(None)
    }

    async fn judge_name(&self, shown: &str, taken: &Taken) -> Result<Result<Name, Code>, Error> {
        let name = match self.free_name(shown).await? {
            Ok(name) => name,
            Err(code) => return Ok(Err(code)),
        };
        if taken.names.contains(&name.key) || taken.game_names.contains(&name.game_key) {
            return Ok(Err(Code::Taken));
        }
        Ok(if self.may_be_called(&name.shown).await? { Ok(name) } else { Err(Code::Reserved) })
    }

    /// What they typed there, where it is not their name here and nobody else's either.
    async fn alias(
        &self,
        player: &Player,
        name: &Name,
        needed: bool,
        taken: &mut Taken,
    ) -> Result<Option<(String, String)>, Error> {
        let Some(typed) = player.types.as_deref().filter(|_| needed) else { return Ok(None) };
        let folded = name::game_key(typed);
        let free = !folded.is_empty()
            && folded != name.game_key
            && !taken.game_names.contains(&folded)
            && !store::is_game_name_taken(&self.0.db, &folded).await?;
        if free {
            taken.game_names.insert(folded.clone());
        }
        Ok(free.then(|| (folded, typed.to_owned())))
    }

    async fn carry_out(&self, actor: &Actor, source: &str, plans: &[Plan]) -> Result<(), Error> {
        let now = self.now();
        let mut ready = Vec::with_capacity(plans.len());
        for plan in plans {
            let made = match &plan.doing {
                Doing::Nothing => continue,
                Doing::Merge(user) => Made::Found(*user),
                Doing::Make(newcomer) => Made::New(Box::new(self.make_ready(newcomer, now).await?)),
            };
            ready.push((plan.arrived.number.clone(), plan.arrived.was.clone(), made));
        }
        let (acting, source) = (actor.clone(), source.to_owned());
        self.0
            .db
            .write(move |tx| {
                let (ready, acting, source) = (ready.clone(), acting.clone(), source.clone());
                Box::pin(async move {
                    for (number, was, made) in ready {
                        settle(tx, now, &acting, (&source, &number, &was), made).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn make_ready(&self, newcomer: &Newcomer, now: Millis) -> Result<Ready, Error> {
        let password = match newcomer.password.clone() {
            Some((reading, expected)) => {
                Some(GamePassword { hash: self.hash_patiently(expected).await?, reading, waits: false })
            }
            None => None,
        };
        let email = newcomer.email.as_ref();
        Ok(Ready {
            user: NewUser {
                name: newcomer.name.clone(),
                email: newcomer.email.clone(),
                password_hash: String::new(),
                role: Role::Member,
                locale: None,
                // Nobody is older here than time itself, or from the future.
                created_at: newcomer.since.filter(|since| *since <= now).unwrap_or(now),
            },
            password,
            alias: newcomer.alias.clone(),
            link: ClaimLink::new(&*self.0.chance, now),
            loud: email.is_some_and(|email| self.0.claims.begin(Target::mailbox(email), now).is_ok()),
        })
    }

    /// As often as it takes: the line of hashes is for people first, and they may fill it.
    async fn hash_patiently(&self, password: Secret) -> Result<String, Error> {
        loop {
            match self.0.hasher.hash(password.clone()).await {
                Err(Error::Busy { retry_after }) => tokio::time::sleep(retry_after).await,
                hashed => return hashed,
            }
        }
    }
}

/// What is written for one of them.
#[derive(Clone)]
enum Made {
    Found(UserId),
    New(Box<Ready>),
}

#[derive(Clone)]
struct Ready {
    user: NewUser,
    password: Option<GamePassword>,
    alias: Option<(String, String)>,
    link: ClaimLink,
    loud: bool,
}

/// No event is recorded: whoever listens for newcomers greets them, and a thousand at once come from where they knew each other.
async fn settle(
    tx: &mut Tx<'_>,
    now: Millis,
    actor: &Actor,
    (source, number, was): (&str, &str, &str),
    made: Made,
) -> Result<(), Error> {
    let from = json!({"from": source, "number": number, "name": was});
    let ready = match made {
        Made::Found(user) => {
            if store::mark_imported(tx, source, number, user, now).await? {
                let entry = Entry::new("user.import_merged", "user", user).changing((), from);
                audit::record(tx, now, actor, &entry).await?;
            }
            return Ok(());
        }
        Made::New(ready) => ready,
    };
    let user = store::insert_user(tx, &ready.user).await.map_err(lost_race)?;
    if !store::mark_imported(tx, source, number, user, now).await? {
        // Two imports at the same moment: the other one has them.
        return store::delete_user(tx, user).await.map_err(Error::from);
    }
    if let Some(password) = &ready.password {
        store::put_game_password(tx, user, password, now).await?;
    }
    if let Some((folded, typed)) = &ready.alias {
        store::insert_alias(tx, folded, user, typed).await?;
    }
    audit::record(tx, now, actor, &Entry::new("user.imported", "user", user).changing((), from)).await?;
    let holder = store::hold_holder(tx, user).await?.ok_or(Error::NotFound)?;
    ready.link.mail(tx, now, &holder, ready.loud).await
}

/// Names that this import gives away itself.
#[derive(Default)]
struct Taken {
    numbers: BTreeSet<String>,
    names: BTreeSet<String>,
    game_names: BTreeSet<String>,
}

impl Taken {
    fn take(&mut self, name: &Name) {
        self.names.insert(name.key.clone());
        self.game_names.insert(name.game_key.clone());
    }
}

fn skipped(arrived: Arrived, because: Code) -> Plan {
    Plan { arrived: Arrived { arrival: Arrival::Skipped { because }, ..arrived }, doing: Doing::Nothing }
}

fn merged(arrived: Arrived, user: UserId, name: String) -> Plan {
    let arrived = Arrived { name: Some(name), arrival: Arrival::Merged, ..arrived };
    Plan { arrived, doing: Doing::Merge(user) }
}

/// A name as it may be here, and whether it had to be changed for that: style codes and foreign signs go, and what is too long is cut.
fn tidied(player: &Player) -> (String, bool) {
    let plain = name::plain(&player.name);
    let plain = plain.trim();
    let shown = name::allowed(plain);
    if shown.chars().count() >= 3 {
        let changed = shown != plain;
        return (shown, changed);
    }
    let typed = name::allowed(player.types.as_deref().unwrap_or_default());
    let shown = if typed.chars().count() >= 3 { typed } else { "Player".to_owned() };
    (shown, true)
}
