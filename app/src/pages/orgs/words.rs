//! What is said of organizations, in the reader's language.

use base::{Action, Role};
use contract::organization::{Joining, OWNER_GONE, OrgState, Visibility};

use crate::texts::{org, org_policy};

pub(crate) fn visibility(of: Visibility) -> &'static str {
    match of {
        Visibility::Public => org::public(),
        Visibility::Unlisted => org::unlisted(),
        Visibility::Hidden => org::hidden(),
    }
}

pub(crate) fn joining(of: Joining) -> &'static str {
    match of {
        Joining::Open => org::open(),
        Joining::Request => org::by_request(),
        Joining::Invitation => org::by_invitation(),
    }
}

/// What to say of one that is not at work.
pub(super) fn state(of: OrgState) -> Option<&'static str> {
    match of {
        OrgState::Active => None,
        OrgState::Requested => Some(org::requested()),
        OrgState::Suspended => Some(org::suspended()),
        OrgState::Closed => Some(org::closed()),
    }
}

/// A reason, which is a person's own words or one of ours.
pub(super) fn reason(given: String) -> String {
    if given == OWNER_GONE { org::owner_gone().to_owned() } else { given }
}

/// Somebody's name, or that they are gone.
pub(super) fn name(of: String) -> String {
    if of.is_empty() { org::somebody_gone().to_owned() } else { of }
}

/// What an adjustable action is called.
pub(super) fn action(word: &str) -> String {
    match Action::from_word(word) {
        Some(Action::ViewMembers) => org_policy::view_members().to_owned(),
        Some(Action::ViewAdmissions) => org_policy::view_admissions().to_owned(),
        Some(Action::InviteMembers) => org_policy::invite_members().to_owned(),
        Some(Action::AnswerRequests) => org_policy::answer_requests().to_owned(),
        Some(Action::ViewOrganizationPlugins) => org_policy::view_plugins().to_owned(),
        Some(Action::ManageOrganizationPlugins) => org_policy::manage_plugins().to_owned(),
        _ => word.to_owned(),
    }
}

pub(super) fn role(of: Role) -> &'static str {
    crate::pages::account::role_name(of)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn every_adjustable_action_has_a_name_for_people() {
        for adjustable in Action::ALL.into_iter().filter(|action| action.rule().adjustable) {
            let word = adjustable.rule().word;
            assert_ne!(action(word), word, "{adjustable:?} needs a text in org_policy and an arm in `action`");
        }
    }
}
