//! What the hub writes to people: sent to a mail server at the other end of a socket, seen by those who run the hub, declined by readers.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use base::{Actor, Millis, Secret, UserId};
use bytes::Bytes;
use hyper::Method;
use mail::{Address, Letter, Locale, Text};
use serde_json::json;
use server::config::SmtpSecurity;
use tests::{TestApp, until};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    task::JoinSet,
};

/// A mail server that takes everything.
pub(super) struct MailServer {
    pub(super) at: SocketAddr,
    taken: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl MailServer {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let taken: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&taken);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                write.write_all(b"220 mail.test\r\n").await.unwrap();
                while let Ok(Some(line)) = lines.next_line().await {
                    let answer: &[u8] = if line.starts_with("DATA") { b"354 go on\r\n" } else { b"250 fine\r\n" };
                    if write.write_all(answer).await.is_err() {
                        break;
                    }
                    if line.starts_with("DATA") {
                        let mut message = String::new();
                        while let Ok(Some(line)) = lines.next_line().await {
                            if line == "." {
                                break;
                            }
                            message.push_str(&line);
                            message.push_str("\r\n");
                        }
                        kept.lock().unwrap().push(message);
                        write.write_all(b"250 taken\r\n").await.unwrap();
                    }
                }
            }
        });
        Self { at, taken, _tasks: tasks }
    }

    /// Waits for that many letters.
    pub(super) async fn letters(&self, count: usize) -> Vec<String> {
        until("the letters", async || {
            let taken = self.taken.lock().unwrap().clone();
            if taken.len() >= count { Ok(taken) } else { Err(taken) }
        })
        .await
    }

    async fn hub(&self) -> TestApp {
        let at = self.at;
        TestApp::with(move |settings| {
            settings.smtp.host = Some(at.ip().to_string());
            settings.smtp.port = Some(at.port());
            settings.smtp.security = SmtpSecurity::None;
            settings.smtp.from = Some("hall@hub.example".into());
            settings.public_url = Some("https://hub.example".into());
        })
        .await
    }
}

/// Queues a letter as a domain does.
async fn queue(app: &TestApp, user: Option<UserId>, text: Text) -> i64 {
    let to = Address::parse("olga@example.org").unwrap();
    let letter = Letter { user, to, locale: Locale::En, text };
    let at: Millis = base::Clock::now(&*app.clock);
    let queued: Result<_, db::Error> = app
        .running()
        .hub
        .db
        .write(move |tx| {
            let letter = letter.clone();
            Box::pin(async move { mail::queue(tx, at, &letter).await })
        })
        .await;
    queued.unwrap().get()
}

fn recovery() -> Text {
    Text::RecoverPassword { name: "Olga".into(), path: Secret::new("/recover/choose?token=s3cret"), minutes: 30 }
}

fn invitation() -> Text {
    let (name, organization, by) = ("Olga".into(), "Ravens".into(), "Ivan".into());
    Text::OrganizationInvitation { name, organization, by, path: Secret::new("/orgs/ravens/join") }
}

#[tokio::test]
async fn an_owner_tries_whether_mail_arrives() {
    let server = MailServer::start().await;
    let app = server.hub().await;
    let mut owner = app.owner_program().await;
    let queued = owner.post("/api/v1/test-mails", &serde_json::json!({ "to": "olga@example.org" })).await;
    assert_eq!(queued.status, 201, "{}", queued.body);
    assert!(server.letters(1).await[0].contains("To: olga@example.org"));
    let id = queued.json()["mail"].as_i64().unwrap();
    let path = format!("/api/v1/mails/{id}");
    until("the outbox to say so", async || {
        let mail = owner.get(&path).await.json();
        if mail["mail"]["state"] == "sent" { Ok(()) } else { Err(mail) }
    })
    .await;
    // What was sent is nobody's to read any more.
    assert_eq!(owner.post(&format!("{path}/reveal"), &serde_json::json!({})).await.status, 403);
    let bad = owner.post("/api/v1/test-mails", &serde_json::json!({ "to": "nowhere" })).await;
    assert_eq!(bad.status, 422, "{}", bad.body);
}

#[tokio::test]
async fn without_a_mail_server_the_link_is_handed_over_and_noted() {
    let app = TestApp::start().await;
    let mut owner = app.owner_program().await;
    let mut member = app.program_of("Ivan").await;
    let id = queue(&app, None, recovery()).await;
    let path = format!("/api/v1/mails/{id}");
    assert_eq!(app.program().get(&path).await.status, 401);
    assert_eq!(member.get(&path).await.status, 403);
    let looked = owner.get(&path).await;
    assert_eq!(looked.status, 200, "{}", looked.body);
    assert!(!looked.body.contains("s3cret"), "{}", looked.body);
    let revealed = owner.post(&format!("{path}/reveal"), &serde_json::json!({})).await;
    assert_eq!(revealed.status, 200, "{}", revealed.body);
    let link = revealed.json()["hand_over"][0].as_str().unwrap().to_owned();
    assert!(link.ends_with("/recover/choose?token=s3cret"), "{link}");
    let acts: Vec<(String,)> = db::sql("select act from audit_log where act = 'mail.revealed'")
        .fetch_all(&app.running().hub.db)
        .await
        .unwrap();
    assert_eq!(acts.len(), 1);
    assert_eq!(owner.get("/api/v1/mail-counts").await.json()["has_transport"], false);
}

