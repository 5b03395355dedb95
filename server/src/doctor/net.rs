//! What is between the hub and people: its public address, its certificate, proxies, ports, the mail server.

use std::{
    net::{IpAddr, SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use base::Millis;
use contract::vitals::Finding;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use super::{bad, good, warning};
use crate::config::Settings;

/// How long to wait for an answer from afar.
const PATIENCE: Duration = Duration::from_secs(5);
/// A certificate that ends so soon should have been renewed: most are, a month before.
const WARN_DAYS: i64 = 21;
const BAD_DAYS: i64 = 3;
const DAY_SECS: i64 = 24 * 60 * 60;

pub(super) fn public_url(settings: &Settings) -> Finding {
    const ABOUT: &str = "public address";
    let Some(url) = &settings.public_url else {
        return if settings.http_addr.ip().is_loopback() {
            good(ABOUT, "none yet; only this machine can reach the hub")
        } else {
            warning(
                ABOUT,
                "none is set, but the hub listens beyond this machine",
                "Set public_url to the https address people type.",
            )
        };
    };
    let Some(host) = url.strip_prefix("http://") else { return good(ABOUT, url.clone()) };
    if base::is_loopback_host(host) {
        return good(ABOUT, url.clone());
    }
    bad(
        ABOUT,
        format!("{url} is plain http: browsers keep no login there, and passwords cross the net readable"),
        "Put a TLS proxy in front, name it in trusted_proxies, and set public_url to its https address.",
    )
}

/// Whose word about visitors is believed.
pub(super) fn proxies(settings: &Settings) -> Option<Finding> {
    const ABOUT: &str = "proxies";
    if settings.trusted_proxies.iter().any(|net| net.prefix_len() == 0) {
        return Some(bad(
            ABOUT,
            "everybody is trusted as a proxy, so anybody can claim any address",
            "Name the proxies' own addresses in trusted_proxies.",
        ));
    }
    let https = settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    match (https, settings.trusted_proxies.is_empty()) {
        (true, true) => Some(bad(
            ABOUT,
            "the public address is https, which a proxy answers, and none is trusted: all visitors look like one, and limits hit them together",
            "Name the proxy's address in trusted_proxies.",
        )),
        (true, false) if !settings.http_addr.ip().is_loopback() => Some(warning(
            ABOUT,
            format!("people can go past the proxy, to {}", settings.http_addr),
            "Let the hub listen where only the proxy reaches it, or close the port to others.",
        )),
        (true, false) => Some(good(ABOUT, "the proxy is believed, and nobody else")),
        (false, _) => None,
    }
}

/// Whether the public address leads anywhere, and with which certificate.
pub(super) async fn reachable(settings: &Settings, now: Millis) -> Vec<Finding> {
    let Some((host, port, tls)) = settings.public_url.as_deref().and_then(taken_apart) else { return Vec::new() };
    if base::is_loopback_host(&host) {
        return Vec::new();
    }
    let (addresses, found) = names(&host, port).await;
    let mut findings = vec![found];
    if tls && !addresses.is_empty() {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        findings.push(certificate(&host, &addresses, roots, now).await);
    }
    findings
}

/// Host, port and whether there is TLS, of an origin.
fn taken_apart(url: &str) -> Option<(String, u16, bool)> {
    let (scheme, rest) = url.split_once("://")?;
    let tls = scheme == "https";
    let usual = if tls { 443 } else { 80 };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
        _ => (rest, usual),
    };
    Some((host.trim_matches(['[', ']']).to_owned(), port, tls))
}

async fn names(host: &str, port: u16) -> (Vec<SocketAddr>, Finding) {
    const ABOUT: &str = "name";
    let fix = "Add an A or AAAA record for it where your domain is kept.";
    match timeout(PATIENCE, tokio::net::lookup_host((host, port))).await {
        Err(_elapsed) => (Vec::new(), warning(ABOUT, format!("nobody says where {host} is, within 5 s"), fix)),
        Ok(Err(error)) => (Vec::new(), bad(ABOUT, format!("{host} can't be found: {error}"), fix)),
        Ok(Ok(found)) => {
            let addresses: Vec<SocketAddr> = found.collect();
            let shown: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
            let shown = shown.join(", ");
            let finding = if addresses.is_empty() {
                bad(ABOUT, format!("{host} has no address"), fix)
            } else if addresses.iter().all(|address| is_at_home(address.ip())) {
                warning(
                    ABOUT,
                    format!("{host} is {shown} here, which only this network can reach"),
                    "Fine for a hub at home; else mend the record, or the hosts file of this machine.",
                )
            } else {
                good(ABOUT, format!("{host} is {shown}"))
            };
            (addresses, finding)
        }
    }
}

fn is_at_home(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// The certificate that is shown at the public address: whether browsers take it, and for how long.
async fn certificate(host: &str, addresses: &[SocketAddr], roots: RootCertStore, now: Millis) -> Finding {
    const ABOUT: &str = "certificate";
    let unreachable = |why: String| {
        warning(
            ABOUT,
            format!("{host} doesn't answer from here: {why}"),
            "Fine where your router can't lead back inside; else look at the proxy and the firewall.",
        )
    };
    let stream = match timeout(PATIENCE, TcpStream::connect(addresses)).await {
        Err(_elapsed) => return unreachable("nobody answers within 5 s".to_owned()),
        Ok(Err(error)) => return unreachable(error.to_string()),
        Ok(Ok(stream)) => stream,
    };
    let Ok(name) = ServerName::try_from(host.to_owned()) else {
        return unreachable("that is no name of a host".to_owned());
    };
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions();
    let Ok(config) = config else { return unreachable("TLS can't be spoken here".to_owned()) };
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let connected = timeout(PATIENCE, TlsConnector::from(Arc::new(config)).connect(name, stream)).await;
    let stream = match connected {
        Err(_elapsed) => return unreachable("nobody greets back within 5 s".to_owned()),
        Ok(Err(error)) => {
            return bad(
                ABOUT,
                format!("browsers would refuse it: {error}"),
                "Renew it, for that name, by an authority browsers know; the proxy's log says why it wasn't.",
            );
        }
        Ok(Ok(stream)) => stream,
    };
    let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let Some(ends) = shown.and_then(|leaf| ends_at_secs(leaf)) else {
        return warning(ABOUT, "it is good, but doesn't say until when", "Look at it in a browser.");
    };
    lasting(ends, now)
}

/// When a certificate ends, in seconds since 1970.
fn ends_at_secs(certificate: &[u8]) -> Option<i64> {
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate).ok()?;
    Some(certificate.validity().not_after.timestamp())
}

fn lasting(ends_at_secs: i64, now: Millis) -> Finding {
    const ABOUT: &str = "certificate";
    let days = (ends_at_secs - now.0 / 1000).div_euclid(DAY_SECS);
    let found = format!("good for {days} more days");
    let fix = "Renew it; whatever renews it by itself has not.";
    match days {
        ..BAD_DAYS => bad(ABOUT, found, fix),
        BAD_DAYS..WARN_DAYS => warning(ABOUT, found, fix),
        WARN_DAYS.. => good(ABOUT, found),
    }
}

pub(super) fn listen(about: &str, address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => good(about, format!("can listen at {address}")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            warning(about, format!("{address} is taken"), "Fine where that is the running hub.")
        }
        Err(error) => bad(about, format!("can't listen at {address}: {error}"), "Choose another address."),
    }
}

