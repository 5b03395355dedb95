//! People to one another: profiles, privacy, friends, and whom one keeps away from.

use base::{Millis, Role, UserId};
use serde::{Deserialize, Serialize};

/// For whom something is, as the person it is about has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Whoever comes by.
    Everybody,
    /// Whoever has an account.
    Members,
    /// Friends; for requests of friendship: friends of friends.
    Friends,
    /// Nobody but oneself.
    Nobody,
}

impl Audience {
    /// All of them, the widest first.
    pub const ALL: [Self; 4] = [Self::Everybody, Self::Members, Self::Friends, Self::Nobody];

    /// The word in forms and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Members => "members",
            Self::Friends => "friends",
            Self::Nobody => "nobody",
        }
    }

    /// The audience of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|audience| audience.word() == word)
    }
}

/// Who may see what of somebody, and who may ask to be friends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "profile": "members", "presence": "everybody", "friends": "friends", "requests": "members" })))]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// What they write of themselves.
    pub profile: Audience,
    /// That they are here now.
    pub presence: Audience,
    /// Who their friends are.
    pub friends: Audience,
    /// Who may ask to be friends. Everybody means whoever has an account; friends means friends of friends.
    pub requests: Audience,
}

impl Default for Privacy {
    fn default() -> Self {
        Self {
            profile: Audience::Members,
            presence: Audience::Everybody,
            friends: Audience::Friends,
            requests: Audience::Members,
        }
    }
}

/// Somebody in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Card {
    /// The account.
    pub id: UserId,
    /// The name others see.
    pub name: String,
    /// What they are to the hub.
    pub role: Role,
    /// Member since.
    pub since: Millis,
    /// Under which key their picture is served: `/avatars/<key>/96.png`; `None`: one is drawn from the name.
    pub avatar: Option<String>,
}

/// A page of a list of people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct People {
    /// Those on it.
    pub people: Vec<Card>,
    /// To ask for the next page with; `None` where this is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What somebody is to whoever keeps them on a list of friends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bond {
    /// A friend.
    Friend,
    /// Has been asked, and has not answered.
    Asked,
    /// Asks, and has not been answered.
    Asking,
}

/// A friend, or somebody who may become one: as the lobby is told, which has lists of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Companion {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// What they are.
    pub bond: Bond,
    /// Whether they let friends see that they are here.
    pub shows: bool,
}

/// A short fact somebody tells of themselves: "Plays", "Myth II".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fact {
    /// What it is about.
    pub label: String,
    /// What it says.
    pub value: String,
}

/// What somebody writes of themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct About {
    /// Plain text, lines kept.
    pub text: String,
    /// Five at most.
    pub facts: Vec<Fact>,
    /// Addresses, shown as text; five at most.
    pub links: Vec<String>,
    /// Two letters of ISO 3166-1.
    pub country: Option<String>,
    /// What they wrote in a game.
    #[serde(default)]
    pub game: GameTexts,
}

/// What somebody writes of themselves in Myth II, whose profiles have a place for it. Empty where they wrote nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GameTexts {
    /// Their city.
    pub city: String,
    /// Their state.
    pub state: String,
    /// Their country, in their own words.
    pub country: String,
    /// What they like to say.
    pub quote: String,
}

impl GameTexts {
    /// How many characters they may have together: what the game's packet has room for.
    pub const LONGEST: usize = 428;

    /// Each of them, in the game's order.
    pub fn each(&self) -> [&str; 4] {
        [&self.city, &self.state, &self.country, &self.quote]
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Where they say they are, in one line; empty where they don't.
    pub fn place(&self) -> String {
        let [city, state, country, _] = self.each();
        [city, state, country].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// The form for what one writes of oneself. Facts stand one a line, `label: value`; links one a line.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "about": "I play Myth II.", "facts": "Since: 1998", "links": "https://example.org/", "country": "NO" })))]
#[serde(deny_unknown_fields)]
pub struct SaveProfile {
    /// Plain text, 2,000 characters at most.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub about: String,
    /// Five lines at most.
    #[serde(default)]
    pub facts: String,
    /// Five lines at most, each `https://…`.
    #[serde(default)]
    pub links: String,
    /// Two letters, or none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2))]
    pub country: String,
}

/// What somebody is to the one who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// Nothing yet, and no way to ask: the one who looks has no account, or may not.
    Stranger,
    /// Nothing yet; the one who looks may ask.
    MayAsk,
    /// The one who looks has asked.
    Asked,
    /// They have asked the one who looks.
    AsksYou,
    /// Friends.
    Friend,
    /// The same person.
    Yourself,
}

/// Somebody's page, as far as the one who looks may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// Who.
    pub card: Card,
    /// What they are to the one who looks.
    pub tie: Tie,
    /// Whether the one who looks has muted them.
    pub muted: bool,
    /// What they write of themselves; `None` where they keep it from the one who looks.
    pub about: Option<About>,
    /// Whether they are here now; `None` where they keep that to themselves.
    pub here: Option<bool>,
    /// Whether the one who looks may see who their friends are.
    pub shows_friends: bool,
}

/// One's own page, to change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyProfile {
    /// Oneself as others see one in lists.
    pub card: Card,
    /// What one wrote.
    pub about: About,
    /// Who may see what.
    pub privacy: Privacy,
}

/// One's company: friends, who asks and is asked, and whom one keeps away from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Company {
    /// Friends.
    pub friends: People,
    /// Who asks to be friends.
    pub asking: People,
    /// Whom one has asked.
    pub asked: People,
    /// Whom one has blocked.
    pub blocked: People,
    /// Whom one has muted.
    pub muted: People,
}

/// Where the picture of oneself is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyPicture {
    /// Its key: the picture is at `/avatars/<key>/256.png`, and small at `/avatars/<key>/96.png`.
    pub avatar: String,
}

/// Everything the hub keeps about somebody, as they asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Archive {
    /// To fetch it by: `/account/data/<id>.zip`.
    pub id: i64,
    /// When it was asked for.
    pub asked_at: Millis,
    /// When it was built; `None`: not yet.
    pub ready_at: Option<Millis>,
    /// Whether it will not be built any more: ask again.
    pub failed: bool,
    /// Until when it can be fetched.
    pub ends_at: Millis,
    /// Its size.
    pub size_bytes: i64,
}
