//! Whom the hub may call by itself.

use std::{path::PathBuf, time::Duration};

use outbound::{Allowed, CertificateDer, Detour, Policy};
use rustls::pki_types::pem::PemObject as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Calls to other hosts: webhooks, and providers people sign in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OutboundSettings {
    /// Hosts (`idp.lan`, `idp.lan:8443`), addresses and networks (`10.0.0.0/8`) that may be called although they are on a network of one's
    /// own, and without TLS. All others are called on the open internet only, by https.
    pub allow: Vec<String>,
    /// Hosts that are reached at a gateway of one's own instead of where their name leads: `discord.com=10.0.0.7:8443`. By https: the
    /// gateway proves itself as that host, to the public authorities or to those of `ca_file`.
    pub detours: Vec<String>,
    /// Seconds such a call may take, all in all.
    #[schemars(range(min = 1, max = 120))]
    pub timeout_secs: u64,
    /// A file with the certificates (PEM) of authorities to trust beside the public ones.
    pub ca_file: Option<PathBuf>,
}

impl Default for OutboundSettings {
    fn default() -> Self {
        Self { allow: Vec::new(), detours: Vec::new(), timeout_secs: 10, ca_file: None }
    }
}

impl OutboundSettings {
    /// What follows from it; else the key that is wrong, and how.
    pub fn policy(&self) -> Result<Policy, (&'static str, String)> {
        let allow: Result<Vec<Allowed>, _> = self.allow.iter().map(|text| text.trim().parse::<Allowed>()).collect();
        let allow = allow.map_err(|error| ("outbound.allow", error.to_string()))?;
        let detours: Result<Vec<_>, _> = self.detours.iter().map(|text| text.parse::<Detour>()).collect();
        let detours = detours.map_err(|error| ("outbound.detours", error.to_string()))?;
        if !(1..=60).contains(&self.timeout_secs) {
            return Err(("outbound.timeout_secs", "must be from 1 to 60".to_owned()));
        }
        let mut roots = Vec::new();
        if let Some(path) = &self.ca_file {
            let unreadable = |error: &dyn std::fmt::Display| {
                ("outbound.ca_file", format!("{} can't be read: {error}", path.display()))
            };
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))? {
                roots.push(certificate.map_err(|error| unreadable(&error))?);
            }
            if roots.is_empty() {
                return Err(("outbound.ca_file", format!("{} holds no certificate", path.display())));
            }
        }
        let timeout = Duration::from_secs(self.timeout_secs);
        Ok(Policy { allow, detours, timeout, roots, ..Policy::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |settings: OutboundSettings| settings.policy().unwrap_err().0;
        assert_eq!(wrong(OutboundSettings { allow: vec!["https://x".into()], ..Default::default() }), "outbound.allow");
        let detours = vec!["discord.com".into()];
        assert_eq!(wrong(OutboundSettings { detours, ..Default::default() }), "outbound.detours");
        assert_eq!(wrong(OutboundSettings { timeout_secs: 0, ..Default::default() }), "outbound.timeout_secs");
        assert_eq!(
            wrong(OutboundSettings { ca_file: Some("nowhere".into()), ..Default::default() }),
            "outbound.ca_file"
        );
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(
            wrong(OutboundSettings { ca_file: Some(file.path().into()), ..Default::default() }),
            "outbound.ca_file"
        );
        let allow = vec!["10.0.0.0/8".into(), " idp.lan:8443".into()];
        assert_eq!(OutboundSettings { allow, ..Default::default() }.policy().unwrap().allow.len(), 2);
    }
}
