//! What settings are called and what they do, in the page's language. A new setting does not compile until it has both.

use contract::settings::{Group, Setting};

use crate::{
    texts::admin::{settings_effect, settings_group, settings_title, settings_word},
    ui::theme::theme_name,
};

/// What a group is called.
pub(super) fn group_name(group: Group) -> &'static str {
    match group {
        Group::Site => settings_group::site(),
        Group::Accounts => settings_group::accounts(),
        Group::Lobby => settings_group::lobby(),
        Group::Organizations => settings_group::organizations(),
        Group::Backups => settings_group::backups(),
        Group::Keeping => settings_group::keeping(),
    }
}

/// What a setting is called.
pub(super) fn title(setting: Setting) -> &'static str {
    match setting {
        Setting::SiteName => settings_title::site_name(),
        Setting::SiteTheme => settings_title::site_theme(),
        Setting::PublicUrl => settings_title::public_url(),
        Setting::Registration => settings_title::registration(),
        Setting::EmailRequired => settings_title::email_required(),
        Setting::VerifiedAddressRequired => settings_title::verified_address_required(),
        Setting::DeletionDays => settings_title::deletion_days(),
        Setting::LobbyGuests => settings_title::lobby_guests(),
        Setting::LobbyMotd => settings_title::lobby_motd(),
        Setting::LobbyMotdGuests => settings_title::lobby_motd_guests(),
        Setting::LobbyPage => settings_title::lobby_page(),
        Setting::LobbyPageText => settings_title::lobby_page_text(),
        Setting::LobbyPageWhen => settings_title::lobby_page_when(),
        Setting::OrganizationCreation => settings_title::organization_creation(),
        Setting::OrganizationsPerPerson => settings_title::organizations_per_person(),
        Setting::OrganizationMemberships => settings_title::organization_memberships(),
        Setting::OrganizationSeats => settings_title::organization_seats(),
        Setting::BackupKeep => settings_title::backup_keep(),
        Setting::AuditDays => settings_title::audit_days(),
    }
}

/// What a setting does.
pub(super) fn effect(setting: Setting) -> &'static str {
    match setting {
        Setting::SiteName => settings_effect::site_name(),
        Setting::SiteTheme => settings_effect::site_theme(),
        Setting::PublicUrl => settings_effect::public_url(),
        Setting::Registration => settings_effect::registration(),
        Setting::EmailRequired => settings_effect::email_required(),
        Setting::VerifiedAddressRequired => settings_effect::verified_address_required(),
        Setting::DeletionDays => settings_effect::deletion_days(),
        Setting::LobbyGuests => settings_effect::lobby_guests(),
        Setting::LobbyMotd => settings_effect::lobby_motd(),
        Setting::LobbyMotdGuests => settings_effect::lobby_motd_guests(),
        Setting::LobbyPage => settings_effect::lobby_page(),
        Setting::LobbyPageText => settings_effect::lobby_page_text(),
        Setting::LobbyPageWhen => settings_effect::lobby_page_when(),
        Setting::OrganizationCreation => settings_effect::organization_creation(),
        Setting::OrganizationsPerPerson => settings_effect::organizations_per_person(),
        Setting::OrganizationMemberships => settings_effect::organization_memberships(),
        Setting::OrganizationSeats => settings_effect::organization_seats(),
        Setting::BackupKeep => settings_effect::backup_keep(),
        Setting::AuditDays => settings_effect::audit_days(),
    }
}

/// What a word that may be chosen is called; a word without a name of its own stands as it is.
pub(super) fn word(setting: Setting, word: &str) -> String {
    if setting == Setting::SiteTheme
        && let Some(theme) = contract::setup::Theme::from_word(word)
    {
        return theme_name(theme).into();
    }
    let called = match word {
        "true" => settings_word::yes(),
        "false" => settings_word::no(),
        "anyone" => settings_word::anyone(),
        "on_request" => settings_word::on_request(),
        "admins" => settings_word::admins(),
        "requested" => settings_word::requested(),
        "required" => settings_word::required(),
        "at_exit" => settings_word::at_exit(),
        other => other,
    };
    called.into()
}
