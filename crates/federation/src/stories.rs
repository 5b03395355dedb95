//! Services that mean well, and people and services that do not, over real sockets.

use std::sync::{Arc, Mutex};

use base::{Chance, Clock, Millis, Secret};
use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use outbound::{Outbound, Policy};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::{Begun, Error, Federation, Identity, Protocol, Provider};

const NOW: i64 = 1_795_280_400_000;
const BACK: &str = "https://hub.example/auth/there/back";

struct Still;
impl Clock for Still {
    fn now(&self) -> Millis {
        Millis(NOW)
    }
}

struct Dice;
impl Chance for Dice {
    fn fill(&self, buffer: &mut [u8]) {
        ring::rand::SecureRandom::fill(&SystemRandom::new(), buffer).unwrap();
    }
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

/// A request as the service read it.
#[derive(Debug, Clone)]
struct Asked {
    line: String,
    head: String,
    body: String,
}

impl Asked {
    fn field(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.body.as_bytes()).find(|(key, _)| key == name).map(|(_, v)| v.into_owned())
    }
}

type Answers = dyn Fn(&Asked) -> (u16, String) + Send + Sync;

/// A service at an address of its own.
struct Service {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Service {
    #[expect(clippy::disallowed_methods, reason = "a service ends with its story")]
    async fn start(answers: impl FnOnce(&str) -> Box<Answers>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (asked, answers) = (Arc::new(Mutex::new(Vec::new())), answers(&address));
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut bytes = Vec::new();
                let (head, length) = loop {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    if let Some((head, _)) = text.split_once("\r\n\r\n") {
                        let length = head.lines().find_map(|line| {
                            line.to_ascii_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse().unwrap())
                        });
                        break (head.to_owned(), length.unwrap_or(0));
                    }
                    assert_ne!(socket.read_buf(&mut bytes).await.unwrap(), 0);
                };
                while bytes.len() < head.len() + 4 + length {
                    assert_ne!(socket.read_buf(&mut bytes).await.unwrap(), 0);
                }
                let body = String::from_utf8_lossy(&bytes[head.len() + 4..]).into_owned();
                let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
                let request = Asked { line, head, body };
                let (status, answer) = answers(&request);
                log.lock().unwrap().push(request);
                let text = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{answer}", answer.len());
                socket.write_all(text.as_bytes()).await.unwrap();
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    fn hub(&self, protocol: Protocol) -> Federation {
        let policy = Policy { allow: vec!["127.0.0.1".parse().unwrap()], ..Policy::default() };
        let provider = Provider {
            id: "there".into(),
            protocol,
            name: "There".into(),
            issuer: self.address.clone(),
            client_id: "hub".into(),
            client_secret: Secret::new("s%cret"),
        };
        Federation::new(Outbound::new(policy).unwrap(), Arc::new(Still), Arc::new(Dice), vec![provider])
    }
}

fn parameters(url: &str) -> Vec<(String, String)> {
    url::Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

fn parameter(url: &str, name: &str) -> String {
    parameters(url).into_iter().find(|(key, _)| key == name).unwrap_or_else(|| panic!("no {name} in {url}")).1
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// Why it was refused.
fn why(outcome: Result<Identity, Error>) -> &'static str {
    match outcome {
        Err(Error::Refused(why)) => why,
        other => panic!("not refused: {other:?}"),
    }
}

/// What signs ID tokens. Tokens signed with RSA, whose keys take seconds to make, are told of beneath `id_token`.
struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap())
    }

    fn key(&self) -> Value {
        let point = self.0.public_key().as_ref();
        json!({"kty": "EC", "crv": "P-256", "kid": "1", "x": b64(&point[1..33]), "y": b64(&point[33..])})
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", b64(header.to_string()), b64(claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        format!("{text}.{}", b64(signature.as_ref()))
    }
}

/// An OpenID Connect provider whose next ID token is what a story says.
struct Oidc {
    service: Service,
    signer: Arc<Signer>,
    token: Arc<Mutex<String>>,
}

