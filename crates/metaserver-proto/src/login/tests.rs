//! Log-ons of both dialects, packet by packet.

use super::*;
use crate::crypto::{Cipher, PrivateKey};

const RANDOM: LoginRandom = LoginRandom { key: [7; 32], salt: [0; 16] };

/// A client and the machine it talks to.
struct Client {
    dialect: Dialect,
    login: Login,
    private_key: PrivateKey,
    cipher: Option<Cipher>,
}

impl Client {
    fn new(dialect: Dialect, config: LoginConfig) -> Self {
        Self {
            dialect,
            login: Login::new(config, &RANDOM),
            private_key: PrivateKey::from_lanes([5, 6, 7, 8]),
            cipher: None,
        }
    }

    /// A Myth II client that has exchanged keys.
    fn myth() -> Self {
        let mut client = Self::new(Dialect::Myth2, LoginConfig::default());
        let key = ClientPacket::SessionKey(client.private_key.public());
        let steps = client.say(&key);
        client.take_key(&steps);
        client
    }

    fn aleph(config: LoginConfig) -> Self {
        Self::new(Dialect::AlephOne, config)
    }

    fn take_key(&mut self, steps: &[LoginStep]) {
        let [LoginStep::Send(key)] = steps else {
            panic!("{steps:?}");
        };
        assert_eq!(key.kind(), kind::SESSION_KEY);
        self.cipher = Some(self.private_key.agree(key.body()).unwrap());
    }

    fn wire(&self, packet: &ClientPacket) -> Vec<u8> {
        let packed = packet.pack(self.dialect);
        let Some(cipher) = &self.cipher else {
            return packed.as_bytes().to_vec();
        };
        let mut body = Vec::new();
        cipher.encrypt(packed.body(), [1; 8], &mut body);
        Packed::new(packed.kind(), &body).as_bytes().to_vec()
    }

    fn say(&mut self, packet: &ClientPacket) -> Vec<LoginStep> {
        let wire = self.wire(packet);
        self.feed(&wire)
    }

    fn feed(&mut self, mut input: &[u8]) -> Vec<LoginStep> {
        std::iter::from_fn(|| self.login.step(&mut input)).collect()
    }

    fn steps(&mut self) -> Vec<LoginStep> {
        self.feed(&[])
    }
}

fn login(application: &str, user_name: &str, method: i16) -> ClientPacket {
    ClientPacket::Login(Box::new(packet::login::Login {
        application: Text::new(application),
        user_name: Text::new(user_name),
        highest_method: method,
        flags: REPLACE_PLAYER_DATA,
        ..Default::default()
    }))
}

fn myth_login() -> ClientPacket {
    login("MYTH2", "olga", 2)
}

fn answer(bytes: &[u8]) -> ClientPacket {
    ClientPacket::Answer(Answer(bytes.to_vec()))
}

fn versions(application_version: i32, build: i32) -> ClientPacket {
    ClientPacket::Versions(Versions { platform: 201, application_version, patch: 3, build })
}

fn welcome() -> Welcome {
    Welcome {
        player_id: 42,
        order: -1,
        token: [b't'; 32],
        player: PlayerData::default(),
        rooms: vec![RoomEntry::default()],
    }
}

/// The numbers of the packets sent, and the code of each message.
fn sent(steps: &[LoginStep]) -> Vec<(i16, Option<i32>)> {
    steps
        .iter()
        .filter_map(|step| match step {
            LoginStep::Send(packet) => Some((
                packet.kind(),
                (packet.kind() == kind::SERVER_MESSAGE)
                    .then(|| i32::from_be_bytes(*packet.body().first_chunk().unwrap())),
            )),
            _ => None,
        })
        .collect()
}

fn end(steps: &[LoginStep]) -> Option<&LoginEnd> {
    match steps.last() {
        Some(LoginStep::Close(end)) => Some(end),
        _ => None,
    }
}

fn request(steps: &[LoginStep]) -> &LoginRequest {
    match steps.last() {
        Some(LoginStep::Check(request)) => request,
        _ => panic!("{steps:?}"),
    }
}

