//! What whoever enters a room is told by those who run the hub.

use metaserver_proto::{Dialect, ServerPacket};

use super::harness::Lobby;
use crate::{
    Notices, PageToOpen, Urgency,
    testing::{Client, LogIn},
};

/// The lines and the pages a client is told of, until it hears itself.
async fn told(client: &mut Client) -> (Vec<String>, Vec<(i32, String, String)>) {
    client.say("heard").await.expect("sent");
    let (mut lines, mut pages) = (Vec::new(), Vec::new());
    client
        .until(|packet| match packet {
            ServerPacket::BlueLine(line) => {
                lines.push(line.to_string());
                None
            }
            ServerPacket::Url(url) => {
                pages.push((url.urgency, url.message.to_string(), url.address.to_string()));
                None
            }
            ServerPacket::Chat(_) => Some(()),
            _ => None,
        })
        .await
        .expect("the line");
    (lines, pages)
}

#[tokio::test]
async fn everybody_hears_the_message_of_the_day_and_is_shown_the_page_once() {
    let lobby = Lobby::open().await;
    *lobby.desk.notices.lock().expect("never poisoned") = Notices {
        lines: vec!["Cup on Sunday.".into(), "Be kind.".into()],
        page: Some(PageToOpen {
            urgency: Urgency::AtExit,
            text: "How did you like it?".into(),
            address: "https://hub.example/poll".into(),
        }),
    };
    let page = (2, "How did you like it?".to_owned(), "https://hub.example/poll".to_owned());
    let lines = ["Cup on Sunday.", "Be kind."].map(str::to_owned);

    let log_in = LogIn::player(Dialect::Myth2, "olga", "opensesame");
    let entered = log_in.at(lobby.address()).await.expect("let in");
    let rooms = lobby.running.rooms();
    let mut olga = log_in.enter_room(rooms[0].1, &entered).await.expect("let in");
    assert_eq!(told(&mut olga).await, (lines.to_vec(), vec![page.clone()]));
    // Another room, the same login.
    let mut olga = log_in.enter_room(rooms[1].1, &entered).await.expect("let in");
    assert_eq!(told(&mut olga).await, (lines.to_vec(), vec![]));

    let mut aleph = lobby.player(Dialect::AlephOne, "alric").await;
    assert_eq!(told(&mut aleph).await, (lines.to_vec(), vec![]), "it has no such packet");
    let mut guest = lobby.guest(Dialect::Myth2, "Stranger").await;
    let expected = [&lines[..], &["Make an account.".to_owned()]].concat();
    assert_eq!(told(&mut guest).await, (expected, vec![page]));
    lobby.close().await;
}
