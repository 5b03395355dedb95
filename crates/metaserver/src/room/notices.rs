//! What whoever enters a room is told: by those who run the hub, then by the room (spec sections 8.1 and 12.5).

use std::sync::atomic::Ordering;

use contract::lobby::PlayerNumber;
use metaserver_proto::{Dialect, ServerPacket, Text, packet::notice::Url};

use super::{LONGEST_LINE, Room};
use crate::logon::{PageToOpen, Urgency};

/// The longest address that is told, in bytes: what a client keeps it in is nobody's to know.
const LONGEST_ADDRESS: usize = 255;

impl Room {
    /// Lines each time; a page to open once in a login, however many rooms somebody goes through.
    pub(super) fn tell_notices(&self, number: PlayerNumber) {
        let Some(member) = self.members.get(&number) else { return };
        let visitor = &member.visitor;
        let notices = self.plan.logon.notices(visitor.is_guest());
        for line in notices.lines.iter().map(String::as_str).chain(self.plan.facts().greeting.lines()) {
            self.tell_line(number, line);
        }
        if let Some(page) = notices.page
            && visitor.dialect == Some(Dialect::Myth2)
            && !visitor.told_page.swap(true, Ordering::Relaxed)
        {
            self.tell(number, &[ServerPacket::Url(packet(&page)).pack()]);
        }
    }
}

fn packet(page: &PageToOpen) -> Url {
    let urgency = match page.urgency {
        Urgency::Required => 0,
        Urgency::Requested => 1,
        Urgency::AtExit => 2,
    };
    let message = Text::new(&page.text).cut(LONGEST_LINE);
    Url { urgency, message, address: Text::new(&page.address).cut(LONGEST_ADDRESS) }
}
