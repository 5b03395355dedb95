//! The server functions of people and order: each names who asks, calls one service method, and tells the answer.

use contract::{
    moderation::{MyReports, MySanction},
    people::{Archive, Company, MyProfile, People, Profile},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// Somebody's page, and the first of their friends where they may be seen.
#[derive(Clone, Serialize, Deserialize)]
pub struct Person {
    /// The page.
    pub profile: Profile,
    /// Their friends; empty where they may not be seen.
    pub friends: People,
}

/// What was done about oneself, and what one reported.
#[derive(Clone, Serialize, Deserialize)]
pub struct Standing {
    /// What was done, the newest first.
    pub sanctions: Vec<MySanction>,
    /// One's reports, the newest first.
    pub reports: MyReports,
}

/// People by name.
#[server(endpoint = "people")]
pub async fn find_people(#[server(default)] q: String, #[server(default)] after: String) -> Result<People, AppError> {
    use people::PeopleQuery;

    use crate::context;

    context::may_search(&q)?;
    let query = PeopleQuery { text: q, after: Some(after), ..PeopleQuery::default() };
    context::services().people.search(&context::visitor().actor, &query).await.map_err(context::told)
}

/// Somebody's page.
#[server(endpoint = "person")]
pub async fn read_person(name: String) -> Result<Person, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let here = |user| services.board.is_here(user);
    let profile = services.people.profile(&actor, &name, here).await.map_err(context::told)?;
    let friends = if profile.shows_friends {
        services.people.friends_of(&actor, profile.card.id, None).await.map_err(context::told)?
    } else {
        People::default()
    };
    Ok(Person { profile, friends })
}

/// A further page of somebody's friends.
#[server(endpoint = "friends_of")]
pub async fn read_friends_of(user: i64, #[server(default)] after: String) -> Result<People, AppError> {
    use crate::context;

    let actor = context::visitor().actor;
    context::services().people.friends_of(&actor, user.into(), Some(after)).await.map_err(context::told)
}

/// One's own page, to change it.
#[server(endpoint = "my_profile")]
pub async fn read_my_profile() -> Result<MyProfile, AppError> {
    use crate::context;

    context::services().people.my_profile(&context::visitor().actor).await.map_err(context::told)
}

/// Changes what one writes of oneself.
#[server(endpoint = "save_profile")]
pub async fn save_profile(
    #[server(default)] about: String,
    #[server(default)] facts: String,
    #[server(default)] links: String,
    #[server(default)] country: String,
) -> Result<(), AppError> {
    use contract::{Field, people::SaveProfile};

    use crate::context;

    let form = SaveProfile { about, facts, links, country };
    let saved = context::services().people.save_profile(&context::visitor().actor, &form).await;
    let SaveProfile { about, facts, links, country } = form;
    saved.map_err(|error| {
        context::told(error).keeping([
            (Field::About, about),
            (Field::Facts, facts),
            (Field::Links, links),
            (Field::Country, country),
        ])
    })
}

/// Changes who may see what of oneself.
#[server(endpoint = "save_privacy")]
pub async fn save_privacy(
    profile: String,
    presence: String,
    friends: String,
    requests: String,
) -> Result<(), AppError> {
    use contract::people::{Audience, Privacy};

    use crate::context;

    let read = |word: &str| Audience::from_word(word).ok_or_else(context::malformed);
    let privacy = Privacy {
        profile: read(&profile)?,
        presence: read(&presence)?,
        friends: read(&friends)?,
        requests: read(&requests)?,
    };
    context::services().people.save_privacy(&context::visitor().actor, privacy).await.map_err(context::told)
}

/// Takes one's picture away.
#[server(endpoint = "remove_avatar")]
pub async fn remove_avatar() -> Result<(), AppError> {
    use crate::context;

    context::services().people.remove_avatar(&context::visitor().actor).await.map_err(context::told)
}

/// Takes off one's page what one wrote in a game.
#[server(endpoint = "remove_game_texts")]
pub async fn remove_game_texts() -> Result<(), AppError> {
    use contract::people::GameTexts;

    use crate::context;

    let people = &context::services().people;
    people.save_game_texts(&context::visitor().actor, &GameTexts::default()).await.map_err(context::told)
}

/// Friends, who asks and is asked, and whom one keeps away from.
#[server(endpoint = "company")]
pub async fn read_company() -> Result<Company, AppError> {
    use crate::context;

    context::services().people.company(&context::visitor().actor).await.map_err(context::told)
}

/// A further page of one of these lists.
#[server(endpoint = "company_list")]
pub async fn read_company_list(list: String, #[server(default)] after: String) -> Result<People, AppError> {
    use base::Kind;
    use people::List;

    use crate::context;

    let list = List::from_word(&list).ok_or_else(|| context::refused(Kind::NotFound.into()))?;
    context::services().people.my_list(&context::visitor().actor, list, Some(after)).await.map_err(context::told)
}

