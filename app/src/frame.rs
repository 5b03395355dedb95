//! What stands around every page: the way around, the reader's account, how it looks and speaks.

use leptos::prelude::*;

use crate::{
    browser,
    pages::account::api::LogOut,
    texts,
    ui::{
        button::Submit,
        form::{Form, Sending},
        icon::{Icon, Mark},
        language::LanguageSwitch,
        theme::ThemeSwitch,
    },
    viewer::viewer,
    waking,
};

/// The frame, and the page in it.
#[component]
pub(crate) fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    waking::take_in_refused_form();
    waking::announce();
    view! {
        <a class="skip-link" href="#main" rel="external">{texts::nav::skip()}</a>
        <crate::guise::GuiseBanner/>
        <Head/>
        <main id="main" tabindex="-1">{children()}</main>
        <Foot/>
        // Shown by `pwa.js` when a new version waits; in every page, so that both sides draw the same.
        <div id="update" class="update" role="status" hidden=true>
            <p>{texts::state::new_version()}</p>
            <button type="button" class="button primary">{texts::live::reload()}</button>
        </div>
    }
    .into_any()
}

#[component]
fn Head() -> impl IntoView {
    let class = stylers::style! {
        .head {
            display: flex;
            align-items: center;
            gap: var(--space-4);
            max-width: calc(var(--page-wide) + 2 * var(--gutter));
            margin-inline: auto;
            padding: var(--space-2) var(--gutter);
        }
        .brand {
            display: inline-flex;
            align-items: center;
            gap: var(--space-2);
            min-width: 0;
            min-height: 2.75rem;
            color: var(--text);
            font-family: var(--font-display);
            font-size: var(--size-2);
            font-weight: 600;
            text-decoration: none;
        }
        .brand > .brand-name {
            overflow: hidden;
            text-overflow: ellipsis;
            white-space: nowrap;
        }
        .row {
            display: none;
            flex: 1;
        }
        .end {
            display: flex;
            gap: var(--space-1);
            margin-inline-start: auto;
        }
        @media (min-width: 48rem) {
            .row {
                display: flex;
            }
            .folded {
                display: none;
            }
        }
    };
    view! { class = class,
        <header class="site-head">
            <div class="head">
                <a class="brand" href="/">
                    <Icon mark=Mark::Arms/>
                    <span class="brand-name">{viewer().site.name}</span>
                </a>
                <nav class="row" aria-label=texts::nav::main()><Links/></nav>
                <div class="end">
                    <details class="menu">
                        <summary class="button quiet icon-only" aria-label=texts::nav::preferences()><Icon mark=Mark::Settings/></summary>
                        <div class="menu-body"><ThemeSwitch/><LanguageSwitch/></div>
                    </details>
                    <details class="menu folded">
                        <summary class="button quiet icon-only" aria-label=texts::nav::menu()><Icon mark=Mark::Menu/></summary>
                        <nav class="menu-body" aria-label=texts::nav::main()><Links/></nav>
                    </details>
                </div>
            </div>
        </header>
    }
    .into_any()
}

/// The links, the same in the row and in the menu of a narrow page.
#[component]
fn Links() -> impl IntoView {
    let viewer = viewer();
    let mine = match viewer.me {
        Some(me) => view! {
            // Another document, with code of its own: loaded, never drawn in here.
            {base::Roles::MODERATORS.has(me.role).then(|| view! { <li><a href="/admin" rel="external">{texts::nav::admin()}</a></li> })}
            <li class="push"><a href="/account">{me.name}</a></li>
            <li><LogOutButton/></li>
        }
        .into_any(),
        None => view! {
            <li class="push"><a href="/login">{texts::nav::log_in()}</a></li>
            {viewer.site.registration.then(|| view! { <li><a class="button primary" href="/register">{texts::nav::register()}</a></li> })}
        }
        .into_any(),
    };
    view! {
        <ul class="links">
            <li><a href="/live">{texts::nav::live()}</a></li>
            <li><a href="/lobby/ladder">{texts::ladder::title()}</a></li>
            <li><a href="/lobby/orders">{texts::orders::title()}</a></li>
            <li><a href="/people">{texts::people::title()}</a></li>
            <li><a href="/orgs">{texts::nav::organizations()}</a></li>
            {viewer.menu.into_iter().map(|(label, path)| view! { <li><a href=path>{label}</a></li> }).collect::<Vec<_>>()}
            {mine}
        </ul>
    }
    .into_any()
}

#[component]
fn LogOutButton() -> impl IntoView {
    let sending = Sending::to::<LogOut>();
    // Everything the page knows of its reader goes with the page.
    sending.when_done(|_| browser::load("/"));
    view! {
        <Form sending>
            <Submit label=texts::nav::log_out() pending=sending.pending() look="quiet"/>
        </Form>
    }
    .into_any()
}

#[component]
fn Foot() -> impl IntoView {
    view! {
        <footer class="site-foot">
            <p>{texts::footer::about(&viewer().site.name)}</p>
            <p><a href="/live">{texts::nav::live()}</a></p>
        </footer>
    }
    .into_any()
}
