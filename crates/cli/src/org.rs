//! `guildhall org …`

mod admissions;
mod policies;

use base::{OrgId, Role, UserId};
use clap::{Args, Subcommand, ValueEnum};
use client::{Client, Error, Every, SurveyQuery};
use contract::{
    api::Why,
    organization::{
        FoundForForm, Member, MemberRoleForm, OrgState, Organization, OrganizationForm, OwnerForm, ReasonForm,
        SeatsForm,
    },
};
use serde_json::json;

pub use admissions::{AdmissionCommand, Coming, ComingWord};
pub use policies::{PolicyCommand, Who};

use crate::terminal::{Done, Terminal, perhaps, plain};

/// Looks after organizations. Each is named by the last part of its address; a former one will do.
#[derive(Subcommand)]
pub enum OrgCommand {
    /// Lists organizations, the oldest first.
    List {
        /// Only names that hold this text.
        #[arg(long, default_value = "")]
        search: String,
        /// Only those in that state.
        #[arg(long, value_enum)]
        state: Option<StateWord>,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one, and its members.
    Show {
        /// Which.
        organization: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Begins one for somebody, at once.
    Create {
        /// Its name.
        name: String,
        /// Who owns it.
        #[arg(long)]
        owner: String,
        /// The last part of its address, instead of one made of the name.
        #[arg(long, default_value = "")]
        slug: String,
        #[command(flatten)]
        doors: Doors,
        /// Only say whether name and address are free and fit.
        #[arg(long)]
        dry_run: bool,
    },
    /// Grants one that was asked for.
    Grant(Noted),
    /// Refuses one that was asked for.
    Refuse(WithReason),
    /// Stops one.
    Suspend(WithReason),
    /// Lets a suspended one go on.
    Resume(Noted),
    /// Closes one. For thirty days it can be reopened.
    Close(Noted),
    /// Reopens a closed one.
    Reopen(Noted),
    /// Gives it to somebody else; whoever owned it is an admin of it then.
    SetOwner(About),
    /// Gives a member another role.
    SetRole {
        #[command(flatten)]
        about: About,
        /// Which.
        #[arg(value_enum)]
        role: RoleWord,
    },
    /// Removes a member.
    Remove(About),
    /// Says how many may belong to it.
    SetSeats {
        #[command(flatten)]
        plain: Plain,
        /// How many.
        seats: u32,
    },
    #[command(flatten)]
    Policies(PolicyCommand),
    #[command(flatten)]
    Admissions(AdmissionCommand),
}

/// An organization, and whether to do it.
#[derive(Args)]
pub struct Plain {
    /// Which.
    organization: String,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

/// The same, and why it is done.
#[derive(Args)]
pub struct Noted {
    #[command(flatten)]
    plain: Plain,
    /// Why: stands in the audit log.
    #[arg(long, default_value = "")]
    reason: String,
}

/// The same, and why its members have to put up with it.
#[derive(Args)]
pub struct WithReason {
    #[command(flatten)]
    plain: Plain,
    /// Why; its members read it.
    reason: String,
}

/// An organization and somebody.
#[derive(Args)]
pub struct About {
    #[command(flatten)]
    plain: Plain,
    /// Whose account.
    name: String,
}

/// Who finds it, and how one joins.
#[derive(Args)]
pub struct Doors {
    /// `public`, `unlisted` or `hidden`.
    #[arg(long, default_value = "public")]
    visibility: String,
    /// `open`, `request` or `invitation`.
    #[arg(long, default_value = "request")]
    joining: String,
}

/// A state as it is typed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StateWord {
    /// Asked for, not granted yet.
    Requested,
    /// In its normal life.
    Active,
    /// Stopped.
    Suspended,
    /// At its end.
    Closed,
}

impl From<StateWord> for OrgState {
    fn from(word: StateWord) -> Self {
        match word {
            StateWord::Requested => Self::Requested,
            StateWord::Active => Self::Active,
            StateWord::Suspended => Self::Suspended,
            StateWord::Closed => Self::Closed,
        }
    }
}

/// A role in an organization as it is typed. Ownership has a command of its own.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleWord {
    /// Has looked in.
    Guest,
    /// Belongs.
    Member,
    /// Writes news and pages.
    Editor,
    /// Runs events.
    Organiser,
    /// Keeps order.
    Moderator,
    /// Runs it.
    Admin,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Guest => Self::Guest,
            RoleWord::Member => Self::Member,
            RoleWord::Editor => Self::Editor,
            RoleWord::Organiser => Self::Organiser,
            RoleWord::Moderator => Self::Moderator,
            RoleWord::Admin => Self::Admin,
        }
    }
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: OrgCommand) -> Done {
    match command {
        OrgCommand::List { search, state, json } => list(hub, terminal, search, state.map(OrgState::from), json).await,
        OrgCommand::Show { organization, json } => show(hub, terminal, &organization, json).await,
        OrgCommand::Create { name, owner, slug, doors, dry_run } => {
            let Doors { visibility, joining } = doors;
            let form = OrganizationForm { name, slug, visibility, joining, ..OrganizationForm::default() };
            create(hub, terminal, form, owner, dry_run).await
        }
        OrgCommand::Grant(Noted { plain, reason }) => {
            let (why, foreseen, done) = (Why { reason }, "granted", "is granted");
            act(hub, terminal, plain, foreseen, done, async |org| hub.grant_organization(org, &why).await).await
        }
        OrgCommand::Refuse(WithReason { plain, reason }) => {
            let (form, foreseen, done) = (ReasonForm { reason }, "refused", "is refused");
            act(hub, terminal, plain, foreseen, done, async |org| hub.refuse_organization(org, &form).await).await
        }
        OrgCommand::Suspend(WithReason { plain, reason }) => {
            let (form, foreseen, done) = (ReasonForm { reason }, "suspended", "is suspended");
            act(hub, terminal, plain, foreseen, done, async |org| hub.suspend_organization(org, &form).await).await
        }
        OrgCommand::Resume(Noted { plain, reason }) => {
            let (why, foreseen, done) = (Why { reason }, "let go on", "goes on");
            act(hub, terminal, plain, foreseen, done, async |org| hub.resume_organization(org, &why).await).await
        }
        OrgCommand::Close(Noted { plain, reason }) => {
            let (why, foreseen, done) = (Why { reason }, "closed", "is closed");
            act(hub, terminal, plain, foreseen, done, async |org| hub.close_organization(org, &why).await).await
        }
        OrgCommand::Reopen(Noted { plain, reason }) => {
            let (why, foreseen, done) = (Why { reason }, "reopened", "is open again");
            act(hub, terminal, plain, foreseen, done, async |org| hub.reopen_organization(org, &why).await).await
        }
        OrgCommand::SetOwner(About { plain, name }) => {
            let (foreseen, done) = (format!("given to {name}"), format!("belongs to {name}"));
            let form = OwnerForm { name };
            act(hub, terminal, plain, &foreseen, &done, async |org| hub.set_owner(org, &form).await).await
        }
        OrgCommand::SetRole { about: About { plain, name }, role } => {
            let role = Role::from(role);
            let foreseen = format!("changed: {name} as {}", role.word());
            let Some(org) = begin(hub, terminal, &plain, &foreseen).await? else { return Ok(()) };
            hub.set_member_role(org.id, member(hub, org.id, &name).await?, &MemberRoleForm { role }).await?;
            terminal.say(format_args!("{} has {name} as {}.", org.name, role.word()))
        }
        OrgCommand::Remove(About { plain, name }) => {
            let Some(org) = begin(hub, terminal, &plain, &format!("without {name}")).await? else { return Ok(()) };
            hub.remove_member(org.id, member(hub, org.id, &name).await?).await?;
            terminal.say(format_args!("{} is without {name}.", org.name))
        }
        OrgCommand::SetSeats { plain, seats } => {
            let (foreseen, done) = (format!("changed: {seats} seats"), format!("has {seats} seats"));
            let form = SeatsForm { seats };
            act(hub, terminal, plain, &foreseen, &done, async |org| hub.set_seats(org, &form).await).await
        }
        OrgCommand::Policies(command) => policies::run(hub, terminal, command).await,
        OrgCommand::Admissions(command) => admissions::run(hub, terminal, command).await,
    }
}

