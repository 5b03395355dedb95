//! Forms of plugins' pages: what shows that one was drawn here, and what becomes of it when it is sent.

use base::{Actor, Kind, Millis};
use contract::Problem;
use drawing::{FormOf, Refusal};
use plugin_api::{
    call::{Fault, Submitted},
    page::{Target, form},
};
use plugins::{Shown, Visit};
use serde_json::{Map, Value};

use super::{Asked, told, visit, words};
use crate::pages::plugins::api::Sent;

/// How long a form may stand open.
const OPEN_MS: i64 = 12 * 60 * 60 * 1000;

impl Asked<'_> {
    /// Shows that a form was drawn here, for this person, and not long ago.
    pub(super) fn token(&self, of: &FormOf) -> String {
        let forms = &self.services.forms;
        let begun = format!("{}.{}", self.services.clock.now().0 + OPEN_MS, forms.nonce());
        let seal = forms.seal(&self.about(of, &begun));
        format!("{begun}.{seal}")
    }

    fn about(&self, of: &FormOf, begun: &str) -> String {
        let who = self.visitor.actor.user().map_or(0, base::UserId::get);
        format!("form\n{who}\n{}\n{}\n{}\n{begun}", self.base(), of.to, of.outline)
    }

    /// Whether a token was made here for that form, and is used for the first time.
    async fn is_ours(&self, of: &FormOf, token: &str) -> bool {
        let Some((begun, seal)) = token.rsplit_once('.') else { return false };
        let ends = begun.split('.').next().and_then(|ends| ends.parse().ok()).map(Millis);
        let forms = &self.services.forms;
        ends.is_some_and(|ends| ends > self.services.clock.now())
            && forms.is_sealed(&self.about(of, begun), seal)
            && forms.use_once(token).await
    }

    /// What becomes of a form that was sent to this page.
    ///
    /// # Errors
    ///
    /// Why it was not taken, where that is nothing about its fields.
    pub async fn send(&self, sent: Vec<(String, String)>) -> Result<Sent, Problem> {
        let value = |name: &str| sent.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let of = FormOf { to: self.path.to_owned(), outline: value("_outline").to_owned() };
        let (at, number) = (value("_at").to_owned(), value("_form").parse().unwrap_or(0));
        let words = words(self.visitor);
        let refusal = |wrong: Vec<(String, String)>| {
            let typed = sent.iter().filter(|(name, _)| !name.starts_with('_')).cloned().collect();
            Refusal { form: number, wrong, typed }
        };
        if !self.is_ours(&of, value("_token")).await {
            if self.visitor.actor.user().is_none() {
                return Err(Kind::Unauthenticated.into());
            }
            if let Some(which) = self.desk() {
                return Ok(Sent::Page(self.registry(which, None, &[words.stale().to_owned()]).await?));
            }
            return self.again(&at, &refusal(vec![(String::new(), words.stale().to_owned())])).await;
        }
        let form = match form::read(&of.outline, &sent) {
            Ok(form) => form,
            Err(mistakes) if self.desk().is_some() => {
                let wrong = Refusal::of_mistakes(mistakes, words);
                let wrong: Vec<String> = wrong.into_iter().map(|(name, says)| format!("{name}: {says}")).collect();
                return match self.desk() {
                    Some(which) => Ok(Sent::Page(self.registry(which, None, &wrong).await?)),
                    None => Err(Kind::Internal.into()),
                };
            }
            Err(mistakes) => return self.again(&at, &refusal(Refusal::of_mistakes(mistakes, words))).await,
        };
        if let Some(which) = self.desk() {
            return self.act(which, form, &sent).await;
        }
        let seen = self.services.plugins.seen();
        match self.submit(form).await {
            Ok(Submitted::Page(page)) => {
                let title = page.title.clone().unwrap_or_default();
                let shown = Shown { page, title, plugin: self.plugin.to_owned() };
                Ok(Sent::Page(self.drawn(shown, seen, None).await))
            }
            Ok(Submitted::Redirect(to)) => match Target::of(&to) {
                Some(Target::Own("")) => Ok(Sent::To(self.base())),
                Some(Target::Own(to)) => Ok(Sent::To(format!("{}/{to}", self.base()))),
                Some(Target::Hub(to)) => Ok(Sent::To(to.to_owned())),
                _ => Err(Kind::Unavailable.into()),
            },
            Err(plugins::Error::Invalid(wrong) | plugins::Error::Fault(Fault::Invalid(wrong))) => {
                self.again(&at, &refusal(wrong)).await
            }
            Err(error) => Err(told(self.visitor, &error)),
        }
    }

    async fn submit(&self, form: Map<String, Value>) -> Result<Submitted, plugins::Error> {
        let (actor, visit): (&Actor, Visit) = (&self.visitor.actor, visit(self.visitor));
        self.services.plugins.submit(actor, self.place, self.plugin, self.path, form, &visit).await
    }

    /// The page the form stood on, with what is wrong.
    async fn again(&self, at: &str, refusal: &Refusal) -> Result<Sent, Problem> {
        let page = Asked { path: at, query: "", ..*self }.page(Some(refusal)).await?;
        Ok(Sent::Page(page))
    }
}
