//! One setting: what it is, what it does, what it is now, and a form to change it.

use contract::{
    Field,
    settings::{Held, Setting, Shape, Value},
};
use leptos::prelude::*;

use super::words::{effect, title, word};
use crate::{
    browser,
    pages::admin::{
        api::settings::{ResetSetting, SetSetting, read_settings},
        ui::{
            badge::{Badge, Tone},
            reason::Outcome,
        },
    },
    texts::admin::settings,
    ui::{
        button::Submit,
        form::{Form, Sending},
    },
};

/// The setting. Its forms answer in place; what it says of itself is read anew after each change.
#[component]
pub(super) fn OneSetting(
    /// As it stands when the page is drawn.
    held: Held,
) -> impl IntoView {
    let setting = held.key;
    // Without script all forms come back with the refusal of one: it names which.
    let set = Sending::to::<SetSetting>().if_kept(Field::Setting, setting.about().key);
    let reset = Sending::to::<ResetSetting>().if_kept(Field::Setting, setting.about().key);
    let now = RwSignal::new(held);
    let read_anew = move |_| {
        leptos::task::spawn_local(async move {
            if let Ok(all) = read_settings().await
                && let Some(held) = all.into_iter().find(|held| held.key == setting)
            {
                now.try_set(held);
            }
        });
    };
    set.when_done(read_anew);
    reset.when_done(read_anew);
    let key = setting.about().key;
    let id = format!("setting-{}", key.replace('.', "-"));
    // The button goes with what it has done; whoever pressed it by keyboard stays at the setting.
    let field = id.clone();
    reset.when_done(move |_| browser::focus_on(&field));
    let class = stylers::style! {
        .setting {
            display: grid;
            gap: var(--space-2);
            padding-block: var(--space-3);
            border-top: 1px solid var(--line);
        }
        .setting-head {
            display: flex;
            flex-wrap: wrap;
            align-items: baseline;
            gap: var(--space-2);
        }
        .setting-forms {
            display: flex;
            flex-wrap: wrap;
            align-items: end;
            gap: var(--space-3);
        }
    };
    let input = input(now, set, id.clone());
    view! { class = class,
        <div class="setting">
            <div class="setting-head">
                <label for=id.clone()><strong>{title(setting)}</strong></label>
                <code class="hint">{key}</code>
                {move || now.with(|held| held.changed).then(|| view! { <Badge tone=Tone::Warn text=settings::changed()/> })}
                {setting.about().restart.then(|| view! { <Badge tone=Tone::Plain text=settings::restart()/> })}
            </div>
            <p class="hint" id=format!("{id}-effect")>
                {effect(setting)}" "
                {move || now.with(|held| settings::default(&shown(setting, &held.default)))}
            </p>
            <Outcome sending=set done=settings::saved()/>
            <Outcome sending=reset done=settings::is_default()/>
            <div class="setting-forms">
                <Form sending=set look="filters">
                    <input type="hidden" name="setting" value=key/>
                    <div class="field">
                        {input}
                        <p class="error" id=format!("{id}-error")>{move || set.field(Field::Value)}</p>
                    </div>
                    <Submit label=settings::save() pending=set.pending()/>
                </Form>
                {move || now.with(|held| held.changed).then(|| view! {
                    <Form sending=reset>
                        <input type="hidden" name="setting" value=key/>
                        <Submit label=settings::reset() pending=reset.pending() look="quiet"/>
                    </Form>
                })}
            </div>
        </div>
    }
    .into_any()
}

/// The input that fits: a choice for flags and words, a number, a line, several lines.
fn input(now: RwSignal<Held>, sending: Sending, id: String) -> AnyView {
    let held = now.get_untracked();
    let setting = held.key;
    let described = format!("{id}-effect {id}-error");
    let typed = sending.kept(Field::Value);
    let value = move || typed.clone().unwrap_or_else(|| now.with(|held| held.value.typed()));
    let wrong = move || sending.field(Field::Value).map(|_| "true");
    let words = match &held.value {
        Value::Flag(_) => vec!["true".to_owned(), "false".to_owned()],
        _ => held.words.clone(),
    };
    if let Shape::Lines { longest, most } = setting.about().shape {
        return view! {
            <textarea
                class="setting-input" id=id name="value" rows=most maxlength=longest prop:value=value.clone()
                aria-invalid=wrong aria-describedby=described
            >
                {value()}
            </textarea>
        }
        .into_any();
    }
    if words.is_empty() {
        let kind = if held.least.is_some() { "number" } else { "text" };
        return view! {
            <input
                class="setting-input" id=id name="value" type=kind min=held.least max=held.most prop:value=value.clone() value=value()
                autocomplete="off" spellcheck="false" aria-invalid=wrong aria-describedby=described
            />
        }
        .into_any();
    }
    let options: Vec<_> = words
        .into_iter()
        .map(|one| {
            let (chosen, called) = (value() == one, word(setting, &one));
            view! { <option value=one selected=chosen>{called}</option> }
        })
        .collect();
    view! {
        <select class="setting-input" id=id name="value" aria-invalid=wrong aria-describedby=described>{options}</select>
    }
    .into_any()
}

/// A value as people read it.
fn shown(setting: Setting, value: &Value) -> String {
    match value {
        Value::Text(text) if text.is_empty() => settings::nothing().into(),
        value => word(setting, &value.typed()),
    }
}