impl Oidc {
    async fn start() -> Self {
        let (signer, token) = (Arc::new(Signer::new()), Arc::new(Mutex::new(String::new())));
        let (keys, given) = (Arc::clone(&signer), Arc::clone(&token));
        let service = Service::start(|address| {
            let address = address.to_owned();
            Box::new(move |asked| match asked.line.as_str() {
                "GET /.well-known/openid-configuration" => {
                    let found = json!({"issuer": address, "authorization_endpoint": format!("{address}/authorize?tenant=7"),
                        "token_endpoint": format!("{address}/token"), "jwks_uri": format!("{address}/keys"),
                        "userinfo_endpoint": format!("{address}/me")});
                    (200, found.to_string())
                }
                "GET /keys" => {
                    (200, json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}, {"odd": 1}, keys.key()]}).to_string())
                }
                "POST /token" if asked.field("code").as_deref() == Some("good") => {
                    (200, json!({"access_token": "a", "token_type": "Bearer", "id_token": *given.lock().unwrap()}).to_string())
                }
                "GET /me" if asked.head.contains("Bearer a\r\n") => {
                    (200, json!({"sub": "u-1", "nickname": "lorelei", "email": "lorelei@example.org"}).to_string())
                }
                "POST /token" => (400, json!({"error": "invalid_grant"}).to_string()),
                _ => (404, String::new()),
            })
        })
        .await;
        Self { service, signer, token }
    }

    fn claims(&self, begun: &Begun) -> Value {
        json!({"iss": self.service.address, "sub": "u-1", "aud": "hub", "exp": NOW / 1000 + 300, "iat": NOW / 1000,
            "nonce": parameter(&begun.url, "nonce"), "email": "olga@example.org", "email_verified": true,
            "preferred_username": "olga"})
    }

    fn header() -> Value {
        json!({"alg": "ES256", "kid": "1", "typ": "JWT"})
    }

    /// The browser comes back with this code, and the provider has this token for it.
    async fn come_back(&self, hub: &Federation, begun: &Begun, token: String) -> Result<Identity, Error> {
        *self.token.lock().unwrap() = token;
        let came = pairs(&[("state", begun.state.expose()), ("code", "good")]);
        hub.finish("there", BACK, &begun.kept, &came).await
    }
}

#[tokio::test]
async fn a_service_says_who_somebody_is() {
    let there = Oidc::start().await;
    let hub = there.service.hub(Protocol::OpenIdConnect);
    let begun = hub.begin("there", BACK).await.unwrap();
    let ask = |name| parameter(&begun.url, name);
    assert!(begun.url.starts_with(&format!("{}/authorize?tenant=7&", there.service.address)));
    assert_eq!(
        (ask("response_type"), ask("client_id"), ask("redirect_uri")),
        ("code".into(), "hub".into(), BACK.into())
    );
    assert_eq!((ask("state").as_str(), ask("code_challenge_method").as_str()), (begun.state.expose(), "S256"));
    let token = there.signer.sign(&Oidc::header(), &there.claims(&begun));
    let identity = there.come_back(&hub, &begun, token).await.unwrap();
    assert_eq!(
        identity,
        Identity {
            issuer: there.service.address.clone(),
            subject: "u-1".into(),
            name: Some("olga".into()),
            email: Some("olga@example.org".into()),
        }
    );
    let traded = there.service.asked().into_iter().find(|asked| asked.line == "POST /token").unwrap();
    let verifier = traded.field("code_verifier").unwrap();
    assert_eq!(b64(Sha256::digest(verifier.as_bytes())), ask("code_challenge"));
    assert_eq!(traded.field("redirect_uri").as_deref(), Some(BACK));
    assert!(traded.head.contains(&format!("Basic {}", Base64::encode_string(b"hub:s%25cret"))), "{}", traded.head);
}

