//! Whether the services that people log in with can be asked.

use std::sync::Arc;

use base::{Chance, Clock};
use contract::vitals::Finding;
use futures::future::join_all;
use outbound::Outbound;

use super::{bad, good, warning};
use crate::{
    config::Settings,
    system::{SystemChance, SystemClock},
    wiring,
};

/// A finding for each; all are asked at once, since one that is away takes its time.
pub(super) async fn services(settings: &Settings) -> Vec<Finding> {
    if settings.sign_in.is_empty() {
        return Vec::new();
    }
    let outbound = settings.outbound.policy().ok().and_then(|policy| Outbound::new(policy).ok());
    let Some(outbound) = outbound else {
        return vec![bad("sign-in", "nobody can be called", "Mend the keys below [outbound].")];
    };
    let (clock, chance): (Arc<dyn Clock>, Arc<dyn Chance>) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let federation = match wiring::federation(settings, outbound, &clock, &chance) {
        Ok(federation) => federation,
        Err(error) => return vec![bad("sign-in", error.to_string(), "Mend the tables [[sign_in]].")],
    };
    let mut findings = join_all(federation.providers().map(|provider| {
        let federation = &federation;
        async move {
            let about = format!("sign-in {}", provider.id);
            match federation.reach(&provider.id).await {
                Ok(()) => good(&about, format!("{} answers", provider.issuer)),
                Err(error) => {
                    let cause =
                        std::error::Error::source(&error).map_or_else(String::new, |cause| format!(": {cause}"));
                    bad(
                        &about,
                        format!("{}: {error}{cause}", provider.issuer),
                        "People can't log in with it meanwhile. Look at its issuer, at the net, and at outbound.allow.",
                    )
                }
            }
        }
    }))
    .await;
    if settings.public_url.is_none() {
        findings.push(warning(
            "sign-in",
            "services send people back to the hub's public address, and the configuration names none",
            "Set public_url, unless the address chosen at the first start is the one registered there.",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use contract::vitals::Weight;

    use super::*;
    use crate::config::{OutboundSettings, SignInProtocol, SignInSettings};

    #[tokio::test]
    async fn a_service_that_is_away_is_bad() {
        assert!(services(&Settings::default()).await.is_empty());
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = Settings {
            outbound: OutboundSettings { allow: vec!["127.0.0.1".into()], ..OutboundSettings::default() },
            sign_in: vec![SignInSettings {
                id: "club".into(),
                protocol: Some(SignInProtocol::OpenidConnect),
                name: "Club".into(),
                issuer: format!("http://127.0.0.1:{port}"),
                client_id: "hub".into(),
                ..SignInSettings::default()
            }],
            ..Settings::default()
        };
        let findings = services(&settings).await;
        let weights: Vec<_> = findings.iter().map(|finding| finding.weight).collect();
        assert_eq!(weights, [Weight::Bad, Weight::Warning], "{findings:?}");
        assert!(findings[0].found.contains("can't be reached"), "{findings:?}");
    }
}
