//! Other services that people may log in with, as the configuration names them.

use std::{collections::HashSet, fs, path::PathBuf};

use base::Secret;
use federation::{Protocol, Provider};
use outbound::Outbound;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hidden::Hidden;

/// More than fit beneath a log-in form.
const MOST: usize = 12;
const LONGEST_ID: usize = 32;
const LONGEST_NAME: usize = 40;

/// What a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignInProtocol {
    /// `OpenID` Connect: Keycloak, Authentik, Authelia, Google, Microsoft and many others.
    OpenidConnect,
    /// Discord.
    Discord,
    /// Steam.
    Steam,
}

/// A service that people may log in with, and link to their account. One table each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SignInSettings {
    /// How the hub calls it, also in addresses: a letter, then letters, digits and dashes. Accounts keep it: don't change it later.
    pub id: String,
    /// What it speaks: `openid_connect`, `discord` or `steam`.
    pub protocol: Option<SignInProtocol>,
    /// How it is called on buttons. `Discord` and `Steam` need none.
    pub name: String,
    /// `OpenID` Connect: who vouches, exactly as the service says it, such as `https://id.example`. Empty for Discord and Steam.
    pub issuer: String,
    /// How the service knows the hub: what it gave when the hub was registered there. Steam gives none.
    pub client_id: String,
    /// The secret it gave along. May also stand in a file, see `client_secret_file`.
    pub client_secret: Option<Hidden>,
    /// A file whose first line is that secret.
    pub client_secret_file: Option<PathBuf>,
}

/// What is wrong: the key, and how.
type Wrong = (String, String);

/// The services, checked; else the first key that is wrong, and how.
pub(super) fn read(all: &[SignInSettings], outbound: &Outbound) -> Result<Vec<Provider>, Wrong> {
    if all.len() > MOST {
        return Err(("sign_in".to_owned(), format!("names {} services; {MOST} are the most", all.len())));
    }
    let mut ids = HashSet::new();
    all.iter()
        .enumerate()
        .map(|(place, service)| {
            let provider =
                service.read(outbound).map_err(|(key, problem)| (format!("sign_in[{place}].{key}"), problem))?;
            if ids.insert(provider.id.clone()) {
                Ok(provider)
            } else {
                Err((format!("sign_in[{place}].id"), format!("another service is called {:?} already", provider.id)))
            }
        })
        .collect()
}

impl SignInSettings {
    fn read(&self, outbound: &Outbound) -> Result<Provider, (&'static str, String)> {
        let wrong = |key: &'static str, problem: &str| Err((key, problem.to_owned()));
        if !is_an_id(&self.id) {
            return wrong(
                "id",
                "is needed: a small letter, then small letters, digits and dashes; 32 characters at most",
            );
        }
        let Some(protocol) = self.protocol else {
            return wrong("protocol", "is needed: openid_connect, discord or steam");
        };
        let (usual_name, usual_issuer) = match protocol {
            SignInProtocol::OpenidConnect => ("", ""),
            SignInProtocol::Discord => ("Discord", "https://discord.com"),
            SignInProtocol::Steam => ("Steam", "https://steamcommunity.com"),
        };
        let or =
            |given: &str, usual: &str| if given.trim().is_empty() { usual.to_owned() } else { given.trim().to_owned() };
        let name = or(&self.name, usual_name);
        if name.is_empty() {
            return wrong("name", "is needed: what stands on the button");
        }
        if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return wrong("name", "is too long for a button; 40 characters are the most");
        }
        let issuer = or(&self.issuer, usual_issuer);
        if issuer.is_empty() {
            return wrong("issuer", "is needed: the address the service calls itself, such as https://id.example");
        }
        if issuer.contains(['?', '#', '@']) {
            return wrong("issuer", "is an address such as https://id.example, with no name, query or fragment in it");
        }
        if protocol != SignInProtocol::OpenidConnect && issuer.ends_with('/') {
            return wrong("issuer", "has no slash at its end");
        }
        if let Err(error) = outbound.check(&issuer) {
            return Err(("issuer", format!("{error}; what is on a network of your own is named in outbound.allow")));
        }
        let client_id = self.client_id.trim().to_owned();
        let client_secret = self.secret()?;
        let has_secret = !client_secret.expose().is_empty();
        match protocol {
            SignInProtocol::Steam if !client_id.is_empty() => {
                return wrong("client_id", "Steam knows hubs by their address");
            }
            SignInProtocol::Steam if has_secret => return wrong("client_secret", "Steam gives none"),
            SignInProtocol::OpenidConnect | SignInProtocol::Discord if client_id.is_empty() => {
                return wrong("client_id", "is needed: what the service gave when the hub was registered there");
            }
            SignInProtocol::Discord if !has_secret => {
                return wrong("client_secret", "is needed, here or in client_secret_file");
            }
            _ => {}
        }
        let protocol = match protocol {
            SignInProtocol::OpenidConnect => Protocol::OpenIdConnect,
            SignInProtocol::Discord => Protocol::Discord,
            SignInProtocol::Steam => Protocol::Steam,
        };
        Ok(Provider { id: self.id.clone(), protocol, name, issuer, client_id, client_secret })
    }

    /// Empty where there is none.
    fn secret(&self) -> Result<Secret, (&'static str, String)> {
        match (&self.client_secret, &self.client_secret_file) {
            (Some(_), Some(_)) => {
                Err(("client_secret", "stands here and in client_secret_file; one is enough".to_owned()))
            }
            (Some(secret), None) => Ok(secret.secret()),
            (None, None) => Ok(Secret::new(String::new())),
            (None, Some(path)) => {
                let unreadable = |problem: &dyn std::fmt::Display| {
                    ("client_secret_file", format!("{} can't be read: {problem}", path.display()))
                };
                let text = fs::read_to_string(path).map_err(|error| unreadable(&error))?;
                let line = text.lines().next().unwrap_or_default().trim();
                if line.is_empty() { Err(unreadable(&"its first line is empty")) } else { Ok(Secret::new(line)) }
            }
        }
    }
}