pub(super) async fn mail_server(settings: &Settings) -> Finding {
    const ABOUT: &str = "mail server";
    let transport = match crate::mail::transport(settings) {
        Ok(Some(transport)) => transport,
        Ok(None) => {
            return warning(
                ABOUT,
                "none is named: mails wait in the admin area, and their links are handed over from there",
                "Set smtp.host and smtp.from.",
            );
        }
        Err(error) => return bad(ABOUT, error.to_string(), "Mend the keys below [smtp]."),
    };
    let host = settings.smtp.host.as_deref().unwrap_or_default();
    match transport.check().await {
        Ok(()) => good(ABOUT, format!("{host} answers and lets us in")),
        Err(error) => bad(
            ABOUT,
            format!("{host}: {error}"),
            "Look at smtp.host, smtp.port, smtp.security, name and password; mails are tried again meanwhile.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use contract::vitals::Weight;
    use rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    };
    use tokio_rustls::TlsAcceptor;

    use super::*;

    const NOW: Millis = Millis(1_763_690_000_000);

    fn at(url: &str) -> Settings {
        Settings { public_url: Some(url.into()), ..Settings::default() }
    }

    #[test]
    fn plain_http_beyond_this_machine_is_refused() {
        let weight = |url: &str| public_url(&at(url)).weight;
        assert_eq!(weight("http://hub.example"), Weight::Bad);
        assert_eq!(weight("http://192.0.2.1:3000"), Weight::Bad);
        assert_eq!(weight("https://hub.example"), Weight::Good);
        assert_eq!(weight("http://127.0.0.1:3000"), Weight::Good);
        assert_eq!(weight("http://[::1]:3000"), Weight::Good);
        assert_eq!(weight("http://localhost"), Weight::Good);
    }

    #[test]
    fn a_proxy_is_named_and_nobody_else() {
        let weight = |settings: &Settings| proxies(settings).map(|finding| finding.weight);
        assert_eq!(weight(&Settings::default()), None);
        let mut settings = at("https://hub.example");
        assert_eq!(weight(&settings), Some(Weight::Bad), "a proxy that isn't believed");
        settings.trusted_proxies = vec!["10.0.0.1/32".parse().unwrap()];
        assert_eq!(weight(&settings), Some(Weight::Good));
        settings.http_addr = "0.0.0.0:3000".parse().unwrap();
        assert_eq!(weight(&settings), Some(Weight::Warning), "a way past the proxy");
        settings.trusted_proxies = vec!["0.0.0.0/0".parse().unwrap()];
        assert_eq!(weight(&settings), Some(Weight::Bad), "everybody is believed");
    }

    #[test]
    fn an_origin_is_taken_apart() {
        for (url, host, port, tls) in [
            ("https://hub.example", "hub.example", 443, true),
            ("http://hub.example:3000", "hub.example", 3000, false),
            ("https://[2001:db8::1]:8443", "2001:db8::1", 8443, true),
            ("https://[2001:db8::1]", "2001:db8::1", 443, true),
        ] {
            assert_eq!(taken_apart(url), Some((host.to_owned(), port, tls)), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_nowhere_is_bad_and_one_at_home_is_worth_a_word() {
        let (addresses, found) = names("hub.invalid", 443).await;
        assert!(addresses.is_empty() && found.weight != Weight::Good, "{found:?}");
        assert_eq!(names("10.1.2.3", 443).await.1.weight, Weight::Warning);
        assert_eq!(names("192.0.2.1", 443).await.1.weight, Weight::Good);
    }

    /// A server with a certificate of the moment, and what trusts it.
    async fn with_certificate(until_days: i64) -> (SocketAddr, RootCertStore) {
        let mut wanted = rcgen::CertificateParams::new(vec!["hub.test".to_owned()]).unwrap();
        let today = SystemDay::today();
        wanted.not_before = rcgen::date_time_ymd(2025, 1, 1);
        wanted.not_after = today.plus_days(until_days);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = wanted.self_signed(&key).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone()).unwrap();
        let server = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )
            .unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(server));
        tokio_util::task::TaskTracker::new().spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                drop(acceptor.accept(stream).await);
            }
        });
        (address, roots)
    }

    /// Certificates are judged by the machine's clock.
    struct SystemDay(Millis);

    impl SystemDay {
        fn today() -> Self {
            use base::Clock as _;
            Self(crate::system::SystemClock.now())
        }

        fn plus_days(&self, days: i64) -> time::OffsetDateTime {
            time::OffsetDateTime::from_unix_timestamp(self.0.0 / 1000 + days * DAY_SECS + 3600).unwrap()
        }
    }

    #[tokio::test]
    async fn a_certificate_is_good_for_so_many_days() {
        let now = SystemDay::today().0;
        for (days, weight) in [(60, Weight::Good), (10, Weight::Warning), (1, Weight::Bad)] {
            let (address, roots) = with_certificate(days).await;
            let found = certificate("hub.test", &[address], roots, now).await;
            assert_eq!(found.weight, weight, "{found:?}");
            assert_eq!(found.found, format!("good for {days} more days"));
        }
        // Run out, for another name, and by nobody known.
        let (address, roots) = with_certificate(-2).await;
        let found = certificate("hub.test", &[address], roots, now).await;
        assert!(found.weight == Weight::Bad && found.found.contains("refuse"), "{found:?}");
        let (address, roots) = with_certificate(60).await;
        assert_eq!(certificate("other.test", &[address], roots, now).await.weight, Weight::Bad);
        assert_eq!(certificate("hub.test", &[address], RootCertStore::empty(), now).await.weight, Weight::Bad);
    }

    #[tokio::test]
    async fn nobody_there_is_a_warning() {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let found = certificate("hub.test", &[address], RootCertStore::empty(), NOW).await;
        assert_eq!(found.weight, Weight::Warning);
    }

    #[tokio::test]
    async fn a_mail_server_is_named_found_or_mended() {
        assert_eq!(mail_server(&Settings::default()).await.weight, Weight::Warning);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let smtp = crate::config::SmtpSettings {
            host: Some("127.0.0.1".into()),
            port: Some(port),
            security: crate::config::SmtpSecurity::None,
            from: Some("hall@hub.example".into()),
            ..crate::config::SmtpSettings::default()
        };
        let nobody_there = Settings { smtp: smtp.clone(), ..Settings::default() };
        assert_eq!(mail_server(&nobody_there).await.weight, Weight::Bad);
        let nobody_named = Settings { smtp: crate::config::SmtpSettings { from: None, ..smtp }, ..Settings::default() };
        assert!(mail_server(&nobody_named).await.found.contains("smtp.from"));
    }

    #[test]
    fn a_taken_port_is_a_warning() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(listen("website", taken.local_addr().unwrap()).weight, Weight::Warning);
    }
}
