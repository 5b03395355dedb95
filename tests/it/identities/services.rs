//! Services that people log in with, run for a story: `OpenID` Connect providers, and stand-ins that speak what Discord and Steam document.
//!
//! They check what comes to them as the real ones do: client, secret, address, code and verifier. Each code and assertion is good once.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, OnceLock},
};

use axum::{
    Form, Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base::Clock as _;
use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};
use server::config::{Settings, SignInProtocol, SignInSettings};
use sha2::{Digest as _, Sha256};
use tests::TestClock;
use tokio::net::TcpListener;

type Fields = BTreeMap<String, String>;

pub(super) const CLIENT: &str = "hub";
pub(super) const SECRET: &str = "s3cret of the hub%";

/// Somebody, as a service knows them.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) verified: bool,
}

impl Account {
    pub(super) fn new(subject: &str, name: &str) -> Self {
        Self {
            subject: subject.into(),
            name: name.into(),
            email: format!("{}@example.org", name.to_lowercase()),
            verified: true,
        }
    }
}

/// What a code was given for.
struct Grant {
    service: String,
    asked: Fields,
    account: Account,
}

#[derive(Default)]
struct Memory {
    /// Who is logged in at the services.
    account: Option<Account>,
    /// They say no.
    denying: bool,
    /// Signs with another key than is published.
    forging: bool,
    codes: HashMap<String, Grant>,
    tokens: HashMap<String, Account>,
    assertions: HashMap<String, Fields>,
    made: u64,
}

struct Inner {
    at: String,
    key: EcdsaKeyPair,
    other_key: EcdsaKeyPair,
    clock: OnceLock<Arc<TestClock>>,
    memory: Mutex<Memory>,
}

/// All services, below one address: `/club` and `/rival` speak `OpenID` Connect.
#[derive(Clone)]
pub(super) struct Services(Arc<Inner>);

