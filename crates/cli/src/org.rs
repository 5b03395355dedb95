//! `guildhall org …`

use std::error::Error;

use base::{Actor, OrgId, Role};
use clap::{Args, Subcommand, ValueEnum};
use contract::organization::{OrgState, Organization, OrganizationForm, SurveyedOrganization};
use orgs::{MemberQuery, Orgs, SurveyQuery};

type Failure = Box<dyn Error + Send + Sync>;
type Done<T> = Result<T, Failure>;

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
    Grant(Plain),
    /// Refuses one that was asked for.
    Refuse(WithReason),
    /// Stops one.
    Suspend(WithReason),
    /// Lets a suspended one go on.
    Resume(Plain),
    /// Closes one. For thirty days it can be reopened.
    Close(Plain),
    /// Reopens a closed one.
    Reopen(Plain),
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

/// The same, and why.
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

const OPERATOR: Actor = Actor::Operator;

/// Runs one command as the operator.
pub async fn run(orgs: &Orgs, command: OrgCommand) -> Done<()> {
    match command {
        OrgCommand::List { search, state, json } => list(orgs, search, state.map(OrgState::from), json).await,
        OrgCommand::Show { organization, json } => show(orgs, &organization, json).await,
        OrgCommand::Create { name, owner, slug, doors, dry_run } => {
            let Doors { visibility, joining } = doors;
            let form = OrganizationForm { name, slug, visibility, joining, ..OrganizationForm::default() };
            create(orgs, form, &owner, dry_run).await
        }
        OrgCommand::Grant(plain) => {
            let Some(org) = begin(orgs, &plain, "granted").await? else { return Ok(()) };
            finish(&org, orgs.grant(&OPERATOR, org.id).await, "is granted")
        }
        OrgCommand::Refuse(WithReason { plain, reason }) => {
            let Some(org) = begin(orgs, &plain, "refused").await? else { return Ok(()) };
            finish(&org, orgs.refuse(&OPERATOR, org.id, &reason).await, "is refused")
        }
        OrgCommand::Suspend(WithReason { plain, reason }) => {
            let Some(org) = begin(orgs, &plain, "suspended").await? else { return Ok(()) };
            finish(&org, orgs.suspend(&OPERATOR, org.id, &reason).await, "is suspended")
        }
        OrgCommand::Resume(plain) => {
            let Some(org) = begin(orgs, &plain, "let go on").await? else { return Ok(()) };
            finish(&org, orgs.resume(&OPERATOR, org.id).await, "goes on")
        }
        OrgCommand::Close(plain) => {
            let Some(org) = begin(orgs, &plain, "closed").await? else { return Ok(()) };
            finish(&org, orgs.close(&OPERATOR, org.id).await, "is closed")
        }
        OrgCommand::Reopen(plain) => {
            let Some(org) = begin(orgs, &plain, "reopened").await? else { return Ok(()) };
            finish(&org, orgs.reopen(&OPERATOR, org.id).await, "is open again")
        }
        OrgCommand::SetOwner(About { plain, name }) => {
            let Some(org) = begin(orgs, &plain, "given to somebody else").await? else { return Ok(()) };
            finish(&org, orgs.set_owner(&OPERATOR, org.id, &name).await, &format!("belongs to {name}"))
        }
        OrgCommand::SetRole { about: About { plain, name }, role } => {
            let Some(org) = begin(orgs, &plain, "changed").await? else { return Ok(()) };
            let user = orgs.member_named(&OPERATOR, org.id, &name).await.map_err(explain)?;
            let role = Role::from(role);
            let done = orgs.set_role(&OPERATOR, org.id, user, role).await;
            finish(&org, done, &format!("has {name} as {}", role.word()))
        }
        OrgCommand::Remove(About { plain, name }) => {
            let Some(org) = begin(orgs, &plain, "changed").await? else { return Ok(()) };
            let user = orgs.member_named(&OPERATOR, org.id, &name).await.map_err(explain)?;
            finish(&org, orgs.remove_member(&OPERATOR, org.id, user).await, &format!("is without {name}"))
        }
        OrgCommand::SetSeats { plain, seats } => {
            let Some(org) = begin(orgs, &plain, "changed").await? else { return Ok(()) };
            finish(&org, orgs.set_seats(&OPERATOR, org.id, seats).await, &format!("has {seats} seats"))
        }
    }
}

