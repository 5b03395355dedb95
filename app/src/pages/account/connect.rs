//! How to bring each classic client to this hub.

use leptos::prelude::*;

use crate::{texts, ui::copy::Copyable};

/// The address, the name, and the steps for each client.
#[component]
pub(crate) fn Connect(
    /// Host and port of the metaserver.
    address: String,
    /// The account's name, which is also the player's; empty: a stranger's.
    name: String,
) -> impl IntoView {
    let (host, port) =
        address.rsplit_once(':').map(|(h, p)| (h.to_owned(), p.to_owned())).unwrap_or((address.clone(), String::new()));
    let log_in =
        if name.is_empty() { texts::connect::log_in_as_you().to_owned() } else { texts::connect::log_in_with(&name) };
    view! {
        <section class="card" aria-labelledby="connect">
            <h2 id="connect">{texts::connect::title()}</h2>
            <p>{texts::connect::lead()}</p>
            <Copyable value=address.clone() label=texts::connect::address()/>
            <details>
                <summary>{texts::connect::myth()}</summary>
                <ol>
                    <li>{texts::connect::myth_1()}</li>
                    <li>{texts::connect::myth_2(&host, &port)}</li>
                    <li>{texts::connect::hosts()}</li>
                    <li>{log_in.clone()}</li>
                </ol>
            </details>
            <details>
                <summary>{texts::connect::aleph()}</summary>
                <ol>
                    <li>{texts::connect::aleph_1(&host)}</li>
                    <li>{texts::connect::hosts()}</li>
                    <li>{texts::connect::aleph_2()}</li>
                    <li>{log_in}</li>
                </ol>
            </details>
        </section>
    }
    .into_any()
}