fn new_key() -> EcdsaKeyPair {
    let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap()
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

fn redirect(to: &str, fields: &[(&str, &str)]) -> Response {
    let sign = if to.contains('?') { '&' } else { '?' };
    let location = format!("{to}{sign}{}", serde_urlencoded::to_string(fields).unwrap());
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

fn refuse(why: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": why }))).into_response()
}

impl Services {
    #[expect(clippy::disallowed_methods, reason = "services end with their story")]
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let services = Self(Arc::new(Inner {
            at,
            key: new_key(),
            other_key: new_key(),
            clock: OnceLock::new(),
            memory: Mutex::default(),
        }));
        let router = Router::new()
            .route("/{service}/.well-known/openid-configuration", get(configuration))
            .route("/{service}/keys", get(keys))
            .route("/{service}/authorize", get(authorize))
            .route("/{service}/token", post(token))
            .route("/discord/oauth2/authorize", get(discord_authorize))
            .route("/discord/api/oauth2/token", post(discord_token))
            .route("/discord/api/v10/users/@me", get(discord_me))
            .route("/steam/openid/login", get(steam_login).post(steam_check))
            .with_state(services.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        services
    }

    fn issuer(&self, service: &str) -> String {
        format!("{}/{service}", self.0.at)
    }

    /// What an operator writes to have them.
    pub(super) fn configure(&self, settings: &mut Settings) {
        settings.outbound.allow = vec!["127.0.0.1".into()];
        let service = |id: &str, name: &str, protocol| SignInSettings {
            id: id.into(),
            protocol: Some(protocol),
            name: name.into(),
            issuer: self.issuer(id),
            client_id: CLIENT.into(),
            client_secret: Some(server::config::Hidden::new(SECRET)),
            client_secret_file: None,
        };
        let steam = service("steam", "Steam", SignInProtocol::Steam);
        settings.sign_in = vec![
            service("club", "The Club", SignInProtocol::OpenidConnect),
            service("rival", "Rival", SignInProtocol::OpenidConnect),
            service("discord", "Discord", SignInProtocol::Discord),
            SignInSettings { client_id: String::new(), client_secret: None, ..steam },
        ];
    }

    /// The services live by the hub's clock.
    pub(super) fn keep_time(&self, clock: &Arc<TestClock>) {
        assert!(self.0.clock.set(Arc::clone(clock)).is_ok());
    }

    fn now_secs(&self) -> i64 {
        self.0.clock.get().unwrap().now().0 / 1000
    }

    /// Who is logged in there from now on.
    pub(super) fn log_in(&self, account: Account) {
        self.0.memory.lock().unwrap().account = Some(account);
    }

    pub(super) fn deny(&self, denying: bool) {
        self.0.memory.lock().unwrap().denying = denying;
    }

    pub(super) fn forge(&self, forging: bool) {
        self.0.memory.lock().unwrap().forging = forging;
    }

    fn unique(&self, what: &str) -> String {
        let mut memory = self.0.memory.lock().unwrap();
        memory.made += 1;
        b64(Sha256::digest(format!("{what} {}", memory.made)))
    }

    /// Somebody's browser visits a service, which sends it back: the path at the hub.
    pub(super) async fn visit(&self, url: &str) -> String {
        let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
        let answer = client.get(url.parse().unwrap()).await.unwrap();
        assert_eq!(answer.status(), 302, "the service refuses {url}");
        let location = answer.headers()["location"].to_str().unwrap();
        let (_, rest) = location.split_once("://").unwrap();
        rest[rest.find('/').unwrap()..].to_owned()
    }

    /// What of a request for a code is checked alike at all of them.
    fn grant(&self, service: &str, asked: &Fields) -> Response {
        let field = |name: &str| asked.get(name).map_or("", String::as_str);
        let back = field("redirect_uri");
        if field("client_id") != CLIENT || !back.ends_with(&format!("/auth/{service}/back")) {
            return refuse("unknown client or address");
        }
        let sound = field("response_type") == "code"
            && field("code_challenge_method") == "S256"
            && field("code_challenge").len() == 43
            && field("state").len() >= 22;
        if !sound {
            return refuse("invalid_request");
        }
        let iss = self.issuer(service);
        if self.0.memory.lock().unwrap().denying {
            return redirect(back, &[("error", "access_denied"), ("state", field("state")), ("iss", &iss)]);
        }
        let account = self.0.memory.lock().unwrap().account.clone().expect("somebody is logged in there");
        let code = self.unique("code");
        let grant = Grant { service: service.to_owned(), asked: asked.clone(), account };
        self.0.memory.lock().unwrap().codes.insert(code.clone(), grant);
        let mut fields = vec![("code", code.as_str()), ("state", field("state"))];
        if service != "discord" {
            fields.push(("iss", &iss));
        }
        redirect(back, &fields)
    }

    /// Takes a code for what it was given for, once.
    fn redeem(&self, service: &str, headers: &HeaderMap, sent: &Fields) -> Option<Grant> {
        let field = |name: &str| sent.get(name).map_or("", String::as_str);
        let encode = |text: &str| serde_urlencoded::to_string([("", text)]).unwrap()[1..].to_owned();
        let basic =
            format!("Basic {}", Base64::encode_string(format!("{}:{}", encode(CLIENT), encode(SECRET)).as_bytes()));
        let grant = self.0.memory.lock().unwrap().codes.remove(field("code"))?;
        let good = headers.get(header::AUTHORIZATION)?.to_str().ok()? == basic
            && field("grant_type") == "authorization_code"
            && grant.service == service
            && grant.asked["redirect_uri"] == field("redirect_uri")
            && grant.asked["code_challenge"] == b64(Sha256::digest(field("code_verifier")));
        good.then_some(grant)
    }
}

async fn configuration(State(services): State<Services>, Path(service): Path<String>) -> Json<Value> {
    let issuer = services.issuer(&service);
    Json(json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"], "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(services): State<Services>) -> Json<Value> {
    let point = services.0.key.public_key().as_ref();
    Json(
        json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "1", "use": "sig", "x": b64(&point[1..33]), "y": b64(&point[33..])}]}),
    )
}

async fn authorize(
    State(services): State<Services>,
    Path(service): Path<String>,
    Query(asked): Query<Fields>,
) -> Response {
    if !asked["scope"].split(' ').any(|scope| scope == "openid") || asked["nonce"].is_empty() {
        return refuse("invalid_scope");
    }
    services.grant(&service, &asked)
}

async fn token(
    State(services): State<Services>,
    Path(service): Path<String>,
    headers: HeaderMap,
    Form(sent): Form<Fields>,
) -> Response {
    let Some(Grant { asked, account, .. }) = services.redeem(&service, &headers, &sent) else {
        return refuse("invalid_grant");
    };
    let now = services.now_secs();
    let claims = json!({
        "iss": services.issuer(&service), "sub": account.subject, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
        "email": account.email, "email_verified": account.verified, "preferred_username": account.name,
    });
    let text = format!("{}.{}", b64(json!({"alg": "ES256", "kid": "1"}).to_string()), b64(claims.to_string()));
    let forging = services.0.memory.lock().unwrap().forging;
    let key = if forging { &services.0.other_key } else { &services.0.key };
    let signature = key.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
    let id_token = format!("{text}.{}", b64(signature.as_ref()));
    Json(json!({"access_token": services.unique("token"), "token_type": "Bearer", "id_token": id_token}))
        .into_response()
}