#[tokio::test]
async fn what_the_token_leaves_out_is_asked_for() {
    let there = Oidc::start().await;
    let hub = there.service.hub(Protocol::OpenIdConnect);
    let bare = |begun: &Begun, subject: &str| {
        let mut claims = there.claims(begun);
        claims["sub"] = subject.into();
        for claim in ["email", "email_verified", "preferred_username"] {
            claims.as_object_mut().unwrap().remove(claim);
        }
        there.signer.sign(&Oidc::header(), &claims)
    };
    let begun = hub.begin("there", BACK).await.unwrap();
    let identity = there.come_back(&hub, &begun, bare(&begun, "u-1")).await.unwrap();
    // An address nobody has verified is no address.
    assert_eq!((identity.name.as_deref(), identity.email), (Some("lorelei"), None));

    let begun = hub.begin("there", BACK).await.unwrap();
    let outcome = there.come_back(&hub, &begun, bare(&begun, "u-2")).await;
    assert_eq!(why(outcome), "somebody else's record");
}

#[tokio::test]
async fn an_id_token_for_anything_else_is_worth_nothing() {
    let there = Oidc::start().await;
    let hub = there.service.hub(Protocol::OpenIdConnect);
    let begun = hub.begin("there", BACK).await.unwrap();
    let good = there.claims(&begun);
    let with = |key: &str, value: Value| {
        let mut claims = good.clone();
        claims[key] = value;
        there.signer.sign(&Oidc::header(), &claims)
    };
    let cases = [
        (with("iss", "https://elsewhere.example".into()), "another issuer"),
        (with("aud", "another".into()), "made for somebody else"),
        (with("aud", json!(["another"])), "made for somebody else"),
        (with("aud", json!(["hub", "another"])), "asked for by somebody else"),
        (with("azp", "another".into()), "asked for by somebody else"),
        (with("nonce", "another".into()), "made for another sign-in"),
        (with("nonce", Value::Null), "made for another sign-in"),
        (with("exp", (NOW / 1000 - 60).into()), "of another time"),
        (with("iat", (NOW / 1000 + 120).into()), "of another time"),
        (with("sub", "".into()), "about nobody"),
    ];
    for (token, expected) in cases {
        assert_eq!(why(there.come_back(&hub, &begun, token).await), expected);
    }
    // What is not verified is not told.
    for unproved in [json!(false), Value::Null, json!("yes")] {
        let identity = there.come_back(&hub, &begun, with("email_verified", unproved)).await.unwrap();
        assert_eq!(identity.email, None);
    }
    assert!(there.come_back(&hub, &begun, with("exp", (NOW / 1000 - 59).into())).await.is_ok(), "clocks differ");
}

#[tokio::test]
async fn a_signature_has_to_be_the_services() {
    let there = Oidc::start().await;
    let hub = there.service.hub(Protocol::OpenIdConnect);
    let begun = hub.begin("there", BACK).await.unwrap();
    let claims = there.claims(&begun);
    let unsigned = |alg: &str| format!("{}.{}.", b64(json!({"alg": alg}).to_string()), b64(claims.to_string()));
    for alg in ["none", "None", "HS256", ""] {
        assert_eq!(why(there.come_back(&hub, &begun, unsigned(alg)).await), "another algorithm");
    }
    assert_eq!(why(there.come_back(&hub, &begun, unsigned("ES256")).await), "not signed by the service");
    // Somebody else's key of the same name, and one of another kind.
    let other = Signer::new();
    let forged = other.sign(&json!({"alg": "ES256", "kid": "1"}), &claims);
    assert_eq!(why(there.come_back(&hub, &begun, forged).await), "not signed by the service");
    let forged = other.sign(&json!({"alg": "RS256", "kid": "1"}), &claims);
    assert_eq!(why(there.come_back(&hub, &begun, forged).await), "not signed by the service");
    // Other claims below the same signature.
    let token = there.signer.sign(&Oidc::header(), &claims);
    let mut swapped = claims.clone();
    swapped["sub"] = "u-2".into();
    let parts: Vec<&str> = token.split('.').collect();
    let token = format!("{}.{}.{}", parts[0], b64(swapped.to_string()), parts[2]);
    assert_eq!(why(there.come_back(&hub, &begun, token).await), "not signed by the service");
    let critical = there.signer.sign(&json!({"alg": "ES256", "kid": "1", "crit": ["x"]}), &claims);
    assert_eq!(why(there.come_back(&hub, &begun, critical).await), "a header we do not understand");
    for nonsense in ["", "a.b", "a.b.c.d", "é.é.é"] {
        assert_eq!(why(there.come_back(&hub, &begun, nonsense.into()).await), "no ID token");
    }
    // A key nobody knows makes us look again once, not each time.
    let keys = |there: &Oidc| there.service.asked().iter().filter(|asked| asked.line == "GET /keys").count();
    let before = keys(&there);
    for _ in 0..3 {
        let unknown = there.signer.sign(&json!({"alg": "ES256", "kid": "2"}), &claims);
        assert_eq!(why(there.come_back(&hub, &begun, unknown).await), "not signed by the service");
    }
    assert_eq!(keys(&there), before);
}

