//! Who is hidden from whom in ladders: what people's privacy and their blocks say.

use std::sync::Arc;

use base::UserId;
use people::People;
use ranking::{Company, Hidden};

/// People, as ladders ask about them.
struct Privacy(People);

impl Company for Privacy {
    fn hidden_from<'a>(&'a self, viewer: Option<UserId>, users: &'a [UserId]) -> Hidden<'a> {
        Box::pin(async move { Ok(self.0.hidden_from(viewer, users).await?) })
    }
}

/// The answers for ladders.
pub(crate) fn by(people: &People) -> Arc<dyn Company> {
    Arc::new(Privacy(people.clone()))
}