async fn discord_authorize(State(services): State<Services>, Query(asked): Query<Fields>) -> Response {
    if asked["scope"] != "identify email" {
        return refuse("invalid_scope");
    }
    services.grant("discord", &asked)
}

async fn discord_token(State(services): State<Services>, headers: HeaderMap, Form(sent): Form<Fields>) -> Response {
    let Some(Grant { account, .. }) = services.redeem("discord", &headers, &sent) else {
        return refuse("invalid_grant");
    };
    let token = services.unique("token");
    services.0.memory.lock().unwrap().tokens.insert(token.clone(), account);
    let answer = json!({"access_token": token, "token_type": "Bearer", "expires_in": 604_800, "refresh_token": "r",
        "scope": "identify email"});
    Json(answer).into_response()
}

async fn discord_me(State(services): State<Services>, headers: HeaderMap) -> Response {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = shown.strip_prefix("Bearer ").unwrap_or_default();
    match services.0.memory.lock().unwrap().tokens.get(token) {
        Some(account) => {
            Json(json!({"id": account.subject, "username": account.name.to_lowercase(), "discriminator": "0",
            "global_name": account.name, "email": account.email, "verified": account.verified}))
            .into_response()
        }
        None => (StatusCode::UNAUTHORIZED, Json(json!({"message": "401: Unauthorized", "code": 0}))).into_response(),
    }
}

/// `OpenID` 2.0, section 9 and 10: the person is asked for any identifier, and comes back with an assertion.
async fn steam_login(State(services): State<Services>, Query(asked): Query<Fields>) -> Response {
    let field = |name: &str| asked.get(&format!("openid.{name}")).map_or("", String::as_str);
    let anybody = "http://specs.openid.net/auth/2.0/identifier_select";
    let (back, realm) = (field("return_to"), field("realm"));
    let sound = field("ns") == "http://specs.openid.net/auth/2.0"
        && field("mode") == "checkid_setup"
        && field("identity") == anybody
        && field("claimed_id") == anybody
        && back.starts_with(&format!("{realm}/auth/steam/back?state="));
    if !sound {
        return refuse("invalid_request");
    }
    let (issuer, now) = (services.issuer("steam"), services.now_secs());
    let account = services.0.memory.lock().unwrap().account.clone().expect("somebody is logged in there");
    let id = format!("{issuer}/openid/id/{}", account.subject);
    // The hub's clock stands in the first days of 2026, so days and hours are all there is to say.
    let since = now - 1_767_225_600;
    let (day, hour, minute, second) = (1 + since / 86400, since / 3600 % 24, since / 60 % 60, since % 60);
    let nonce = format!("2026-01-{day:02}T{hour:02}:{minute:02}:{second:02}Z{}", services.unique("nonce"));
    let sig = services.unique("signature");
    let endpoint = format!("{issuer}/openid/login");
    let signed = "signed,op_endpoint,claimed_id,identity,return_to,response_nonce,assoc_handle";
    let fields = [
        ("openid.ns", "http://specs.openid.net/auth/2.0"),
        ("openid.mode", "id_res"),
        ("openid.op_endpoint", &endpoint),
        ("openid.claimed_id", &id),
        ("openid.identity", &id),
        ("openid.return_to", back),
        ("openid.response_nonce", &nonce),
        ("openid.assoc_handle", "1234567890"),
        ("openid.signed", signed),
        ("openid.sig", &sig),
    ];
    let kept = fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    services.0.memory.lock().unwrap().assertions.insert(sig.clone(), kept);
    redirect(back, &fields)
}

/// Section 11.4.2: whether it has said this, and was not asked before.
async fn steam_check(State(services): State<Services>, Form(mut sent): Form<Fields>) -> String {
    let asked = sent.insert("openid.mode".to_owned(), "id_res".to_owned());
    let sig = sent.get("openid.sig").cloned().unwrap_or_default();
    let said = services.0.memory.lock().unwrap().assertions.remove(&sig);
    let valid = asked.as_deref() == Some("check_authentication") && said.is_some_and(|said| said == sent);
    format!("ns:http://specs.openid.net/auth/2.0\nis_valid:{valid}\n")
}
