//! Everything that reads what the socket brings: a chunk of its own, which no page waits for.

#![cfg_attr(
    target_arch = "wasm32",
    expect(clippy::unnecessary_wraps, reason = "a failure is the loading's, which the splitter puts around it")
)]

use super::{feed::Feed, socket};

#[cfg(target_arch = "wasm32")]
#[leptos::wasm_split::wasm_split(follow_the_hub, wasm_split_path = ::leptos::wasm_split, fallible)]
fn follow(feed: Feed) -> Result<(), leptos::wasm_split::SplitLoaderError> {
    socket::keep_up(feed);
    Ok(())
}

/// Keeps `feed` up for as long as the page is open. Where the code doesn't come, the connection is gone, or a newer build has taken its
/// place; it is asked for again.
#[cfg(target_arch = "wasm32")]
pub(super) fn start(feed: Feed) {
    use leptos::prelude::Set as _;

    leptos::task::spawn_local(async move {
        while follow(feed).await.is_err() {
            feed.link.set(super::feed::Link::Lost);
            crate::browser::sleep(socket::LONGEST_WAIT_MS).await;
        }
    });
}

/// The same where there are no chunks. Pages follow in browsers alone.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn start(feed: Feed) {
    socket::keep_up(feed);
}
