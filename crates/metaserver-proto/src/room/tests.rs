//! Room connections of both dialects, packet by packet.

use super::*;
use crate::crypto::{Cipher, PrivateKey};
use crate::packet::game::StartGame;

struct Client {
    dialect: Dialect,
    room: Room,
    cipher: Option<Cipher>,
}

impl Client {
    /// At the door.
    fn new(dialect: Dialect) -> Self {
        let mut client = Self { dialect, room: Room::new(&[7; 32]), cipher: None };
        if dialect == Dialect::Myth2 {
            let private_key = PrivateKey::from_lanes([5, 6, 7, 8]);
            let steps = client.say(&ClientPacket::SessionKey(private_key.public()));
            let [RoomStep::Send(key)] = &steps[..] else {
                panic!("{steps:?}");
            };
            client.cipher = Some(private_key.agree(key.body()).unwrap());
        }
        client
    }

    /// Inside.
    fn inside(dialect: Dialect) -> Self {
        let mut client = Self::new(dialect);
        client.ask_in();
        client.room.admit(42, 999);
        assert_eq!(sent(&client.feed(&[])), [(9, None), (3, Some(8))]);
        client
    }

    fn ask_in(&mut self) -> EntryRequest {
        let mut steps = self.say(&room_login());
        if self.dialect == Dialect::AlephOne {
            assert_eq!(steps, [], "103 is due first");
            steps = self.say(&ClientPacket::PlayerData(PlayerData::default()));
        }
        match steps.pop() {
            Some(RoomStep::Enter(request)) => *request,
            other => panic!("{other:?}"),
        }
    }

    fn say(&mut self, packet: &ClientPacket) -> Vec<RoomStep> {
        let packed = packet.pack(self.dialect);
        self.say_packed(&packed)
    }

    fn say_packed(&mut self, packed: &Packed) -> Vec<RoomStep> {
        let Some(cipher) = &self.cipher else {
            return self.feed(packed.as_bytes());
        };
        let mut body = Vec::new();
        cipher.encrypt(packed.body(), [1; 8], &mut body);
        self.feed(Packed::new(packed.kind(), &body).as_bytes())
    }

    fn feed(&mut self, mut input: &[u8]) -> Vec<RoomStep> {
        std::iter::from_fn(|| self.room.step(&mut input)).collect()
    }
}

fn room_login() -> ClientPacket {
    ClientPacket::RoomLogin(RoomLogin { token: [b't'; 32], user_name: Text::new("olga") })
}

fn sent(steps: &[RoomStep]) -> Vec<(i16, Option<i32>)> {
    steps
        .iter()
        .filter_map(|step| match step {
            RoomStep::Send(packet) => Some((
                packet.kind(),
                (packet.kind() == kind::SERVER_MESSAGE)
                    .then(|| i32::from_be_bytes(*packet.body().first_chunk().unwrap())),
            )),
            _ => None,
        })
        .collect()
}

fn closes(steps: &[RoomStep]) -> bool {
    matches!(steps.last(), Some(RoomStep::Close(_)))
}

#[test]
fn both_enter_and_are_welcomed_alike() {
    for dialect in Dialect::ALL {
        let mut client = Client::new(dialect);
        let request = client.ask_in();
        assert_eq!(request.token, [b't'; 32]);
        assert_eq!(request.player.is_some(), dialect == Dialect::AlephOne);
        client.room.admit(42, 999);
        assert_eq!(sent(&client.feed(&[])), [(9, None), (3, Some(8))]);
        assert!(client.room.is_inside());
    }
}

#[test]
fn only_myth_is_told_why_it_stays_outside() {
    for (dialect, told) in [(Dialect::Myth2, vec![(3, Some(13))]), (Dialect::AlephOne, vec![])] {
        let mut client = Client::new(dialect);
        client.ask_in();
        client.room.refuse(Refusal::Full, None);
        let steps = client.feed(&[]);
        assert_eq!(sent(&steps), told, "{dialect:?}");
        assert!(closes(&steps));
    }
}

#[test]
fn what_the_dialects_count_differently_is_resolved() {
    for (dialect, length, length_secs) in [
        (Dialect::Myth2, 600, Some(600)),
        (Dialect::AlephOne, 18_000, Some(600)),
        (Dialect::AlephOne, i32::MIN, None),
        (Dialect::AlephOne, i32::MAX, None),
        (Dialect::Myth2, 0, None),
    ] {
        let mut client = Client::inside(dialect);
        let steps = client.say(&ClientPacket::StartGame(StartGame { length, unused: [0; 8] }));
        let message = RoomMessage::StartGame { length_secs };
        assert_eq!(steps, [RoomStep::Message(message)], "{dialect:?} {length}");
    }
}

