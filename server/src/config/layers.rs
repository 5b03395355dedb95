//! Laying flags over environment over file over defaults, and refusing what nobody knows.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use config::{Config, Environment, File, FileFormat, Value, ValueKind};
use federation::Provider;
use metaserver::RemoteHub;
use outbound::Outbound;
use thiserror::Error;

use super::{Hidden, Settings};

/// Variables that begin like ours and are none of the configuration: the tests' and the build's.
const NOT_OURS: [&str; 4] = ["GUILDHALL_TEST_", "GUILDHALL_BIN", "GUILDHALL_SITE_ARCHIVE", "GUILDHALL_CONFIG"];

/// Why the configuration can't be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A file that can't be read or isn't TOML, or a value of the wrong type.
    #[error("the configuration can't be read")]
    Read(#[from] config::ConfigError),
    /// Keys nobody knows.
    #[error("{}", .0.join("\n"))]
    Unknown(Vec<String>),
    /// Values that are no good.
    #[error("{key}: {problem}")]
    Value {
        /// Of which key.
        key: String,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
}

/// The configuration and where each of its values came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The values.
    pub settings: Settings,
    /// For each key that isn't at its default: "flag", "environment" or the file's name.
    pub origins: BTreeMap<String, String>,
}

/// Reads everything: `file` (or `guildhall.toml` here, where there is one), `environment`, `flags` (key and value).
pub fn load(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
    flags: &[(String, String)],
) -> Result<Loaded, ConfigError> {
    let environment: HashMap<String, String> = environment
        .filter(|(name, _)| name.starts_with("GUILDHALL_") && !NOT_OURS.iter().any(|other| name.starts_with(other)))
        .collect();
    // The parser below would take a password of digits for a number, and lose its leading zeros.
    let smtp_password = environment.get("GUILDHALL_SMTP__PASSWORD").cloned();
    let mut builder = Config::builder();
    builder = match file {
        Some(path) => builder.add_source(File::from(path).format(FileFormat::Toml)),
        None => {
            builder.add_source(File::from(PathBuf::from("guildhall.toml")).format(FileFormat::Toml).required(false))
        }
    };
    builder = builder.add_source(
        Environment::with_prefix("GUILDHALL")
            .prefix_separator("_")
            .separator("__")
            .list_separator(",")
            .with_list_parse_key("trusted_proxies")
            .with_list_parse_key("api.allowed_origins")
            .with_list_parse_key("outbound.allow")
            .with_list_parse_key("plugins.sources")
            .with_list_parse_key("outbound.detours")
            .try_parsing(true)
            .source(Some(environment)),
    );
    for (key, value) in flags {
        builder = builder.set_override(key, value.as_str())?;
    }
    let config = builder.build()?;

    let mut given = BTreeMap::new();
    flatten("", &config.cache, &mut given);
    refuse_unknown(given.keys())?;
    let origins: BTreeMap<String, String> = given
        .into_iter()
        .map(|(key, origin)| {
            let origin = match origin {
                _ if flags.iter().any(|(flag, _)| *flag == key) => "flag".to_owned(),
                Some(origin) if origin.contains("environment") => "environment".to_owned(),
                Some(origin) => origin,
                None => "file".to_owned(),
            };
            (key, origin)
        })
        .collect();

    let mut settings: Settings = config.try_deserialize()?;
    if let Some(password) = smtp_password {
        settings.smtp.password = Some(Hidden::new(password));
    }
    settings.finish(origins.contains_key("database_url"))?;
    Ok(Loaded { settings, origins })
}

impl Settings {
    /// The services that people may log in with; else the key that is wrong, and how.
    pub fn sign_in_providers(&self) -> Result<Vec<Provider>, (String, String)> {
        if self.sign_in.is_empty() {
            return Ok(Vec::new());
        }
        let policy = self.outbound.policy().map_err(|(key, problem)| (key.to_owned(), problem))?;
        let outbound = Outbound::new(policy).map_err(|error| ("outbound.ca_file".to_owned(), error.to_string()))?;
        super::sign_in::read(&self.sign_in, &outbound)
    }

    /// The remote hubs; else the key that is wrong, and how.
    pub fn hubs(&self) -> Result<Vec<RemoteHub>, (String, String)> {
        super::remote_hubs::read(&self.remote_hubs)
    }

