//! The hub's settings, as far as accounts ask for them, and what the wizard's form makes of them.

use ::settings::{self as hub_settings, HubSettings, Setting, Value};
use contract::{
    Code, Field,
    setup::{SetUpSite, Site},
};

use crate::{Accounts, error::Error, form::Wrong};

impl Accounts {
    /// The hub's public settings. While the database cannot be reached, the last ones known, or else the defaults.
    pub async fn site(&self) -> Site {
        self.0.hub.read_once().await;
        self.0.hub.site()
    }

    /// The same without waiting: as last read, or the defaults where nobody has read them yet.
    pub fn site_at_hand(&self) -> Site {
        self.0.hub.site()
    }

    /// The address people type, where the owner gave one: `https://play.example.org`.
    pub async fn public_url(&self) -> Option<String> {
        self.0.hub.read_once().await;
        self.0.hub.public_url()
    }

    /// Reads the settings anew: on [`SiteChanged`](contract::Event::SiteChanged).
    pub async fn refresh_site(&self) -> Result<(), Error> {
        self.0.hub.refresh().await.map_err(|error| match error {
            hub_settings::Error::Store(error) => Error::Store(error),
            hub_settings::Error::Refused(kind) => Error::Refused(kind),
            hub_settings::Error::Wrong(_) | hub_settings::Error::Unknown => Error::Malformed,
        })
    }

    /// Everything those who run the hub have decided.
    pub fn hub(&self) -> &HubSettings {
        &self.0.hub
    }
}

/// Reads the wizard's form.
pub(crate) fn parse(form: &SetUpSite) -> Result<Vec<(Setting, Value)>, Error> {
    let mut wrong = Wrong::default();
    let name = wrong.check(Field::SiteName, hub_settings::parse(Setting::SiteName, &form.site_name));
    let public_url = wrong.check(Field::PublicUrl, hub_settings::parse(Setting::PublicUrl, &form.public_url));
    let theme = match form.theme.as_str() {
        "" => Setting::SiteTheme.about().default,
        word => word,
    };
    let theme = hub_settings::parse(Setting::SiteTheme, theme).map_err(|_: Code| Error::Malformed)?;
    wrong.finish()?;
    let invariant = "a form with no wrong field has all of them";
    Ok(vec![
        (Setting::SiteName, name.expect(invariant)),
        (Setting::PublicUrl, public_url.expect(invariant)),
        (Setting::SiteTheme, theme),
        (Setting::Registration, Value::Flag(form.registration.is_some())),
        (Setting::LobbyGuests, Value::Flag(form.lobby_guests.is_some())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_every_field_wrong_names_every_field() {
        let form = SetUpSite { site_name: " ".into(), public_url: "nowhere".into(), ..SetUpSite::default() };
        let Err(error) = parse(&form) else { panic!("accepted") };
        let fields: Vec<_> = error.problem().fields.iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, [Field::SiteName, Field::PublicUrl]);
        let form = SetUpSite { site_name: "Hall".into(), theme: "pink".into(), ..SetUpSite::default() };
        assert!(matches!(parse(&form), Err(Error::Malformed)));
    }
}
