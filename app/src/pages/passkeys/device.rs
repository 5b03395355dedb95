//! The browser's own way to passkeys, called by name: it reads and writes the very JSON that the server does, so nothing has to be
//! taken apart here.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::{browser, error::AppError, ui::form::post};

/// What can be asked of a device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// A new passkey.
    Create,
    /// Proof that it holds one.
    Get,
}

impl Ask {
    const fn reader(self) -> &'static str {
        match self {
            Self::Create => "parseCreationOptionsFromJSON",
            Self::Get => "parseRequestOptionsFromJSON",
        }
    }

    const fn call(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Get => "get",
        }
    }
}

/// Why there is no answer.
#[derive(Clone)]
pub(super) enum Unanswered {
    /// The browser, or the page's address, knows no passkeys.
    Unable,
    /// Its user let it be, or it has none for this hub.
    Declined,
    /// The server refused.
    Refused(AppError),
}

/// Whether this browser, on this page, can use passkeys at all.
pub(super) fn is_able() -> bool {
    Ask::Create.reader_function().is_some() && Ask::Get.reader_function().is_some()
}

impl Ask {
    fn reader_function(self) -> Option<(JsValue, Function)> {
        let class = Reflect::get(&window(), &"PublicKeyCredential".into()).ok()?;
        let reader = Reflect::get(&class, &self.reader().into()).ok()?.dyn_into().ok()?;
        Some((class, reader))
    }
}

/// Fetches what to ask, asks it, and hands on the answer with `also`. Gives what the server said to it, as JSON.
pub(super) async fn ask(ask: Ask, begin: &str, finish: &str, also: &[(&str, &str)]) -> Result<String, Unanswered> {
    let question = post(begin, String::new()).await.map_err(Unanswered::Refused)?;
    let question: String = serde_json::from_str(&question).map_err(|_| Unanswered::Unable)?;
    let answer = answer(ask, &question).await?;
    let mut body = vec![("answer", answer.as_str())];
    body.extend(also);
    post(finish, browser::encoded(&body)).await.map_err(Unanswered::Refused)
}

async fn answer(ask: Ask, question: &str) -> Result<String, Unanswered> {
    let unable = |_| Unanswered::Unable;
    let (class, reader) = ask.reader_function().ok_or(Unanswered::Unable)?;
    let question = JSON::parse(question).map_err(unable)?;
    let public_key = reader.call1(&class, &question).map_err(unable)?;
    let options = Object::new();
    Reflect::set(&options, &"publicKey".into(), &public_key).map_err(unable)?;
    let container = Reflect::get(&window().navigator(), &"credentials".into()).map_err(unable)?;
    let call: Function = Reflect::get(&container, &ask.call().into())
        .ok()
        .and_then(|call| call.dyn_into().ok())
        .ok_or(Unanswered::Unable)?;
    let promise: Promise =
        call.call1(&container, &options).map_err(unable)?.dyn_into().map_err(|_| Unanswered::Unable)?;
    // Browsers give one reason for all of it, so that a page learns nothing of the passkeys there are.
    let credential = JsFuture::from(promise).await.map_err(|_| Unanswered::Declined)?;
    let written = JSON::stringify(&credential).map_err(unable)?;
    written.as_string().ok_or(Unanswered::Unable)
}