    /// Fills in what follows from other values, and checks what a type alone can't.
    fn finish(&mut self, database_url_given: bool) -> Result<(), ConfigError> {
        if let Some(path) = &self.database_url_file {
            let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Value {
                key: "database_url_file".into(),
                problem: format!("{} can't be read: {error}", path.display()),
            })?;
            text.lines().next().unwrap_or_default().trim().clone_into(&mut self.database_url);
        } else if !database_url_given {
            self.database_url = format!("sqlite://{}", self.data_dir.join("guildhall.db").display());
        }
        if !self.database_url.starts_with("sqlite:") && !self.database_url.starts_with("postgres") {
            return Err(ConfigError::Value {
                key: "database_url".into(),
                problem: "must begin with sqlite:// or postgres://".into(),
            });
        }
        if !self.work.here && self.database_url.starts_with("sqlite:") {
            return Err(ConfigError::Value {
                key: "work.here".into(),
                problem: "can be false on PostgreSQL only: on SQLite no other process could do the work".into(),
            });
        }
        if let Some(path) = &self.bus_url_file {
            let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Value {
                key: "bus_url_file".into(),
                problem: format!("{} can't be read: {error}", path.display()),
            })?;
            self.bus_url = text.lines().next().map(|line| line.trim().to_owned());
        }
        self.nats().map_err(|(key, problem)| ConfigError::Value { key: key.into(), problem })?;
        super::limits::check(self).map_err(|(key, problem)| ConfigError::Value { key, problem })?;
        self.smtp.read().map_err(|(key, problem)| ConfigError::Value { key: key.into(), problem })?;
        self.outbound.policy().map_err(|(key, problem)| ConfigError::Value { key: key.into(), problem })?;
        self.plugins.check().map_err(|(key, problem)| ConfigError::Value { key: key.into(), problem })?;
        self.sign_in_providers().map_err(|(key, problem)| ConfigError::Value { key, problem })?;
        self.versions.check().map_err(|(key, problem)| ConfigError::Value { key: key.into(), problem })?;
        self.hosting.check(self).map_err(|(key, problem)| ConfigError::Value { key: key.into(), problem })?;
        self.hubs().map_err(|(key, problem)| ConfigError::Value { key, problem })?;
        self.backup.plan(&self.data_dir).map_err(|(key, problem)| ConfigError::Value { key: key.into(), problem })?;
        if let Some(url) = &mut self.public_url {
            while url.ends_with('/') {
                url.pop();
            }
            let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', '@', ' '])) {
                return Err(ConfigError::Value {
                    key: "public_url".into(),
                    problem: "must be an origin such as https://hub.example, without a path".into(),
                });
            }
        }
        Ok(())
    }
}

/// Every key below `value`, with where it came from.
fn flatten(prefix: &str, value: &Value, into: &mut BTreeMap<String, Option<String>>) {
    match &value.kind {
        ValueKind::Table(table) => {
            for (key, value) in table {
                let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(&path, value, into);
            }
        }
        _ => {
            into.insert(prefix.to_owned(), value.origin().map(str::to_owned));
        }
    }
}