#[tokio::test]
async fn a_state_a_code_and_an_issuer_belong_together() {
    let there = Oidc::start().await;
    let hub = there.service.hub(Protocol::OpenIdConnect);
    let begun = hub.begin("there", BACK).await.unwrap();
    *there.token.lock().unwrap() = there.signer.sign(&Oidc::header(), &there.claims(&begun));
    let state = begun.state.expose();
    let come = |came: Vec<(String, String)>| {
        let (hub, kept) = (hub.clone(), begun.kept.clone());
        async move { hub.finish("there", BACK, &kept, &came).await }
    };
    assert_eq!(why(come(pairs(&[("state", "x"), ("code", "good")])).await), "another state");
    assert_eq!(why(come(pairs(&[("code", "good")])).await), "another state");
    assert_eq!(why(come(pairs(&[("state", state), ("state", state), ("code", "good")])).await), "another state");
    assert_eq!(why(come(pairs(&[("state", state)])).await), "no code");
    assert_eq!(why(come(pairs(&[("state", state), ("code", "used")])).await), "the service does not take the code");
    let mixed = pairs(&[("state", state), ("code", "good"), ("iss", "https://elsewhere.example")]);
    assert_eq!(why(come(mixed).await), "another issuer");
    let denied = come(pairs(&[("state", state), ("error", "access_denied")])).await;
    assert!(matches!(denied, Err(Error::Denied)));
    let other = hub.begin("there", BACK).await.unwrap();
    let came = pairs(&[("state", other.state.expose()), ("code", "good")]);
    assert_eq!(why(hub.finish("there", BACK, &other.kept, &came).await), "made for another sign-in");
    assert!(matches!(hub.begin("elsewhere", BACK).await, Err(Error::NoProvider)));
    // What was begun at one service does not end at another.
    let kept = Secret::new(begun.kept.expose().replace("\"there\"", "\"elsewhere\""));
    let came = pairs(&[("state", state), ("code", "good")]);
    assert_eq!(why(hub.finish("there", BACK, &kept, &came).await), "begun at another service");
    assert!(come(pairs(&[("state", state), ("code", "good"), ("iss", &there.service.address)])).await.is_ok());
}

