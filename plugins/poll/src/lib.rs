//! Lets an organization vote.

mod question;

use plugin_sdk::{
    Call, Document, Fault, Find, Invocation, Keep, KeepDocument, Map, Node, Page, Plugin, Reply, Submitted, Value,
    documents,
    draw::{badge, button, form, link, live, notice, number, page, paragraph, parts, section, table, text, titled},
    hub, json, kv,
    page::{Chart, Confirm, Instant, Shape, Tone},
    serde_json::from_value,
};

use question::{Poll, Vote};

const MAKE: &str = "poll:make";
const HOUR: i64 = 60 * 60 * 1000;

struct Polls;

impl Plugin for Polls {
    fn page(call: &Call, path: &str, _: &Map<String, Value>) -> Result<Page, Fault> {
        match path {
            "" => front(call),
            "new" => Ok(page(vec![form("new", question::schema(), "Make the poll")])),
            id => shown(call, id, None),
        }
    }

    fn submit(call: &Call, path: &str, sent: &Map<String, Value>) -> Result<Submitted, Fault> {
        let person = person(call)?;
        if path == "new" {
            may_make(call)?;
            let poll = question::read(sent, person, hub::now())?;
            let made = documents::put("polls", None, &json!(poll), KeepDocument::default())?;
            tell(&made.id)?;
            return Ok(Submitted::Redirect(made.id));
        }
        let (poll, document) = find(path)?;
        match sent.get("act").and_then(Value::as_str) {
            Some("close") => {
                may_make(call)?;
                close(&poll, &document)?;
            }
            _ => vote(&poll, path, person, sent)?,
        }
        tell(path)?;
        let said = if sent.contains_key("act") { "The poll is closed." } else { "Your vote is counted." };
        Ok(Submitted::Page(shown(call, path, Some(said))?))
    }

    fn task(_: &Call, _: &str, _: &Value) -> Result<(), Fault> {
        for document in open()? {
            let poll = poll_of(&document)?;
            if poll.until <= hub::now() {
                close(&poll, &document)?;
                tell(&document.id)?;
            }
        }
        Ok(())
    }

    fn command(_: &Call, _: &Invocation) -> Result<Reply, Fault> {
        let mut lines = Vec::new();
        for document in open()? {
            lines.push(format!("- {}", poll_of(&document)?.question));
        }
        let text =
            if lines.is_empty() { "No poll is open.".to_owned() } else { format!("Open polls:\n{}", lines.join("\n")) };
        Ok(Reply { text, ..Reply::default() })
    }
}

fn person(call: &Call) -> Result<&str, Fault> {
    let person = call.caller.as_ref().and_then(|caller| caller.person.as_deref());
    person.ok_or_else(|| Fault::Forbidden("log in to vote".into()))
}

fn may_make(call: &Call) -> Result<(), Fault> {
    let may = call.caller.as_ref().is_some_and(|caller| caller.may(MAKE));
    if may { Ok(()) } else { Err(Fault::Forbidden("polls are made by those who may".into())) }
}

fn tell(poll: &str) -> Result<(), Fault> {
    hub::emit("poll.changed", &json!({ "poll": poll }))
}

fn poll_of(document: &Document) -> Result<Poll, Fault> {
    from_value(document.body.clone()).map_err(|error| Fault::Internal(error.to_string()))
}

fn find(id: &str) -> Result<(Poll, Document), Fault> {
    let document = documents::get("polls", id)?.ok_or(Fault::NotFound)?;
    Ok((poll_of(&document)?, document))
}

fn open() -> Result<Vec<Document>, Fault> {
    let equals = vec![("open".to_owned(), Value::from(true))];
    Ok(documents::find("polls", &Find { equals, order: Some("made".into()), limit: 50, ..Find::default() })?.documents)
}

