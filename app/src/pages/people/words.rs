//! What the closed lists are called.

use contract::{
    moderation::{AppealState, MySanction, Reason, ReportState, SanctionKind, Target},
    people::Audience,
};

use crate::texts::{audience, report, sanction};

pub(crate) fn audience_name(of: Audience) -> &'static str {
    match of {
        Audience::Everybody => audience::everybody(),
        Audience::Members => audience::members(),
        Audience::Friends => audience::friends(),
        Audience::Nobody => audience::nobody(),
    }
}

pub(crate) fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Abuse => report::abuse(),
        Reason::Spam => report::spam(),
        Reason::Cheating => report::cheating(),
        Reason::Impersonation => report::impersonation(),
        Reason::Illegal => report::illegal(),
        Reason::Other => report::something_else(),
    }
}

pub(crate) fn target_name(target: Target) -> &'static str {
    match target {
        Target::Person => report::person(),
        Target::Chat => report::chat(),
        Target::Organization => report::organization(),
        Target::Profile => report::profile(),
        Target::Avatar => report::avatar(),
    }
}

pub(crate) fn state_name(state: ReportState) -> &'static str {
    match state {
        ReportState::Open => report::open(),
        ReportState::Claimed => report::claimed(),
        ReportState::Acted => report::acted(),
        ReportState::Dismissed => report::dismissed(),
    }
}

pub(crate) fn sanction_name(kind: SanctionKind) -> &'static str {
    match kind {
        SanctionKind::Warn => sanction::warn(),
        SanctionKind::Mute => sanction::mute(),
        SanctionKind::Suspend => sanction::suspend(),
        SanctionKind::Ban => sanction::ban(),
    }
}

pub(crate) fn appeal_name(state: AppealState) -> &'static str {
    match state {
        AppealState::Open => sanction::appeal_open(),
        AppealState::Upheld => sanction::appeal_upheld(),
        AppealState::Lifted => sanction::appeal_lifted(),
    }
}

/// Whether it still weighs on anybody.
pub(crate) fn holds(of: &MySanction) -> &'static str {
    if of.holds { sanction::holds() } else { sanction::over() }
}
