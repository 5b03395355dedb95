//! What the hub writes to people.

use base::MailId;
use contract::{
    api::Page,
    mail::{Mail, MailCounts, MailState, NewTestMail, QueuedMail, ShownMail},
};
use serde::Serialize;

use crate::{Onward, operation::operations};

/// Which mails to list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MailQuery {
    /// Only those in that state.
    pub state: Option<MailState>,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

operations! {
    /// The mails, newest first.
    GET "/mails" list_mails() ? MailQuery => Page<Mail>;
    /// How many there are in each state.
    GET "/mail-counts" count_mails() => MailCounts;
    /// One mail and what it says, without its codes and links.
    GET "/mails/{mail}" mail(mail: MailId) => ShownMail;
    /// The same with them, which is noted in the audit log.
    POST "/mails/{mail}/reveal" reveal_mail(mail: MailId) => ShownMail;
    /// Sends one again that failed or was never sent.
    POST "/mails/{mail}/retry" retry_mail(mail: MailId) => ();
    /// Removes one.
    DELETE "/mails/{mail}" remove_mail(mail: MailId) => ();
    /// Sends a letter that only says that mail arrives.
    POST "/test-mails" send_test_mail() = NewTestMail => QueuedMail;
}
