//! Pictures of other hosts on plugins' pages: each has an address at the hub that the hub alone can make.

use base::OrgId;

use crate::context::Forms;

/// A picture of another host's on a page of a plugin's.
#[derive(Debug, Clone, Copy)]
pub struct Elsewhere<'a> {
    /// Whose page.
    pub plugin: &'a str,
    /// In which organization; `None`: in the hub.
    pub organization: Option<OrgId>,
    /// Where the picture is.
    pub url: &'a str,
}

impl Elsewhere<'_> {
    /// Where readers' browsers get it: below the plugin's files, and always at the same address, so that they can keep it.
    pub(super) fn address(&self, forms: &dyn Forms) -> String {
        let (org, url) = (self.organization.map_or(0, OrgId::get), drawing::encoded(self.url));
        format!("/plugins/{}/assets/elsewhere?org={org}&url={url}&seal={}", self.plugin, forms.seal(&self.text()))
    }

    /// Whether the hub has drawn that picture on a page there. Without it the hub would fetch what anybody asks for.
    pub fn is_sealed(&self, forms: &dyn Forms, seal: &str) -> bool {
        forms.is_sealed(&self.text(), seal)
    }

    /// What is sealed. Its first word keeps it apart from what is sealed of forms.
    fn text(&self) -> String {
        let org = self.organization.map_or(0, OrgId::get);
        format!("image\n{}\n{org}\n{}", self.plugin, self.url)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use super::*;

    /// Seals by writing the text down.
    struct Plain;

    impl Forms for Plain {
        fn nonce(&self) -> String {
            String::new()
        }

        fn seal(&self, text: &str) -> String {
            text.replace('\n', ".")
        }

        fn is_sealed(&self, text: &str, seal: &str) -> bool {
            self.seal(text) == seal
        }

        fn use_once<'a>(&'a self, _: &'a str) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
            Box::pin(async { true })
        }
    }

    #[test]
    fn an_address_is_for_one_picture_of_one_plugin_in_one_place() {
        let here = Elsewhere { plugin: "polls", organization: Some(OrgId::from(7)), url: "https://a.example/?b=1&c" };
        let seal = "image.polls.7.https://a.example/?b=1&c";
        let address = "/plugins/polls/assets/elsewhere?org=7&url=https%3A%2F%2Fa.example%2F%3Fb%3D1%26c";
        assert_eq!(here.address(&Plain), format!("{address}&seal={seal}"));
        assert!(here.is_sealed(&Plain, seal));
        for there in [
            Elsewhere { plugin: "poll", ..here },
            Elsewhere { organization: None, ..here },
            Elsewhere { url: "https://a.example/?b=1", ..here },
        ] {
            assert!(!there.is_sealed(&Plain, seal), "{there:?}");
        }
    }
}
