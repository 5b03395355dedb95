//! The hub's public settings: read once, kept at hand, read anew when they change.

use std::sync::{Arc, PoisonError};

use contract::{
    Code, Field,
    setup::{SetUpSite, Site, Theme},
};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use crate::{Accounts, error::Error, form::Wrong, store};

const LONGEST_NAME: usize = 60;
const LONGEST_URL: usize = 255;

/// What the owner decided about the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hub {
    pub(crate) site: Site,
    /// The origin people type, where the owner gave one: scheme, host and port, no slash at the end.
    pub(crate) public_url: Option<String>,
}

impl Accounts {
    /// The hub's public settings. While the database cannot be reached, the last ones known, or else the configured ones.
    pub async fn site(&self) -> Site {
        self.hub().await.site.clone()
    }

    /// The same without waiting: as last read, or as configured where nobody has read them yet.
    pub fn site_at_hand(&self) -> Site {
        self.kept_hub().map_or_else(|| self.0.settings.site.clone(), |hub| hub.site.clone())
    }

    /// The address people type, where the owner gave one in the wizard: `https://play.example.org`.
    pub async fn public_url(&self) -> Option<String> {
        self.hub().await.public_url.clone()
    }

    /// Reads the settings anew: on [`SiteChanged`](contract::Event::SiteChanged).
    pub async fn refresh_site(&self) -> Result<(), Error> {
        // One after the other, so that what was read first is not kept last.
        let _turn = self.0.refreshing.lock().await;
        let hub = Arc::new(Hub::from_rows(store::settings(&self.0.db).await?, &self.0.settings.site));
        *self.0.hub.write().unwrap_or_else(PoisonError::into_inner) = Some(hub);
        Ok(())
    }

    async fn hub(&self) -> Arc<Hub> {
        if let Some(hub) = self.kept_hub() {
            return hub;
        }
        if let Err(error) = self.refresh_site().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the hub's settings could not be read");
        }
        self.kept_hub().unwrap_or_else(|| Arc::new(Hub { site: self.0.settings.site.clone(), public_url: None }))
    }

    fn kept_hub(&self) -> Option<Arc<Hub>> {
        self.0.hub.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Hub {
    /// Reads the wizard's form.
    pub(crate) fn parse(form: &SetUpSite) -> Result<Self, Error> {
        let theme = match form.theme.as_str() {
            "" => Theme::default(),
            word => Theme::from_word(word).ok_or(Error::Malformed)?,
        };
        let mut wrong = Wrong::default();
        let name = wrong.check(Field::SiteName, parse_name(&form.site_name));
        let public_url = wrong.check(Field::PublicUrl, parse_url(&form.public_url));
        wrong.finish()?;
        let invariant = "a form with no wrong field has all of them";
        Ok(Self {
            site: Site {
                name: name.expect(invariant),
                theme,
                registration: form.registration.is_some(),
                lobby_guests: form.lobby_guests.is_some(),
            },
            public_url: public_url.expect(invariant),
        })
    }

    /// One row a setting, each a JSON value.
    pub(crate) fn to_rows(&self) -> Vec<(&'static str, String)> {
        vec![
            ("site.name", json(&self.site.name)),
            ("site.theme", json(&self.site.theme)),
            ("site.registration", json(&self.site.registration)),
            ("site.lobby_guests", json(&self.site.lobby_guests)),
            ("site.public_url", json(&self.public_url)),
        ]
    }

    /// The opposite. What has no row, or one that cannot be read, is as configured.
    pub(crate) fn from_rows(rows: Vec<(String, String)>, configured: &Site) -> Self {
        let mut hub = Self { site: configured.clone(), public_url: None };
        for (key, value) in rows {
            match key.as_str() {
                "site.name" => set(&mut hub.site.name, &key, &value),
                "site.theme" => set(&mut hub.site.theme, &key, &value),
                "site.registration" => set(&mut hub.site.registration, &key, &value),
                "site.lobby_guests" => set(&mut hub.site.lobby_guests, &key, &value),
                "site.public_url" => set(&mut hub.public_url, &key, &value),
                _ => {}
            }
        }
        hub
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("text, flags and words are JSON")
}

fn set<T: DeserializeOwned>(place: &mut T, key: &str, value: &str) {
    match serde_json::from_str(value) {
        Ok(value) => *place = value,
        Err(error) => tracing::warn!(key, error = &error as &dyn std::error::Error, "a setting cannot be read"),
    }
}

fn parse_name(typed: &str) -> Result<String, Code> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(Code::Required);
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Code::TooLong);
    }
    if name.chars().any(char::is_control) {
        return Err(Code::BadCharacters);
    }
    Ok(name.to_owned())
}

/// A site's address: nothing but scheme, host and port, because links are made by putting paths behind it.
fn parse_url(typed: &str) -> Result<Option<String>, Code> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if typed.len() > LONGEST_URL {
        return Err(Code::TooLong);
    }
    let url = Url::parse(typed).map_err(|_| Code::NotAUrl)?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if plain { Ok(Some(url.origin().ascii_serialization())) } else { Err(Code::NotAUrl) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_sites() {
        for (typed, kept) in [
            ("https://play.example.org", "https://play.example.org"),
            ("https://Play.Example.org:443/", "https://play.example.org"),
            (" http://192.0.2.1:8080 ", "http://192.0.2.1:8080"),
        ] {
            assert_eq!(parse_url(typed), Ok(Some(kept.to_owned())));
        }
        assert_eq!(parse_url(""), Ok(None));
        for bad in [
            "play.example.org",
            "ftp://example.org",
            "https://example.org/hub",
            "https://a:b@example.org",
            "javascript:alert(1)",
            "https://",
        ] {
            assert_eq!(parse_url(bad), Err(Code::NotAUrl), "{bad}");
        }
    }

    #[test]
    fn a_form_with_every_field_wrong_names_every_field() {
        let form = SetUpSite { site_name: " ".into(), public_url: "nowhere".into(), ..SetUpSite::default() };
        let Err(error) = Hub::parse(&form) else { panic!("accepted") };
        let fields: Vec<_> = error.problem().fields.iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, [Field::SiteName, Field::PublicUrl]);
        let form = SetUpSite { site_name: "Hall".into(), theme: "pink".into(), ..SetUpSite::default() };
        assert!(matches!(Hub::parse(&form), Err(Error::Malformed)));
    }

    #[test]
    fn settings_survive_the_table() {
        let hub = Hub {
            site: Site { name: "The \"Hall\"".into(), theme: Theme::Dark, registration: false, lobby_guests: true },
            public_url: Some("https://play.example.org".into()),
        };
        let mut rows: Vec<_> = hub.to_rows().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        rows.push(("unheard.of".into(), "1".into()));
        assert_eq!(Hub::from_rows(rows, &Site::default()), hub);
        let odd = vec![("site.theme".to_owned(), "\"pink\"".to_owned())];
        assert_eq!(Hub::from_rows(odd, &Site::default()).site, Site::default());
    }
}