fn is_an_id(text: &str) -> bool {
    text.len() <= LONGEST_ID
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Loaded, OutboundSettings, Settings, load, show_json, show_text};

    fn of(text: &str) -> Result<Loaded, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("guildhall.toml");
        fs::write(&file, text).unwrap();
        load(Some(&file), std::iter::empty(), &[]).map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            format!("{error} {cause}")
        })
    }

    const CLUB: &str = "[[sign_in]]\nid = 'club'\nprotocol = 'openid_connect'\nname = 'Club'\nissuer = 'https://id.example'\nclient_id = 'hub'\n";

    #[test]
    fn services_are_read_in_their_order() {
        let text = format!(
            "{CLUB}client_secret = 'p4ss'\n[[sign_in]]\nid = 'discord'\nprotocol = 'discord'\nclient_id = '7'\nclient_secret = 's'\n\
             [[sign_in]]\nid = 'steam'\nprotocol = 'steam'\n"
        );
        let settings = of(&text).unwrap().settings;
        let providers = settings.sign_in_providers().unwrap();
        let told: Vec<_> = providers.iter().map(|p| (p.id.as_str(), p.name.as_str(), p.issuer.as_str())).collect();
        assert_eq!(
            told,
            [
                ("club", "Club", "https://id.example"),
                ("discord", "Discord", "https://discord.com"),
                ("steam", "Steam", "https://steamcommunity.com")
            ]
        );
        assert_eq!(providers[0].client_secret.expose(), "p4ss");
        assert!(of("").unwrap().settings.sign_in_providers().unwrap().is_empty());
    }

    #[test]
    fn a_secret_is_never_shown() {
        let loaded = of(&format!("{CLUB}client_secret = 'p4ssw0rd'\n")).unwrap();
        for shown in [show_text(&loaded), show_json(&loaded).to_string(), format!("{:?}", loaded.settings)] {
            assert!(shown.contains("id.example") && !shown.contains("p4ssw0rd"), "{shown}");
        }
        let lines = crate::config::lines(&loaded.settings);
        assert!(lines.iter().any(|(key, _, changed)| key == "sign_in" && *changed));
        assert!(!format!("{lines:?}").contains("p4ssw0rd"));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place_and_key() {
        let club = |from: &str, to: &str| CLUB.replace(from, to);
        let steam = "[[sign_in]]\nid = 'steam'\nprotocol = 'steam'\n";
        let cases = [
            (club("'club'", "'Club'"), "sign_in[0].id"),
            (club("'club'", "'a/b'"), "sign_in[0].id"),
            (club("id = 'club'\n", ""), "sign_in[0].id"),
            (format!("{CLUB}{CLUB}"), "sign_in[1].id"),
            (club("protocol = 'openid_connect'\n", ""), "sign_in[0].protocol"),
            (club("'Club'", "' '"), "sign_in[0].name"),
            (club("'https://id.example'", "''"), "sign_in[0].issuer"),
            (club("'https://id.example'", "'http://id.example'"), "sign_in[0].issuer"),
            (club("'https://id.example'", "'https://127.0.0.1'"), "sign_in[0].issuer"),
            (club("'https://id.example'", "'https://id.example/?a=b'"), "sign_in[0].issuer"),
            (club("'https://id.example'", "'id.example'"), "sign_in[0].issuer"),
            (club("'hub'", "''"), "sign_in[0].client_id"),
            (format!("{CLUB}client_secret = 's'\nclient_secret_file = 'x'\n"), "sign_in[0].client_secret"),
            (format!("{CLUB}client_secret_file = '/nowhere'\n"), "sign_in[0].client_secret_file"),
            (format!("{CLUB}client_secret_file = '/dev/null'\n"), "sign_in[0].client_secret_file"),
            (format!("{steam}client_id = 'x'\n"), "sign_in[0].client_id"),
            (format!("{steam}client_secret = 'x'\n"), "sign_in[0].client_secret"),
            ("[[sign_in]]\nid = 'd'\nprotocol = 'discord'\nclient_id = '7'\n".into(), "sign_in[0].client_secret"),
            (club("issuer", "isuer"), "isuer"),
            (club("'openid_connect'", "'openid'"), "openid"),
        ];
        for (text, key) in cases {
            let refused = of(&text).expect_err(&text);
            assert!(refused.contains(key), "{text}\n{refused}");
        }
        let many: String = (0..13).map(|n| CLUB.replace("club", &format!("club-{n}"))).collect();
        assert!(of(&many).unwrap_err().contains("12 are the most"));
    }

    #[test]
    fn one_on_a_network_of_ones_own_is_allowed_by_name() {
        let settings = Settings {
            outbound: OutboundSettings { allow: vec!["id.lan".into()], ..OutboundSettings::default() },
            sign_in: vec![SignInSettings {
                id: "club".into(),
                protocol: Some(SignInProtocol::OpenidConnect),
                name: "Club".into(),
                issuer: "http://id.lan".into(),
                client_id: "hub".into(),
                ..SignInSettings::default()
            }],
            ..Settings::default()
        };
        assert_eq!(settings.sign_in_providers().unwrap().len(), 1);
    }

    #[test]
    fn a_secret_may_stand_in_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "007 \nnot this\n").unwrap();
        let text = format!("{CLUB}client_secret_file = '{}'\n", file.path().display());
        let providers = of(&text).unwrap().settings.sign_in_providers().unwrap();
        assert_eq!(providers[0].client_secret.expose(), "007");
    }
}