#[test]
fn a_myth_player_logs_on() {
    let mut client = Client::myth();
    assert_eq!(sent(&client.say(&myth_login())), [(6, None)]);
    assert_eq!(sent(&client.say(&answer(b"qwerty\0"))), [(12, None)]);
    let steps = client.say(&versions(2180, 428));
    let request = request(&steps);
    assert_eq!(request.user_name, Text::new("olga"));
    assert_eq!(request.proof, Proof::Password(Text::new("qwerty")));
    assert!(request.replace_player);
    assert!(client.login.is_waiting());
    client.login.accept(welcome());
    let steps = client.steps();
    assert_eq!(sent(&steps), [(7, None), (8, None), (0, None)]);
    assert_eq!(end(&steps), Some(&LoginEnd::Welcomed));
    assert_eq!(client.say(&myth_login()), [], "nothing follows the close");
}

#[test]
fn myth_refusals_come_in_their_order() {
    for (application, version, build, code) in [
        ("MARATHON", 2180, 428, Some(1)),
        ("MYTH", 2180, 428, Some(1)),
        ("MYTH9", 2180, 428, Some(7)),
        ("MYTH2", 2170, 428, Some(2)),
        ("MYTH2", 2180, 426, Some(2)),
        ("MYTH2demo", 21_800, 428, None),
        ("MYTH2demo", 21_700, 428, Some(2)),
    ] {
        let mut client = Client::myth();
        let mut steps = client.say(&login(application, "olga", 2));
        steps.extend(client.say(&answer(b"")));
        steps.extend(client.say(&versions(version, build)));
        let codes: Vec<_> = sent(&steps).into_iter().filter_map(|(_, code)| code).collect();
        assert_eq!(codes, Vec::from_iter(code), "{application} {version} {build}");
        assert_eq!(end(&steps).is_some(), code.is_some());
    }
    for (refusal, build, code) in [
        (Refusal::BadLogin, 428, 3),
        (Refusal::AlreadyOn, 428, 6),
        (Refusal::Locked, 428, 14),
        (Refusal::NoGuests, 428, 16),
        (Refusal::NoGuests, 427, 3),
    ] {
        let mut client = Client::myth();
        client.say(&myth_login());
        client.say(&answer(b""));
        let steps = client.say(&versions(2180, build));
        assert_eq!(request(&steps).proof, Proof::Guest);
        client.login.refuse(refusal, Some(Text::new(&"x".repeat(300))));
        let steps = client.steps();
        assert_eq!(sent(&steps), [(3, Some(code))]);
        assert_eq!(end(&steps), Some(&LoginEnd::Refused(refusal)));
    }
}

#[test]
fn an_aleph_player_logs_on_with_a_token() {
    let mut client = Client::aleph(LoginConfig::default());
    let steps = client.say(&login("MARATHON", "durandal", 4));
    let [LoginStep::Send(challenge)] = &steps[..] else {
        panic!("{steps:?}");
    };
    assert_eq!(challenge.body()[..2], [0, 4]);
    let salt = &challenge.body()[2..];
    assert_eq!(salt.iter().position(|&byte| byte == 0), Some(15));
    let steps = client.say(&answer(b"0123456789abcdef"));
    assert_eq!(request(&steps).proof, Proof::HttpsToken(*b"0123456789abcdef"));
    assert_eq!(request(&steps).salt, *salt);
    client.login.accept(welcome());
    assert_eq!(sent(&client.steps()), [(12, None)], "nothing else before 115");
    let steps = client.say(&versions(2, 0));
    assert_eq!(sent(&steps), [(7, None), (0, None)]);
    assert_eq!(end(&steps), None, "the client closes");
    assert!(client.login.is_welcomed());
    let steps = client.say(&ClientPacket::HubRequest(Text::new("net")));
    assert_eq!(steps, [LoginStep::ListHubs(Text::new("net"))]);
    client.login.hubs(vec![]);
    assert_eq!(sent(&client.steps()), [(18, None)]);
}

#[test]
fn an_aleph_guest_is_not_challenged() {
    for name in ["", "guest"] {
        let mut client = Client::aleph(LoginConfig::default());
        let steps = client.say(&login("MARATHON", name, 1));
        assert_eq!(steps.len(), 1);
        assert_eq!(request(&steps).proof, Proof::Guest);
        client.login.refuse(Refusal::NoGuests, None);
        assert_eq!(sent(&client.steps()), [(3, Some(3))]);
    }
}

