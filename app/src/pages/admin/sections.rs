//! What there is in the admin area, and who may open it.

use base::{Action, Role};

use crate::texts::admin::section;

/// Where the admin area begins.
pub(super) const BASE: &str = "/admin";

/// A part of the admin area: an entry of its navigation, and every page beneath its path.
pub(super) struct Section {
    /// Its path.
    pub(super) path: &'static str,
    /// What opening it asks for.
    pub(super) action: Action,
    /// What it is called.
    pub(super) title: fn() -> &'static str,
}

const fn section(path: &'static str, action: Action, title: fn() -> &'static str) -> Section {
    Section { path, action, title }
}

/// Every section, in the order of the navigation.
pub(super) const SECTIONS: &[Section] = &[
    section(BASE, Action::ViewSystem, section::dashboard),
    section("/admin/users", Action::ViewUsers, section::users),
    section("/admin/jobs", Action::ViewSystem, section::jobs),
    section("/admin/schedules", Action::ViewSystem, section::schedules),
    section("/admin/webhooks", Action::ViewSystem, section::webhooks),
    section("/admin/discord", Action::ViewSettings, section::discord),
    section("/admin/mail", Action::ViewSystem, section::mail),
    section("/admin/backups", Action::ViewSystem, section::backups),
    section("/admin/moderation", Action::ViewModeration, section::moderation),
    section("/admin/organizations", Action::SurveyOrganizations, section::organizations),
    section("/admin/plugins", Action::ViewPlugins, section::plugins),
    section("/admin/rooms", Action::ViewRooms, section::rooms),
    section("/admin/disputes", Action::ViewModeration, section::disputes),
    section("/admin/seasons", Action::ManageSeasons, section::seasons),
    section("/admin/roles", Action::ViewUsers, section::roles),
    section("/admin/settings", Action::ViewSettings, section::settings),
    section("/admin/audit", Action::ViewAudit, section::audit),
    section("/admin/system", Action::ViewSystem, section::system),
];

/// Whether somebody of that role may open it.
pub(super) fn may_open(section: &Section, role: Role) -> bool {
    section.action.rule().roles.has(role)
}

/// The section that a path is in: its own, or one beneath it.
#[cfg(feature = "ssr")]
fn section_of(path: &str) -> Option<&'static Section> {
    let within = |section: &&Section| {
        path.strip_prefix(section.path)
            .is_some_and(|rest| rest.is_empty() || (rest.starts_with('/') && section.path != BASE))
    };
    SECTIONS.iter().find(within)
}

/// What becomes of somebody who opens a page of the admin area.
#[cfg(feature = "ssr")]
#[derive(Debug, PartialEq, Eq)]
pub enum Admitted {
    /// It is drawn.
    Yes,
    /// They go there instead: to log in, or to what they may see.
    Elsewhere(String),
    /// They may not.
    No,
}

/// Whether a page of the admin area is drawn. What stands on it is asked of the services, one action each, as everywhere.
#[cfg(feature = "ssr")]
pub fn admit(role: Option<Role>, path: &str, path_and_query: &str) -> Admitted {
    let Some(role) = role else {
        return Admitted::Elsewhere(crate::pages::account::login_for(path_and_query));
    };
    let asked = section_of(path);
    if asked.is_some_and(|section| may_open(section, role)) {
        return Admitted::Yes;
    }
    // The front door leads a moderator to the queue.
    let first = SECTIONS.iter().find(|section| may_open(section, role));
    match first {
        Some(first) if path == BASE => Admitted::Elsewhere(first.path.into()),
        _ => Admitted::No,
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_logs_in_first_and_a_member_stays_outside() {
        let asked = "/admin/roles?q=a";
        assert_eq!(admit(None, "/admin/roles", asked), Admitted::Elsewhere(format!("/login?next={asked}")));
        for role in [Role::Member, Role::Editor, Role::Organiser] {
            assert_eq!(admit(Some(role), BASE, BASE), Admitted::No, "{role:?}");
        }
        assert_eq!(admit(Some(Role::Admin), "/admin/roles", asked), Admitted::Yes);
        assert_eq!(admit(Some(Role::Moderator), "/admin/roles", asked), Admitted::No);
    }

    #[test]
    fn every_section_is_where_its_path_says() {
        for section in SECTIONS {
            assert!(section.path.starts_with(BASE), "{}", section.path);
            assert_eq!(section_of(section.path).unwrap().path, section.path);
        }
        assert!(section_of("/admin/rolesque").is_none());
        assert!(section_of("/admin/roles/7").is_some());
    }
}
