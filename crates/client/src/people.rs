//! People to one another: pages, friends, blocks, reports.

use base::{SanctionId, UserId};
use bytes::Bytes;
use contract::{
    api::Page,
    moderation::{MakeReport, MyReport, MySanction, Taken, Words},
    people::{Card, MyPicture, MyProfile, Privacy, Profile, SaveProfile},
};
use hyper::Method;
use serde::Serialize;

use crate::{Client, Error, Onward, call::Asked, operation::operations};

/// Whom to look for.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PeopleQuery {
    /// Part of a name.
    pub search: String,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

/// A place in a list whose pages are as long as the hub likes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Place {
    /// `next` of the page before.
    pub cursor: Option<String>,
}

operations! {
    /// The people, by name.
    GET "/people" list_people() ? PeopleQuery => Page<Card>;
    /// Somebody's page.
    GET "/people/{name}" person(name: &str) => Profile;
    /// One's own page, and who may see it.
    GET "/me/profile" my_profile() => MyProfile;
    /// Changes what one writes of oneself.
    PUT "/me/profile" save_profile() = SaveProfile => ();
    /// Takes off one's page what one wrote in a game.
    DELETE "/me/profile/game" remove_game_texts() => ();
    /// Changes who may see what of oneself.
    PUT "/me/privacy" save_privacy() = Privacy => ();
    /// Takes one's picture off one's page.
    DELETE "/me/avatar" remove_avatar() => ();
    /// One's friends, by name.
    GET "/me/friends" list_friends() ? Place => Page<Card>;
    /// Who asks to be friends, by name.
    GET "/me/friend-requests" list_friend_requests() ? Place => Page<Card>;
    /// Whom one has blocked, by name.
    GET "/me/blocks" list_blocked() ? Place => Page<Card>;
    /// Whom one has muted, by name.
    GET "/me/mutes" list_muted() ? Place => Page<Card>;
    /// Asks somebody to be friends, or says yes to whoever has asked.
    PUT "/me/friends/{user}" befriend(user: UserId) => ();
    /// Ends a friendship, takes a request back, or says no to one.
    DELETE "/me/friends/{user}" unfriend(user: UserId) => ();
    /// Blocks somebody.
    PUT "/me/blocks/{user}" block(user: UserId) => ();
    /// Ends a block.
    DELETE "/me/blocks/{user}" unblock(user: UserId) => ();
    /// Mutes somebody.
    PUT "/me/mutes/{user}" mute(user: UserId) => ();
    /// Ends a mute.
    DELETE "/me/mutes/{user}" unmute(user: UserId) => ();
    /// One's own reports and what became of them, the newest first.
    GET "/me/reports" list_my_reports() ? Place => Page<MyReport>;
    /// Reports something to those who keep order.
    POST "/me/reports" report() = MakeReport => Taken;
    /// What was done about oneself, the newest first.
    GET "/me/sanctions" list_my_sanctions() => Vec<MySanction>;
    /// Appeals against something that was done about oneself.
    POST "/me/sanctions/{sanction}/appeal" appeal(sanction: SanctionId) = Words => ();
}

impl Client {
    /// Puts a picture on one's page: PNG, JPEG, GIF or WebP, as it is.
    pub async fn set_avatar(&self, file: Bytes) -> Result<MyPicture, Error> {
        self.answer(Asked::new(Method::PUT, format_args!("/me/avatar")).with_bytes(file)).await
    }
}
