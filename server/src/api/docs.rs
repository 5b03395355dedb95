//! `/api/docs`: the document as a page to read and to try, and `/problems/{code}`, where the `type` of each failure leads.
//!
//! The page is written once, when it is first asked for, from the same document that programs read. It works without script; with it, every
//! operation can be tried out. Nothing comes from elsewhere.

mod shape;

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use base::Kind;
use bytes::Bytes;
use contract::{Code, Problem};
use serde_json::Value;

use super::document::{self, ADDRESS};
use crate::http::{Hub, answer};
use shape::{escaped, in_line, table};

/// The page may load its own style and script, and call the API: nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Problems of the REST door alone, beside those a page has a sentence for.
const OWN: [(&str, u16, &str); 9] = [
    (
        "bad_token",
        401,
        "The token is unknown, has run out or was revoked. Get another one; with a refresh token, use it once.",
    ),
    (
        "method_not_allowed",
        405,
        "The address exists and does not take this method. The header Allow names those it takes.",
    ),
    ("unsupported_media_type", 415, "Bodies are JSON: send Content-Type: application/json."),
    ("under_way", 409, "The first request with this Idempotency-Key is still under way. Ask again in a moment."),
    (
        "key_reused",
        409,
        "This Idempotency-Key came with another request before. Choose a key for each thing to be done.",
    ),
    (
        "done_before",
        409,
        "It was done by an earlier request with this Idempotency-Key. The answer held a secret, which is shown once.",
    ),
    ("malformed", 400, "The request is not what the document says. The detail names the place."),
    (
        "unknown_cursor",
        422,
        "The cursor is none that this list gave out. Begin with the list's first page, and go on with the cursors it gives.",
    ),
    ("too_large", 413, "The body or the address is longer than the hub takes."),
];

static PAGE: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(page(&document::whole())));

/// The page of the document, and what a problem means.
pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/api/docs", get(async || shown(Html(PAGE.clone())))).route("/problems/{code}", get(explain))
}

fn shown(page: Html<Bytes>) -> Response {
    let mut response = page.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// What a problem means, in the reader's language where the pages know it.
async fn explain(Path(word): Path<String>, headers: HeaderMap) -> Response {
    if let Some((word, status, says)) = OWN.into_iter().find(|(own, ..)| *own == word) {
        let mut page = head(word);
        let _ = write!(
            page,
            "<main><h1>{word}</h1><p>{says}</p><p>Status {status}.</p><p><a href=\"/api/docs\">The API</a></p></main></body></html>"
        );
        return shown(Html(page.into()));
    }
    match serde_json::from_value::<Code>(Value::String(word)) {
        Ok(code) => Html(app::plain::problem_page(&Problem::new(Kind::Invalid, code), &headers, None)).into_response(),
        Err(_) => answer(&Problem::from(Kind::NotFound), &headers, None),
    }
}

fn head(title: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"/api-docs.css\">\
         <script src=\"/api-docs.js\" defer></script></head><body>"
    )
}

/// The whole page.
fn page(document: &Value) -> String {
    let mut page = head("Guildhall API");
    page.push_str("<a class=\"skip\" href=\"#operations\">Skip to the operations</a><header><h1>Guildhall API</h1><p>");
    page.push_str(&escaped(text(&document["info"]["description"])));
    let _ = write!(page, " The document for programs: <a href=\"{ADDRESS}\">openapi.json</a>.</p>");
    page.push_str(
        "<p class=\"token\" hidden><label for=\"token\">Token to try with</label> \
         <input id=\"token\" type=\"password\" autocomplete=\"off\" spellcheck=\"false\" aria-describedby=\"token-hint\"> \
         <span id=\"token-hint\">Forgotten when this page closes. Without one, reading works as whoever is logged in here.</span></p></header>",
    );
    let tags: Vec<&Value> = document["tags"].as_array().into_iter().flatten().collect();
    page.push_str("<nav aria-label=\"Parts\"><ul>");
    for tag in &tags {
        let name = escaped(text(&tag["name"]));
        let _ = write!(page, "<li><a href=\"#tag-{name}\">{name}</a></li>");
    }
    page.push_str("<li><a href=\"#schemas\">schemas</a></li></ul></nav><main id=\"operations\">");
    for tag in tags {
        let name = text(&tag["name"]);
        let (shown, about) = (escaped(name), escaped(text(&tag["description"])));
        let _ =
            write!(page, "<section aria-labelledby=\"tag-{shown}\"><h2 id=\"tag-{shown}\">{shown}</h2><p>{about}</p>");
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation["tags"].as_array().is_some_and(|tags| tags.iter().any(|tag| tag == name)) {
                    self::operation(&mut page, document, method, path, operation);
                }
            }
        }
        page.push_str("</section>");
    }
    schemas(&mut page, document);
    page.push_str("</main></body></html>");
    page
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
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
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
    page.push_str("<section aria-labelledby=\"schemas\"><h2 id=\"schemas\">Schemas</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let name = escaped(name);
        let _ = write!(page, "<article id=\"schema-{name}\"><h3>{name}</h3>");
        if let Some(about) = schema["description"].as_str() {
            let _ = write!(page, "<p>{}</p>", escaped(about));
        }
        page.push_str(&table(schema));
        page.push_str("</article>");
    }
    page.push_str("</section>");
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
            "tags": [{ "name": "t", "description": "<b>" }],
            "paths": { "/x/{zq}": { "get": {
                "operationId": "get_x", "tags": ["t"], "summary": "<i>",
                "parameters": [{ "name": "zq\"", "in": "path", "required": true, "schema": { "type": "string" } }],
                "responses": { "200": { "description": "<u>" } },
            } } },
            "components": { "schemas": { "X": { "type": "object", "properties": { "a<": { "type": "string" } } } } },
        });
        let page = page(&document);
        for markup in ["<script>", "<b>", "<i>", "<u>", "zq\"", "a<"] {
            assert!(!page.contains(markup), "{markup}");
        }
    }
}
