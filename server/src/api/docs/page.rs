//! What stands on the page of the API.

use std::fmt::Write as _;

use base::OrgId;
use serde_json::Value;

use super::shape::{self, escaped, in_line, table};
use crate::api::{V1, document::ADDRESS};

/// What a document adds to the page.
pub(super) struct Part {
    about: String,
    /// Links to its parts.
    links: String,
    operations: String,
    schemas: String,
}

/// The organization whose document was chosen.
pub(super) struct Chosen<'a> {
    pub(super) id: OrgId,
    pub(super) slug: &'a str,
    pub(super) name: &'a str,
}

/// Where the page of an organization's document is.
pub(super) fn address(slug: &str) -> String {
    format!("/api/docs?organization={slug}")
}

impl Part {
    pub(super) fn of(document: &Value) -> Self {
        let mut part = Self {
            about: escaped(text(&document["info"]["description"])),
            links: String::new(),
            operations: String::new(),
            schemas: String::new(),
        };
        for tag in document["tags"].as_array().into_iter().flatten() {
            part.tag(document, text(&tag["name"]), text(&tag["description"]));
        }
        schemas(&mut part.schemas, document);
        part
    }

    fn tag(&mut self, document: &Value, name: &str, about: &str) {
        let (shown, about, id) = (escaped(name), escaped(about), escaped(&name.replace(' ', "-")));
        let _ = write!(self.links, "<li><a href=\"#tag-{id}\">{shown}</a></li>");
        let _ = write!(
            self.operations,
            "<section aria-labelledby=\"tag-{id}\"><h2 id=\"tag-{id}\">{shown}</h2><p>{about}</p>"
        );
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation["tags"].as_array().is_some_and(|tags| tags.iter().any(|tag| tag == name)) {
                    self::operation(&mut self.operations, document, method, path, operation);
                }
            }
        }
        self.operations.push_str("</section>");
    }
}

/// Everything behind the head: what plugins offer in the place that was chosen, then the hub's own.
pub(super) fn write(
    page: &mut String,
    own: &Part,
    plugins: &Part,
    chosen: Option<&Chosen<'_>>,
    mine: &[(String, String)],
) {
    page.push_str("<a class=\"skip\" href=\"#operations\">Skip to the operations</a><header><h1>Guildhall API</h1><p>");
    page.push_str(&own.about);
    page.push_str("</p>");
    documents(page, chosen, mine);
    page.push_str(
        "<p class=\"token\" hidden><label for=\"token\">Token to try with</label> \
         <input id=\"token\" type=\"password\" autocomplete=\"off\" spellcheck=\"false\" aria-describedby=\"token-hint\"> \
         <span id=\"token-hint\">Forgotten when this page closes. Without one, reading works as whoever is logged in here.</span></p></header>",
    );
    page.push_str("<nav aria-label=\"Parts\"><ul>");
    for links in [&plugins.links, &own.links] {
        page.push_str(links);
    }
    page.push_str("<li><a href=\"#schemas\">schemas</a></li></ul></nav><main id=\"operations\">");
    for operations in [&plugins.operations, &own.operations] {
        page.push_str(operations);
    }
    page.push_str("<section aria-labelledby=\"schemas\"><h2 id=\"schemas\">Schemas</h2>");
    page.push_str(&own.schemas);
    page.push_str("</section></main></body></html>");
}

/// Which documents there are, and which one this is.
fn documents(page: &mut String, chosen: Option<&Chosen<'_>>, mine: &[(String, String)]) {
    page.push_str(
        "<section class=\"documents\" aria-labelledby=\"documents\"><h2 id=\"documents\">Documents</h2>\
         <p>The hub's own operations stand in each of them. Those of plugins stand in the hub's, or in those of the organizations where they are on.</p><ul>",
    );
    let mut entry = |address: &str, name: &str, is_this: bool| {
        let current = if is_this { " aria-current=\"page\"" } else { "" };
        let _ = write!(page, "<li><a href=\"{}\"{current}>{}</a></li>", escaped(address), escaped(name));
    };
    entry("/api/docs", "The hub", chosen.is_none());
    if let Some(chosen) = chosen.filter(|chosen| mine.iter().all(|(slug, _)| slug != chosen.slug)) {
        entry(&address(chosen.slug), chosen.name, true);
    }
    for (slug, name) in mine {
        entry(&address(slug), name, chosen.is_some_and(|chosen| chosen.slug == slug));
    }
    let json = match chosen {
        Some(chosen) => format!("{V1}/organizations/{}/openapi.json", chosen.id),
        None => ADDRESS.to_owned(),
    };
    let _ = write!(
        page,
        "</ul><form method=\"get\" action=\"/api/docs\"><p><label for=\"organization\">An organization, by the last part of its address</label> \
         <input id=\"organization\" name=\"organization\" required maxlength=\"100\" autocomplete=\"off\" spellcheck=\"false\"></p>\
         <p><button type=\"submit\">Show its document</button></p></form>\
         <p>This document for programs: <a href=\"{json}\">openapi.json</a>.</p></section>"
    );
}

