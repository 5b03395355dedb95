//! Somebody as other nodes are told of them.

use std::net::{IpAddr, Ipv4Addr};

use base::{OrderId, Role, UserId};
use contract::{
    lobby::{Dialect as Game, PlayerNumber},
    people::GameTexts,
};
use metaserver_proto::{Dialect, Text, packet::player::PlayerData, wire::Wire as _};
use serde::{Deserialize, Serialize};

use super::Visitor;
use crate::{logon::Known, versions::Software};

/// What makes a [`Visitor`]. Texts and looks are bytes as clients send them, in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Papers {
    number: PlayerNumber,
    user: Option<UserId>,
    role: Role,
    dialect: Option<Game>,
    shown_name: String,
    name: String,
    login_name: String,
    look: String,
    address: Option<Ipv4Addr>,
    network: IpAddr,
    software: (Option<u8>, bool, i32),
    here: Option<IpAddr>,
    caste: Option<u8>,
    country: Option<String>,
    order: Option<OrderId>,
    order_number: i16,
    texts: GameTexts,
    told_page: bool,
}

impl Papers {
    pub(crate) fn of(visitor: &Visitor) -> Self {
        Self {
            number: visitor.number,
            user: visitor.user,
            role: visitor.role,
            dialect: visitor.dialect.map(|dialect| match dialect {
                Dialect::Myth2 => Game::Myth2,
                Dialect::AlephOne => Game::AlephOne,
            }),
            shown_name: hex::encode(visitor.shown_name.as_bytes()),
            name: visitor.name.clone(),
            login_name: hex::encode(visitor.login_name.as_bytes()),
            look: hex::encode(visitor.look.to_bytes()),
            address: visitor.address,
            network: visitor.network,
            software: visitor.software.told(),
            here: visitor.here,
            caste: visitor.known.caste,
            country: visitor.known.country.clone(),
            order: visitor.known.order,
            order_number: visitor.order_as_told(Dialect::Myth2),
            texts: visitor.written(),
            told_page: visitor.told_page.load(std::sync::atomic::Ordering::Relaxed),
        }
    }

    /// Whose they are; `None`: another version wrote them.
    pub(crate) fn visitor(self) -> Option<Visitor> {
        let text = |told: &str| hex::decode(told).ok().map(|bytes| Text::from_bytes(&bytes));
        Some(Visitor {
            number: self.number,
            user: self.user,
            role: self.role,
            dialect: self.dialect.map(|game| match game {
                Game::Myth2 => Dialect::Myth2,
                Game::AlephOne => Dialect::AlephOne,
            }),
            shown_name: text(&self.shown_name)?,
            name: self.name,
            login_name: text(&self.login_name)?,
            look: PlayerData::read_exact(&hex::decode(self.look).ok()?).ok()?,
            address: self.address,
            network: self.network,
            software: Software::of_told(self.software)?,
            here: self.here,
            known: Known { caste: self.caste, country: self.country, order: self.order },
            order: self.order_number.into(),
            texts: self.texts.into(),
            told_page: self.told_page.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visitor::Arrival;

    fn arrival(dialect: Dialect) -> Arrival {
        Arrival {
            number: PlayerNumber(7),
            dialect,
            user_name: Text::new("Wéland"),
            look: PlayerData { icon: 3, order: -1, name: Text::new("|bWéland|p"), ..PlayerData::default() },
            address: Some(Ipv4Addr::new(192, 0, 2, 7)),
            network: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
            software: Software::default(),
            here: None,
            known: Known { caste: Some(3), country: Some("SE".into()), order: Some(OrderId::from(12)) },
        }
    }

    #[test]
    fn who_is_read_from_papers_is_who_they_were_made_of() {
        let member = Visitor::member(arrival(Dialect::Myth2), UserId::from(7), Role::Moderator, "Wéland");
        let guest = Visitor::guest(arrival(Dialect::AlephOne));
        guest.writes(GameTexts { city: "Madrigal".into(), ..GameTexts::default() });
        for one in [member, guest] {
            let papers = Papers::of(&one);
            let told = serde_json::to_string(&papers).expect("plain data");
            let read: Papers = serde_json::from_str(&told).expect("what was written");
            let same = read.visitor().expect("of this version");
            assert_eq!(Papers::of(&same), papers);
            assert_eq!((same.written(), &same.shown_name, &same.look), (one.written(), &one.shown_name, &one.look));
        }
    }

    #[test]
    fn papers_of_another_version_are_nobodys() {
        let papers = Papers::of(&Visitor::guest(arrival(Dialect::Myth2)));
        for strange in [
            Papers { look: "0102".into(), ..papers.clone() },
            Papers { shown_name: "no bytes".into(), ..papers.clone() },
            Papers { software: (Some(200), false, 0), ..papers },
        ] {
            assert!(strange.visitor().is_none());
        }
    }
}