#[tokio::test]
async fn a_reader_declines_with_one_click_from_anywhere() {
    let server = MailServer::start().await;
    let app = server.hub().await;
    queue(&app, None, invitation()).await;
    let letter = server.letters(1).await.remove(0);
    let folded = letter.replace("\r\n ", "").replace("\r\n\t", "");
    let from = folded.find("https://hub.example/hooks/mail/decline?token=").expect("a header names it");
    let token: String = folded[from..].split("token=").nth(1).unwrap().chars().take_while(|c| *c != '>').collect();

    // The mail program comes from no page of ours, with no cookie.
    let mut program = app.stranger();
    let click = |token: String| format!("/hooks/mail/decline?token={token}");
    let body = || Bytes::from_static(b"List-Unsubscribe=One-Click");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(program.send(Method::POST, &click("x".repeat(43)), &form, body()).await.status, 404);
    assert_eq!(program.send(Method::POST, &click(token.clone()), &form, body()).await.status, 200);
    // Looking at the address changes nothing, and there is nothing to see.
    assert_ne!(program.get(&click(token)).await.status, 200);

    queue(&app, None, invitation()).await;
    queue(&app, None, recovery()).await;
    let letters = server.letters(2).await;
    assert!(letters[1].contains("A new password"), "the invitation was not sent again, the rest is");
}

#[tokio::test]
async fn whoever_is_invited_by_name_is_written_to_until_they_want_no_more() {
    let server = MailServer::start().await;
    let app = server.hub().await;
    let mut freya = app.owner_program().await;
    let mut olga = app.person("Olga").await;
    assert_eq!(olga.call("set_address", &[("email", "olga@hub.example")]).await.status, 200);
    // Text is sent quoted: soft line breaks, and "=3D" for "=".
    let letter = server.letters(1).await.remove(0).replace("=\r\n", "").replace("=3D", "=");
    let token = after(&letter, "/verify?token=", |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let stranger = Actor::Stranger { address: None };
    app.running().hub.accounts.confirm_address_by_link(&stranger, &token).await.unwrap();

    let mut invited = async |name: &str| {
        let founded = freya.post("/api/v1/organizations", &json!({ "name": name })).await;
        assert_eq!(founded.status, 201, "{}", founded.body);
        let path = format!("/api/v1/organizations/{}/invitations", founded.json()["id"]);
        let answer = freya.post(&path, &json!({ "name": "Olga", "role": "member" })).await;
        assert!(answer.status < 300, "{}", answer.body);
    };
    invited("The Lantern").await;
    let letter = server.letters(2).await.remove(1);
    assert!(letter.contains("Freya invites you to The Lantern"), "{letter}");
    let folded = letter.replace("\r\n ", "").replace("\r\n\t", "");
    let token = after(&folded, "<https://hub.example/hooks/mail/decline?token=", |c| c != '>');
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let click = format!("/hooks/mail/decline?token={token}");
    let body = Bytes::from_static(b"List-Unsubscribe=One-Click");
    assert_eq!(app.stranger().send(Method::POST, &click, &form, body).await.status, 200);

    // The other's invitation stands on her page, and writes to nobody.
    invited("The Ravens").await;
    assert!(olga.get("/orgs").await.body.contains("The Ravens"), "the invitation is not on the page");
    let mails = freya.get("/api/v1/mails").await.json();
    let invitations =
        mails["items"].as_array().unwrap().iter().filter(|mail| mail["kind"] == "organization_invitation");
    let states: Vec<_> = invitations.map(|mail| mail["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["declined", "sent"]);
}

/// What stands behind some words, as far as it goes.
pub(super) fn after(text: &str, words: &str, goes_on: impl Fn(char) -> bool) -> String {
    let (_, rest) = text.split_once(words).unwrap_or_else(|| panic!("no {words} in {text}"));
    rest.chars().take_while(|c| goes_on(*c)).collect()
}

#[tokio::test]
async fn the_page_at_the_foot_of_a_letter_asks_before_it_does() {
    let app = TestApp::start().await;
    let mut reader = app.stranger().without_script();
    let page = reader.get("/mail/decline?token=abc").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("name=\"token\"") && page.body.contains("value=\"abc\""), "{}", page.body);
    let refused = reader.call("decline_mail", &[("token", "abc")]).await;
    assert_eq!(refused.status, 302, "{}", refused.body);
}
