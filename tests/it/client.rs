//! The typed client against a hub that runs, and against the document of its API.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use base::{Actor, Role, Secret};
use bytes::Bytes;
use client::{Asking, Client, Door, Error, Every, GrantAnswer, UserQuery};
use contract::token::Grant;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response};
use tests::{PASSWORD, TestApp};

/// What only the hub's own machine may ask: it is at no door of the website, and so in no document.
const ONLY_HERE: [&str; 2] = ["POST /api/v1/secrets/rotate", "POST /api/v1/users/{user}/tokens"];

#[tokio::test]
async fn every_operation_of_the_document_has_a_method() {
    let app = TestApp::start().await;
    let document = app.program().get("/api/v1/openapi.json").await.json();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            documented.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let known: BTreeSet<String> =
        client::operations().map(|operation| format!("{} {}", operation.method, operation.path)).collect();
    assert!(documented.len() > 100, "{}", documented.len());
    let missing: Vec<_> = documented.difference(&known).collect();
    assert!(missing.is_empty(), "the client has no method for {missing:#?}: add a line to crates/client/src");
    let gone: Vec<_> =
        known.difference(&documented).map(String::as_str).filter(|line| !ONLY_HERE.contains(line)).collect();
    assert!(gone.is_empty(), "the document has no {gone:#?}");
    assert!(app.stop().await);
}

/// The hub, asked as somebody who has logged in with their password.
async fn client_of(app: &TestApp, name: &str) -> Client {
    let address = format!("http://{}", app.at());
    let grant = Grant::Password { name: name.into(), password: PASSWORD.into(), grants: None, client: None };
    let stranger = Client::new(&address, None).unwrap();
    match stranger.grant_tokens(&grant).await.unwrap() {
        GrantAnswer::Granted(granted) => Client::new(&address, Some(Secret::new(granted.access_token))).unwrap(),
        GrantAnswer::Unfinished(_) => panic!("{name} needs something more"),
    }
}

#[tokio::test]
async fn a_list_is_read_page_by_page_and_a_refusal_is_told_whole() {
    let app = TestApp::start().await;
    let accounts = &app.running().hub.accounts;
    for number in 0..7 {
        let (name, password) = (format!("Player {number}"), Secret::new(PASSWORD));
        accounts.create_user(&Actor::Operator, &name, password, Role::Member).await.unwrap();
    }
    accounts.create_user(&Actor::Operator, "Freya", Secret::new(PASSWORD), Role::Owner).await.unwrap();
    let hub = client_of(&app, "Freya").await;
    let ask = async |part| hub.list_users(&UserQuery { part, ..UserQuery::default() }).await;
    let names: Vec<_> = Every::of(ask).by(3).all().await.unwrap().into_iter().map(|user| user.name).collect();
    assert_eq!(names.len(), 8, "{names:?}");
    assert_eq!(Every::of(ask).take(4).await.unwrap().len(), 4);

    let nobody = hub.user(999_999.into()).await.unwrap_err();
    assert!(nobody.is_not_found(), "{nobody}");
    let form = contract::api::NewUser { name: "x".into(), password: "y".into(), role: Role::Member };
    let refused = hub.create_user(&form).await.unwrap_err();
    let problem = refused.problem().unwrap();
    assert_eq!((problem.status, problem.fields.len()), (422, 2), "{refused}");
    assert!(refused.to_string().contains("name: too short"), "{refused}");
    assert!(app.stop().await);
}

#[tokio::test]
async fn what_makes_something_is_done_once_however_often_it_is_sent() {
    let app = TestApp::start().await;
    app.person("Olga").await;
    let direct = client_of(&app, "Olga").await;
    // A way on which every answer is lost once: what arrives is a hub that is busy.
    let twice = Client::at(Arc::new(Lossy::to(&app, &direct).await));
    let form = contract::organization::OrganizationForm { name: "The Lantern".into(), ..Default::default() };
    let began = Instant::now();
    let founded = twice.found_organization(&form).await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1), "it waited as long as it was asked to");
    let mine = direct.my_organizations().await.unwrap();
    assert_eq!(mine.asked.len() + mine.member_of.len(), 1, "{mine:?}");
    assert_eq!(founded.slug, "the-lantern");
    assert!(app.stop().await);
}

/// A door that sends each request on and says it is busy the first time; it sends the same request on again.
struct Lossy {
    at: std::net::SocketAddr,
    token: String,
    asked: std::sync::Mutex<Vec<String>>,
}

impl Lossy {
    async fn to(app: &TestApp, _: &Client) -> Self {
        let grant = serde_json::json!({ "grant": "password", "name": "Olga", "password": PASSWORD });
        let granted = app.program().post("/api/v1/auth/token", &grant).await.json();
        let token = granted["access_token"].as_str().unwrap().to_owned();
        Self { at: app.at(), token, asked: std::sync::Mutex::default() }
    }
}

impl Door for Lossy {
    fn ask(&self, request: Request<Full<Bytes>>) -> Asking<'_> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let key = head.headers["idempotency-key"].to_str().unwrap().to_owned();
            let stream = tokio::net::TcpStream::connect(self.at).await.unwrap();
            let io = hyper_util::rt::TokioIo::new(stream);
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
            let mut onward = Request::from_parts(head, Full::new(body));
            onward.headers_mut().insert("host", self.at.to_string().parse().unwrap());
            onward.headers_mut().insert("authorization", format!("Bearer {}", self.token).parse().unwrap());
            let answer = async {
                let (head, body) = sender.send_request(onward).await.unwrap().into_parts();
                (head, body.collect().await.unwrap().to_bytes())
            };
            let (head, body) = tokio::select! {
                answer = answer => answer,
                _ = connection => panic!("the hub hung up"),
            };
            let first = {
                let mut asked = self.asked.lock().unwrap();
                asked.push(key);
                assert_eq!(asked.first(), asked.last(), "the key stays the same");
                asked.len() == 1
            };
            let (head, body) = if first {
                let mut problem = contract::api::ProblemDetails::new("busy", 503);
                problem.retry_after_secs = Some(1);
                let busy = Response::builder().status(503).body(()).unwrap().into_parts().0;
                (busy, Bytes::from(serde_json::to_vec(&problem).unwrap()))
            } else {
                assert_eq!(head.headers["idempotency-replayed"], "true");
                (head, body)
            };
            Ok(Response::from_parts(head, Full::new(body).map_err(|never| match never {}).boxed_unsync()))
        })
    }
}

#[tokio::test]
async fn a_way_that_leads_nowhere_is_told_from_a_refusal() {
    let nowhere = Client::new("http://127.0.0.1:9", None).unwrap();
    let error = nowhere.me().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)) && error.is_about_the_way(), "{error}");
}
