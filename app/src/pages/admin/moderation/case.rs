//! One report: what it is about, what is known of the person, and what to do. Each decision has a key of its own.

use base::Action;
use contract::{
    Field,
    moderation::{Case, Note, Report, Sanction, Target},
};
use leptos::prelude::*;

use super::{
    super::{
        api::moderation::{ClaimReport, ClearProfile, DecideReport, NoteReport, ReleaseReport, UndoReport, read_case},
        ui::{
            deed::{Reasoned, changing},
            facts::Facts,
            loaded::Loaded,
            numbered,
            reason::{ActField, Outcome},
            screen::Screen,
        },
    },
    record,
    tabs::DurationChoice,
};
use crate::{
    error::AppError,
    pages::people::{
        list::page_of,
        words::{reason_name, sanction_name, state_name, target_name},
    },
    texts::admin::moderation as say,
    ui::{
        button::Submit,
        form::{Form, Sending},
        time::Time,
    },
    viewer::viewer,
};

type Read = Resource<Result<Case, AppError>>;

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let case = numbered::one("report", read_case);
    // Above what is drawn afresh, so that what they say outlives the change.
    let acts = Acts::on(case);
    view! {
        <Screen title=say::one_title() back=("/admin/moderation", say::queue())>
            {acts.all().map(|sending| view! { <Outcome sending done=say::done()/> })}
            <Loaded from=case view=move |case| view! { <TheCase case acts/> }.into_any()/>
        </Screen>
    }
    .into_any()
}

/// Everything one can do with a report.
#[derive(Clone, Copy)]
struct Acts {
    claim: Sending,
    release: Sending,
    note: Sending,
    decide: Sending,
    undo: Sending,
    clear: Sending,
}

impl Acts {
    fn on(case: Read) -> Self {
        let anew = move || case.refetch();
        Self {
            claim: changing::<ClaimReport>(anew),
            release: changing::<ReleaseReport>(anew),
            note: changing::<NoteReport>(anew),
            decide: changing::<DecideReport>(anew),
            undo: changing::<UndoReport>(anew),
            clear: changing::<ClearProfile>(anew),
        }
    }

    const fn all(self) -> [Sending; 6] {
        [self.claim, self.release, self.note, self.decide, self.undo, self.clear]
    }
}

