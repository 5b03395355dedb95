//! Who is in a room by pages of the site: alone, or beside the game of the same account.

use contract::lobby::{AsideFrom, PlayerNumber};
use metaserver_proto::{
    Refusal, Text,
    packet::chat::{Chat, Whisper},
};

use super::Room;
use crate::{
    pages::Pages,
    unheard::{Unheard, Unseated},
};

/// What somebody says by a page.
#[derive(Debug)]
pub(crate) struct Spoken {
    /// As it was typed: pages show also what games have no letters for.
    pub(crate) words: String,
    /// To whom alone; `None`: to everybody.
    pub(crate) to: Option<PlayerNumber>,
}

impl Room {
    /// Lets somebody in by their pages; where a game of theirs is here already, the pages stand beside it, and they stay one player.
    pub(super) fn sit(&mut self, pages: Pages) -> Result<(), Unseated> {
        if let Some(member) = self.members.get_mut(&pages.number()) {
            member.pages = Some(pages);
            return Ok(());
        }
        self.seat(&pages)?;
        let visitor = pages.visitor().clone();
        let visit = pages.visit();
        self.come_in(visitor, None, Some(pages), visit);
        Ok(())
    }

    /// The last page of somebody is gone. Who has a game open here stays.
    pub(super) fn rise(&mut self, number: PlayerNumber, visit: u64) {
        let Some(member) = self.members.get_mut(&number) else { return };
        if member.pages.as_ref().is_none_or(|pages| pages.visit() != visit) {
            return;
        }
        member.pages = None;
        if member.game.is_none() {
            self.leave(number);
        }
    }

    /// The connection of a game is gone. Who has pages open here stays by them.
    pub(super) fn left_by_game(&mut self, number: PlayerNumber) {
        let pages = self.members.get_mut(&number).and_then(|member| member.pages.take());
        self.leave(number);
        if let Some(pages) = pages
            && let Err(why) = self.sit(pages.clone())
        {
            pages.end(why);
        }
    }

    /// Somebody says something by a page: to everybody, or to one player.
    pub(super) fn spoken(&mut self, number: PlayerNumber, visit: u64, spoken: &Spoken) -> Result<(), Unheard> {
        let here = self.members.get(&number).filter(|member| member.pages.as_ref().is_some_and(|p| p.visit() == visit));
        let Some(member) = here else { return Err(Unseated::Left.into()) };
        // In the colour that their games show them in.
        let chat = Chat { colour: member.visitor.look.primary, message: Text::new(&spoken.words), ..Chat::default() };
        match spoken.to {
            None => self.speak(number, chat, Some(&spoken.words)),
            Some(target) => {
                let whisper = Whisper { target_id: target.0, echo: 1, chat };
                self.speak_to(number, whisper, Some(&spoken.words))
            }
        }
    }

    /// What pages alone hear: a game has packets for it.
    pub(super) fn note(&self, number: PlayerNumber, from: AsideFrom, text: &str) {
        if let Some(pages) = self.members.get(&number).and_then(|member| member.pages.as_ref()) {
            pages.tell(self.plan.clock.now(), from, text.to_owned());
        }
    }

    /// May they come in?
    fn seat(&self, pages: &Pages) -> Result<(), Unseated> {
        let (facts, visitor) = (self.plan.facts(), pages.visitor());
        if let Some(bar) = self.bar(&facts, visitor, self.plan.clock.now()) {
            return Err(Unseated::Barred { reason: bar.reason.clone() });
        }
        match self.admit(visitor) {
            Ok(()) => Ok(()),
            Err(Refusal::Full) => Err(Unseated::Full),
            Err(_) => Err(Unseated::NotForYou),
        }
    }
}