#[test]
fn clear_text_is_the_operators_choice() {
    let marathon = login("MARATHON", "durandal", 1);
    let mut client = Client::aleph(LoginConfig::default());
    let steps = client.say(&marathon);
    assert_eq!(sent(&steps), [(3, Some(1))]);
    assert!(end(&steps).is_some());

    let allowed = LoginConfig { aleph_clear_text: true, ..LoginConfig::default() };
    let mut client = Client::aleph(allowed);
    assert_eq!(sent(&client.say(&marathon)), [(6, None)]);
    let steps = client.say(&answer(b"tycho\0\0\0\0\0\0\0\0\0\0\0"));
    assert_eq!(request(&steps).proof, Proof::Password(Text::new("tycho")));

    let mut client = Client::aleph(allowed);
    client.say(&marathon);
    assert_eq!(sent(&client.say(&answer(&[0; 16]))), [(3, Some(3))]);
}

#[test]
fn without_a_certificate_the_operator_can_do_without_https() {
    let modern = login("MARATHON", "durandal", 4);
    let method = |config: LoginConfig| {
        let mut client = Client::aleph(config);
        client.say(&modern).iter().find_map(|step| match step {
            LoginStep::Send(packet) if packet.kind() == 6 => {
                Some(i16::from_be_bytes(packet.body()[..2].try_into().unwrap()))
            }
            _ => None,
        })
    };
    assert_eq!(method(LoginConfig::default()), Some(4));
    let without = LoginConfig { aleph_https: false, ..LoginConfig::default() };
    assert_eq!(method(without), None, "guests only");
    assert_eq!(method(LoginConfig { aleph_clear_text: true, ..without }), Some(0));
}

#[test]
fn packets_out_of_turn_end_it() {
    let mut client = Client::myth();
    let steps = client.say(&versions(2180, 428));
    assert_eq!(sent(&steps), [(3, Some(0))]);
    assert_eq!(end(&steps), Some(&LoginEnd::Trouble(Trouble::OutOfTurn(115))));
    let mut client = Client::aleph(LoginConfig::default());
    let steps = client.say(&answer(&[1; 16]));
    assert_eq!(sent(&steps), [], "a stranger is told nothing");
    assert!(end(&steps).is_some());
    let mut client = Client::myth();
    assert_eq!(client.say(&ClientPacket::Keepalive), []);
    let steps = client.say(&ClientPacket::Logout);
    assert_eq!(steps, [LoginStep::Close(LoginEnd::LoggedOut)]);
}

#[test]
fn silence_brings_the_key_once() {
    let mut client = Client::new(Dialect::Myth2, LoginConfig::default());
    client.login.on_silence();
    client.login.on_silence();
    let steps = client.steps();
    assert_eq!(sent(&steps), [(203, None)]);
    let key = ClientPacket::SessionKey(client.private_key.public());
    assert_eq!(client.say(&key), [], "it was sent already");
    client.take_key(&steps);
    assert_eq!(sent(&client.say(&myth_login())), [(6, None)]);

    let mut client = Client::aleph(LoginConfig::default());
    client.login.on_silence();
    let steps = client.say(&login("MARATHON", "", 4));
    assert!(end(&steps).is_some(), "it read the key and has lost its way");
}

#[test]
fn what_is_sent_ahead_waits_for_the_decision() {
    let mut client = Client::aleph(LoginConfig::default());
    let mut stream = client.wire(&login("MARATHON", "", 4));
    stream.extend(client.wire(&versions(2, 0)));
    let mut input = stream.as_slice();
    assert!(matches!(client.login.step(&mut input), Some(LoginStep::Check(_))));
    assert_eq!(client.login.step(&mut input), None);
    assert_eq!(input.len(), 24, "it stays with the caller");
    client.login.accept(welcome());
    let steps: Vec<_> = std::iter::from_fn(|| client.login.step(&mut input)).collect();
    assert_eq!(sent(&steps), [(12, None), (7, None), (0, None)]);
}