#[component]
fn TheCase(case: Case, acts: Acts) -> impl IntoView {
    let Case { report, notes, others, sanctions, undo_until } = case;
    let number = report.id.get();
    let open = report.decided_at.is_none();
    let name = report.name.clone();
    let address = match (report.user, report.organization) {
        (Some(_), _) => Some(page_of(&report.name)),
        (None, Some(_)) => Some(format!("/orgs/{}", report.reference)),
        (None, None) => None,
    };
    let name = match address {
        Some(address) => view! { <a href=address>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let state = report
        .by
        .clone()
        .map_or_else(|| state_name(report.state).to_owned(), |by| format!("{} · {by}", state_name(report.state)));
    let mut facts = vec![
        (say::what(), view! { {target_name(report.target)}": "{name} }.into_any()),
        (say::why(), reason_name(report.reason).into_any()),
        (say::reporter(), report.reporter.clone().unwrap_or_else(|| say::gone().to_owned()).into_any()),
        (say::when(), view! { <Time at=report.created_at/> }.into_any()),
        (say::state(), state.into_any()),
    ];
    if let Some(decision) = report.decision.clone().filter(|decision| !decision.is_empty()) {
        facts.push((say::reason(), decision.into_any()));
    }
    if let Some((address, called)) = behind(&report) {
        facts.push((say::in_admin(), view! { <a href=address>{called}</a> }.into_any()));
    }
    let undo = undo_until.map(|until| {
        view! {
            <Form sending=acts.undo look="actions">
                <input type="hidden" name="report" value=number/>
                <button type="submit" class="button" accesskey="u">{say::undo()}</button>
                <span class="hint">{say::undo_until()}" "<Time at=until/></span>
            </Form>
        }
    });
    view! {
        <Facts facts/>
        {undo}
        <div class="cards">
            <section class="card" aria-labelledby="words">
                <h2 id="words">{say::reporter_says()}</h2>
                <p class="as-written">{report.text.clone()}</p>
            </section>
            {(!report.context.is_empty()).then(|| view! {
                <section class="card" aria-labelledby="context">
                    <h2 id="context">{say::context()}</h2>
                    <pre class="as-written" tabindex="0">{report.context.clone()}</pre>
                </section>
            })}
            {open.then(|| view! { <Decide report=report.clone() acts/> })}
            <Notes notes number sending=acts.note/>
            <Before sanctions others/>
        </div>
    }
    .into_any()
}

/// Claim it, and decide: one press, or one key, a decision.
#[component]
fn Decide(report: Report, acts: Acts) -> impl IntoView {
    let number = report.id.get();
    let button = move |word: &'static str, key: &'static str, label: &'static str, look: &'static str| {
        view! {
            <button type="submit" name="verdict" value=word accesskey=key class=format!("button {look}")>
                {label}" "<kbd>{key}</kbd>
            </button>
        }
    };
    let about_person = report.user.is_some().then(|| {
        use contract::moderation::SanctionKind::{Ban, Mute, Suspend, Warn};
        view! {
            {button("warn", "w", sanction_name(Warn), "")}
            {button("mute", "m", sanction_name(Mute), "")}
            {button("suspend", "s", sanction_name(Suspend), "")}
            {button("ban", "b", sanction_name(Ban), "danger")}
        }
    });
    let clear = report.user.map(|user| {
        let part = if report.target == Target::Avatar { "avatar" } else { "about" };
        let label = if part == "avatar" { say::clear_avatar() } else { say::clear_about() };
        matches!(report.target, Target::Avatar | Target::Profile).then(|| {
            view! {
                <Reasoned
                    form="clear"
                    sending=acts.clear
                    about=vec![("user", user.to_string()), ("part", part.to_owned())]
                    label
                    warning=say::clear_warning()
                    now=say::clear_now()
                    look="danger"
                />
            }
        })
    });
    view! {
        <section class="card" aria-labelledby="decide">
            <h2 id="decide">{say::decide()}</h2>
            <p class="hint">{say::keys()}</p>
            <div class="actions">
                <Form sending=acts.claim>
                    <input type="hidden" name="report" value=number/>
                    <button type="submit" class="button" accesskey="c">{say::claim()}" "<kbd>"c"</kbd></button>
                </Form>
                <Form sending=acts.release>
                    <input type="hidden" name="report" value=number/>
                    <Submit label=say::release() pending=acts.release.pending() look="quiet"/>
                </Form>
                {clear}
            </div>
            <Form sending=acts.decide look="form">
                <input type="hidden" name="report" value=number/>
                <ActField form="decide" field=Field::Reason sending=acts.decide hint=say::reason_hint()/>
                <DurationChoice form="decide"/>
                <div class="actions">
                    {button("dismiss", "d", say::dismiss(), "primary")}
                    {button("settled", "e", say::settled(), "")}
                    {about_person}
                </div>
            </Form>
        </section>
    }
    .into_any()
}

#[component]
fn Notes(notes: Vec<Note>, number: i64, sending: Sending) -> impl IntoView {
    let lines: Vec<_> = notes
        .into_iter()
        .map(|note| {
            view! {
                <li>
                    <p class="as-written">{note.text}</p>
                    <p class="hint">{note.by.unwrap_or_else(|| say::operator().to_owned())}" · "<Time at=note.at/></p>
                </li>
            }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="notes">
            <h2 id="notes">{say::notes()}</h2>
            <ul class="plain">{lines}</ul>
            <Form sending look="form">
                <input type="hidden" name="report" value=number/>
                <ActField form="note" field=Field::Text sending label=say::note()/>
                <Submit label=say::add_note() pending=sending.pending() look="quiet"/>
            </Form>
        </section>
    }
    .into_any()
}

/// Where those who run the hub look after it. Whoever only keeps order is not led to a closed door.
fn behind(report: &Report) -> Option<(String, &'static str)> {
    let may = |action: Action| viewer().me.is_some_and(|me| action.rule().roles.has(me.role));
    let user = report.user.filter(|_| may(Action::ViewUsers));
    let organization = report.organization.filter(|_| may(Action::SurveyOrganizations));
    user.map(|user| (format!("/admin/users/{user}"), say::its_account()))
        .or_else(|| organization.map(|org| (format!("/admin/organizations/{org}"), say::its_organization())))
}

/// What was done and reported before.
#[component]
fn Before(sanctions: Vec<Sanction>, others: Vec<Report>) -> impl IntoView {
    let nothing = sanctions.is_empty() && others.is_empty();
    view! {
        <section class="card" aria-labelledby="before">
            <h2 id="before">{say::before()}</h2>
            {nothing.then(|| view! { <p>{say::nothing_before()}</p> })}
            {(!sanctions.is_empty()).then(|| record::sanctions(sanctions))}
            {(!others.is_empty()).then(|| record::reports(others))}
        </section>
    }
    .into_any()
}
