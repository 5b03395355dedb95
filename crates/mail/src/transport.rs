//! To the mail server: one connection a letter, over SMTP.

use std::{fmt, time::Duration};

use base::{MailId, Millis, Secret};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
        response::{Category, Code, Detail},
    },
};

use crate::{Address, Letter, Letterhead, Written};

/// What a server says is kept up to that many characters.
const LONGEST_ERROR: usize = 200;

/// How a certificate begins in PEM. Without one in it a file would quietly add nothing.
const BEGINS: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// How the way to the mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Begins in clear text and asks for encryption; goes no further without it.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all: for a server on this machine.
    None,
}

/// Where the mail server is, and who we are to it.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way is kept private.
    pub security: Security,
    /// A certificate authority of one's own, as PEM, to be trusted besides the usual ones.
    pub authority: Option<Vec<u8>>,
    /// Name and password, where it asks for them.
    pub credentials: Option<(String, Secret)>,
    /// The sender's address.
    pub from: Address,
    /// How long a letter may take, from the first packet to the server's last word.
    pub timeout: Duration,
}

/// The way to a mail server.
#[derive(Clone)]
pub struct Transport {
    smtp: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    timeout: Duration,
}

/// Why a letter did not go.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// It will not go later either.
    #[error("{0}")]
    Permanent(String),
    /// It may go later.
    #[error("{0}")]
    Transient(String),
    /// The settings can't be used.
    #[error("the settings of the mail server can't be used: {0}")]
    Settings(String),
}

impl Transport {
    /// Prepares the way; connects to nobody yet.
    pub fn new(smtp: &Smtp) -> Result<Self, TransportError> {
        let settings = |error: lettre::transport::smtp::Error| TransportError::Settings(cut(&error));
        let parameters = || {
            let mut builder = TlsParameters::builder(smtp.host.clone());
            if let Some(pem) = &smtp.authority {
                if !pem.windows(BEGINS.len()).any(|window| window == BEGINS) {
                    return Err(TransportError::Settings("the authority's file holds no certificate".to_owned()));
                }
                builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(settings)?);
            }
            builder.build_rustls().map_err(settings)
        };
        let tls = match smtp.security {
            Security::StartTls => Tls::Required(parameters()?),
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host.clone())
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(smtp.timeout))
            .hello_name(ClientId::Domain(smtp.from.domain().to_owned()));
        if let Some((user, password)) = &smtp.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
        }
        Ok(Self { smtp: builder.build(), from: smtp.from.clone(), timeout: smtp.timeout })
    }

    /// Whether the mail server answers and takes our name and password; for the doctor.
    pub async fn check(&self) -> Result<(), TransportError> {
        match tokio::time::timeout(self.timeout, self.smtp.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(TransportError::Transient("the mail server answered, and closed".to_owned())),
            Ok(Err(error)) => Err(TransportError::Transient(cut(&error))),
            Err(_) => Err(self.silent()),
        }
    }

    pub(crate) async fn send(&self, message: Message) -> Result<(), TransportError> {
        match tokio::time::timeout(self.timeout, self.smtp.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() && !error.status().is_some_and(is_about_us) => {
                Err(TransportError::Permanent(cut(&error)))
            }
            Ok(Err(error)) => Err(TransportError::Transient(cut(&error))),
            Err(_) => Err(self.silent()),
        }
    }

    fn silent(&self) -> TransportError {
        TransportError::Transient(format!("the mail server did not finish within {:?}", self.timeout))
    }

    /// The letter as it crosses the wire. `decline` is the address by which its reader's program can ask, with one click, to get no
    /// more of its kind (RFC 8058).
    pub(crate) fn message(
        &self,
        id: MailId,
        at: Millis,
        head: &Letterhead,
        letter: &Letter,
        written: Written,
        decline: Option<&str>,
    ) -> Result<Message, TransportError> {
        let sent_at = std::time::UNIX_EPOCH + Duration::from_millis(at.0.unsigned_abs());
        let mut builder = Message::builder()
            .from(self.from.mailbox(Some(head.name.clone())))
            .to(letter.to.mailbox(None))
            .subject(written.subject)
            .date(sent_at)
            // The same for every attempt: a server that has taken one and could not say so knows the next for its twin.
            .message_id(Some(format!("<guildhall-{id}-{}@{}>", at.0, self.from.domain())))
            // Keeps holiday notes from answering (RFC 3834 §5).
            .raw_header(header("Auto-Submitted", "auto-generated"));
        if let Some(address) = decline {
            builder = builder
                .raw_header(header("List-Unsubscribe", &format!("<{address}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        builder
            .multipart(MultiPart::alternative_plain_html(written.text, written.html))
            .map_err(|error| TransportError::Permanent(format!("the letter can't be put into a message: {error}")))
    }
}

/// Without name and password.
impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// "No" to our name and password is final only until somebody mends the settings: 530, 534, 535 and 538 (RFC 4954 §6).
fn is_about_us(code: Code) -> bool {
    matches!(
        (code.category, code.detail),
        (Category::Unspecified3, Detail::Zero | Detail::Four | Detail::Five | Detail::Eight)
    )
}

/// What went wrong in one line, with addresses taken out: servers repeat them, and the line goes to the log.
fn cut(error: &dyn std::error::Error) -> String {
    let words: Vec<String> = error
        .to_string()
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .map(|word| if word.contains('@') { "…".to_owned() } else { word.to_owned() })
        .collect();
    words.join(" ").chars().take(LONGEST_ERROR).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_one_line_without_addresses() {
        let error = std::io::Error::other("550 <olga@example.org>:\r\nno such\u{7} user");
        assert_eq!(cut(&error), "550 … no such user");
        assert_eq!(cut(&std::io::Error::other("a ".repeat(900))).chars().count(), LONGEST_ERROR);
    }

    #[test]
    fn a_file_without_a_certificate_is_refused_at_once() {
        let smtp = Smtp {
            host: "mail.example".into(),
            port: 465,
            security: Security::Tls,
            authority: Some(b"not a certificate".to_vec()),
            credentials: None,
            from: Address::parse("hub@example.org").unwrap(),
            timeout: Duration::from_secs(1),
        };
        assert!(matches!(Transport::new(&smtp), Err(TransportError::Settings(_))));
        assert!(Transport::new(&Smtp { authority: None, ..smtp }).is_ok());
    }
}
