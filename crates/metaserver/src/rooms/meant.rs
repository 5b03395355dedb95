//! Who is meant by whoever keeps order in a room, and whether anything may be done about them.

use base::{Actor, Role, RoomId, UserId, name::fold};
use contract::lobby::{Player, PlayerNumber};

use super::{Error, Rooms, keeping::keeps_all, store};

/// How somebody says whom they mean.
#[derive(Debug, Clone, Copy)]
pub enum Meant<'a> {
    /// As it is typed: the number they have in the room, their name there or its beginning, or the name of their account.
    Typed(&'a str),
    /// By their account.
    Account(UserId),
}

impl<'a> From<&'a str> for Meant<'a> {
    fn from(typed: &'a str) -> Self {
        Self::Typed(typed)
    }
}

impl<'a> From<&'a String> for Meant<'a> {
    fn from(typed: &'a String) -> Self {
        Self::Typed(typed)
    }
}

impl From<UserId> for Meant<'_> {
    fn from(user: UserId) -> Self {
        Self::Account(user)
    }
}

/// Somebody that something is done about.
#[derive(Debug, Clone)]
pub(super) struct Whom {
    pub(super) user: Option<UserId>,
    /// Where they are in the room now.
    pub(super) number: Option<PlayerNumber>,
    pub(super) name: String,
    role: Role,
}

impl Rooms {
    /// Whom somebody means. Nobody means themselves, or those at or above them; and a plugin none of those who keep order there, whoever is
    /// behind it.
    pub(super) async fn whom(&self, actor: &Actor, room: RoomId, meant: Meant<'_>) -> Result<Whom, Error> {
        let found = match meant {
            Meant::Typed(player) => self.typed(room, player).await?,
            Meant::Account(user) => self.account(room, user).await?,
        };
        let whom = found.ok_or(Error::NoSuchPlayer)?;
        let by_hand = !matches!(actor, Actor::Plugin(_));
        let may = match whom.user {
            None => true,
            Some(user) if Some(user) == actor.user() => false,
            Some(_) if by_hand && keeps_all(actor) => actor.outranks(whom.role),
            Some(user) => whom.role < Role::Moderator && !store::keeping::is_moderator(&self.0.db, room, user).await?,
        };
        if may { Ok(whom) } else { Err(Error::Refused(base::Kind::Forbidden)) }
    }

    async fn typed(&self, room: RoomId, player: &str) -> Result<Option<Whom>, Error> {
        let called = fold(player);
        let number = player.trim().strip_prefix('#').and_then(|number| number.parse::<u32>().ok());
        let present = self.0.present.players(room).unwrap_or_default();
        let exactly = |one: &&Player| fold(&one.name) == called || Some(one.number.0) == number;
        let mut like = present.iter().filter(|one| !called.is_empty() && fold(&one.name).starts_with(&called));
        let by_beginning = match (like.next(), like.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        };
        let here = present.iter().find(exactly);
        let account = if here.is_none() { store::keeping::person_named(&self.0.db, &called).await? } else { None };
        if let Some((user, name, role)) = account {
            return Ok(Some(Whom { user: Some(user), number: None, name, role }));
        }
        match here.or(by_beginning) {
            Some(one) => Ok(Some(self.here(one).await?)),
            None => Ok(None),
        }
    }

    async fn account(&self, room: RoomId, user: UserId) -> Result<Option<Whom>, Error> {
        let present = self.0.present.players(room).unwrap_or_default();
        if let Some(one) = present.iter().find(|one| one.user == Some(user)) {
            return Ok(Some(self.here(one).await?));
        }
        let account = store::keeping::person(&self.0.db, user).await?;
        Ok(account.map(|(name, role)| Whom { user: Some(user), number: None, name, role }))
    }

    async fn here(&self, one: &Player) -> Result<Whom, Error> {
        let role = match one.user {
            Some(user) => store::keeping::person(&self.0.db, user).await?.map_or(Role::Member, |(_, role)| role),
            None => Role::Member,
        };
        Ok(Whom { user: one.user, number: Some(one.number), name: one.name.clone(), role })
    }
}