#[tokio::test]
async fn a_configuration_speaks_for_its_own_issuer() {
    let liar = Service::start(|address| {
        let found = json!({"issuer": "https://elsewhere.example", "authorization_endpoint": address,
            "token_endpoint": address, "jwks_uri": address});
        Box::new(move |_| (200, found.to_string()))
    })
    .await;
    let begun = liar.hub(Protocol::OpenIdConnect).begin("there", BACK).await;
    assert!(matches!(begun, Err(Error::Unsound("another issuer"))));

    for unsafe_place in ["http://elsewhere.example/authorize", "javascript:alert(1)", "nowhere"] {
        let plain = Service::start(|address| {
            let found = json!({"issuer": address, "authorization_endpoint": unsafe_place, "token_endpoint": address,
                "jwks_uri": address});
            Box::new(move |_| (200, found.to_string()))
        })
        .await;
        let begun = plain.hub(Protocol::OpenIdConnect).begin("there", BACK).await;
        assert!(matches!(begun, Err(Error::Unsound("no safe address to send people to"))), "{unsafe_place}");
    }

    let talker = Service::start(|_| Box::new(|_| (200, " ".repeat(256 * 1024 + 1)))).await;
    let begun = talker.hub(Protocol::OpenIdConnect).begin("there", BACK).await;
    assert!(matches!(begun, Err(Error::Unreachable(outbound::Error::TooLarge { .. }))));
}

#[tokio::test]
async fn discord_says_who_somebody_is() {
    for verified in [true, false] {
        let there = Service::start(|_| {
            Box::new(move |asked| match asked.line.as_str() {
                "POST /api/oauth2/token" if asked.field("code").as_deref() == Some("good") => {
                    (200, json!({"access_token": "t0ken", "token_type": "Bearer", "expires_in": 604_800}).to_string())
                }
                "POST /api/oauth2/token" => (400, json!({"error": "invalid_grant"}).to_string()),
                "GET /api/v10/users/@me" if asked.head.contains("Bearer t0ken") => {
                    let user = json!({"id": "80351110224678912", "username": "olga", "discriminator": "0",
                        "global_name": "Olga", "email": "olga@example.org", "verified": verified});
                    (200, user.to_string())
                }
                _ => (404, String::new()),
            })
        })
        .await;
        let hub = there.hub(Protocol::Discord);
        let begun = hub.begin("there", BACK).await.unwrap();
        assert!(begun.url.starts_with(&format!("{}/oauth2/authorize?", there.address)));
        assert_eq!(parameter(&begun.url, "scope"), "identify email");
        let come = |code: &str| {
            let came = pairs(&[("state", begun.state.expose()), ("code", code)]);
            let (hub, kept) = (hub.clone(), begun.kept.clone());
            async move { hub.finish("there", BACK, &kept, &came).await }
        };
        let identity = come("good").await.unwrap();
        assert_eq!((identity.subject.as_str(), identity.name.as_deref()), ("80351110224678912", Some("Olga")));
        assert_eq!(identity.email.is_some(), verified);
        assert_eq!(why(come("used").await), "the service does not take the code");
    }
}

