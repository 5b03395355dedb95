use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::page::{Group, Target, Text};

fn page(body: Value) -> Result<Page, Vec<Flaw>> {
    Page::from_json(json!({ "body": body }).to_string().as_bytes())
}

fn flaws(body: Value) -> Vec<String> {
    page(body).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn every_part_is_read_and_written_again() {
    let body = json!([
        { "stack": { "body": [{ "heading": { "text": "Seeds" } }] } },
        { "columns": { "body": [{ "paragraph": { "text": "*All* of them." } }] } },
        { "card": { "title": "One", "body": [{ "badge": { "text": "new", "tone": "good" } }] } },
        { "section": { "body": [{ "notice": { "text": "Soon.", "tone": "warn" } }] } },
        { "tabs": { "tabs": [{ "label": "A", "body": [{ "code": { "text": "x = 1\n" } }] }] } },
        { "table": {
            "caption": "Seeds",
            "columns": [{ "label": "Who" }, { "label": "Count", "number": true, "sort": "count" }],
            "rows": [["Ada", 3.0], [[{ "person": { "id": "7" } }], 1.5]],
            "sorted": { "by": "count", "descending": true },
            "pages": { "page": 1, "of": 2 }
        } },
        { "list": { "numbered": true, "items": ["one", [{ "link": { "label": "two", "to": "seeds/2?x=1#y" } }]] } },
        { "stat": { "label": "Rolled", "value": "12" } },
        { "progress": { "label": "Done", "value": 1.0, "of": 3.0 } },
        { "chart": { "title": "Votes", "by": "Day", "of": "Votes", "shape": "line", "points": [["Mon", 1.0]] } },
        { "timeline": { "entries": [{ "at": 1, "title": "Begun" }] } },
        { "instant": { "at": 1_700_000_000_000_i64 } },
        { "duration": { "ms": 61_000 } },
        { "button": { "label": "Close", "with": { "id": "3", "sure": true }, "tone": "bad" } },
        { "form": {
            "schema": { "type": "object", "properties": { "name": { "type": "string" } } },
            "values": { "name": "x" },
            "submit": "Save"
        } },
        { "menu": { "label": "More", "items": [{ "label": "Hub", "to": "/orgs" }] } },
        { "confirm": { "label": "Remove", "question": "Gone for good.", "body": [{ "button": { "label": "Yes" } }] } },
        { "live": { "id": "score", "events": ["poll.voted"], "body": [] } },
        { "image": { "asset": "img/logo.png", "alt": "", "width": 20, "height": 20 } },
        { "image": { "url": "https://example.org/a.png?b=1", "alt": "A", "width": 20, "height": 20 } }
    ]);
    let read = page(body.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read.body).unwrap(), body);
}

#[test]
fn everything_wrong_is_told_at_its_place() {
    let told = flaws(json!([
        { "heading": { "text": " " } },
        { "link": { "label": "x", "to": "javascript:alert(1)" } },
        { "table": { "caption": "c", "columns": [{ "label": "a" }], "rows": [["1", "2"]], "sorted": { "by": "b" } } },
        { "progress": { "label": "p", "value": 4.0, "of": 3.0 } },
        { "person": { "id": "07" } },
        { "image": { "asset": "../x.png", "alt": "", "width": 0, "height": 9999 } },
        { "live": { "id": "a", "events": [], "body": [] } },
        { "live": { "id": "a", "events": ["x"], "body": [] } },
        { "button": { "label": "b", "to": "https://example.org", "with": { "A": [] } } },
        { "form": { "schema": { "type": "object", "properties": { "o": { "type": "object" } } }, "submit": "s" } }
    ]));
    for place in [
        "/body/0/heading/text ",
        "/body/1/link/to ",
        "/body/2/table/rows/0 ",
        "/body/2/table/sorted/by ",
        "/body/3/progress/value ",
        "/body/4/person/id ",
        "/body/5/image/asset ",
        "/body/5/image/width ",
        "/body/5/image/height ",
        "/body/6/live/events ",
        "/body/7/live/id ",
        "/body/7/live/events/0 ",
        "/body/8/button/to ",
        "/body/8/button/with/A ",
        "/body/9/form/schema/properties/o ",
    ] {
        assert!(told.iter().any(|one| one.starts_with(place)), "{place}is not in {told:#?}");
    }
}

#[test]
fn a_picture_is_a_file_or_an_address_elsewhere() {
    let told = |what: Value| {
        let mut image = json!({ "alt": "", "width": 1, "height": 1 });
        image.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
        page(json!([{ "image": image }])).map_err(|flaws| flaws[0].path.clone()).err()
    };
    assert_eq!(told(json!({ "url": "https://example.org/a.png" })), None);
    assert_eq!(told(json!({})).as_deref(), Some("/body/0/image"));
    let both = json!({ "asset": "a.png", "url": "https://example.org/a.png" });
    assert_eq!(told(both).as_deref(), Some("/body/0/image"));
    for url in ["http://example.org/a.png", "//example.org/a.png", "/a.png", "a.png", "https://", "data:image/png,x"] {
        assert_eq!(told(json!({ "url": url })).as_deref(), Some("/body/0/image/url"), "{url}");
    }
}

