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
        ("MYTH2", 2170, 428, Some(2)),
        ("MYTH2", 2180, 426, Some(2)),
        ("MYTH2demo", 21_800, 428, None),
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
