//! Who wants into an organization, and who is wanted.

use base::{InvitationLinkId, Role};
use clap::{Args, Subcommand, ValueEnum};
use client::Client;
use contract::organization::{Admissions, AnswerForm, InvitationForm, InvitationLinkForm};

use super::{About, Plain, begin, find};
use crate::terminal::{Done, Terminal, day_and_hour, plain};

/// Requests, invitations and links.
#[derive(Subcommand)]
pub enum AdmissionCommand {
    /// Lists who asks to be let into one, who is invited, and which links hold.
    Admissions {
        /// Which.
        organization: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lets in somebody who asks.
    Admit(About),
    /// Turns away somebody who asks.
    TurnAway(About),
    /// Invites somebody by name.
    Invite {
        #[command(flatten)]
        about: About,
        #[command(flatten)]
        coming: Coming,
    },
    /// Takes an invitation back.
    WithdrawInvitation(About),
    /// Makes a link that lets people in. What stands in it is printed, alone on its line, this once.
    MakeLink {
        #[command(flatten)]
        plain: Plain,
        #[command(flatten)]
        coming: Coming,
        /// How many may come in by it, 1,000 at most.
        #[arg(long, default_value_t = 10)]
        uses: u32,
        /// How many days it holds, 365 at most.
        #[arg(long, default_value_t = 7)]
        days: u32,
    },
    /// Revokes a link.
    RevokeLink {
        #[command(flatten)]
        plain: Plain,
        /// Its number in the list.
        link: i64,
    },
}

/// As what somebody comes in.
#[derive(Args)]
pub struct Coming {
    /// As what they come in.
    #[arg(long = "as", value_enum, default_value_t = ComingWord::Member)]
    role: ComingWord,
}

/// The same as it is typed: what goes beyond is given to those who belong.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ComingWord {
    /// Looks in.
    Guest,
    /// Belongs.
    Member,
}

impl From<ComingWord> for Role {
    fn from(word: ComingWord) -> Self {
        match word {
            ComingWord::Guest => Self::Guest,
            ComingWord::Member => Self::Member,
        }
    }
}

pub(super) async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: AdmissionCommand) -> Done {
    match command {
        AdmissionCommand::Admissions { organization, json } => {
            let admissions = hub.admissions(find(hub, &organization).await?.id).await?;
            terminal.answer(json, &admissions, tell)
        }
        AdmissionCommand::Admit(about) => answer(hub, terminal, about, true).await,
        AdmissionCommand::TurnAway(about) => answer(hub, terminal, about, false).await,
        AdmissionCommand::Invite { about: About { plain, name }, coming } => {
            let role = Role::from(coming.role);
            let foreseen = format!("changed: {name} invited as {}", role.word());
            let Some(org) = begin(hub, terminal, &plain, &foreseen).await? else { return Ok(()) };
            let form = InvitationForm { name, role };
            hub.invite_member(org.id, &form).await?;
            terminal.say(format_args!("{} has invited {} as {}.", org.name, form.name, role.word()))
        }
        AdmissionCommand::WithdrawInvitation(About { plain, name }) => {
            let foreseen = format!("changed: {name} not invited any more");
            let Some(org) = begin(hub, terminal, &plain, &foreseen).await? else { return Ok(()) };
            hub.withdraw_invitation(org.id, crate::user::find(hub, &name).await?.id).await?;
            terminal.say(format_args!("{} does not invite {name} any more.", org.name))
        }
        AdmissionCommand::MakeLink { plain, coming, uses, days } => {
            let role = Role::from(coming.role);
            let foreseen = format!("changed: a link for {uses}, as {}, that holds for {days} days", role.word());
            let Some(org) = begin(hub, terminal, &plain, &foreseen).await? else { return Ok(()) };
            let made = hub.make_invitation_link(org.id, &InvitationLinkForm { role, uses, days }).await?;
            terminal.say(format_args!("/orgs/join?token={}", made.token))
        }
        AdmissionCommand::RevokeLink { plain, link } => {
            let foreseen = format!("changed: without link {link}");
            let Some(org) = begin(hub, terminal, &plain, &foreseen).await? else { return Ok(()) };
            hub.revoke_invitation_link(org.id, InvitationLinkId::from(link)).await?;
            terminal.say(format_args!("Nobody comes into {} by link {link} any more.", org.name))
        }
    }
}

async fn answer(hub: &Client, terminal: &mut Terminal<'_>, about: About, accept: bool) -> Done {
    let About { plain, name } = about;
    let (foreseen, done) = if accept { ("let in", "has let in") } else { ("turned away", "has turned away") };
    let Some(org) = begin(hub, terminal, &plain, &format!("changed: {name} {foreseen}")).await? else {
        return Ok(());
    };
    let user = crate::user::find(hub, &name).await?;
    hub.answer_join_request(org.id, user.id, &AnswerForm { accept }).await?;
    terminal.say(format_args!("{} {done} {}.", org.name, user.name))
}

fn tell(terminal: &mut Terminal<'_>, admissions: &Admissions) -> Done {
    let Admissions { requests, invitations, links } = admissions;
    if requests.is_empty() && invitations.is_empty() && links.is_empty() {
        return terminal.note("Nobody asks, nobody is invited, and no link holds.");
    }
    for request in requests {
        let (name, since) = (plain(&request.who.name), day_and_hour(request.asked_at));
        terminal.say(format_args!("asks: {name}, {since}: {}", plain(&request.message)))?;
    }
    for invitation in invitations {
        let (name, until) = (plain(&invitation.who.name), day_and_hour(invitation.expires_at));
        terminal.say(format_args!("invited: {name} as {}, until {until}", invitation.role.word()))?;
    }
    for link in links {
        let (role, until) = (link.role.word(), day_and_hour(link.expires_at));
        let (left, used) = (link.uses_left, link.used);
        terminal.say(format_args!("link {}: as {role}, {used} came, {left} may still, until {until}", link.id))?;
    }
    Ok(())
}