#[test]
fn a_second_login_and_a_session_key_end_it() {
    for dialect in Dialect::ALL {
        let mut client = Client::inside(dialect);
        let steps = client.say(&room_login());
        assert_eq!(sent(&steps), [(3, Some(6))]);
        assert!(closes(&steps));
        let mut client = Client::inside(dialect);
        let steps = client.say_packed(&Packed::new(kind::SESSION_KEY, &[1, 0, 1, 0, 1, 0, 1, 0]));
        assert!(closes(&steps));
        assert_eq!(client.say(&ClientPacket::Keepalive), []);
    }
}

#[test]
fn unknown_numbers_are_passed_over_inside_only() {
    for dialect in Dialect::ALL {
        let mut client = Client::inside(dialect);
        let steps = client.say_packed(&Packed::new(999, b"abc"));
        assert_eq!(steps, [RoomStep::Ignored(999)]);
        let mut client = Client::new(dialect);
        assert!(closes(&client.say_packed(&Packed::new(999, b"abc"))));
    }
}

#[test]
fn excess_bytes_end_a_myth_connection_only() {
    let chat = ServerPacket::Chat(Chat::default()).pack();
    let longer = Packed::new(kind::CHAT, &[chat.body(), b"!"].concat());
    let mut client = Client::inside(Dialect::Myth2);
    assert!(closes(&client.say_packed(&longer)));
    let mut client = Client::inside(Dialect::AlephOne);
    assert_eq!(client.say_packed(&longer), [RoomStep::Message(RoomMessage::Chat(Chat::default()))]);
}

#[test]
fn one_packed_line_reaches_both() {
    let line = ServerPacket::Chat(Chat { message: Text::new("Hello, café!"), ..Chat::default() }).pack();
    for dialect in Dialect::ALL {
        let client = Client::inside(dialect);
        let mut out = Vec::new();
        client.room.seal(&line, [4; 8], &mut out);
        let body = match &client.cipher {
            Some(cipher) => cipher.decrypt(&mut out[8..]).unwrap().to_vec(),
            None => out[8..].to_vec(),
        };
        assert_eq!(body, line.body());
    }
}

#[test]
fn a_connection_is_small() {
    assert!(size_of::<Room>() < 300);
    assert!(size_of::<RoomStep>() < 200);
    assert!(size_of::<crate::login::Login>() < 400);
}

#[test]
fn who_begins_in_clear_is_known_by_the_token() {
    let in_clear = crate::dialect::InClear { myth2: true, ..Default::default() };
    let begin = |dialect| {
        let mut client = Client { dialect, room: Room::new(&[7; 32]).admitting(in_clear), cipher: None };
        assert_eq!(client.say(&room_login()), [RoomStep::Whose([b't'; 32])]);
        assert!(client.room.is_waiting());
        client
    };
    let mut myth = begin(Dialect::Myth2);
    myth.room.belongs_to(Some(Dialect::Myth2));
    assert!(matches!(&myth.feed(&[])[..], [RoomStep::Enter(request)] if request.player.is_none()));
    myth.room.admit(42, 999);
    assert_eq!(sent(&myth.feed(&[])), [(9, None), (3, Some(8))]);
    let steps = myth.say(&ClientPacket::PlayerData(PlayerData::default()));
    assert!(matches!(&steps[..], [RoomStep::Message(RoomMessage::PlayerData(_))]), "{steps:?}");

    // Nobody's token is turned away as Aleph One's is: without a word.
    for whose in [Some(Dialect::AlephOne), None] {
        let mut aleph = begin(Dialect::AlephOne);
        aleph.room.belongs_to(whose);
        assert_eq!(aleph.feed(&[]), [], "103 is due");
        let steps = aleph.say(&ClientPacket::PlayerData(PlayerData::default()));
        assert!(matches!(&steps[..], [RoomStep::Enter(_)]), "{steps:?}");
        aleph.room.refuse(Refusal::NotLoggedIn, None);
        assert_eq!(sent(&aleph.feed(&[])), []);
    }
}
