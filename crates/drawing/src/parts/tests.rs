use std::{collections::BTreeMap, sync::LazyLock};

use plugin_api::page::Page;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    SettingsForm,
    fields::{Picks, Refusal},
    settings_form,
};

static NOTHING_TO_PICK: LazyLock<Picks> = LazyLock::new(Picks::default);

/// What is drawn of a tree, and nothing else is ever drawn.
const KNOWN: [&str; 55] = [
    "a",
    "blockquote",
    "br",
    "button",
    "caption",
    "circle",
    "code",
    "details",
    "div",
    "em",
    "fieldset",
    "figcaption",
    "figure",
    "form",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "input",
    "label",
    "legend",
    "li",
    "line",
    "nav",
    "ol",
    "option",
    "p",
    "polyline",
    "pre",
    "progress",
    "rect",
    "s",
    "section",
    "select",
    "span",
    "strong",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "textarea",
    "th",
    "thead",
    "time",
    "tr",
    "ul",
    "/",
    "!",
    "?",
    "",
];

fn around<'a>(
    people: &'a BTreeMap<i64, String>,
    query: &'a [(String, String)],
    refused: Option<&'a Refusal>,
) -> Around<'a> {
    Around {
        words: Words::of("en"),
        base: "/orgs/rovers/plugins/polls",
        path: "polls/3",
        query,
        assets: "/plugins/polls/assets/00ff",
        elsewhere: &|url| url.starts_with("https://a.example/").then(|| format!("/shown?url={}", encoded(url))),
        people,
        picks: &NOTHING_TO_PICK,
        token: &|of| format!("t-{}-{}", of.to, of.outline),
        refused,
        level: 2,
    }
}

fn drawn(body: Value) -> Drawn {
    let page = Page::from_json(json!({ "body": body }).to_string().as_bytes()).unwrap();
    let people = BTreeMap::from([(7, "Ada".to_owned())]);
    let query = [("filter".to_owned(), "a b".to_owned()), ("page".to_owned(), "2".to_owned())];
    draw(&page.body, &around(&people, &query, None))
}

fn html(body: Value) -> String {
    drawn(body).html
}

/// Elements and attributes, as a browser would find them in what is written here: every attribute is in double quotes.
fn elements(html: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (mut tag, mut quoted, mut end) = (String::new(), false, rest.len());
        for (n, letter) in rest.char_indices() {
            match letter {
                '"' => quoted = !quoted,
                '>' if !quoted => {
                    end = n;
                    break;
                }
                letter if !quoted => tag.push(letter),
                _ => {}
            }
        }
        rest = &rest[end.min(rest.len())..];
        if tag.starts_with('/') {
            continue;
        }
        let mut words = tag.split_whitespace();
        let name = words.next().unwrap_or_default().to_owned();
        found.push((name, words.map(|word| word.split('=').next().unwrap_or_default().to_owned()).collect()));
    }
    found
}

fn is_harmless(html: &str) -> Result<(), TestCaseError> {
    for (name, attributes) in elements(html) {
        prop_assert!(KNOWN.contains(&name.as_str()), "<{}> in {}", name, html);
        for attribute in attributes {
            prop_assert!(
                !attribute.starts_with("on") && attribute != "style" && attribute != "srcdoc",
                "{}",
                attribute
            );
        }
    }
    for scheme in ["href=\"javascript", "href=\"data", "src=\"http", "href=\"//", "action=\"http", "href=\"http:"] {
        prop_assert!(!html.to_lowercase().contains(scheme), "{}", html);
    }
    Ok(())
}