/// The codes a client is told that begins in clear, and the request it makes where it is let in.
fn in_clear(config: LoginConfig, application: &str, patch: i32) -> (Vec<i32>, Option<LoginRequest>) {
    let mut client = Client::new(Dialect::Myth2, config);
    let mut steps = client.say(&login(application, "olga", 0));
    steps.extend(client.say(&answer(b"qwerty\0")));
    let versions = Versions { platform: 100, application_version: 2130, patch, build: 900 };
    steps.extend(client.say(&ClientPacket::Versions(versions)));
    let request = steps.iter().find_map(|step| match step {
        LoginStep::Check(request) => Some((**request).clone()),
        _ => None,
    });
    (sent(&steps).into_iter().filter_map(|(_, code)| code).collect(), request)
}

#[test]
fn the_myths_before_1_8_are_the_operators_choice() {
    let none = LoginConfig::default();
    let with = |in_clear| LoginConfig { in_clear, ..none };
    let myth2 = with(InClear { myth2: true, ..InClear::default() });
    let fallen_lords = with(InClear { fallen_lords: true, ..InClear::default() });
    let myth3 = with(InClear { myth3: true, ..InClear::default() });
    for (config, application, patch, codes, title) in [
        (none, "MYTH2", 3, vec![2], None),
        (none, "MYTH", 3, vec![1], None),
        (none, "MYTH3", 3, vec![1], None),
        (none, "MYTH9", 3, vec![7], None),
        (myth2, "MYTH2", 3, vec![], Some(Title::Myth2)),
        (myth2, "MYTH2", 2, vec![2], None),
        (myth2, "MYTH1", 3, vec![1], None),
        (fallen_lords, "MYTH", 0, vec![], Some(Title::FallenLords)),
        (fallen_lords, "MYTH2", 3, vec![2], None),
        (myth3, "myth3", 0, vec![], Some(Title::Myth3)),
    ] {
        let (told, request) = in_clear(config, application, patch);
        assert_eq!(told, codes, "{application} {patch}");
        assert_eq!(request.as_ref().map(|request| request.title), title, "{application} {patch}");
        if let Some(request) = request {
            assert!(request.in_clear);
            assert_eq!(request.proof, Proof::Password(Text::new("qwerty")));
            assert_eq!((request.version, request.build), (2130, 0), "what a build means is known of 1.8 alone");
        }
    }
}

#[test]
fn a_clear_client_gets_what_an_encrypted_one_does_in_clear() {
    let in_clear = InClear { myth2: true, ..InClear::default() };
    let mut client = Client::new(Dialect::Myth2, LoginConfig { in_clear, ..LoginConfig::default() });
    assert_eq!(sent(&client.say(&myth_login())), [(6, None)], "and no key");
    client.say(&answer(b""));
    client.say(&versions(2130, 0));
    client.login.accept(welcome());
    let steps = client.steps();
    assert_eq!(sent(&steps), [(7, None), (8, None), (0, None)]);
    let LoginStep::Send(success) = &steps[0] else { panic!("{steps:?}") };
    let mut out = Vec::new();
    client.login.seal(success, [5; 8], &mut out);
    assert_eq!(out, success.as_bytes());
}

#[test]
fn who_is_too_old_is_shown_the_way() {
    let too_old = TooOld {
        myth: Text::new("Get 1.8."),
        myth_address: Text::new("https://myth.example/"),
        aleph_one: Text::new("Get a new one."),
    };
    let telling = |config| {
        let mut client = Client::new(Dialect::Myth2, config);
        client.login = Login::new(config, &RANDOM).telling(Arc::new(too_old.clone()));
        client
    };
    let mut client = telling(LoginConfig::default());
    let steps = client.say(&myth_login());
    assert_eq!(sent(&steps), [(4, None), (3, Some(2))]);
    let LoginStep::Send(url) = &steps[0] else { panic!("{steps:?}") };
    let shown = ServerPacket::decode(Dialect::Myth2, url.kind(), url.body());
    let wanted = Url { urgency: 0, message: too_old.myth.clone(), address: too_old.myth_address.clone() };
    assert_eq!(shown, Ok(ServerPacket::Url(wanted)));
    assert_eq!(end(&steps), Some(&LoginEnd::Trouble(Trouble::InClear(Title::Myth2))));

    let mut client = telling(LoginConfig { aleph_minimum_version: 5000, ..LoginConfig::default() });
    client.dialect = Dialect::AlephOne;
    assert_eq!(sent(&client.say(&login("MARATHON", "", 4))), [(3, Some(2))], "it knows no other packet");
}