async fn act(
    hub: &Client,
    terminal: &mut Terminal<'_>,
    plain: Plain,
    foreseen: &str,
    done: &str,
    act: impl AsyncFnOnce(OrgId) -> Result<(), Error>,
) -> Done {
    let Some(org) = begin(hub, terminal, &plain, foreseen).await? else { return Ok(()) };
    act(org.id).await?;
    terminal.say(format_args!("{} {done}.", org.name))
}

/// The organization, unless the command only wants to know what it would do.
async fn begin(hub: &Client, terminal: &mut Terminal<'_>, plain: &Plain, would_be: &str) -> Done<Option<Organization>> {
    let org = find(hub, &plain.organization).await?;
    if plain.dry_run {
        let state = org.state.word();
        terminal.say(format_args!("{} ({state}, {} members) would be {would_be}.", org.name, org.members))?;
        return Ok(None);
    }
    Ok(Some(org))
}

/// The one at that address.
pub(crate) async fn find(hub: &Client, slug: &str) -> Done<Organization> {
    hub.organization_at(slug).await.map_err(|error| {
        if error.is_not_found() { format!("there is no organization at /orgs/{slug}").into() } else { error.into() }
    })
}

async fn members(hub: &Client, org: OrgId) -> Result<Vec<Member>, Error> {
    Every::of(async |part| hub.list_members(org, &part).await).all().await
}

