//! Closed lists: the words a manifest chooses from.

words! {
    /// Whose code it is.
    Kind {
        /// A crate of the hub.
        Builtin = "builtin",
        /// A stranger's, in a sandbox.
        Guest = "guest",
    }
}

words! {
    /// Among what a plugin is listed.
    Category {
        /// What others build on.
        Core = "core",
        /// Tournaments, races, ladders.
        Competition = "competition",
        /// Other programs and sites.
        Integration = "integration",
        /// What helps.
        Utility = "utility",
        /// What runs by itself.
        Automation = "automation",
        /// What makes seeds.
        Randomizer = "randomizer",
        /// A game, or what belongs to one.
        Game = "game",
    }
}

words! {
    /// For whom a part of a plugin is.
    Scope {
        /// An organization's: its members, its data.
        Organization = "organization",
        /// Everybody's.
        Hub = "hub",
        /// The operator's.
        Admin = "admin",
    }
}

words! {
    /// Which menu an entry stands in.
    Place {
        /// Beside the pages.
        Sidebar = "sidebar",
        /// In the admin area.
        Admin = "admin",
    }
}

words! {
    /// What a route answers to.
    Method {
        /// Reads.
        Get = "GET",
        /// Makes, or does.
        Post = "POST",
        /// Replaces.
        Put = "PUT",
        /// Changes.
        Patch = "PATCH",
        /// Removes.
        Delete = "DELETE",
    }
}

words! {
    /// Where a command can be given, or something be said.
    ChatPlace {
        /// Discord.
        Discord = "discord",
        /// The chat of a race room.
        RaceRoom = "race_room",
        /// The lobby.
        Lobby = "lobby",
    }
}

words! {
    /// What an option of a command takes.
    OptionKind {
        /// Words.
        Text = "text",
        /// A whole number.
        Integer = "integer",
        /// Any number.
        Number = "number",
        /// Yes or no.
        Boolean = "boolean",
        /// One of a list.
        Choice = "choice",
        /// Somebody.
        Person = "person",
        /// A channel.
        Channel = "channel",
        /// A role.
        Role = "role",
    }
}

words! {
    /// In which turn listeners of one event are called; those of one priority by id.
    Priority {
        /// Last.
        Lowest = "lowest",
        /// Late.
        Low = "low",
        /// Among most.
        Normal = "normal",
        /// Early.
        High = "high",
        /// First.
        Highest = "highest",
    }
}

words! {
    /// Who has a permission until an organization says otherwise: the roles of the hub.
    Role {
        /// Looked in.
        Guest = "guest",
        /// Belongs.
        Member = "member",
        /// Writes.
        Editor = "editor",
        /// Runs events.
        Organiser = "organiser",
        /// Keeps order.
        Moderator = "moderator",
        /// Runs it.
        Admin = "admin",
        /// Owns it.
        Owner = "owner",
    }
}

words! {
    /// What is answered for a check that fails or takes too long.
    OnFailure {
        /// Yes: the act goes on as if nobody had been asked.
        Allow = "allow",
        /// No.
        Refuse = "refuse",
    }
}

words! {
    /// How much of people a plugin sees.
    UsersDetail {
        /// Numbers.
        None = "none",
        /// Names too.
        Names = "names",
        /// Pronouns, pictures and linked chat names too.
        Profiles = "profiles",
    }
}

words! {
    /// What a plugin can ask to look at.
    ReadModel {
        /// Matches.
        Matches = "matches",
        /// Tournaments.
        Tournaments = "tournaments",
        /// Brackets.
        Brackets = "brackets",
        /// Qualifiers.
        Qualifiers = "qualifiers",
        /// An organization's members.
        Members = "members",
        /// Presets.
        Presets = "presets",
        /// The lobby's rooms: who is in them, and which games.
        Rooms = "rooms",
        /// Games that are over.
        Games = "games",
        /// Ladders.
        Ladders = "ladders",
        /// Orders of players.
        Orders = "orders",
    }
}

words! {
    /// A place on a page of the hub where plugins' widgets stand. A widget is told the subject of the page.
    Slot {
        /// The first page. No subject.
        HomeMain = "home.main",
        /// Beside the first page. No subject.
        HomeSidebar = "home.sidebar",
        /// What is on now. No subject.
        Live = "live.main",
        /// One's own overview. Subject: oneself.
        Account = "account.overview",
        /// Somebody's page. Subject: that person.
        Profile = "profile.sidebar",
        /// An organization's page. Subject: the organization.
        OrganizationMain = "organization.main",
        /// Beside an organization's page. Subject: the organization.
        OrganizationSidebar = "organization.sidebar",
        /// The lobby. No subject.
        Lobby = "lobby.sidebar",
        /// A match. Subject: the match.
        Match = "match.sidebar",
        /// A tournament. Subject: the tournament.
        Tournament = "tournament.sidebar",
        /// A qualifier. Subject: the qualifier.
        Qualifier = "qualifier.sidebar",
        /// A realm. Subject: the realm.
        Realm = "realm.sidebar",
        /// The admin area's overview. No subject.
        Admin = "admin.dashboard",
    }
}

words! {
    /// An act that plugins can be asked about before it happens.
    Point {
        /// Somebody makes an account.
        Register = "user.register",
        /// Somebody makes a character in a game.
        Character = "character.create",
        /// Somebody founds a guild.
        Guild = "guild.create",
        /// Somebody says a line in a chat.
        Chat = "chat.say",
        /// Somebody publishes news.
        News = "news.post",
        /// Somebody sets the time of a match.
        Match = "match.schedule",
    }
}

impl Point {
    /// What a check may put something else in place of. The name of an account is not among it: one would log in under a name one never chose.
    pub const fn rewritable(self) -> &'static [&'static str] {
        match self {
            Self::Register => &[],
            Self::Character | Self::Guild => &["name"],
            Self::Chat => &["text"],
            Self::News => &["title", "text"],
            Self::Match => &["starts_at"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// This crate can't name `base` (its licence is another), so the words stand twice.
    #[test]
    fn roles_are_those_of_the_hub() {
        let theirs: Vec<&str> = base::Role::ALL.into_iter().map(base::Role::word).collect();
        assert_eq!(Role::WORDS, theirs);
    }

    #[test]
    fn words_lead_back_to_what_they_are_for() {
        for slot in Slot::ALL {
            assert_eq!(Slot::from_word(slot.word()), Some(*slot));
        }
        assert_eq!(Slot::from_word("match.footer"), None);
    }
}
