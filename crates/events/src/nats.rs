//! NATS, as the line between nodes.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use async_nats::{Client, ConnectOptions, Event, ServerAddr, Subscriber};
use futures::StreamExt as _;
use tokio::{sync::watch, time::timeout};
use url::Url;

use crate::line::Broken;

/// Longer than a server takes to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often the server is asked whether it still stands.
const PING_EVERY: Duration = Duration::from_secs(10);

/// Where NATS is, and as whom the nodes speak there.
#[derive(Clone)]
pub struct Nats {
    servers: Vec<ServerAddr>,
    login: Login,
    authority: Option<PathBuf>,
    subject: String,
}

#[derive(Clone)]
enum Login {
    Nobody,
    Token(String),
    Password(String, String),
}

/// Says where, and not as whom.
impl fmt::Debug for Nats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nats").field("at", &self.place()).field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl Nats {
    /// Reads `nats://host:4222`, `tls://…` for TLS, with `name:password@` or a token and `@` where there is a login; several servers with
    /// commas between them. Nodes of one hub share a `subject`, two hubs on one NATS don't. `authority` is a file with the certificate of an
    /// authority of one's own. The error says what is wrong, and shows no secret.
    pub fn parse(servers: &str, subject: &str, authority: Option<PathBuf>) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if subject.is_empty() || !subject.chars().all(plain) || subject.split('.').any(str::is_empty) {
            return Err("a subject is words of letters, digits, - and _, with dots between them".to_owned());
        }
        let mut read = Self { servers: Vec::new(), login: Login::Nobody, authority, subject: subject.to_owned() };
        for server in servers.split(',').map(str::trim).filter(|server| !server.is_empty()) {
            let mut url = Url::parse(server).map_err(|error| format!("an address cannot be understood: {error}"))?;
            if !matches!(url.scheme(), "nats" | "tls") || url.host_str().is_none_or(str::is_empty) {
                return Err("must be nats://host or tls://host".to_owned());
            }
            let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
            match (url.username(), url.password()) {
                ("", None) => {}
                (name, Some(password)) => read.login = Login::Password(decoded(name), decoded(password)),
                (token, None) => read.login = Login::Token(decoded(token)),
            }
            // They go with the login; the address is shown to people.
            url.set_password(None).and_then(|()| url.set_username("")).map_err(|()| "must name a host".to_owned())?;
            read.servers.push(ServerAddr::from_url(url).map_err(|error| error.to_string())?);
        }
        if read.servers.is_empty() {
            return Err("must be nats://host".to_owned());
        }
        Ok(read)
    }

    /// Where it is, for people.
    pub fn place(&self) -> String {
        let places: Vec<String> =
            self.servers.iter().map(|server| format!("{}:{}", server.host(), server.port())).collect();
        places.join(", ")
    }

    /// Whether it can be reached, lets us in, and carries what we send back to us.
    pub async fn check(&self) -> Result<(), Broken> {
        let mut line = self.connect(self.options()).await?;
        line.tell(0).await?;
        timeout(PATIENCE, line.next()).await.map_err(|_elapsed| "what is sent does not arrive")??;
        Ok(())
    }

    pub(crate) async fn open(&self) -> Result<Line, Broken> {
        // What comes from us is no news to us.
        self.connect(self.options().no_echo()).await
    }

    fn options(&self) -> ConnectOptions {
        // It is asked once: whoever keeps the line opens another when this one breaks, and looks at everything anew.
        let options = ConnectOptions::new()
            .name("guildhall")
            .connection_timeout(PATIENCE)
            .ping_interval(PING_EVERY)
            .max_reconnects(1);
        let options = match self.login.clone() {
            Login::Nobody => options,
            Login::Token(token) => options.token(token),
            Login::Password(name, password) => options.user_and_password(name, password),
        };
        match &self.authority {
            Some(path) => options.add_root_certificates(path.clone()),
            None => options,
        }
    }

    async fn connect(&self, options: ConnectOptions) -> Result<Line, Broken> {
        let (tell, broken) = watch::channel(None);
        let tell = Arc::new(tell);
        let options = options.event_callback(move |event| {
            let tell = Arc::clone(&tell);
            async move {
                let why = match event {
                    Event::Disconnected | Event::Closed => "the connection is lost".to_owned(),
                    // Such as a subject that this login may not use.
                    Event::ServerError(error) => error.to_string(),
                    _ => return,
                };
                tell.send_replace(Some(why));
            }
        });
        let opening = async {
            let client = options.connect(self.servers.clone()).await?;
            let subscriber = client.subscribe(self.subject.clone()).await?;
            client.flush().await?;
            Ok::<_, Broken>((client, subscriber))
        };
        let (client, subscriber) =
            timeout(PATIENCE, opening).await.map_err(|_elapsed| "nobody answers within 5 s")??;
        Ok(Line { client, subscriber, subject: self.subject.clone(), broken })
    }
}

/// A connection that stands.
pub(crate) struct Line {
    client: Client,
    subscriber: Subscriber,
    subject: String,
    /// Why it does not, as soon as it does not.
    broken: watch::Receiver<Option<String>>,
}

impl Line {
    pub(crate) async fn next(&mut self) -> Result<i64, Broken> {
        tokio::select! {
            biased;
            why = self.broken.wait_for(Option::is_some) => {
                Err(why.ok().and_then(|why| why.clone()).unwrap_or_else(|| "the connection is closed".to_owned()).into())
            }
            message = self.subscriber.next() => {
                let message = message.ok_or("the connection is closed")?;
                // What is no number was not sent by us, and wakes all the same.
                Ok(std::str::from_utf8(&message.payload).ok().and_then(|text| text.parse().ok()).unwrap_or_default())
            }
        }
    }

    pub(crate) async fn tell(&mut self, number: i64) -> Result<(), Broken> {
        let telling = async {
            self.client.publish(self.subject.clone(), number.to_string().into()).await?;
            self.client.flush().await?;
            Ok(())
        };
        timeout(PATIENCE, telling).await.map_err(|_elapsed| "what is to be sent waits for too long")?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_its_secret_is_shown_to_nobody() {
        let nats = Nats::parse("nats://hub:s3%40cret@one.example,tls://two.example:4333", "guildhall", None).unwrap();
        assert_eq!(nats.place(), "one.example:4222, two.example:4333");
        assert!(matches!(&nats.login, Login::Password(name, password) if name == "hub" && password == "s3@cret"));
        assert!(!format!("{nats:?} {:?}", nats.servers).contains("cret"), "{nats:?}");
        let nats = Nats::parse("nats://t0ken@127.0.0.1", "a.b", None).unwrap();
        assert!(matches!(&nats.login, Login::Token(token) if token == "t0ken"));
        for wrong in ["", "one.example:4222", "http://one.example", "nats://", "nats://s3cret@"] {
            let error = Nats::parse(wrong, "guildhall", None).unwrap_err();
            assert!(!error.contains("s3cret"), "{error}");
        }
        for wrong in ["", "a b", "a.>", "*", "a..b"] {
            assert!(Nats::parse("nats://one", wrong, None).is_err(), "{wrong}");
        }
    }
}
