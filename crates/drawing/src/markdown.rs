//! Markdown of strangers, as the few elements that text needs.

use plugin_api::page::Target;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::{around::Around, html::Html};

/// Draws the text. Whatever is not known here is its text.
pub(crate) fn draw(html: &mut Html, text: &str, around: &Around<'_>) {
    let mut links: Vec<bool> = Vec::new();
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(tag) => start(html, tag, &mut links, around),
            Event::End(tag) => end(html, tag, &mut links),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                html.text(&text);
            }
            Event::Code(code) => {
                html.whole("code", &[], &code);
            }
            Event::SoftBreak => {
                html.text("\n");
            }
            Event::HardBreak => {
                html.open("br", &[]);
            }
            Event::Rule => {
                html.open("hr", &[]);
            }
            _ => {}
        }
    }
}

fn start(html: &mut Html, tag: Tag<'_>, links: &mut Vec<bool>, around: &Around<'_>) {
    match tag {
        Tag::Paragraph => html.open("p", &[]),
        // The page's headings are the tree's.
        Tag::Heading { .. } => html.open("p", &[]).open("strong", &[]),
        Tag::BlockQuote(_) => html.open("blockquote", &[]),
        Tag::CodeBlock(_) => html.open("pre", &[("tabindex", Some("0"))]).open("code", &[]),
        Tag::List(None) => html.open("ul", &[]),
        Tag::List(Some(first)) => html.open("ol", &[("start", Some(&first.to_string()))]),
        Tag::Item => html.open("li", &[]),
        Tag::Emphasis => html.open("em", &[]),
        Tag::Strong => html.open("strong", &[]),
        Tag::Strikethrough => html.open("s", &[]),
        Tag::Link { dest_url, .. } => {
            let target = Target::of(&dest_url);
            links.push(target.is_some());
            match target {
                Some(target) => around.open_link(html, target, None),
                None => html,
            }
        }
        _ => html,
    };
}

fn end(html: &mut Html, tag: TagEnd, links: &mut Vec<bool>) {
    match tag {
        TagEnd::Paragraph => html.close("p"),
        TagEnd::Heading(_) => html.close("strong").close("p"),
        TagEnd::BlockQuote(_) => html.close("blockquote"),
        TagEnd::CodeBlock => html.close("code").close("pre"),
        TagEnd::List(false) => html.close("ul"),
        TagEnd::List(true) => html.close("ol"),
        TagEnd::Item => html.close("li"),
        TagEnd::Emphasis => html.close("em"),
        TagEnd::Strong => html.close("strong"),
        TagEnd::Strikethrough => html.close("s"),
        TagEnd::Link => {
            if links.pop() == Some(true) {
                html.close("a");
            }
            html
        }
        _ => html,
    };
}
