//! The table an operation stands in, once: its method for programs, and its row for whoever compares them with the hub's document.

/// What the client can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The method of [`crate::Client`].
    pub name: &'static str,
    /// The verb.
    pub method: &'static str,
    /// The path, as the document writes it.
    pub path: &'static str,
}

/// `PUT "/users/{user}/role" set_role(user: UserId) = NewRole => ();` — what stands in the path is an argument; a type after `?` is what
/// goes behind the path's `?`, one after `=` the body, the one after `=>` what comes back.
macro_rules! operations {
    ($(
        $(#[$doc:meta])*
        $verb:ident $path:literal $name:ident($($part:ident: $kind:ty),*) $(? $query:ty)? $(= $body:ty)? => $answer:ty;
    )*) => {
        pub(crate) const OPERATIONS: &[$crate::Operation] = &[
            $($crate::Operation { name: stringify!($name), method: stringify!($verb), path: concat!("/api/v1", $path) },)*
        ];

        impl $crate::Client {
            $(
                $(#[$doc])*
                #[allow(clippy::allow_attributes, clippy::pedantic, reason = "made of a row of the table")]
                pub async fn $name(
                    &self,
                    $($part: $kind,)*
                    $(query: &$query,)?
                    $(body: &$body,)?
                ) -> Result<$answer, $crate::Error> {
                    $(let $part = $crate::call::segment(&$part);)*
                    let asked = $crate::call::Asked::new(hyper::Method::$verb, format_args!($path));
                    $(let asked = asked.with_query::<$query>(query)?;)?
                    $(let asked = asked.with_body::<$body>(body)?;)?
                    self.answer(asked).await
                }
            )*
        }
    };
}
pub(crate) use operations;
