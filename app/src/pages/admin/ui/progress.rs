//! How far something is, while it goes on.

use contract::job::JobProgress;
use leptos::prelude::*;

use crate::texts::admin::progress;

/// Ears are told a step of so many hundredths, not each.
const STEP: i64 = 25;

/// A bar with what it says beside it. Where the whole is not known, it only says that something is going on.
#[component]
pub(in crate::pages::admin) fn Progress(
    /// What is under way.
    label: &'static str,
    /// How far it is; `None`: nobody has said yet.
    far: RwSignal<Option<JobProgress>>,
) -> impl IntoView {
    let percent = Memo::new(move |_| far.with(|far| far.as_ref().and_then(hundredths)));
    let told = move || far.with(|far| far.as_ref().map(in_words)).unwrap_or_else(|| progress::begun().to_owned());
    let heard = Memo::new(move |_| percent.get().map(|percent| percent - percent % STEP));
    view! {
        <div class="progress">
            <progress aria-label=label max="100" value=move || percent.get().map(|percent| percent.to_string())></progress>
            <p class="hint">{told}</p>
            <p class="visually-hidden" role="status">
                {move || heard.get().map_or_else(String::new, |percent| progress::percent(&percent.to_string()))}
            </p>
            <noscript><p><a href="" rel="external">{progress::read_again()}</a></p></noscript>
        </div>
    }
    .into_any()
}

/// How much of it is done, of a hundred; `None` where the whole is not known.
fn hundredths(far: &JobProgress) -> Option<i64> {
    let total = far.total.filter(|total| *total > 0)?;
    i64::try_from(i128::from(far.done.clamp(0, total)) * 100 / i128::from(total)).ok()
}

/// "340 of 1000 · rows".
pub(in crate::pages::admin) fn in_words(far: &JobProgress) -> String {
    let counted = match far.total {
        Some(total) => progress::of(&far.done.to_string(), &total.to_string()),
        None => far.done.to_string(),
    };
    if far.note.is_empty() { counted } else { format!("{counted} · {}", far.note) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn far(done: i64, total: Option<i64>) -> JobProgress {
        JobProgress { done, total, note: String::new() }
    }

    #[test]
    fn a_bar_stays_between_nothing_and_the_whole() {
        for (done, total, percent) in [
            (0, Some(4), Some(0)),
            (1, Some(4), Some(25)),
            (2, Some(3), Some(66)),
            (4, Some(4), Some(100)),
            (9, Some(4), Some(100)),
            (-1, Some(4), Some(0)),
            (1, Some(0), None),
            (1, None, None),
            (i64::MAX, Some(i64::MAX), Some(100)),
        ] {
            assert_eq!(hundredths(&far(done, total)), percent, "{done} of {total:?}");
        }
    }
}
