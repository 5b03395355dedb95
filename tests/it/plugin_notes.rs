//! Plugins that write to people: to whoever belongs where they work, until they have had enough of it.

use base::{Actor, UserId};
use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};
use server::config::SmtpSecurity;
use tests::{Person, Program, TestApp, clerk};

use crate::{
    mail::{MailServer, after},
    plugins::{hall, ok},
};

async fn notify(program: &mut Program, at: &str, to: &str, payload: &Value) -> Value {
    ok(&program.post(&format!("/api/plugins/{at}/ask"), &json!({ "notify": to, "payload": payload })).await)
}

fn fault(told: &Value) -> &str {
    told["fault"]["kind"].as_str().unwrap_or_else(|| panic!("{told}"))
}

/// What became of the letters of plugins, the newest first.
async fn letters(freya: &mut Program) -> Vec<String> {
    let mails = ok(&freya.get("/api/v1/mails").await);
    let notes = mails["items"].as_array().unwrap().iter().filter(|mail| mail["kind"] == "plugin_notice");
    notes.map(|mail| mail["state"].as_str().unwrap().to_owned()).collect()
}

/// Somebody and their program, logged in before there was an address that is told of it; the address is proved now. So many letters were
/// sent before.
async fn reachable(app: &TestApp, server: &MailServer, name: &str, before: usize) -> (Person, Program, UserId) {
    let mut person = app.person(name).await;
    let program = app.program_of(name).await;
    let address = format!("{}@hub.example", name.to_lowercase());
    assert_eq!(person.call("set_address", &[("email", &address)]).await.status, 200);
    let letter = server.letters(before + 1).await.remove(before).replace("=\r\n", "").replace("=3D", "=");
    let token = after(&letter, "/verify?token=", |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let accounts = &app.running().hub.accounts;
    accounts.confirm_address_by_link(&Actor::Stranger { address: None }, &token).await.unwrap();
    (person, program, accounts.find_user(&Actor::Operator, name).await.unwrap().unwrap().id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_writes_to_members_and_is_never_told_who_wants_none_of_it() {
    let server = MailServer::start().await;
    let at = server.at;
    let change = move |settings: &mut server::config::Settings| {
        settings.smtp.host = Some(at.ip().to_string());
        settings.smtp.port = Some(at.port());
        settings.smtp.security = SmtpSecurity::None;
        settings.smtp.from = Some("hall@hub.example".into());
        settings.public_url = Some("https://hub.example".into());
    };
    let plugins = vec![clerk("herald", "notify = true"), clerk("crier", "notify = true"), clerk("mute", "")];
    let app = TestApp::with_plugins(change, plugins).await;
    let mut freya = app.owner_program().await;
    let (mut olga, mut hers_too, hers) = reachable(&app, &server, "Olga", 0).await;
    let (_page, mut bert, his) = reachable(&app, &server, "Bert", 1).await;
    hall(&app, "Olga", "The Lantern", "the-lantern").await;
    let lantern = "herald/orgs/the-lantern";
    let (hers, his) = (hers.to_string(), his.to_string());

    // What it was not granted, and what makes no letter.
    assert_eq!(fault(&notify(&mut hers_too, "mute/orgs/the-lantern", &hers, &json!("Hail")).await), "forbidden");
    assert_eq!(fault(&notify(&mut hers_too, lantern, "olga", &json!("Hail")).await), "invalid");
    assert_eq!(fault(&notify(&mut hers_too, lantern, &hers, &json!("x".repeat(2_001))).await), "invalid");

    let words = "Seven days!\r\nBcc: all@example.org\r\n\r\n.\r\nSee https://evil.example/in <b>now</b>";
    assert_eq!(notify(&mut hers_too, lantern, &hers, &json!({ "text": words })).await, Value::Null);
    let letter = server.letters(3).await.remove(2);
    let plain = letter.replace("=\r\n", "").replace("=3D", "=");
    let (head, body) = letter.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("To: ") && !head.to_lowercase().contains("bcc"), "{head}");
    assert!(
        plain.contains("Clerk, a plugin that The Lantern uses, has something to tell you: Somebody asked"),
        "{body}"
    );
    assert!(plain.contains("> Seven days!\r\n> Bcc: all@example.org\r\n>\r\n> .\r\n> See https://evil"), "{plain}");
    assert!(plain.contains("&lt;b&gt;now") && !plain.contains("href=\"https://evil"), "{plain}");
    assert!(plain.contains("https://hub.example/orgs/the-lantern"), "{plain}");

    // Who doesn't belong, who isn't there, and whom a member has blocked: all are answered alike, and nobody is written to.
    assert_eq!(notify(&mut hers_too, lantern, &his, &json!("Hail")).await, Value::Null);
    assert_eq!(notify(&mut hers_too, lantern, "999999", &json!("Hail")).await, Value::Null);
    assert_eq!(notify(&mut bert, lantern, &hers, &json!("Hail")).await, Value::Null);
    assert_eq!(olga.call("block_person", &[("user", &his)]).await.status, 200);
    assert_eq!(notify(&mut bert, lantern, &hers, &json!("Hail")).await, Value::Null);
    assert_eq!(letters(&mut freya).await.len(), 2, "hers, and the one before the block");
    server.letters(4).await;

    // In the hub it is everybody with an account, and the letter says so.
    assert_eq!(notify(&mut bert, "herald", &his, &json!("Hail")).await, Value::Null);
    let letter = server.letters(5).await.remove(4).replace("=\r\n", "");
    assert!(!letter.contains("The Lantern"), "{letter}");

    // One click, and the plugin is heard no more; another one is.
    let letter = server.letters(3).await.remove(2).replace("\r\n ", "").replace("\r\n\t", "");
    let token = after(&letter, "<https://hub.example/hooks/mail/decline?token=", |c| c != '>');
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = Bytes::from_static(b"List-Unsubscribe=One-Click");
    let click = format!("/hooks/mail/decline?token={token}");
    assert_eq!(app.stranger().send(Method::POST, &click, &form, body).await.status, 200);
    assert_eq!(notify(&mut hers_too, lantern, &hers, &json!("Hail")).await, Value::Null);
    assert_eq!(letters(&mut freya).await[0], "declined");
    assert_eq!(notify(&mut hers_too, "crier/orgs/the-lantern", &hers, &json!("Hail")).await, Value::Null);
    server.letters(6).await;

    // A flood ends at thirty a minute for the plugin and at twenty a day for its reader, who is told of it by nobody.
    let mut sent = 0;
    let busy = loop {
        let told = notify(&mut hers_too, "crier/orgs/the-lantern", &hers, &json!("Hail")).await;
        if told != Value::Null {
            break told;
        }
        sent += 1;
    };
    assert!(fault(&busy) == "busy" && (29..60).contains(&sent), "{sent} {busy}");
    assert_eq!(letters(&mut freya).await.len(), 21, "twenty of hers, and one of his");
    assert_eq!(notify(&mut bert, "crier", &his, &json!("Hail")).await, Value::Null, "another place has its own thirty");
    assert!(app.stop().await);
}
