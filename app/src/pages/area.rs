//! Areas: pages whose code the browser loads together, when the first of them is visited.
//!
//! A chunk for every page would be smaller for each, and what two pages share would be a chunk of its own for every two, three
//! or more of them. A reader who visits one page of an area visits the next soon.
//!
//! Code that does not come (the connection is gone, or a newer build has taken its place) breaks nothing: see [`arrived`].

/// An area: an enum of its pages, and the function that the browser loads their code with.
///
/// `$load` names the function, and its chunk in the manifest of chunks, so it is unique in the crate, and has `admin` in it where
/// no player's browser gets it; `$preload` fetches and draws nothing. This is what `#[lazy]` writes, but for `fallible`: there a
/// chunk that does not come is a panic.
macro_rules! area {
    ($(#[$doc:meta])* $vis:vis enum $area:ident loaded by $load:ident, $preload:ident {
        $($page:ident => $show:path,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        $vis enum $area {
            $($page,)*
        }

        #[cfg(target_arch = "wasm32")]
        #[leptos::wasm_split::wasm_split($load, wasm_split_path = ::leptos::wasm_split, preload($preload), fallible)]
        fn $load(page: $area) -> Result<leptos::prelude::AnyView, leptos::wasm_split::SplitLoaderError> {
            Ok(match page {
                $($area::$page => $show(),)*
            })
        }

        impl leptos_router::ChooseView for $area {
            #[cfg(target_arch = "wasm32")]
            async fn choose(self) -> leptos::prelude::AnyView {
                $crate::pages::area::arrived($load(self)).await
            }

            /// The page says which chunks it needs, so that the browser fetches them beside the main module.
            #[cfg(not(target_arch = "wasm32"))]
            async fn choose(self) -> leptos::prelude::AnyView {
                leptos::prefetch_lazy_fn_on_server(stringify!($load));
                match self {
                    $($area::$page => $show(),)*
                }
            }

            async fn preload(&self) {
                // What does not come now is asked for again when the page is drawn.
                #[cfg(target_arch = "wasm32")]
                let _ = $preload().await;
            }
        }
    };
}

pub(crate) use area;

/// The page, once its code is there. Where it does not come, the server is asked for the whole page instead. A page that is
/// only being woken stays as the server wrote it: everything in it works without script.
#[cfg(target_arch = "wasm32")]
pub(crate) async fn arrived<E>(
    page: impl Future<Output = Result<leptos::prelude::AnyView, E>>,
) -> leptos::prelude::AnyView {
    use leptos::prelude::{GetUntracked, Owner};

    let waking = Owner::current_shared_context().is_some_and(|shared| shared.during_hydration());
    let location = leptos_router::hooks::use_location();
    let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
    if waking {
        crate::waking::code_is_coming();
    }
    let page = page.await;
    if waking {
        crate::waking::code_has_come();
    }
    if let Ok(view) = page {
        return view;
    }
    if !waking {
        crate::browser::load(&format!("{path}?{search}"));
    }
    std::future::pending().await
}