/// One operation: what it takes, what it answers, and a form to try it.
fn operation(page: &mut String, document: &Value, method: &str, path: &str, operation: &Value) {
    let id = escaped(text(&operation["operationId"]));
    let (shown, summary) = (escaped(path), escaped(text(&operation["summary"])));
    let verb = method.to_uppercase();
    let open = operation["security"].is_array();
    let _ = write!(
        page,
        "<article id=\"{id}\" class=\"operation\"><h3><a href=\"#{id}\"><span class=\"verb {method}\">{verb}</span> <code>{shown}</code></a></h3>\
         <p><strong>{summary}</strong></p>"
    );
    if let Some(more) = operation["description"].as_str().filter(|more| !more.is_empty()) {
        let _ = write!(page, "<p>{}</p>", escaped(more));
    }
    page.push_str(if open { "<p>Anybody may ask.</p>" } else { "<p>Needs a token.</p>" });
    let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
    if !parameters.is_empty() {
        page.push_str("<table><caption>Takes</caption><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Where</th><th scope=\"col\">What</th></tr></thead><tbody>");
        for parameter in &parameters {
            let (name, place) = (escaped(text(&parameter["name"])), escaped(text(&parameter["in"])));
            let about = parameter["description"].as_str().or_else(|| parameter["schema"]["description"].as_str());
            let about = escaped(about.unwrap_or_default());
            let kind = in_line(&parameter["schema"]);
            let _ = write!(
                page,
                "<tr><th scope=\"row\"><code>{name}</code></th><td>{place}</td><td>{about} <em>{kind}</em></td></tr>"
            );
        }
        page.push_str("</tbody></table>");
    }
    if let Some(more) = operation["requestBody"]["description"].as_str() {
        let _ = write!(page, "<p>Body: {}</p>", escaped(more));
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !body.is_null() {
        let _ = write!(page, "<p>Body: {}</p>", in_line(body));
        if let Some(example) = shape::example(document, body) {
            let _ = write!(page, "<pre><code>{}</code></pre>", escaped(&format!("{example:#}")));
        }
    }
    answers(page, operation);
    attempt(page, document, method, path, operation);
    page.push_str("</article>");
}

fn answers(page: &mut String, operation: &Value) {
    page.push_str("<table><caption>Answers</caption><thead><tr><th scope=\"col\">Status</th><th scope=\"col\">What</th></tr></thead><tbody>");
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let about = escaped(text(&response["description"]));
        let content = response["content"].as_object().and_then(|content| content.values().next());
        let kind = content.map_or_else(String::new, |content| in_line(&content["schema"]));
        let _ = write!(page, "<tr><th scope=\"row\">{}</th><td>{about} <em>{kind}</em></td></tr>", escaped(status));
    }
    page.push_str("</tbody></table>");
}

/// The form is hidden until the script that sends it is there.
fn attempt(page: &mut String, document: &Value, method: &str, path: &str, operation: &Value) {
    let id = escaped(text(&operation["operationId"]));
    let _ = write!(
        page,
        "<details class=\"try\" hidden><summary>Try it</summary><form data-method=\"{}\" data-path=\"{}\">",
        method.to_uppercase(),
        escaped(path)
    );
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let (name, place) = (escaped(text(&parameter["name"])), escaped(text(&parameter["in"])));
        let required = if parameter["required"] == true { " required" } else { "" };
        let _ = write!(
            page,
            "<p><label for=\"{id}-{name}\">{name}</label> <input id=\"{id}-{name}\" name=\"{name}\" data-in=\"{place}\" autocomplete=\"off\"{required}></p>"
        );
    }
    let content = &operation["requestBody"]["content"];
    // A plugin takes what it says it takes; JSON more often than not.
    let body =
        content.get("application/json").or_else(|| content.get("*/*")).map_or(&Value::Null, |body| &body["schema"]);
    if !body.is_null() {
        let example = shape::example(document, body).map_or_else(|| "{}".to_owned(), |example| format!("{example:#}"));
        let _ = write!(
            page,
            "<p><label for=\"{id}-body\">Body</label><textarea id=\"{id}-body\" name=\"body\" rows=\"6\" spellcheck=\"false\">{}</textarea></p>",
            escaped(&example)
        );
    }
    page.push_str(
        "<p><button type=\"submit\">Send</button></p></form><output aria-live=\"polite\"></output></details>",
    );
}

fn schemas(page: &mut String, document: &Value) {
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let name = escaped(name);
        let _ = write!(page, "<article id=\"schema-{name}\"><h3>{name}</h3>");
        if let Some(about) = schema["description"].as_str() {
            let _ = write!(page, "<p>{}</p>", escaped(about));
        }
        page.push_str(&table(schema));
        page.push_str("</article>");
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_no_markup_of_the_document() {
        let document = serde_json::json!({
            "info": { "description": "<script>" },
            "tags": [{ "name": "t u", "description": "<b>" }],
            "paths": { "/x/{zq}": { "get": {
                "operationId": "get_x", "tags": ["t u"], "summary": "<i>",
                "parameters": [{ "name": "zq\"", "in": "path", "required": true, "schema": { "type": "string" } }],
                "responses": { "200": { "description": "<u>" } },
            } } },
            "components": { "schemas": { "X": { "type": "object", "properties": { "a<": { "type": "string" } } } } },
        });
        let part = Part::of(&document);
        let mut page = String::new();
        let chosen = Chosen { id: OrgId::from(7), slug: "x", name: "<s>" };
        write(&mut page, &part, &part, Some(&chosen), &[("y".into(), "<em>y".into())]);
        for markup in ["<script>", "<b>", "<i>", "<u>", "zq\"", "a<", "<s>", "<em>y"] {
            assert!(!page.contains(markup), "{markup}");
        }
        assert!(page.contains("href=\"#tag-t-u\"") && page.contains("id=\"get_x\""), "{page}");
    }
}
