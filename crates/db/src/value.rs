//! What a statement can be given: a closed list of values that both engines store alike.

use base::{
    EventId, GameId, IdentityId, InvitationLinkId, JobId, MailId, Millis, OrderId, OrgId, PasskeyId, RoomId,
    ScheduleId, ScheduleRunId, SessionId, TokenId, UserId, WebhookDeliveryId, WebhookId,
};

/// A value bound to a statement. Each kind knows its type even where it is absent, because PostgreSQL wants a null to have one.
#[derive(Clone)]
pub struct Value(pub(crate) Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    Integer(Option<i64>),
    Boolean(Option<bool>),
    Float(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// `T` and `Option<T>` become a value of one kind.
macro_rules! values {
    ($($from:ty => $kind:ident $(by $via:expr)?;)+) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Some(value).into()
            }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self(Kind::$kind(value$(.map($via))?))
            }
        }
    )+};
}

values! {
    i64 => Integer;
    i32 => Integer by i64::from;
    u32 => Integer by i64::from;
    u16 => Integer by i64::from;
    u8 => Integer by i64::from;
    Millis => Integer by |at| at.0;
    EventId => Integer by i64::from;
    GameId => Integer by i64::from;
    RoomId => Integer by i64::from;
    SessionId => Integer by i64::from;
    UserId => Integer by i64::from;
    TokenId => Integer by i64::from;
    OrderId => Integer by i64::from;
    OrgId => Integer by i64::from;
    InvitationLinkId => Integer by i64::from;
    JobId => Integer by i64::from;
    MailId => Integer by i64::from;
    PasskeyId => Integer by i64::from;
    IdentityId => Integer by i64::from;
    WebhookId => Integer by i64::from;
    WebhookDeliveryId => Integer by i64::from;
    ScheduleId => Integer by i64::from;
    ScheduleRunId => Integer by i64::from;
    bool => Boolean;
    f64 => Float;
    String => Text;
    &str => Text by str::to_owned;
    &String => Text by String::clone;
    Vec<u8> => Bytes;
    &[u8] => Bytes by <[u8]>::to_vec;
    &Vec<u8> => Bytes by Vec::clone;
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        value.as_slice().into()
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        value.as_slice().into()
    }
}
