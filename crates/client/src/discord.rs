//! The hub in Discord.

use base::OrgId;
use contract::discord::{ChooseDiscord, ConnectCode, DiscordHub, GuildChoice, OrganizationDiscord, TestTopic};

use crate::operation::operations;

operations! {
    /// The hub's application there.
    GET "/discord" discord() => DiscordHub;
    /// Sets it up, or forgets it.
    PUT "/discord" choose_discord() = ChooseDiscord => DiscordHub;
    /// Has Discord asked whether all is right.
    POST "/discord/check" check_discord() => DiscordHub;
    /// An organization's servers.
    GET "/organizations/{organization}/discord" organization_discord(organization: OrgId) => OrganizationDiscord;
    /// Makes a code that links a server to it.
    POST "/organizations/{organization}/discord/codes" make_discord_code(organization: OrgId) => ConnectCode;
    /// Chooses what is told where, and which role is which.
    PUT "/organizations/{organization}/discord/guilds/{guild}" choose_for_guild(organization: OrgId, guild: &str) = GuildChoice => ();
    /// Unlinks a server.
    DELETE "/organizations/{organization}/discord/guilds/{guild}" unlink_guild(organization: OrgId, guild: &str) => ();
    /// Sends a test to one of its channels.
    POST "/organizations/{organization}/discord/guilds/{guild}/test" test_guild(organization: OrgId, guild: &str) = TestTopic => ();
}
