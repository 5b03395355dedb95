//! Who wants in, and who is wanted, for those who let people in.

use base::{Action, Actor, OrgId};
use contract::organization::{Admissions, Invitation, InvitationLink, JoinRequest};

use crate::{Orgs, error::Error, joining::WAITING, store};

impl Orgs {
    /// Who asks, who is invited, and which links hold.
    pub async fn admissions(&self, actor: &Actor, org: OrgId) -> Result<Admissions, Error> {
        let seen = self.entering(actor, org, Action::ViewAdmissions).await?;
        let (db, now, id) = (&self.0.db, self.now(), seen.org.id);
        let requests = store::requests(db, id, i64::from(WAITING)).await?;
        let invitations = store::invitations(db, id, now).await?;
        let links = store::links(db, id, now).await?;
        let named = requests
            .iter()
            .map(|(user, _, _)| *user)
            .chain(invitations.iter().flat_map(|row| [Some(row.user), row.by].into_iter().flatten()))
            .chain(links.iter().filter_map(|row| row.by));
        let names = self.names(named.collect::<Vec<_>>()).await?;
        Ok(Admissions {
            requests: requests
                .into_iter()
                .map(|(user, message, asked_at)| JoinRequest { who: names.of(user), message, asked_at })
                .collect(),
            invitations: invitations
                .into_iter()
                .map(|row| Invitation {
                    who: names.of(row.user),
                    role: row.role,
                    by: row.by.map(|by| names.of(by)),
                    invited_at: row.invited_at,
                    expires_at: row.expires_at,
                })
                .collect(),
            links: links
                .into_iter()
                .map(|row| InvitationLink {
                    id: row.id,
                    role: row.role,
                    uses_left: row.uses_left,
                    used: row.used,
                    by: row.by.map(|by| names.of(by)),
                    made_at: row.made_at,
                    expires_at: row.expires_at,
                })
                .collect(),
        })
    }
}
