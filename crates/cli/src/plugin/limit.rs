//! What an organization takes away from a plugin, and whom it gives the plugin's own permissions.

use std::str::FromStr;

use base::Role;
use clap::Args;
use client::Client;
use contract::plugins::{LimitPlugin, OrganizationPluginDetail};

use super::tell;
use crate::{
    org,
    terminal::{Done, Terminal},
};

/// What changes, and where. What isn't named stays as it is.
#[derive(Args)]
pub struct Limiting {
    /// Its id.
    plugin: String,
    /// In the organization of that address (its last part).
    #[arg(long, value_name = "ORGANIZATION")]
    org: String,
    /// Take this power away from it; again for more.
    #[arg(long = "take", value_name = "POWER")]
    taken: Vec<String>,
    /// Give this power back that was taken away; again for more.
    #[arg(long = "give-back", value_name = "POWER")]
    given: Vec<String>,
    /// Let it keep so much in a store: `kv=4` for four MiB, `kv=granted` for all that it was granted.
    #[arg(long = "quota", value_name = "STORE=MIB")]
    quotas: Vec<Quota>,
    /// How often a minute it may be asked, by everybody together; 0 for as often as the hub allows.
    #[arg(long, value_name = "NUMBER")]
    requests: Option<u32>,
    /// Who has one of its permissions: `poll:close=admin,owner`, `poll:close=` for nobody, `poll:close=default` as the plugin says.
    #[arg(long = "role", value_name = "PERMISSION=ROLES")]
    roles: Vec<Permitted>,
    /// Only say what would count.
    #[arg(long)]
    dry_run: bool,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// A store, and how much of it; none: all that was granted.
#[derive(Clone)]
struct Quota(String, Option<u32>);

impl FromStr for Quota {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (store, mib) = text.split_once('=').ok_or("is a store, `=` and MiB")?;
        let mib = match mib {
            "granted" => None,
            mib => Some(mib.parse().map_err(|_| format!("`{mib}` is no number of MiB"))?),
        };
        Ok(Self(store.to_owned(), mib))
    }
}

/// A permission, and who has it; none: as the plugin says.
#[derive(Clone)]
struct Permitted(String, Option<Vec<Role>>);

impl FromStr for Permitted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (permission, roles) = text.split_once('=').ok_or("is a permission, `=` and roles")?;
        let roles = match roles {
            "default" => None,
            roles => {
                let words = roles.split(',').map(str::trim).filter(|word| !word.is_empty());
                let read = |word: &str| Role::from_word(word).ok_or_else(|| format!("`{word}` is no role"));
                Some(words.map(read).collect::<Result<Vec<_>, _>>()?)
            }
        };
        Ok(Self(permission.to_owned(), roles))
    }
}

pub(super) async fn limit(hub: &Client, terminal: &mut Terminal<'_>, limiting: Limiting) -> Done {
    let (dry_run, json, plugin) = (limiting.dry_run, limiting.json, limiting.plugin.clone());
    let org = org::find(hub, &limiting.org).await?.id;
    let now = hub.organization_plugin(org, &plugin).await?;
    let after = limiting.upon(now.limits.clone());
    let stands = if after == now.limits {
        now
    } else if dry_run {
        OrganizationPluginDetail { limits: after, ..now }
    } else {
        hub.limit_organization_plugin(org, &plugin, &after).await?
    };
    terminal.answer(json, &stands, |terminal, stands| tell::limits(terminal, stands))
}

impl Limiting {
    /// The limits as they would be.
    fn upon(self, mut limits: LimitPlugin) -> LimitPlugin {
        limits.off.retain(|power| !self.given.contains(power));
        for power in self.taken {
            if !limits.off.contains(&power) {
                limits.off.push(power);
            }
        }
        limits.off.sort();
        for Quota(store, mib) in self.quotas {
            match mib {
                Some(mib) => limits.quotas.insert(store, mib),
                None => limits.quotas.remove(&store),
            };
        }
        if let Some(requests) = self.requests {
            limits.requests_a_minute = Some(requests).filter(|requests| *requests > 0);
        }
        for Permitted(permission, roles) in self.roles {
            match roles {
                Some(roles) => limits.roles.insert(permission, roles),
                None => limits.roles.remove(&permission),
            };
        }
        limits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_stays() {
        let limits = LimitPlugin { off: vec!["http".into()], requests_a_minute: Some(9), ..LimitPlugin::default() };
        let limiting = Limiting {
            plugin: "poll".into(),
            org: "the-lantern".into(),
            taken: vec!["notify".into(), "http".into()],
            given: Vec::new(),
            quotas: vec!["kv=4".parse().unwrap()],
            requests: None,
            roles: vec!["poll:close=admin, owner".parse().unwrap()],
            dry_run: false,
            json: false,
        };
        let after = limiting.upon(limits);
        assert_eq!((after.off, after.requests_a_minute), (vec!["http".to_owned(), "notify".to_owned()], Some(9)));
        assert_eq!(
            (after.quotas["kv"], after.roles["poll:close"].as_slice()),
            (4, [Role::Admin, Role::Owner].as_slice())
        );
        assert!("kv=much".parse::<Quota>().is_err() && "poll:close=king".parse::<Permitted>().is_err());
    }
}
