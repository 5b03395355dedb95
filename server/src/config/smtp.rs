//! The mail server, as the configuration names it.

use std::{fs, path::PathBuf, time::Duration};

use mail::{Address, Security, Smtp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hidden::Hidden;

/// How the way to the mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SmtpSecurity {
    /// Asks for encryption and goes no further without it. Port 587.
    Starttls,
    /// Encrypted from the first byte. Port 465.
    Tls,
    /// Not at all: only for a mail server on this machine. Port 25.
    None,
}

/// The mail server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SmtpSettings {
    /// The mail server's name. Without one nothing is sent: mails wait in the admin area, where their links can be handed over.
    pub host: Option<String>,
    /// Its port. What is usual for `security` where it is empty.
    pub port: Option<u16>,
    /// How the way to it is kept private: `starttls`, `tls`, or `none`.
    pub security: SmtpSecurity,
    /// The name to log in with. No login where it is empty.
    pub user: Option<String>,
    /// The password to log in with. May also stand in a file, see `password_file`.
    pub password: Option<Hidden>,
    /// A file whose first line is that password: keeps it out of the environment.
    pub password_file: Option<PathBuf>,
    /// A file with the certificate of an authority of your own (PEM), trusted besides the usual ones.
    pub authority_file: Option<PathBuf>,
    /// The sender's address, such as `hall@hub.example`. Needed with a host.
    pub from: Option<String>,
    /// Seconds a letter may take.
    #[schemars(range(min = 1, max = 120))]
    pub timeout_secs: u64,
}

impl Default for SmtpSettings {
    fn default() -> Self {
        Self {
            host: None,
            port: None,
            security: SmtpSecurity::Starttls,
            user: None,
            password: None,
            password_file: None,
            authority_file: None,
            from: None,
            timeout_secs: 30,
        }
    }
}

impl SmtpSettings {
    /// What the transport needs; `None` where no mail server is named. The error says which key is wrong, and how.
    pub fn read(&self) -> Result<Option<Smtp>, (&'static str, String)> {
        let Some(host) = self.host.clone().filter(|host| !host.is_empty()) else { return Ok(None) };
        let from = self.from.as_deref().unwrap_or_default();
        let from = Address::parse(from)
            .ok_or_else(|| ("smtp.from", format!("{from:?} is not an address such as hall@hub.example")))?;
        let file = |key: &'static str, path: &PathBuf| {
            fs::read(path).map_err(|error| (key, format!("{} can't be read: {error}", path.display())))
        };
        let password = match &self.password_file {
            Some(path) => {
                let text = String::from_utf8_lossy(&file("smtp.password_file", path)?).into_owned();
                Some(base::Secret::new(text.lines().next().unwrap_or_default()))
            }
            None => self.password.as_ref().map(Hidden::secret),
        };
        let credentials = match (self.user.clone().filter(|user| !user.is_empty()), password) {
            (None, None) => None,
            (Some(user), Some(password)) => Some((user, password)),
            (Some(_), None) => return Err(("smtp.password", "is needed with smtp.user".to_owned())),
            (None, Some(_)) => return Err(("smtp.user", "is needed with a password".to_owned())),
        };
        let (security, port) = match self.security {
            SmtpSecurity::Starttls => (Security::StartTls, 587),
            SmtpSecurity::Tls => (Security::Tls, 465),
            SmtpSecurity::None => (Security::None, 25),
        };
        if credentials.is_some() && security == Security::None && !base::is_loopback_host(&host) {
            return Err(("smtp.security", "a password is not sent over the net in clear text".to_owned()));
        }
        let authority = self.authority_file.as_ref().map(|path| file("smtp.authority_file", path)).transpose()?;
        let timeout = Duration::from_secs(self.timeout_secs.clamp(1, 120));
        Ok(Some(Smtp { port: self.port.unwrap_or(port), host, security, authority, credentials, from, timeout }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> SmtpSettings {
        SmtpSettings {
            host: Some("mail.example".into()),
            from: Some("hall@hub.example".into()),
            ..SmtpSettings::default()
        }
    }

    #[test]
    fn without_a_host_there_is_no_mail_server() {
        assert!(SmtpSettings::default().read().unwrap().is_none());
        assert!(SmtpSettings { host: Some(String::new()), ..settings() }.read().unwrap().is_none());
    }

    #[test]
    fn ports_follow_the_security() {
        for (security, port) in [(SmtpSecurity::Starttls, 587), (SmtpSecurity::Tls, 465), (SmtpSecurity::None, 25)] {
            assert_eq!(SmtpSettings { security, ..settings() }.read().unwrap().unwrap().port, port);
        }
        assert_eq!(SmtpSettings { port: Some(2525), ..settings() }.read().unwrap().unwrap().port, 2525);
    }

    #[test]
    fn what_cannot_work_is_refused_by_its_key() {
        let key = |settings: SmtpSettings| settings.read().unwrap_err().0;
        assert_eq!(key(SmtpSettings { from: None, ..settings() }), "smtp.from");
        assert_eq!(key(SmtpSettings { user: Some("hall".into()), ..settings() }), "smtp.password");
        assert_eq!(key(SmtpSettings { password: Some(Hidden::new("p")), ..settings() }), "smtp.user");
        assert_eq!(key(SmtpSettings { password_file: Some("/nowhere".into()), ..settings() }), "smtp.password_file");
        assert_eq!(key(SmtpSettings { authority_file: Some("/nowhere".into()), ..settings() }), "smtp.authority_file");
        let clear = SmtpSettings {
            security: SmtpSecurity::None,
            user: Some("hall".into()),
            password: Some(Hidden::new("p")),
            ..settings()
        };
        assert_eq!(key(clear.clone()), "smtp.security");
        assert!(SmtpSettings { host: Some("127.0.0.1".into()), ..clear }.read().is_ok());
    }

    #[test]
    fn a_password_may_stand_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        fs::write(&file, "p4ss word\nnot this\n").unwrap();
        let settings = SmtpSettings { user: Some("hall".into()), password_file: Some(file), ..settings() };
        let (_, password) = settings.read().unwrap().unwrap().credentials.unwrap();
        assert_eq!(password.expose(), "p4ss word");
    }
}