#[test]
fn every_part_has_its_markup() {
    let said = html(json!([
        { "heading": { "text": "Polls" } },
        { "card": { "title": "One", "body": [{ "heading": { "text": "Two" } }] } },
        { "stat": { "label": "Votes", "value": "12", "tone": "good" } },
        { "progress": { "label": "Done", "value": 1.5, "of": 3.0 } },
        { "list": { "items": ["a", 2.5] } },
        { "person": { "id": "7" } },
        { "person": { "id": "8" } },
        { "instant": { "at": 0 } },
        { "duration": { "ms": 3_661_000 } },
        { "menu": { "label": "More", "items": [{ "label": "All", "to": "" }] } },
        { "confirm": { "label": "Close it", "question": "For good.", "body": [] } },
        { "image": { "asset": "a.png", "alt": "A", "width": 2, "height": 3 } },
        { "image": { "url": "https://a.example/b.png", "alt": "B", "width": 2, "height": 3 } },
        { "image": { "url": "https://b.example/c.png", "alt": "C<", "width": 2, "height": 3 } },
        { "timeline": { "entries": [{ "at": 0, "title": "Begun", "text": "*Now*", "tone": "warn" }] } }
    ]));
    for part in [
        "<h2>Polls</h2>",
        "<section class=\"card\"><h2>One</h2><h3>Two</h3></section>",
        "<div class=\"figure good\"><span>Votes</span><strong>12</strong></div>",
        "<progress aria-label=\"Done\" max=\"3\" value=\"1.5\"></progress><p class=\"hint\">1.5 / 3</p>",
        "<ul><li>a</li><li>2.5</li></ul>",
        "<a href=\"/people/Ada\">Ada</a>Somebody",
        "<time datetime=\"1970-01-01T00:00:00Z\" title=\"1970-01-01 00:00 UTC\">1970-01-01 00:00 UTC</time>",
        "1 h 1 min 1 s",
        "<a href=\"/orgs/rovers/plugins/polls/polls/3\">All</a>",
        "<p>For good.</p>",
        "<img src=\"/plugins/polls/assets/00ff/a.png\" alt=\"A\" width=\"2\" height=\"3\" loading=\"lazy\">\
         <img src=\"/shown?url=https%3A%2F%2Fa.example%2Fb.png\" alt=\"B\" width=\"2\" height=\"3\" loading=\"lazy\">\
         <span class=\"hint\">Picture not available: C&lt;</span>",
        "<li class=\"warn\"><time",
        "<em>Now</em>",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

#[test]
fn a_table_sorts_and_turns_by_links() {
    let said = html(json!([{ "table": {
        "caption": "All",
        "columns": [{ "label": "Who" }, { "label": "Votes", "number": true, "sort": "votes" }],
        "rows": [["Ada", 3.0]],
        "sorted": { "by": "votes" },
        "pages": { "page": 2, "of": 3 }
    } }]));
    for part in [
        "aria-sort=\"ascending\"><a href=\"/orgs/rovers/plugins/polls/polls/3?filter=a%20b&amp;sort=-votes\">Votes",
        "<th scope=\"row\">Ada</th><td class=\"number\">3</td>",
        "?filter=a%20b&amp;page=1\">Previous",
        "<span>Page 2 of 3</span>",
        "?filter=a%20b&amp;page=3\">Next",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

#[test]
fn a_form_says_how_it_is_read_and_comes_back_with_what_was_typed() {
    let body = json!([
        { "button": { "label": "Close", "to": "close", "with": { "id": "3" }, "tone": "bad" } },
        { "form": {
            "schema": { "type": "object", "required": ["days"], "properties": {
                "days": { "type": "integer", "minimum": 1 },
                "kind": { "type": "string", "enum": ["a", "b"] },
                "on": { "type": "boolean" }
            } },
            "values": { "days": 3, "on": true },
            "submit": "Save"
        } }
    ]);
    let said = html(body.clone());
    for part in [
        "<form method=\"post\" action=\"/orgs/rovers/plugins/polls/close\"><input type=\"hidden\" name=\"_token\" value=\"t-close-id:value\">",
        "name=\"id\" value=\"&quot;3&quot;\"",
        "class=\"button danger\">Close</button>",
        "action=\"/orgs/rovers/plugins/polls/polls/3\" class=\"form\" novalidate=\"\">",
        "name=\"_outline\" value=\"days:integer!,kind:value,on:flag\"",
        "name=\"days\" aria-required=\"true\" type=\"number\" value=\"3\" autocomplete=\"off\" min=\"1\" step=\"1\">",
        "value=\"on\" checked=\"\">",
        "<option value=\"&quot;a&quot;\">a</option>",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    let page = Page::from_json(json!({ "body": body }).to_string().as_bytes()).unwrap();
    let refused = Refusal {
        form: 2,
        wrong: vec![("days".into(), "Too <few>.".into())],
        typed: vec![("days".into(), "0\"".into()), ("kind".into(), "\"b\"".into())],
    };
    let people = BTreeMap::new();
    let said = draw(&page.body, &around(&people, &[], Some(&refused))).html;
    for part in [
        "<a href=\"#f2-days\" rel=\"external\">Days</a>: Too &lt;few&gt;.",
        "aria-invalid=\"true\" aria-describedby=\"f2-days-error\" type=\"number\" value=\"0&quot;\"",
        "<option value=\"&quot;b&quot;\" selected=\"\">b</option>",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    assert!(!said.contains("checked"), "what was unticked stays so");
}

#[test]
fn what_there_is_to_pick_is_picked_and_the_rest_typed() {
    let who = json!({ "type": "string", "x-picker": "user", "title": "Who" });
    let schema = json!({ "type": "object", "properties": { "who": who }, "required": ["who"] });
    let body = json!([{ "form": { "schema": schema, "values": { "who": "9" }, "submit": "Save" } }]);
    let page = Page::from_json(json!({ "body": body }).to_string().as_bytes()).unwrap();
    let (people, picks) = (BTreeMap::new(), Picks::default().with("user", vec![("7".into(), "Ada <3".into())]));
    let said = draw(&page.body, &Around { picks: &picks, ..around(&people, &[], None) }).html;
    assert!(said.contains("<select id=\"f1-who\" name=\"who\""), "{said}");
    // Somebody who has left stays picked until somebody else is.
    assert!(
        said.contains("<option value=\"9\" selected=\"\">9</option><option value=\"7\">Ada &lt;3</option>"),
        "{said}"
    );
    assert_eq!(crate::pickers_in(&page.body).into_iter().collect::<Vec<_>>(), ["user"]);
    assert!(html(body).contains("<input id=\"f1-who\" name=\"who\""), "what can't be listed is typed");

    let form = SettingsForm {
        schema: &schema,
        values: &json!({}),
        set: &[],
        picks: &picks,
        operator: false,
        action: "/orgs/rovers/plugins",
        with: &[],
        token: &|_| String::new(),
        title: "Settings",
        submit: "Save",
    };
    let said = settings_form(&form, Words::of("en"));
    assert!(said.contains("<select id=\"setting-who\" name=\"values[who]\""), "{said}");
    assert!(said.contains("<option value=\"7\">Ada &lt;3</option>"), "{said}");
}

#[test]
fn live_parts_are_named() {
    let drawn = drawn(json!([{ "live": { "id": "score", "events": ["poll.voted"], "body": [] } }]));
    assert_eq!(drawn.live, [("score".to_owned(), vec!["poll.voted".to_owned()])]);
    assert!(drawn.html.contains("data-live=\"score\""));
}

#[test]
fn markdown_is_a_dozen_elements() {
    let said = html(json!([{ "paragraph": { "text":
        "# Big\n\n**bold** <b onclick=x>raw</b> ![a picture](https://evil.example/x.png)\n\n- [own](polls/4) [out](https://example.org) [bad](javascript:alert(1))\n\n```\nlet x = \"<\";\n```\n\n<script>alert(1)</script>"
    } }]));
    for part in [
        "<p><strong>Big</strong></p>",
        "<strong>bold</strong> &lt;b onclick=x&gt;raw&lt;/b&gt; a picture",
        "<a href=\"/orgs/rovers/plugins/polls/polls/4\">own</a>",
        "<a href=\"https://example.org\" class=\"outside\" rel=\"external noopener noreferrer nofollow ugc\" title=\"leads out of the hub\">out</a>",
        " bad</li>",
        "let x = &quot;&lt;&quot;;",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever stands in whichever text: nothing but the elements known here, and no way to run anything.
    #[test]
    fn no_text_becomes_markup(text in "(\\PC|[<>\"'&=/\\\\ \n`*_#!\\[\\]():-]|<script>|<img src=x onerror=y>|javascript:|\\]\\(javascript:x\\)|\" onclick=\"|</textarea>|&#x3c;){1,12}", to in "\\PC{0,30}") {
        let line: String = text.chars().filter(|letter| !letter.is_control()).collect();
        prop_assume!(!line.trim().is_empty());
        let to = if Target::of(&to).is_some() { to } else { "a".to_owned() };
        let long: String = text.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
        let body = json!([
            { "heading": { "text": line } },
            { "paragraph": { "text": long } },
            { "notice": { "text": long, "tone": "bad" } },
            { "code": { "text": long } },
            { "badge": { "text": line } },
            { "link": { "label": line, "to": to } },
            { "stat": { "label": line, "value": line, "hint": line } },
            { "progress": { "label": line, "value": 0.0, "of": 1.0 } },
            { "chart": { "title": line, "by": line, "of": line, "points": [[line, 1.0], [line, 2.0]] } },
            { "table": { "caption": line, "columns": [{ "label": line, "sort": "x" }], "rows": [[line]], "empty": line } },
            { "image": { "asset": "a.png", "alt": line, "width": 1, "height": 1 } },
            { "image": { "url": "https://b.example/a.png", "alt": line, "width": 1, "height": 1 } },
            { "button": { "label": line, "with": { "x": line } } },
            { "form": {
                "schema": { "type": "object", "properties": {
                    "a": { "type": "string", "title": line, "description": line, "maxLength": 9999 },
                    "b": { "type": "string", "enum": [line], "x-labels": [line] },
                    "c": { "type": "array", "items": { "type": "string", "enum": [line] } }
                } },
                "values": { "a": long, "b": line }, "submit": line
            } },
            { "confirm": { "label": line, "question": line, "body": [] } },
            { "tabs": { "tabs": [{ "label": line, "body": [] }] } }
        ]);
        is_harmless(&html(body))?;
    }
}
