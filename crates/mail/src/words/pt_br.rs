//! Letters in Portuguese, as it is spoken in Brazil.

use base::Millis;

use super::{
    Draft, Letterhead,
    Part::{Code, Line, Link, Quote},
    date::Date,
};
use crate::{FactorChange, Text};

/// What stands before the link by which one gets no more of these.
pub(super) fn no_more(text: &Text) -> String {
    match text {
        Text::PluginNotice { called, .. } => format!("Para não receber mais e-mails do plugin {called}:"),
        _ => "Para não receber mais convites por e-mail:".to_owned(),
    }
}

const MONTHS: [&str; 12] = [
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];

const WAS_YOU: &str = "Se foi você, não há nada a fazer.";
const NOT_YOU: &str = "Se não foi você, troque já a senha e encerre todos os outros acessos";

pub(super) fn draft(head: &Letterhead, text: &Text) -> Draft {
    let hub = &head.name;
    let (subject, name, parts) = match text {
        Text::VerifyAddress { name, code, path, minutes } => (
            format!("{} é o seu código de {hub}", code.expose()),
            Some(name),
            vec![
                Line(format!("para mostrar que esta caixa de correio é sua, digite este código onde {hub} o pede:")),
                Code(code.expose().to_owned()),
                Link("Ou siga este link".into(), path.expose().to_owned()),
                Line(format!("Os dois valem por {}.", minutes_of(*minutes))),
                Line("Se você não pediu isto, não faça nada: sem o código nada muda.".into()),
            ],
        ),
        Text::RecoverPassword { name, path, minutes } => (
            format!("Uma nova senha para {hub}"),
            Some(name),
            vec![
                Line(format!("alguém, provavelmente você, pediu a {hub} um caminho de volta à sua conta.")),
                Link("Escolher uma nova senha".into(), path.expose().to_owned()),
                Line(format!("O link vale uma só vez, por {}.", minutes_of(*minutes))),
                Line("Se você não pediu isto, não faça nada: sua senha continua a mesma.".into()),
            ],
        ),
        Text::ClaimAccount { name, path, days } => (
            format!("Sua conta em {hub}"),
            Some(name),
            vec![
                Line(format!("você tem uma conta em {hub}, e este endereço pertence a ela.")),
                Line("No jogo você entra no lobby com uma senha; o site tem outra, que você mesmo escolhe.".into()),
                Link("Escolher uma senha para o site".into(), path.expose().to_owned()),
                Line(format!("O link vale uma só vez, por {}.", days_of(*days))),
                Line("Se você não sabe de nada disso, não faça nada: sem o link ninguém usa o seu endereço.".into()),
            ],
        ),
        Text::AddressChanged { name, path, days } => (
            format!("Seu endereço em {hub} mudou"),
            Some(name),
            vec![
                Line(format!("de agora em diante {hub} escreve para outro endereço, e não mais para este.")),
                Line(WAS_YOU.into()),
                Link("Se não foi, recupere este endereço".into(), path.expose().to_owned()),
                Line(format!(
                    "O caminho de volta fica aberto por {} e encerra todos os acessos da conta.",
                    days_of(*days)
                )),
            ],
        ),
        Text::AddressTaken { name } => (
            format!("Você já tem uma conta em {hub}"),
            Some(name),
            vec![
                Line(format!("alguém, talvez você, acabou de informar este endereço a {hub} para outra conta.")),
                Line("Ele continua seu: nada mudou, e nada foi dito sobre você.".into()),
                Link("Se foi você, entre na conta que já tem".into(), "/login".into()),
                Link("Se esqueceu a senha, escolha uma nova".into(), "/recover".into()),
                Line("Se não foi você, não há nada a fazer.".into()),
            ],
        ),
        Text::NewDevice { name, device, at } => (
            format!("Um novo acesso em {hub}"),
            Some(name),
            vec![
                Line(format!(
                    "alguém entrou na sua conta de onde ninguém tinha entrado antes: {device}, {}.",
                    instant(*at)
                )),
                Line(WAS_YOU.into()),
                Link(NOT_YOU.into(), "/account".into()),
            ],
        ),
        Text::PasswordChanged { name, at } => (
            format!("Sua senha em {hub} mudou"),
            Some(name),
            vec![
                Line(format!(
                    "sua conta tem outra senha desde {}. Todos os outros acessos foram encerrados.",
                    instant(*at)
                )),
                Line(WAS_YOU.into()),
                Link("Se não foi, peça uma nova".into(), "/recover".into()),
            ],
        ),
        Text::SecondFactorChanged { name, change, at } => (
            format!("O modo de entrar em {hub} mudou"),
            Some(name),
            vec![
                Line(format!("{}, em {}.", change_of(*change), instant(*at))),
                Line(WAS_YOU.into()),
                Link(NOT_YOU.into(), "/account".into()),
            ],
        ),
        Text::OrganizationInvitation { name, organization, by, path } => (
            format!("{by} convida você para {organization}"),
            Some(name),
            vec![
                Line(format!("{by} gostaria de ter você em {organization}, uma organização de {hub}.")),
                Link("Ver o convite".into(), path.expose().to_owned()),
                Line("Se você não quer participar, não faça nada.".into()),
            ],
        ),
        Text::ModerationDecision { name, decision, path } => (
            format!("Uma decisão sobre a sua conta em {hub}"),
            Some(name),
            vec![Line(decision.clone()), Link("Ler mais ou recorrer".into(), path.clone())],
        ),
        Text::PluginQuarantined { name, plugin, why, at } => (
            format!("{hub} desligou o plugin {plugin}"),
            Some(name),
            vec![
                Line(format!("{hub} desligou o plugin {plugin} em toda parte, {}.", instant(*at))),
                Line(format!("O motivo: {why}.")),
                Line(
                    "O que ele oferecia responde que está fora por um tempo. O que ele guarda continua guardado."
                        .into(),
                ),
                Link("Veja o que ele fez, e ligue-o de novo ou atualize-o".into(), format!("/admin/plugins/{plugin}")),
            ],
        ),
        Text::PluginNotice { name, called, organization, label, lines, path, .. } => {
            let place = organization.as_ref().unwrap_or(hub);
            let mut parts = vec![Line(format!("{called}, um plugin que {place} usa, tem algo a lhe dizer: {label}"))];
            if !lines.is_empty() {
                parts.push(Line("Nas palavras dele:".into()));
                parts.push(Quote(lines.clone()));
            }
            parts.push(Line(format!(
                "Estas são palavras do plugin, e não de {hub}, que nunca pede uma senha ou um código a você."
            )));
            parts.push(Link("Ver mais".into(), path.clone()));
            (format!("[{place} · o plugin {called}] {label}"), Some(name), parts)
        }
        Text::DeletionScheduled { name, path, on } => (
            format!("Sua conta em {hub} será excluída"),
            Some(name),
            vec![
                Line(format!("como você pediu, sua conta e o que pertence a ela serão excluídos em {}.", day(*on))),
                Link("Se você mudou de ideia, fique com ela".into(), path.expose().to_owned()),
                Line("Depois desse dia ninguém poderá trazê-la de volta.".into()),
            ],
        ),
        Text::Test {} => (
            format!("Os e-mails de {hub} chegam"),
            None,
            vec![Line(format!(
                "{hub} consegue enviar e-mails a esta caixa de correio. Esta mensagem não tem outro propósito."
            ))],
        ),
    };
    let greeting = name.map_or_else(|| "Olá,".to_owned(), |name| format!("Olá, {name},"));
    let reason = match text {
        Text::Test {} => format!("Alguém que administra {hub} a enviou para ver se os e-mails chegam."),
        Text::PluginQuarantined { .. } => format!("Enviada a quem administra {hub}."),
        Text::PluginNotice { organization: Some(organization), .. } => {
            format!("Enviada porque você pertence a {organization} em {hub} e informou este endereço a {hub}.")
        }
        Text::VerifyAddress { .. } => format!("Enviada porque este endereço foi informado a {hub}."),
        _ => format!("A conta de que se trata informou este endereço a {hub}."),
    };
    Draft { subject, greeting, parts, reason }
}

