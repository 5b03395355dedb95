//! Areas: pages whose code the browser loads together, when the first of them is visited.
//!
//! A chunk for every page would be smaller for each, and what two pages share would be a chunk of its own for every two, three
//! or more of them: hundreds of files. A reader who visits one page of an area visits the next soon.

/// An area: an enum of its pages, and the function that the browser loads their code with.
///
/// `$load` names the function and `$preload` what `#[lazy]` makes of the name: `__preload_` and the name.
macro_rules! area {
    ($(#[$doc:meta])* $vis:vis enum $area:ident loaded by $load:ident, $preload:ident {
        $($page:ident => $show:path,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        $vis enum $area {
            $($page,)*
        }

        #[leptos::lazy]
        fn $load(page: $area) -> leptos::prelude::AnyView {
            match page {
                $($area::$page => $show(),)*
            }
        }

        impl leptos_router::ChooseView for $area {
            async fn choose(self) -> leptos::prelude::AnyView {
                $load(self).await
            }

            async fn preload(&self) {
                // Only the browser's build is split.
                #[cfg(target_arch = "wasm32")]
                $preload().await;
            }
        }
    };
}

pub(crate) use area;
