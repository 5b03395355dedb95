//! Steam: OpenID 2.0, where the service itself is asked whether it said what came back.
//!
//! <https://openid.net/specs/openid-authentication-2_0.html>, sections 9 to 11; there is no secret, and no name comes with it.

use std::time::Duration;

use base::Millis;
use outbound::{Outbound, Request};
use url::Url;

use crate::{Came, Error, Identity, Kept, Provider, ask, same};

const NAMESPACE: &str = "http://specs.openid.net/auth/2.0";
const ANYBODY: &str = "http://specs.openid.net/auth/2.0/identifier_select";
/// What has to be among the signed fields (section 10.1).
const SIGNED: [&str; 5] = ["op_endpoint", "claimed_id", "identity", "return_to", "response_nonce"];
/// An assertion older, or newer, than this was kept by somebody.
const GOOD_FOR: Duration = Duration::from_mins(10);

fn endpoint(provider: &Provider) -> String {
    format!("{}/openid/login", provider.issuer)
}

fn return_to(back: &str, kept: &Kept) -> Result<String, Error> {
    ask::with_query(back, &[("state", &kept.state)])
}

pub(crate) fn url(provider: &Provider, back: &str, kept: &Kept) -> Result<String, Error> {
    let realm = Url::parse(back).map_err(|_| Error::Unsound("an address that is none"))?.origin().ascii_serialization();
    let return_to = return_to(back, kept)?;
    ask::with_query(
        &endpoint(provider),
        &[
            ("openid.ns", NAMESPACE),
            ("openid.mode", "checkid_setup"),
            ("openid.return_to", &return_to),
            ("openid.realm", &realm),
            ("openid.identity", ANYBODY),
            ("openid.claimed_id", ANYBODY),
        ],
    )
}

/// Asked to confirm nothing, it says that nothing is valid.
pub(crate) async fn reach(outbound: &Outbound, provider: &Provider) -> Result<(), Error> {
    let body = ask::form([("openid.ns", NAMESPACE), ("openid.mode", "check_authentication")]);
    let request = Request::post(endpoint(provider), body).header("content-type", "application/x-www-form-urlencoded");
    let response = outbound.send(request.at_most(ask::LONGEST)).await?;
    let says = std::str::from_utf8(&response.body).unwrap_or_default();
    if says.lines().any(|line| line == "is_valid:false") { Ok(()) } else { Err(Error::Unsound("no OpenID 2.0")) }
}

pub(crate) async fn identity(
    outbound: &Outbound,
    now: Millis,
    provider: &Provider,
    back: &str,
    kept: &Kept,
    came: &Came<'_>,
) -> Result<Identity, Error> {
    let said = |name: &str| came.one(&format!("openid.{name}")).unwrap_or_default();
    if said("ns") != NAMESPACE {
        return Err(Error::Refused("another protocol"));
    }
    match said("mode") {
        "id_res" => {}
        "cancel" | "setup_needed" | "error" => return Err(Error::Denied),
        _ => return Err(Error::Refused("another answer")),
    }
    if said("op_endpoint") != endpoint(provider) {
        return Err(Error::Refused("another service"));
    }
    if !same(said("return_to"), &return_to(back, kept)?) {
        return Err(Error::Refused("made for another address"));
    }
    let signed: Vec<&str> = said("signed").split(',').collect();
    if !SIGNED.iter().all(|field| signed.contains(field)) {
        return Err(Error::Refused("a field that is not signed"));
    }
    let made_at = instant(said("response_nonce")).ok_or(Error::Refused("no time"))?;
    if made_at < now.minus(GOOD_FOR) || made_at > now.plus(GOOD_FOR) {
        return Err(Error::Refused("of another time"));
    }
    let claimed = said("claimed_id");
    let subject = claimed.strip_prefix(&format!("{}/openid/id/", provider.issuer)).unwrap_or_default();
    if claimed != said("identity") || subject.parse::<u64>().is_err() || !subject.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::Refused("nobody of this service"));
    }
    confirm(outbound, provider, came).await?;
    Ok(Identity { issuer: provider.issuer.clone(), subject: subject.to_owned(), name: None, email: None })
}

/// Asks the service whether it has said this (section 11.4.2). It says yes once.
async fn confirm(outbound: &Outbound, provider: &Provider, came: &Came<'_>) -> Result<(), Error> {
    let fields = came.0.iter().filter(|(key, _)| key.starts_with("openid.") && key != "openid.mode");
    let body = ask::form(
        [("openid.mode", "check_authentication")]
            .into_iter()
            .chain(fields.map(|(key, value)| (key.as_str(), value.as_str()))),
    );
    let request = Request::post(endpoint(provider), body).header("content-type", "application/x-www-form-urlencoded");
    let response = outbound.send(request.at_most(ask::LONGEST)).await?;
    let text = std::str::from_utf8(&response.body).map_err(|_| Error::Unsound("an answer of another form"))?;
    let lines: Vec<&str> = text.lines().collect();
    if response.is_success() && lines.contains(&"is_valid:true") && !lines.contains(&"is_valid:false") {
        Ok(())
    } else {
        Err(Error::Refused("the service did not say that"))
    }
}

/// The instant a nonce begins with: `2026-11-21T17:00:00Z` and whatever makes it unique (section 10.1).
fn instant(nonce: &str) -> Option<Millis> {
    let stamp = nonce.get(..20)?.as_bytes();
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    if marks.iter().any(|&(at, mark)| stamp[at] != mark) {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = &stamp[from..to];
        digits.iter().all(u8::is_ascii_digit).then(|| digits.iter().fold(0, |n, d| n * 10 + i64::from(d - b'0')))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Days since 1970 of the proleptic calendar, with the year beginning in March, so that a leap day comes last.
    let (y, m) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
    Some(Millis((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_begins_with_an_instant() {
        assert_eq!(instant("1970-01-01T00:00:00Zabc"), Some(Millis(0)));
        assert_eq!(instant("2000-02-29T12:34:56Z"), Some(Millis(951_827_696_000)));
        assert_eq!(instant("2026-11-21T17:00:00Zx"), Some(Millis(1_795_280_400_000)));
        for bad in ["", "2026-11-21", "2026-13-21T17:00:00Z", "2026-11-21 17:00:00Z", "2026-11-2éT17:00:00Z"] {
            assert_eq!(instant(bad), None, "{bad}");
        }
    }
}
