//! Roles given and taken away, and nobody else's touched.

use base::{Actor, Person, Role, SessionId};
use contract::{Event, discord::DiscordTrouble};
use db::{
    Db,
    testing::{each, until},
};

use super::harness::{MEMBERS, MONA, OLGA, ORGANISERS, Story};
use crate::testing::GUILD;

async fn until_has(story: &Story, account: &str, wanted: &[&str]) {
    until("the roles", async || {
        let roles = story.there.roles_of(account);
        if roles == wanted { Ok(()) } else { Err(roles) }
    })
    .await;
}

async fn changes(story: &Story, role: Option<Role>) {
    story.town.is(story.mona, role);
    let (organization, user) = (story.org, story.mona);
    story
        .happens(match role {
            Some(role) => Event::MemberRoleChanged { organization, user, role },
            None => Event::MemberLeft { organization, user },
        })
        .await;
}

/// A server on which Mona is, and known to be.
async fn with_mona(db: Db) -> Story {
    let story = Story::linked(db).await;
    story.there.join(MONA);
    story.town.link(MONA, story.mona);
    story
}

/// The same where she is a member, and has the role for it.
async fn with_a_member(db: Db) -> Story {
    let story = with_mona(db).await;
    changes(&story, Some(Role::Member)).await;
    until_has(&story, MONA, &[MEMBERS]).await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_a_role_has_it_there_and_nobody_else() {
    each(|db| async move {
        let story = Story::linked(db).await;
        story.there.join(MONA);
        changes(&story, Some(Role::Member)).await;
        // Not linked: nobody knows who she is there.
        story.town.link(MONA, story.mona);
        story.happens(Event::IdentitiesChanged { user: story.mona }).await;
        until_has(&story, MONA, &[MEMBERS]).await;
        changes(&story, Some(Role::Organiser)).await;
        until_has(&story, MONA, &[ORGANISERS]).await;
        changes(&story, None).await;
        until_has(&story, MONA, &[]).await;

        changes(&story, Some(Role::Member)).await;
        until_has(&story, MONA, &[MEMBERS]).await;
        story.town.unlink(MONA);
        story.happens(Event::IdentitiesChanged { user: story.mona }).await;
        until_has(&story, MONA, &[]).await;
        assert_eq!(story.there.asked("PUT /guilds").iter().filter(|asked| asked.line.contains(OLGA)).count(), 0);
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_took_away_by_hand_comes_back_when_they_ask() {
    each(|db| async move {
        let story = with_a_member(db).await;
        story.there.take_by_hand(MONA, MEMBERS);
        let mona = Actor::Person(Person::logged_in(story.mona, Role::Member, SessionId::from(2)));
        story.discord.renew_roles(&mona).await.unwrap();
        until_has(&story, MONA, &[MEMBERS]).await;
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_may_not_give_is_shown_where_it_was_chosen() {
    each(|db| async move {
        let story = with_mona(db).await;
        story.there.put_above(MEMBERS);
        changes(&story, Some(Role::Member)).await;
        until("it is noted", async || {
            let servers = story.discord.servers(&story.owner(), story.org).await.unwrap();
            let links = servers.guilds[0].roles.clone();
            let trouble = links.iter().find(|link| link.guild_role == MEMBERS).and_then(|link| link.trouble);
            if trouble == Some(DiscordTrouble::Forbidden) { Ok(()) } else { Err(links) }
        })
        .await;
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unlinked_server_keeps_nothing_that_was_given() {
    each(|db| async move {
        let story = with_a_member(db).await;
        story.discord.unlink(&story.owner(), story.org, GUILD).await.unwrap();
        until_has(&story, MONA, &[]).await;
        story.end().await;
    })
    .await;
}
