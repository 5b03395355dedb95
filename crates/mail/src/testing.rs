//! A mail server in a test's hands, and one of every text.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base::{Chance, Millis, Role, Secret, UserId};
use base64ct::{Base64, Encoding as _};
use futures::future::BoxFuture;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use crate::{Address, Error, FactorChange, House, Letterhead, Security, Smtp, Text, Transport};

/// How the mail server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Takes everything.
    Takes,
    /// Has no room just now: 452.
    PutsOff,
    /// Knows nobody of that name: 550.
    Refuses,
    /// Does not like our password: 535.
    RefusesUs,
    /// Greets, and says no more.
    Hangs,
}

/// A letter as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) message: String,
}

/// A mail server on a port of its own.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    taken: Arc<Mutex<Vec<Taken>>>,
    /// Every line a client sent that was no part of a message.
    heard: Arc<Mutex<Vec<String>>>,
    /// Its certificate, as PEM, where it speaks TLS.
    certificate: Option<String>,
    _tasks: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start(mood: Mood) -> Self {
        Self::with(mood, None).await
    }

    /// One that speaks TLS from the first byte, with a certificate of the moment.
    pub(crate) async fn start_with_tls(mood: Mood) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        Self::with(mood, Some((TlsAcceptor::from(Arc::new(config)), pem(made.cert.der())))).await
    }

    async fn with(mood: Mood, tls: Option<(TlsAcceptor, String)>) -> Self {
        let (acceptor, certificate) = tls.unzip();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mood, taken, heard) = (Arc::new(Mutex::new(mood)), Arc::default(), Arc::default());
        let mut tasks = JoinSet::new();
        let (kept, letters, lines) = (Arc::clone(&mood), Arc::clone(&taken), Arc::clone(&heard));
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let mood = *kept.lock().unwrap();
                let (letters, lines, acceptor) = (Arc::clone(&letters), Arc::clone(&lines), acceptor.clone());
                connections.spawn(async move {
                    match acceptor {
                        None => talk(stream, mood, letters, lines).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                talk(stream, mood, letters, lines).await;
                            }
                        }
                    }
                });
            }
        });
        Self { address, mood, taken, heard, certificate, _tasks: tasks }
    }

    pub(crate) fn is_now(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The way to it. One that speaks no TLS is reached by clear text only.
    pub(crate) fn transport(&self, security: Security) -> Transport {
        self.transport_trusting(security, false)
    }

    /// The same, with its certificate trusted or not.
    pub(crate) fn transport_trusting(&self, security: Security, trusted: bool) -> Transport {
        let authority = self.certificate.as_ref().filter(|_| trusted).map(|pem| pem.clone().into_bytes());
        let host = if self.certificate.is_some() { "localhost".into() } else { self.address.ip().to_string() };
        Transport::new(&Smtp {
            host,
            port: self.address.port(),
            security,
            authority,
            credentials: Some(("hall".into(), Secret::new("p4ss"))),
            from: Address::parse("hall@hall.example").unwrap(),
            timeout: Duration::from_millis(700),
        })
        .unwrap()
    }
}

/// A certificate as text (RFC 7468).
fn pem(certificate: &[u8]) -> String {
    let text = Base64::encode_string(certificate);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// One connection (RFC 5321, RFC 4954), as far as a client of ours goes.
async fn talk(
    stream: impl AsyncRead + AsyncWrite + Send,
    mood: Mood,
    taken: Arc<Mutex<Vec<Taken>>>,
    heard: Arc<Mutex<Vec<String>>>,
) {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 mail.test ready\r\n").await.unwrap();
    let (mut from, mut to) = (String::new(), String::new());
    while let Ok(Some(line)) = lines.next_line().await {
        if mood == Mood::Hangs {
            std::future::pending::<()>().await;
        }
        heard.lock().unwrap().push(line.clone());
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-mail.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN",
            "AUTH" if mood == Mood::RefusesUs => "535 5.7.8 authentication failed",
            "AUTH" => "235 welcome",
            "MAIL" => {
                from.clone_from(&line);
                "250 go on"
            }
            "RCPT" if mood == Mood::Refuses => "550 5.1.1 <nobody@example.org>: no such mailbox",
            "RCPT" if mood == Mood::PutsOff => "452 4.2.2 no room just now",
            "RCPT" => {
                to.clone_from(&line);
                "250 go on"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.unwrap();
                let mut message = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    message.push_str(line.strip_prefix('.').unwrap_or(&line));
                    message.push_str("\r\n");
                }
                taken.lock().unwrap().push(Taken { from: from.clone(), to: to.clone(), message });
                "250 taken"
            }
            "QUIT" => "221 good-bye",
            _ => "250 fine",
        };
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            break;
        }
    }
}

/// Chance that never repeats itself within a test, and always from run to run.
#[derive(Default)]
pub(crate) struct CountingChance(AtomicU64);

impl Chance for CountingChance {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let next = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&next.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// The rest of the hub: account 1 is its owner, 2 an admin, 3 a member, and nobody else is there.
pub(crate) struct TheHall;

impl House for TheHall {
    fn letterhead(&self) -> BoxFuture<'_, Letterhead> {
        Box::pin(async { letterhead() })
    }

    fn role_of(&self, user: UserId) -> BoxFuture<'_, Result<Option<Role>, Error>> {
        let role = match user.get() {
            1 => Some(Role::Owner),
            2 => Some(Role::Admin),
            3 => Some(Role::Member),
            _ => None,
        };
        Box::pin(async move { Ok(role) })
    }
}

pub(crate) fn letterhead() -> Letterhead {
    Letterhead { name: "The Hall".into(), address: "https://hall.example".into() }
}

/// One of each; every secret is `s3cret`, alone or in a path.
pub(crate) fn every_text() -> Vec<Text> {
    let name = || "Zoë".to_owned();
    let path = || Secret::new("/prove?token=s3cret");
    let at = Millis(1_795_231_380_000);
    let mut texts = vec![
        Text::VerifyAddress { name: name(), code: Secret::new("s3cret"), path: path(), minutes: 10 },
        Text::RecoverPassword { name: name(), path: path(), minutes: 30 },
        Text::ClaimAccount { name: name(), path: path(), days: 14 },
        Text::AddressChanged { name: name(), path: path(), days: 7 },
        Text::AddressTaken { name: name() },
        Text::NewDevice { name: name(), device: "Firefox on Linux".into(), at },
        Text::PasswordChanged { name: name(), at },
        Text::OrganizationInvitation { name: name(), organization: "Ravens".into(), by: "Ivan".into(), path: path() },
        Text::ModerationDecision {
            name: name(),
            decision: "Your report was heard.".into(),
            path: "/account/reports/1".into(),
        },
        Text::PluginQuarantined { name: name(), plugin: "seed_vault".into(), why: "it had to be stopped".into(), at },
        Text::PluginNotice {
            name: name(),
            plugin: "daily_streak".into(),
            called: "Daily streak".into(),
            organization: Some("Ravens".into()),
            label: "A reward".into(),
            lines: vec!["Seven days in a row.".into()],
            path: "/orgs/ravens".into(),
        },
        Text::DeletionScheduled { name: name(), path: path(), on: at },
        Text::Test {},
    ];
    let changes = [
        FactorChange::TotpOn,
        FactorChange::TotpOff,
        FactorChange::CodesMade,
        FactorChange::PasskeyAdded,
        FactorChange::PasskeyRemoved,
        FactorChange::IdentityLinked,
        FactorChange::IdentityUnlinked,
    ];
    texts.extend(changes.map(|change| Text::SecondFactorChanged { name: name(), change, at }));
    texts
}