#[tokio::test]
async fn steam_is_asked_whether_it_said_so() {
    let valid = Arc::new(Mutex::new(true));
    let says = Arc::clone(&valid);
    let there = Service::start(|_| {
        Box::new(move |asked| {
            let check = asked.field("openid.mode").as_deref() == Some("check_authentication");
            let valid = check && asked.field("openid.sig").as_deref() == Some("c2ln") && *says.lock().unwrap();
            (200, format!("ns:http://specs.openid.net/auth/2.0\nis_valid:{valid}\n"))
        })
    })
    .await;
    let hub = there.hub(Protocol::Steam);
    let begun = hub.begin("there", BACK).await.unwrap();
    assert_eq!(parameter(&begun.url, "openid.mode"), "checkid_setup");
    assert_eq!(parameter(&begun.url, "openid.realm"), "https://hub.example");
    let return_to = parameter(&begun.url, "openid.return_to");
    let id = format!("{}/openid/id/76561197960435530", there.address);
    let good = [
        ("state", begun.state.expose().to_owned()),
        ("openid.ns", "http://specs.openid.net/auth/2.0".into()),
        ("openid.mode", "id_res".into()),
        ("openid.op_endpoint", format!("{}/openid/login", there.address)),
        ("openid.claimed_id", id.clone()),
        ("openid.identity", id),
        ("openid.return_to", return_to),
        ("openid.response_nonce", "2026-11-21T17:00:00Zabc".into()),
        ("openid.assoc_handle", "1".into()),
        ("openid.signed", "signed,op_endpoint,claimed_id,identity,return_to,response_nonce,assoc_handle".into()),
        ("openid.sig", "c2ln".into()),
    ];
    let with = |changed: &[(&str, &str)]| -> Vec<(String, String)> {
        let value = |key: &str, value: &String| {
            changed.iter().find(|(name, _)| *name == key).map_or_else(|| value.clone(), |(_, new)| (*new).to_owned())
        };
        good.iter().map(|(key, was)| ((*key).to_owned(), value(key, was))).collect()
    };
    let come = |came: Vec<(String, String)>| {
        let (hub, kept) = (hub.clone(), begun.kept.clone());
        async move { hub.finish("there", BACK, &kept, &came).await }
    };
    let identity = come(with(&[])).await.unwrap();
    assert_eq!((identity.subject.as_str(), identity.name, identity.email), ("76561197960435530", None, None));
    let before = there.asked().len();
    let evil = "https://elsewhere.example/openid/id/1";
    let cases = [
        (with(&[("state", "x")]), "another state"),
        (with(&[("openid.ns", "http://openid.net/signon/1.1")]), "another protocol"),
        (with(&[("openid.op_endpoint", "https://elsewhere.example/openid/login")]), "another service"),
        (with(&[("openid.return_to", "https://elsewhere.example/auth/there/back")]), "made for another address"),
        (with(&[("openid.signed", "op_endpoint,return_to,response_nonce")]), "a field that is not signed"),
        (with(&[("openid.response_nonce", "2026-11-21T16:49:59Zabc")]), "of another time"),
        (with(&[("openid.response_nonce", "soon")]), "no time"),
        (with(&[("openid.claimed_id", evil), ("openid.identity", evil)]), "nobody of this service"),
        (with(&[("openid.identity", evil)]), "nobody of this service"),
    ];
    for (came, expected) in cases {
        assert_eq!(why(come(came).await), expected);
    }
    assert_eq!(there.asked().len(), before, "nothing of this was worth asking");
    assert_eq!(why(come(with(&[("openid.sig", "Zm9yZ2Vk")])).await), "the service did not say that");
    *valid.lock().unwrap() = false;
    assert_eq!(why(come(with(&[])).await), "the service did not say that");
    assert!(matches!(come(with(&[("openid.mode", "cancel")])).await, Err(Error::Denied)));
}

#[tokio::test]
async fn a_service_is_reached_or_what_is_wrong_is_said() {
    let answers: [(Protocol, &str, &str); 2] = [
        (Protocol::Discord, "GET /api/v10/gateway", r#"{"url": "wss://gateway.discord.gg"}"#),
        (Protocol::Steam, "POST /openid/login", "ns:http://specs.openid.net/auth/2.0\nis_valid:false\n"),
    ];
    for (protocol, line, answer) in answers {
        let there = Service::start(|_| {
            Box::new(move |asked| if asked.line == line { (200, answer.into()) } else { (404, String::new()) })
        })
        .await;
        there.hub(protocol).reach("there").await.unwrap();
        let other = Service::start(|_| Box::new(|_| (200, "a parked domain".into()))).await;
        assert!(matches!(other.hub(protocol).reach("there").await, Err(Error::Unsound(_))));
    }
    let there = Oidc::start().await;
    there.service.hub(Protocol::OpenIdConnect).reach("there").await.unwrap();
    assert!(matches!(there.service.hub(Protocol::Steam).reach("elsewhere").await, Err(Error::NoProvider)));
}

#[tokio::test]
async fn who_is_away_is_not_asked_each_time() {
    let away = Service::start(|_| Box::new(|_| (503, String::new()))).await;
    let hub = away.hub(Protocol::OpenIdConnect);
    for _ in 0..3 {
        assert!(matches!(hub.begin("there", BACK).await, Err(Error::Unsound("an answer without success"))));
    }
    assert_eq!(away.asked().len(), 1);
}
