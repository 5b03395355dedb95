//! Why a command was not carried out, in words for whoever gave it.

use crate::definition::speaks_portuguese;

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such command here.
    #[error("there is no command {0}")]
    Unknown(String),
    /// The hub has to know who they are, and does not; where they link their account, if that is to be told.
    #[error("nobody the hub knows")]
    Unlinked(Option<String>),
    /// The person an option names has no account here, or none that the hub knows there.
    #[error("the person of option {0} is not known")]
    NoSuchPerson(String),
    /// Again after so many seconds.
    #[error("too soon: {0} s")]
    TooSoon(u64),
    /// An option is missing.
    #[error("option {0} is missing")]
    Missing(String),
    /// An option is not of its kind.
    #[error("option {0} is wrong")]
    Wrong(String),
    /// They may not.
    #[error("not allowed")]
    Forbidden,
    /// What it is about is not there.
    #[error("not found")]
    NotFound,
    /// It takes a fresh login, which a chat has not.
    #[error("only on the site")]
    OnTheSite,
    /// Not just now.
    #[error("not just now")]
    Busy,
    /// Our own fault; whoever carried it out has logged it.
    #[error("our own fault")]
    Failed,
    /// In words of the command's own.
    #[error("{0}")]
    Told(String),
}

impl Refusal {
    /// What a failure of that kind is to whoever gave the command.
    pub const fn of(kind: base::Kind) -> Self {
        use base::Kind;
        match kind {
            Kind::Unauthenticated => Self::Unlinked(None),
            Kind::Forbidden => Self::Forbidden,
            Kind::Stale => Self::OnTheSite,
            Kind::NotFound => Self::NotFound,
            Kind::TooMany | Kind::Unavailable | Kind::Conflict => Self::Busy,
            Kind::Invalid | Kind::Internal => Self::Failed,
        }
    }

    /// In the language with that code.
    pub fn told(&self, locale: &str) -> String {
        if speaks_portuguese(locale) { self.in_portuguese() } else { self.in_english() }
    }

    fn in_english(&self) -> String {
        match self {
            Self::Unknown(name) => format!("There is no command “{name}” here."),
            Self::Unlinked(None) => "The site does not know your account. Link it there first.".into(),
            Self::Unlinked(Some(page)) => {
                format!("The site does not know your account. Log in there and link it: {page}")
            }
            Self::NoSuchPerson(option) => {
                format!("“{option}”: nobody the site knows. They may have to link their account there first.")
            }
            Self::TooSoon(secs) => format!("Too soon. Try again in {secs} s."),
            Self::Missing(option) => format!("“{option}” is missing."),
            Self::Wrong(option) => format!("“{option}” is not what belongs there."),
            Self::Forbidden => "You may not do that.".into(),
            Self::NotFound => "There is no such thing, or it is not for you.".into(),
            Self::OnTheSite => "That can only be done on the site, where you prove once more who you are.".into(),
            Self::Busy => "That did not work just now. Try again in a moment.".into(),
            Self::Failed => "Something went wrong here. Those who run the site find it in their log.".into(),
            Self::Told(text) => text.clone(),
        }
    }

    fn in_portuguese(&self) -> String {
        match self {
            Self::Unknown(name) => format!("Não há comando “{name}” aqui."),
            Self::Unlinked(None) => "O site não conhece a sua conta. Vincule-a lá primeiro.".into(),
            Self::Unlinked(Some(page)) => {
                format!("O site não conhece a sua conta. Entre lá e vincule-a: {page}")
            }
            Self::NoSuchPerson(option) => {
                format!("“{option}”: ninguém que o site conheça. Talvez a pessoa precise vincular a conta lá primeiro.")
            }
            Self::TooSoon(secs) => format!("Cedo demais. Tente de novo em {secs} s."),
            Self::Missing(option) => format!("Falta “{option}”."),
            Self::Wrong(option) => format!("“{option}” não é o que deveria estar ali."),
            Self::Forbidden => "Você não pode fazer isso.".into(),
            Self::NotFound => "Isso não existe, ou não é para você.".into(),
            Self::OnTheSite => "Isso só pode ser feito no site, onde você prova de novo quem é.".into(),
            Self::Busy => "Não funcionou agora. Tente de novo daqui a pouco.".into(),
            Self::Failed => "Algo deu errado aqui. Quem cuida do site encontra o motivo no registro.".into(),
            Self::Told(text) => text.clone(),
        }
    }
}