fn close(poll: &Poll, document: &Document) -> Result<(), Fault> {
    let closed = Poll { open: false, ..poll.clone() };
    let how = KeepDocument { only_if: Some(document.version), ..KeepDocument::default() };
    match documents::put("polls", Some(&document.id), &json!(closed), how) {
        // Somebody was quicker.
        Ok(_) | Err(Fault::Conflict(_)) => Ok(()),
        Err(fault) => Err(fault),
    }
}

fn key(poll: &str, person: &str) -> String {
    format!("vote/{poll}/{person}")
}

/// Counts a vote in place of the one before. Each person's is a value of its own, so that two who vote at once don't wait for each other.
fn vote(poll: &Poll, id: &str, person: &str, sent: &Map<String, Value>) -> Result<(), Fault> {
    if !poll.is_open(hub::now()) {
        return Err(Fault::Conflict("this poll is closed".into()));
    }
    let vote = poll.vote(sent)?;
    kv::put_with(&key(id, person), &vote, Keep { person: Some(person.to_owned()), ..Keep::default() })?;
    Ok(())
}

fn front(call: &Call) -> Result<Page, Fault> {
    let all =
        documents::find("polls", &Find { order: Some("made".into()), descending: true, limit: 50, ..Find::default() })?;
    let mut rows = Vec::new();
    for document in all.documents {
        let poll = poll_of(&document)?;
        let state = if poll.is_open(hub::now()) { badge("open", Tone::Good) } else { badge("closed", Tone::Plain) };
        rows.push(vec![
            parts(vec![link(poll.question, document.id)]),
            parts(vec![state]),
            parts(vec![Node::Instant(Instant { at: poll.until })]),
        ]);
    }
    let mut body = vec![live(
        "polls",
        &["poll.changed"],
        vec![table("Polls", &["Question", "State", "Until"], rows, "There are no polls yet.")],
    )];
    if may_make(call).is_ok() {
        body.push(link("New poll", "new"));
    }
    Ok(page(body))
}

fn shown(call: &Call, id: &str, said: Option<&str>) -> Result<Page, Fault> {
    let (poll, _) = find(id)?;
    let votes: Vec<(String, Vote)> = kv::all(&format!("vote/{id}/"))?;
    let mine = person(call).ok().and_then(|person| votes.iter().find(|(one, _)| *one == key(id, person)));
    let is_open = poll.is_open(hub::now());
    let mut body: Vec<Node> = said.map(|said| notice(said, Tone::Good)).into_iter().collect();
    if is_open && person(call).is_ok() {
        let label = if mine.is_some() { "Change my vote" } else { "Vote" };
        body.push(form(id, poll.ballot(mine.map(|(_, vote)| vote)), label));
    }
    // Whoever has not voted yet is not to be led by how others did.
    if !is_open || mine.is_some() {
        let counts = poll.count(votes.iter().map(|(_, vote)| vote));
        let rows = counts.iter().map(|(option, count)| vec![text(*option), number(i64::from(*count))]).collect();
        body.push(live(
            "result",
            &["poll.changed"],
            vec![section(
                format!("{} have voted", votes.len()),
                vec![
                    Node::Chart(Chart {
                        title: "Votes".into(),
                        by: "Answer".into(),
                        of: "Votes".into(),
                        shape: Shape::Bar,
                        points: counts
                            .iter()
                            .map(|(option, count)| ((*option).to_owned(), f64::from(*count)))
                            .collect(),
                    }),
                    table("Votes for each answer", &["Answer", "#Votes"], rows, ""),
                ],
            )],
        ));
    } else {
        body.push(paragraph(format!("{} have voted. What they voted for is shown when you have, too.", votes.len())));
    }
    if is_open && may_make(call).is_ok() {
        body.push(Node::Confirm(Confirm {
            label: "Close this poll".into(),
            question: "Nobody can vote afterwards.".into(),
            body: vec![button("Close it", id, json!({ "act": "close" }))],
        }));
    }
    Ok(titled(poll.question, body))
}

plugin_sdk::export!(Polls);
