//! Who belongs to an organization, and as what.

use base::{Action, Actor, OrgId, Role, UserId};
use contract::{
    Event,
    organization::{Member, MemberList},
};
use serde_json::json;

use crate::{
    Orgs,
    error::Error,
    joining::part,
    standing::{During, rank},
    store,
};

/// The most members on one page.
const LONGEST_PAGE: u32 = 200;

/// Which members to list.
#[derive(Debug, Clone)]
pub struct MemberQuery {
    /// What the page before said to go on with; empty: from the first.
    pub after: String,
    /// So many, 200 at most.
    pub at_most: u32,
}

impl Default for MemberQuery {
    fn default() -> Self {
        Self { after: String::new(), at_most: 50 }
    }
}

impl Orgs {
    /// A page of members, the highest roles first.
    pub async fn members(&self, actor: &Actor, org: OrgId, query: &MemberQuery) -> Result<MemberList, Error> {
        let seen = self.entering(actor, org, Action::ViewMembers).await?;
        let at_most = query.at_most.clamp(1, LONGEST_PAGE);
        let after = if query.after.is_empty() { (-1, UserId::from(0)) } else { read_cursor(&query.after)? };
        let mut rows = store::list_members(&self.0.db, seen.org.id, after, i64::from(at_most) + 1).await?;
        let more = rows.len() > at_most as usize;
        rows.truncate(at_most as usize);
        let next = rows.last().filter(|_| more).map(|row| cursor(row.role, row.user));
        let names = self.names(rows.iter().map(|row| row.user)).await?;
        let mine = rank(actor, &seen.standing).filter(|_| seen.offers(actor, Action::ManageMembers));
        let members = rows
            .into_iter()
            .map(|row| Member {
                who: names.of(row.user),
                role: row.role,
                joined_at: row.joined_at,
                yours_to_change: mine.is_some_and(|mine| mine > row.role),
            })
            .collect();
        let yours_to_give = Role::ALL.into_iter().filter(|role| mine.is_some_and(|mine| mine > *role)).collect();
        Ok(MemberList { members, next, yours_to_give })
    }

    /// Gives a member another role, below one's own. Ownership is handed on instead.
    pub async fn set_role(&self, actor: &Actor, org: OrgId, user: UserId, role: Role) -> Result<(), Error> {
        self.change(actor, org, Action::ManageMembers, During::Work, move |tx, held| {
            Box::pin(async move {
                let before = store::role_in(&mut *tx, held.id(), user).await?.ok_or(Error::NotFound)?;
                if before == Role::Owner {
                    return Err(Error::OwnerStays);
                }
                if !held.rank().is_some_and(|mine| mine > before && mine > role) {
                    return Err(Error::Refused(base::Kind::Forbidden));
                }
                if before == role {
                    return Ok(());
                }
                store::set_role(tx, held.id(), user, role).await?;
                if role == Role::Guest && held.org.heir.is_some_and(|(heir, _)| heir == user) {
                    store::set_heir(tx, held.id(), None).await?;
                }
                let roles = (json!({ "role": before.word() }), json!({ "role": role.word() }));
                held.audit(tx, &held.entry("org.role_changed", "user", user).changing(roles.0, roles.1)).await?;
                let event = Event::MemberRoleChanged { organization: held.id(), user, role };
                Ok(events::record(tx, held.now, &event).await?)
            })
        })
        .await
    }

    /// Removes a member whose role is below one's own.
    pub async fn remove_member(&self, actor: &Actor, org: OrgId, user: UserId) -> Result<(), Error> {
        self.change(actor, org, Action::ManageMembers, During::Always, move |tx, held| {
            Box::pin(async move {
                let role = store::role_in(&mut *tx, held.id(), user).await?.ok_or(Error::NotFound)?;
                if role == Role::Owner {
                    return Err(Error::OwnerStays);
                }
                if held.rank().is_none_or(|mine| mine <= role) {
                    return Err(Error::Refused(base::Kind::Forbidden));
                }
                part(tx, &held, user, role, "org.member_removed").await
            })
        })
        .await
    }

    /// Whoever of its members has that name.
    pub async fn member_named(&self, actor: &Actor, org: OrgId, name: &str) -> Result<UserId, Error> {
        let seen = self.entering(actor, org, Action::ViewMembers).await?;
        let user = self.person(name).await?;
        store::role_in(&self.0.db, seen.org.id, user).await?.map(|_| user).ok_or(Error::NotFound)
    }
}

/// Where a page ends: the role's place in the list, and the account.
fn cursor(role: Role, user: UserId) -> String {
    format!("{}.{user}", place(role))
}

fn read_cursor(text: &str) -> Result<(i64, UserId), Error> {
    let (place, user) = text.split_once('.').ok_or(Error::Malformed)?;
    let number = |text: &str| text.parse::<i64>().map_err(|_| Error::Malformed);
    Ok((number(place)?, number(user)?.into()))
}

/// The highest role first; the statement that lists members counts the same way.
fn place(role: Role) -> i64 {
    i64::from(Role::Owner as u8) - i64::from(role as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        assert_eq!(read_cursor(&cursor(Role::Admin, UserId::from(7))).unwrap(), (1, UserId::from(7)));
        for rubbish in ["", "1", "a.b", "1.", ".1", "1.2.3"] {
            assert!(read_cursor(rubbish).is_err(), "{rubbish}");
        }
    }

    #[test]
    fn places_are_those_of_the_statement() {
        let places: Vec<i64> = Role::ALL.into_iter().rev().map(place).collect();
        assert_eq!(places, [0, 1, 2, 3, 4, 5, 6]);
    }
}
