//! What can be done to an account: each a form of its own, with its reason.

use base::Role;
use contract::{Field, account::Dossier};
use leptos::prelude::*;

use crate::{
    pages::{
        account::role_name,
        admin::{
            api::users::{
                ClearSecondFactor, LockUser, LogOutUser, PutOnGuise, RenameUser, SetUserEmail, SetUserPassword,
                SetUserRole, UnlockUser,
            },
            ui::{
                deed::Reasoned,
                reason::{ActField, Outcome},
            },
        },
    },
    texts::admin::users,
    ui::form::Sending,
    viewer::viewer,
};

/// Every form's way to the server.
#[derive(Clone, Copy)]
pub(super) struct Sendings {
    rename: Sending,
    email: Sending,
    role: Sending,
    password: Sending,
    lock: Sending,
    unlock: Sending,
    log_out: Sending,
    second_factor: Sending,
    guise: Sending,
}

impl Sendings {
    /// All of them; `changed` is called when one was taken.
    pub(super) fn new(changed: impl Fn() + Copy + 'static) -> Self {
        let all = Self {
            rename: Sending::to::<RenameUser>(),
            email: Sending::to::<SetUserEmail>(),
            role: Sending::to::<SetUserRole>(),
            password: Sending::to::<SetUserPassword>(),
            lock: Sending::to::<LockUser>(),
            unlock: Sending::to::<UnlockUser>(),
            log_out: Sending::to::<LogOutUser>(),
            second_factor: Sending::to::<ClearSecondFactor>(),
            guise: Sending::to::<PutOnGuise>(),
        };
        let changing =
            [all.rename, all.email, all.role, all.password, all.lock, all.unlock, all.log_out, all.second_factor];
        for sending in changing {
            sending.when_done(move |_| changed());
        }
        all.guise.load_when_done();
        all
    }
}

/// One deed: a form behind a first press.
#[component]
fn Deed(
    /// Sets the ids of its fields apart.
    form: &'static str,
    /// The first press, and the second.
    label: &'static str,
    /// What will happen.
    warning: &'static str,
    /// Whose account.
    user: i64,
    /// Its way to the server.
    sending: Sending,
    /// The fields, but for the reason.
    #[prop(optional)]
    fields: Option<AnyView>,
    /// The look of the second press.
    #[prop(default = "primary")]
    look: &'static str,
) -> impl IntoView {
    view! {
        <div class="deed">
            <Outcome sending done=users::done()/>
            <Reasoned form sending about=vec![("user", user.to_string())] label warning now=label fields look/>
        </div>
    }
    .into_any()
}

/// Every deed that fits the account as it is.
#[component]
pub(super) fn Deeds(dossier: Dossier, sendings: Sendings) -> impl IntoView {
    let Dossier { me, email, locked_at, .. } = dossier;
    let user = me.id.get();
    let mine = viewer().me.map(|viewer| viewer.role);
    let roles: Vec<_> = Role::OF_THE_HUB
        .into_iter()
        // Nobody hands out a role that is not below their own, but for owners.
        .filter(|role| mine.is_some_and(|mine| mine == Role::Owner || mine > *role))
        .map(|role| view! { <option value=role.word() selected=role == me.role>{role_name(role)}</option> })
        .collect();
    let role_field = view! {
        <div class="field">
            <label for="role-role">{users::role()}</label>
            <select id="role-role" name="role">{roles}</select>
        </div>
    }
    .into_any();
    let name_field =
        view! { <ActField form="rename" field=Field::Name sending=sendings.rename value=me.name.clone()/> }.into_any();
    let email_field = view! {
        <ActField form="email" field=Field::Email sending=sendings.email kind="email" value=email.unwrap_or_default() hint=users::email_hint()/>
    }
    .into_any();
    let password_field = view! {
        <ActField form="password" field=Field::Password sending=sendings.password kind="password" autocomplete="new-password"/>
    }
    .into_any();
    let lock = if locked_at.is_some() {
        view! { <Deed form="unlock" label=users::unlock() warning=users::unlock_warning() user sending=sendings.unlock/> }.into_any()
    } else {
        view! { <Deed form="lock" label=users::lock() warning=users::lock_warning() user sending=sendings.lock look="danger"/> }.into_any()
    };
    let below = mine.is_some_and(|mine| mine > me.role) && locked_at.is_none();
    let guise = below.then(|| {
        view! { <Deed form="guise" label=users::guise() warning=users::guise_warning() user sending=sendings.guise/> }
    });
    view! {
        <section class="card" aria-labelledby="deeds">
            <h2 id="deeds">{users::deeds()}</h2>
            <div class="deeds">
                <Deed form="rename" label=users::rename() warning=users::rename_warning() user sending=sendings.rename fields=name_field/>
                <Deed form="email" label=users::set_email() warning=users::set_email_warning() user sending=sendings.email fields=email_field/>
                <Deed form="role" label=users::set_role() warning=users::set_role_warning() user sending=sendings.role fields=role_field/>
                <Deed form="password" label=users::set_password() warning=users::set_password_warning() user sending=sendings.password fields=password_field look="danger"/>
                <Deed form="log-out" label=users::log_out() warning=users::log_out_warning() user sending=sendings.log_out look="danger"/>
                <Deed form="second-factor" label=users::clear_second_factor() warning=users::clear_second_factor_warning() user sending=sendings.second_factor look="danger"/>
                {lock}
                {guise}
            </div>
        </section>
    }
    .into_any()
}