#[test]
fn markup_and_unknown_parts_are_no_page() {
    assert!(flaws(json!([{ "html": { "text": "<b>" } }]))[0].contains("html"));
    assert!(flaws(json!([{ "heading": { "text": "a", "class": "x" } }]))[0].contains("class"));
    assert!(flaws(json!([{ "badge": { "text": "a", "tone": "#f00" } }]))[0].contains("#f00"));
}

#[test]
fn limits_are_kept_to_the_part() {
    let part = || Node::Heading(Text { text: "a".into() });
    let of = |count: usize| Page { title: None, body: (0..count).map(|_| part()).collect() };
    assert_eq!(of(MOST_NODES).check(), Ok(()));
    assert_eq!(of(MOST_NODES + 1).check().unwrap_err().len(), 1);

    let deep = |depth: usize| {
        let nest = |inner: Node, _| Node::Stack(Group { body: vec![inner] });
        Page { title: None, body: vec![(1..depth).fold(part(), nest)] }
    };
    assert_eq!(deep(MOST_DEEP).check(), Ok(()));
    assert!(deep(MOST_DEEP + 1).check().is_err());

    let text = || Node::Code(Text { text: "x".repeat(LONGEST_TEXT) });
    let large = |count: usize| Page { title: None, body: (0..count).map(|_| text()).collect() };
    assert_eq!(large(7).check(), Ok(()));
    assert!(large(8).check().is_err());
    assert!(Page::from_json(&vec![b' '; LARGEST + 1]).is_err());
}

#[test]
fn cells_count_as_parts() {
    let told = flaws(json!([{ "table": {
        "caption": "c",
        "columns": [{ "label": "1" }, { "label": "2" }, { "label": "3" }, { "label": "4" }, { "label": "5" }],
        "rows": (0..450).map(|_| json!(["", "", "", "", ""])).collect::<Vec<_>>()
    } }]));
    assert!(told[0].contains("cells"), "{told:?}");
}

#[test]
fn a_link_leads_where_it_says() {
    for (to, is) in [
        ("", Some(Target::Own(""))),
        ("?page=2", Some(Target::Own("?page=2"))),
        ("polls/3?when=12:30", Some(Target::Own("polls/3?when=12:30"))),
        ("/orgs/a", Some(Target::Hub("/orgs/a"))),
        ("https://example.org/a?b#c", Some(Target::Elsewhere("https://example.org/a?b#c"))),
        ("//example.org", None),
        ("/\\example.org", None),
        ("http://example.org", None),
        ("https://", None),
        ("https://hub.example@evil.example/", None),
        ("javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("data:text/html,x", None),
        ("../../account", None),
        ("/orgs/%2E%2e/admin", None),
        (" /orgs", None),
    ] {
        assert_eq!(Target::of(to), is, "{to:?}");
    }
}

proptest! {
    /// No link that is let through has a scheme of its own but https, or leaves the hub without saying so.
    #[test]
    fn no_text_smuggles_an_address(to in "\\PC{0,40}|[a-z/\\\\:.%@?#\t ]{0,24}") {
        match Target::of(&to) {
            Some(Target::Elsewhere(to)) => prop_assert!(to.starts_with("https://")),
            Some(Target::Hub(to)) => prop_assert!(to.starts_with('/') && !to[1..].starts_with(['/', '\\'])),
            Some(Target::Own(to)) => {
                let before = to.split(['/', '?', '#']).next().unwrap_or_default();
                prop_assert!(!before.contains(':') && !to.starts_with(['/', '\\']));
            }
            None => {}
        }
    }

    /// Whatever a guest sends: an answer, no panic, and never more flaws than anybody reads.
    #[test]
    fn no_answer_of_a_guest_does_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "[\\[{\"a-z:,}\\]0-9]{0,200}") {
        for json in [bytes.as_slice(), text.as_bytes()] {
            if let Err(flaws) = Page::from_json(json) {
                prop_assert!((1..=MOST_FLAWS).contains(&flaws.len()));
            }
        }
    }

    #[test]
    fn depth_is_counted_through_every_kind_of_part(kinds in proptest::collection::vec(0..8_u8, 1..40)) {
        let nest = |inner: Node, kind: &u8| {
            let body = vec![inner];
            let json = |body: &Vec<Node>| serde_json::to_value(body).unwrap();
            serde_json::from_value(match kind {
                0 => json!({ "stack": { "body": json(&body) } }),
                1 => json!({ "columns": { "body": json(&body) } }),
                2 => json!({ "card": { "body": json(&body) } }),
                3 => json!({ "tabs": { "tabs": [{ "label": "t", "body": json(&body) }] } }),
                4 => json!({ "table": { "caption": "c", "columns": [{ "label": "l" }], "rows": [[json(&body)]] } }),
                5 => json!({ "list": { "items": [json(&body)] } }),
                6 => json!({ "confirm": { "label": "l", "question": "q", "body": json(&body) } }),
                _ => json!({ "section": { "title": "s", "body": json(&body) } }),
            }).unwrap()
        };
        let page = Page { title: None, body: vec![kinds.iter().fold(Node::Heading(Text { text: "h".into() }), nest)] };
        prop_assert_eq!(page.check().is_ok(), kinds.len() < MOST_DEEP);
    }
}