fn refuse_unknown<'a>(given: impl Iterator<Item = &'a String>) -> Result<(), ConfigError> {
    let known: Vec<String> = super::show::defaults().into_keys().collect();
    let unknown: Vec<String> = given
        .filter(|key| !known.contains(key))
        .map(|key| {
            let near = known
                .iter()
                .map(|known| (strsim::jaro_winkler(key, known), known))
                .filter(|(likeness, _)| *likeness > 0.8)
                .max_by(|(a, _), (b, _)| a.total_cmp(b));
            match near {
                Some((_, near)) => format!("unknown configuration key `{key}`; did you mean `{near}`?"),
                None => format!("unknown configuration key `{key}`; `guildhall config schema` lists all there are"),
            }
        })
        .collect();
    if unknown.is_empty() { Ok(()) } else { Err(ConfigError::Unknown(unknown)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn an_empty_directory_starts() {
        let loaded = load(None, environment(&[]), &[]).unwrap();
        assert_eq!(loaded.settings, Settings::default());
        assert!(loaded.origins.is_empty());
    }

    #[test]
    fn a_password_of_digits_stays_as_it_is() {
        let environment = environment(&[
            ("GUILDHALL_SMTP__HOST", "mail.example"),
            ("GUILDHALL_SMTP__FROM", "hall@hub.example"),
            ("GUILDHALL_SMTP__USER", "hall"),
            ("GUILDHALL_SMTP__PASSWORD", "007"),
        ]);
        let loaded = load(None, environment, &[]).unwrap();
        let smtp = loaded.settings.smtp.read().unwrap().unwrap();
        assert_eq!(smtp.credentials.unwrap().1.expose(), "007");
        assert!(!super::super::show_text(&loaded).contains("007"));
    }

    #[test]
    fn flags_beat_environment_beats_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("guildhall.toml");
        std::fs::write(&file, "http_addr = '127.0.0.1:1'\nlog = 'warn'\n[http]\nbody_bytes = 5000\n").unwrap();
        let environment =
            environment(&[("GUILDHALL_HTTP_ADDR", "127.0.0.1:2"), ("GUILDHALL_HTTP__URL_BYTES", "777"), ("HOME", "x")]);
        let flags = [("http_addr".to_owned(), "127.0.0.1:3".to_owned())];
        let loaded = load(Some(&file), environment, &flags).unwrap();
        assert_eq!(loaded.settings.http_addr.port(), 3);
        assert_eq!((loaded.settings.http.body_bytes, loaded.settings.http.url_bytes), (5000, 777));
        assert_eq!(loaded.settings.log, "warn");
        assert_eq!(loaded.origins["http_addr"], "flag");
        assert_eq!(loaded.origins["http.url_bytes"], "environment");
        assert!(loaded.origins["log"].ends_with("guildhall.toml"), "{:?}", loaded.origins);
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_one_that_was_meant() {
        let refused = load(None, environment(&[("GUILDHALL_HTTP_ADR", "x")]), &[]).unwrap_err();
        assert!(refused.to_string().contains("`http_addr`"), "{refused}");
        let refused = load(None, environment(&[("GUILDHALL_HTTP__BODY_BITES", "1")]), &[]).unwrap_err();
        assert!(refused.to_string().contains("`http.body_bytes`"), "{refused}");
    }

    #[test]
    fn the_tests_own_variables_are_no_configuration() {
        load(None, environment(&[("GUILDHALL_TEST_POSTGRES_URL", "x"), ("GUILDHALL_BIN", "x")]), &[]).unwrap();
    }

    #[test]
    fn the_database_stands_in_the_data_directory() {
        let loaded = load(None, environment(&[("GUILDHALL_DATA_DIR", "/var/lib/guildhall")]), &[]).unwrap();
        assert_eq!(loaded.settings.database_url, "sqlite:///var/lib/guildhall/guildhall.db");
    }

    #[test]
    fn the_way_between_nodes_stands_in_the_environment_or_in_a_file() {
        let loaded = load(None, environment(&[("GUILDHALL_BUS_URL", "nats://hub:s3cret@bus.lan")]), &[]).unwrap();
        assert_eq!(loaded.settings.nats().unwrap().unwrap().place(), "bus.lan:4222");
        assert!(!super::super::show_text(&loaded).contains("s3cret"));
        assert!(!super::super::show_json(&loaded).to_string().contains("s3cret"));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "nats://t0ken@other.lan\n").unwrap();
        let path = file.path().to_str().unwrap().to_owned();
        let loaded = load(None, environment(&[("GUILDHALL_BUS_URL_FILE", &path)]), &[]).unwrap();
        assert_eq!(loaded.settings.nats().unwrap().unwrap().place(), "other.lan:4222");
        assert!(load(None, environment(&[("GUILDHALL_BUS_URL", "redis://bus.lan")]), &[]).is_err());
    }

    #[test]
    fn work_is_left_to_workers_on_postgres_only() {
        let error = load(None, environment(&[("GUILDHALL_WORK__HERE", "false")]), &[]).unwrap_err().to_string();
        assert!(error.contains("work.here") && error.contains("PostgreSQL"), "{error}");
        let away = [("GUILDHALL_WORK__HERE", "false"), ("GUILDHALL_DATABASE_URL", "postgres://guildhall@db/guildhall")];
        assert!(!load(None, environment(&away), &[]).unwrap().settings.work.here);
    }

    #[test]
    fn lists_come_from_the_environment_too() {
        let loaded = load(None, environment(&[("GUILDHALL_TRUSTED_PROXIES", "10.0.0.0/8,::1/128")]), &[]).unwrap();
        assert_eq!(loaded.settings.trusted_proxies.len(), 2);
    }

    #[test]
    fn a_public_address_is_an_origin() {
        for bad in ["hub.example", "https://", "https://hub.example/path", "ftp://hub.example"] {
            assert!(load(None, environment(&[("GUILDHALL_PUBLIC_URL", bad)]), &[]).is_err(), "{bad}");
        }
        let loaded = load(None, environment(&[("GUILDHALL_PUBLIC_URL", "https://hub.example/")]), &[]).unwrap();
        assert_eq!(loaded.settings.public_url.as_deref(), Some("https://hub.example"));
    }
}