/// Asks somebody to be friends.
#[server(endpoint = "ask_friend")]
pub async fn ask_friend(user: i64) -> Result<(), AppError> {
    use crate::context;

    context::services().people.ask(&context::visitor().actor, user.into()).await.map_err(context::told)
}

/// Says yes to whoever has asked.
#[server(endpoint = "accept_friend")]
pub async fn accept_friend(user: i64) -> Result<(), AppError> {
    use crate::context;

    context::services().people.accept(&context::visitor().actor, user.into()).await.map_err(context::told)
}

/// Ends a friendship, takes a request back, or says no to one.
#[server(endpoint = "part_friend")]
pub async fn part_friend(user: i64) -> Result<(), AppError> {
    use crate::context;

    context::services().people.part(&context::visitor().actor, user.into()).await.map_err(context::told)
}

/// Blocks somebody. Their page is gone for the one who does, so a browser without script goes on to the list.
#[server(endpoint = "block_person")]
pub async fn block_person(user: i64) -> Result<(), AppError> {
    use crate::context;

    context::services().people.block(&context::visitor().actor, user.into()).await.map_err(context::told)?;
    context::go_on_to("/friends");
    Ok(())
}

/// Ends a block.
#[server(endpoint = "unblock_person")]
pub async fn unblock_person(user: i64) -> Result<(), AppError> {
    use crate::context;

    context::services().people.unblock(&context::visitor().actor, user.into()).await.map_err(context::told)
}

/// Mutes somebody.
#[server(endpoint = "mute_person")]
pub async fn mute_person(user: i64) -> Result<(), AppError> {
    use crate::context;

    context::services().people.mute(&context::visitor().actor, user.into()).await.map_err(context::told)
}

/// Ends a mute.
#[server(endpoint = "unmute_person")]
pub async fn unmute_person(user: i64) -> Result<(), AppError> {
    use crate::context;

    context::services().people.unmute(&context::visitor().actor, user.into()).await.map_err(context::told)
}

/// Reports something to those who keep order.
#[server(endpoint = "report")]
pub async fn make_report(
    #[server(default)] target: String,
    #[server(default)] name: String,
    #[server(default)] reference: String,
    #[server(default)] reason: String,
    #[server(default)] text: String,
) -> Result<(), AppError> {
    use contract::{Field, moderation::MakeReport};

    use crate::context;

    let form = MakeReport { target, name, reference, reason, text: text.clone() };
    let made = context::services().moderation.report(&context::visitor().actor, &form).await;
    made.map_err(|error| context::told(error).keeping([(Field::Text, text)]))?;
    context::go_on_to("/account/standing?reported=1");
    Ok(())
}

/// What was done about oneself, and what one reported.
#[server(endpoint = "standing")]
pub async fn read_standing() -> Result<Standing, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let sanctions = services.moderation.my_sanctions(&actor).await.map_err(context::told)?;
    let reports = services.moderation.my_reports(&actor, None).await.map_err(context::told)?;
    Ok(Standing { sanctions, reports })
}

/// Older reports of one's own.
#[server(endpoint = "my_reports")]
pub async fn read_my_reports(before: i64) -> Result<MyReports, AppError> {
    use crate::context;

    let actor = context::visitor().actor;
    context::services().moderation.my_reports(&actor, Some(before.into())).await.map_err(context::told)
}

/// Appeals against something that was done about oneself.
#[server(endpoint = "appeal")]
pub async fn appeal(sanction: i64, #[server(default)] text: String) -> Result<(), AppError> {
    use contract::Field;

    use crate::context;

    let actor = context::visitor().actor;
    let made = context::services().moderation.appeal(&actor, sanction.into(), &text).await;
    made.map_err(|error| context::told(error).keeping([(Field::Text, text)]))
}

/// What was done about whoever holds the pass.
#[server(endpoint = "barred")]
pub async fn read_barred(#[server(default)] pass: String) -> Result<Vec<MySanction>, AppError> {
    use crate::context;

    context::services().moderation.sanctions_by_pass(&context::visitor().actor, &pass).await.map_err(context::told)
}

/// Appeals with a pass.
#[server(endpoint = "appeal_by_pass")]
pub async fn appeal_by_pass(
    #[server(default)] pass: String,
    sanction: i64,
    #[server(default)] text: String,
) -> Result<(), AppError> {
    use contract::Field;

    use crate::context;

    let actor = context::visitor().actor;
    let made = context::services().moderation.appeal_by_pass(&actor, &pass, sanction.into(), &text).await;
    made.map_err(|error| context::told(error).keeping([(Field::Text, text)]))
}

/// The archives one asked for.
#[server(endpoint = "archives")]
pub async fn read_archives() -> Result<Vec<Archive>, AppError> {
    use crate::context;

    context::services().takeouts.mine(&context::visitor().actor).await.map_err(context::told)
}

/// Asks for an archive of everything the hub keeps about one.
#[server(endpoint = "ask_archive")]
pub async fn ask_archive() -> Result<(), AppError> {
    use crate::context;

    context::services().takeouts.ask(&context::visitor().actor).await.map_err(context::told)
}