async fn member(hub: &Client, org: OrgId, name: &str) -> Done<UserId> {
    let key = base::name::fold(name);
    let found = members(hub, org).await?.into_iter().find(|member| base::name::fold(&member.who.name) == key);
    found.map(|member| member.who.id).ok_or_else(|| format!("{name} does not belong to it").into())
}

async fn create(
    hub: &Client,
    terminal: &mut Terminal<'_>,
    organization: OrganizationForm,
    owner: String,
    dry_run: bool,
) -> Done {
    let name = organization.name.trim().to_owned();
    if dry_run {
        hub.check_organization(&organization).await?;
        let owner = crate::user::find(hub, &owner).await?;
        return terminal.say(format_args!("{name} would be begun for {}.", owner.name));
    }
    let made = hub.found_organization_for(&FoundForForm { owner, organization }).await?;
    terminal.say(format_args!("Began {name}, organization {}, at /orgs/{}.", made.id, made.slug))
}

async fn list(
    hub: &Client,
    terminal: &mut Terminal<'_>,
    search: String,
    state: Option<OrgState>,
    as_json: bool,
) -> Done {
    let query = SurveyQuery { search, state, ..SurveyQuery::default() };
    let ask = async |part| hub.survey_organizations(&SurveyQuery { part, ..query.clone() }).await;
    let all = Every::of(ask).all().await?;
    terminal.answer(as_json, &all, |terminal, all| {
        let rows: Vec<_> = all
            .iter()
            .map(|surveyed| {
                let org = &surveyed.organization;
                let owner = surveyed.owner.as_ref().map_or("nobody", |owner| &owner.name);
                let seats = format!("{}/{}", org.members, surveyed.seats);
                let (number, state) = (org.id.to_string(), org.state.word().to_owned());
                [number, state, seats, plain(owner), org.slug.clone(), plain(&org.name)]
            })
            .collect();
        terminal.table(["number", "state", "seats", "owner", "address", "name"], &rows, "No organization matches.")
    })
}

async fn show(hub: &Client, terminal: &mut Terminal<'_>, slug: &str, as_json: bool) -> Done {
    let org = find(hub, slug).await?;
    let members = members(hub, org.id).await?;
    if as_json {
        return terminal.json(&json!({ "organization": org, "members": members }));
    }
    terminal.say(format_args!("{}  /orgs/{}", plain(&org.name), org.slug))?;
    let (state, visibility, joining) = (org.state.word(), org.visibility.word(), org.joining.word());
    terminal.say(format_args!("{state}, {visibility}, joined by {joining}"))?;
    if let Some(reason) = &org.reason {
        terminal.say(format_args!("because: {}", plain(reason)))?;
    }
    if org.gone_at.is_some() {
        terminal.say(format_args!("gone for good: {}", perhaps(org.gone_at)))?;
    }
    terminal.say(format_args!("{} of {} seats", org.members, org.seats))?;
    let rows: Vec<_> = members
        .iter()
        .map(|member| [member.who.id.to_string(), member.role.word().to_owned(), plain(&member.who.name)])
        .collect();
    terminal.table(["number", "role", "name"], &rows, "Nobody belongs to it.")
}