const fn change_of(change: FactorChange) -> &'static str {
    match change {
        FactorChange::TotpOn => "entrar agora também pede um código do seu aplicativo",
        FactorChange::TotpOff => "entrar não pede mais um código do seu aplicativo",
        FactorChange::CodesMade => "novos códigos de recuperação foram criados; os antigos não valem mais",
        FactorChange::PasskeyAdded => "uma chave de acesso foi adicionada à sua conta",
        FactorChange::PasskeyRemoved => "uma chave de acesso foi removida da sua conta",
        FactorChange::IdentityLinked => "uma conta de outro serviço foi vinculada à sua",
        FactorChange::IdentityUnlinked => "uma conta de outro serviço foi desvinculada da sua",
    }
}

fn minutes_of(minutes: u32) -> String {
    if minutes == 1 { "1 minuto".into() } else { format!("{minutes} minutos") }
}

fn days_of(days: u32) -> String {
    if days == 1 { "1 dia".into() } else { format!("{days} dias") }
}

fn day(at: Millis) -> String {
    let Date { year, month, day, .. } = Date::of(at);
    format!("{day} de {} de {year}", MONTHS[month])
}

fn instant(at: Millis) -> String {
    let Date { hour, minute, .. } = Date::of(at);
    format!("{} às {hour:02}:{minute:02} UTC", day(at))
}
