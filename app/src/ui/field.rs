//! One line of text in a form, with its label, its hint and what is wrong with it.

use contract::Field;
use leptos::prelude::*;

use crate::{error::field_name, texts, ui::form::Sending};

/// What a field is called on the page.
pub(crate) fn field_label(field: Field) -> &'static str {
    match field {
        Field::Name => texts::field::name(),
        Field::Email => texts::field::email(),
        Field::Password => texts::field::password(),
        Field::CurrentPassword => texts::field::current_password(),
        Field::NewPassword => texts::field::new_password(),
        Field::SetupToken => texts::field::setup_token(),
        Field::Code => texts::field::code(),
        Field::DeviceName => texts::field::device_name(),
        Field::SiteName => texts::field::site_name(),
        Field::PublicUrl => texts::field::public_url(),
        Field::Slug => texts::field::slug(),
        Field::Description => texts::field::description(),
        Field::Message => texts::field::message(),
        Field::Uses => texts::field::uses(),
        Field::Days => texts::field::days(),
        Field::Seats => texts::field::seats(),
        Field::Url => texts::field::url(),
        Field::Events => texts::field::events(),
        Field::Timing => texts::field::timing(),
        Field::EverySecs => texts::field::every_secs(),
        Field::Cron => texts::field::cron(),
        Field::OnceAt => texts::field::once_at(),
        Field::Zone => texts::field::zone(),
        Field::ApplicationId => texts::field::application_id(),
        Field::PublicKey => texts::field::public_key(),
        Field::BotToken => texts::field::bot_token(),
        Field::Channels => texts::field::channels(),
        Field::GuildRoles => texts::field::guild_roles(),
        Field::Banner => texts::field::banner(),
        Field::Kind => texts::field::kind(),
        Field::Capacity => texts::field::capacity(),
        Field::CasteLeast => texts::field::caste_least(),
        Field::CasteMost => texts::field::caste_most(),
        Field::Greeting => texts::field::greeting(),
        Field::SlowSecs => texts::field::slow_secs(),
        Field::Films => texts::field::films(),
        Field::Position => texts::field::position(),
        Field::Word => texts::field::word(),
        Field::Player => texts::field::player(),
        Field::Motto => texts::field::motto(),
        Field::About => texts::field::about(),
        Field::Facts => texts::field::facts(),
        Field::Links => texts::field::links(),
        Field::Country => texts::field::country(),
        Field::Avatar => texts::field::avatar(),
        Field::Reason => texts::field::reason(),
        Field::Text => texts::field::text(),
        Field::Duration => texts::field::duration(),
        Field::Network => texts::field::network(),
        Field::Pattern => texts::field::pattern(),
        Field::Value => texts::field::value(),
        Field::Setting => texts::field::setting(),
        Field::Grants => texts::field::grants(),
        Field::Client => texts::field::client(),
    }
}

/// A labelled line of text. What is wrong with it stands beside it and is tied to it for screen readers.
#[component]
pub(crate) fn TextField(
    /// Which field: gives the name, the id and the label.
    field: Field,
    /// The form it stands in.
    sending: Sending,
    /// What the browser may fill in.
    autocomplete: &'static str,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What to write, when the label leaves a question.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Whether it may not stay empty.
    #[prop(default = true)]
    required: bool,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let name = field_name(field);
    let value = sending.kept(field).unwrap_or(value);
    view! {
        <Labelled field sending hint required>
            <input
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                aria-required=required.then_some("true")
                aria-invalid=move || sending.field(field).map(|_| "true")
                aria-describedby=described_by(field, hint.is_some())
            />
        </Labelled>
    }
    .into_any()
}

/// The ids of a field's hint and error.
pub(crate) fn described_by(field: Field, hinted: bool) -> String {
    let name = field_name(field);
    if hinted { format!("{name}-hint {name}-error") } else { format!("{name}-error") }
}

/// The label above an input, the hint and the error beneath it.
#[component]
pub(crate) fn Labelled(
    /// Which field.
    field: Field,
    /// The form it stands in.
    sending: Sending,
    /// What to write, when the label leaves a question.
    hint: Option<&'static str>,
    /// Whether it may not stay empty.
    required: bool,
    /// The input.
    children: Children,
) -> impl IntoView {
    let name = field_name(field);
    let optional = (!required).then(|| view! { <span class="optional">{texts::form::optional()}</span> });
    view! {
        <div class="field">
            <label for=name>{field_label(field)}" "{optional}</label>
            {children()}
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <p class="error" id=format!("{name}-error")>{move || sending.field(field)}</p>
        </div>
    }
    .into_any()
}