/// The organization, unless the command only wants to know what it would do.
async fn begin(orgs: &Orgs, plain: &Plain, would_be: &str) -> Done<Option<Organization>> {
    let org = find(orgs, &plain.organization).await?;
    if plain.dry_run {
        println!("{} ({}, {} members) would be {would_be}.", org.name, org.state.word(), org.members);
        return Ok(None);
    }
    Ok(Some(org))
}

fn finish(org: &Organization, done: Result<(), orgs::Error>, says: &str) -> Done<()> {
    done.map_err(explain)?;
    println!("{} {says}.", org.name);
    Ok(())
}

async fn find(orgs: &Orgs, slug: &str) -> Done<Organization> {
    let id: OrgId = orgs.id_of(&OPERATOR, slug).await.map_err(|error| match error {
        orgs::Error::NotFound => format!("there is no organization at /orgs/{slug}").into(),
        other => explain(other),
    })?;
    orgs.organization(&OPERATOR, id).await.map_err(explain)
}

async fn create(orgs: &Orgs, form: OrganizationForm, owner: &str, dry_run: bool) -> Done<()> {
    if dry_run {
        orgs.check_form(&OPERATOR, &form).await.map_err(explain)?;
        println!("{} would be begun for {owner}.", form.name.trim());
        return Ok(());
    }
    let name = form.name.clone();
    let made = orgs.found_for(&OPERATOR, owner, form).await.map_err(explain)?;
    println!("Began {}, organization {}, at /orgs/{}.", name.trim(), made.id, made.slug);
    Ok(())
}

async fn list(orgs: &Orgs, search: String, state: Option<OrgState>, as_json: bool) -> Done<()> {
    let mut query = SurveyQuery { search, state, after: None, at_most: 100 };
    let mut all: Vec<SurveyedOrganization> = Vec::new();
    loop {
        let page = orgs.survey(&OPERATOR, query.clone()).await.map_err(explain)?;
        all.extend(page.organizations);
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    if as_json {
        println!("{:#}", serde_json::to_value(&all)?);
        return Ok(());
    }
    if all.is_empty() {
        eprintln!("No organization matches.");
    }
    for surveyed in all {
        let org = surveyed.organization;
        let owner = surveyed.owner.map_or_else(|| "nobody".to_owned(), |owner| owner.name);
        println!(
            "{:>6}  {:<9}  {:>5}/{:<5}  {}  ({}, {owner})",
            org.id.get(),
            org.state.word(),
            org.members,
            surveyed.seats,
            org.name,
            org.slug
        );
    }
    Ok(())
}

async fn show(orgs: &Orgs, slug: &str, as_json: bool) -> Done<()> {
    let org = find(orgs, slug).await?;
    let mut members = Vec::new();
    let mut query = MemberQuery { at_most: 200, ..MemberQuery::default() };
    loop {
        let page = orgs.members(&OPERATOR, org.id, &query).await.map_err(explain)?;
        members.extend(page.members);
        match page.next {
            Some(next) => query.after = next,
            None => break,
        }
    }
    if as_json {
        println!("{:#}", serde_json::json!({ "organization": org, "members": members }));
        return Ok(());
    }
    println!("{}  /orgs/{}", org.name, org.slug);
    println!("{}, {}, joined by {}", org.state.word(), org.visibility.word(), org.joining.word());
    if let Some(reason) = &org.reason {
        println!("because: {reason}");
    }
    println!("{} of {} seats", org.members, org.seats);
    for member in members {
        println!("{:>8}  {:<10}  {}", member.who.id.get(), member.role.word(), member.who.name);
    }
    Ok(())
}

/// A form's error names its fields one by one; an operator wants to read them.
fn explain(error: orgs::Error) -> Failure {
    let problem = error.problem();
    if problem.fields.is_empty() {
        return error.into();
    }
    let fields: Vec<String> =
        problem.fields.iter().map(|wrong| format!("{:?}: {:?}", wrong.field, wrong.code)).collect();
    fields.join(", ").into()
}
