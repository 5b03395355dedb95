//! Everything this crate keeps about somebody, for them to take away.

use base::{Action, Actor, Kind, UserId};
use contract::account::LogInRecord;
use serde_json::{Value, json};

use crate::{Accounts, error::Error, store};

/// So many log-ins at a time.
const PAGE: i64 = 500;

impl Accounts {
    /// The files of the archive that somebody may ask for: path and content. What is a secret even from its owner, hashes and keys, is
    /// not in it.
    pub async fn export(&self, actor: &Actor, user: UserId) -> Result<Vec<(String, Vec<u8>)>, Error> {
        actor.may(Action::ViewOwnAccount)?;
        if actor.user().is_some_and(|asking| asking != user) {
            return Err(Error::Refused(Kind::Forbidden));
        }
        let db = &self.0.db;
        let holder = store::holder(db, user).await?.ok_or(Error::NotFound)?;
        let totp = store::totp(db, user).await?.and_then(|totp| totp.confirmed_at);
        let account = json!({
            "id": user,
            "name": holder.me.name,
            "role": holder.me.role,
            "email": holder.email.map(|email| email.shown),
            "email_verified": holder.hold.is_proved(),
            "language": holder.locale,
            "created_at": holder.created_at,
            "deletion_due_at": holder.deletion_due_at,
            "has_password": holder.has_password,
            "authenticator_app_since": totp,
            "recovery_codes_left": store::count_recovery_codes(db, user).await?,
            "game_password_made_at": store::game_password_made_at(db, user).await?,
            "came_from": store::origins_of(db, user).await?,
            "logs_on_also_as": store::aliases_of(db, user).await?,
        });
        let logins = store::list_sessions(db, user, actor.session(), self.now()).await?;
        let devices: Vec<Value> = store::list_devices(db, user)
            .await?
            .into_iter()
            .map(|device| {
                json!({
                    "device": device.label,
                    "name": device.name,
                    "first_log_in_at": device.first_log_in_at,
                    "last_log_in_at": device.last_log_in_at,
                })
            })
            .collect();
        let log_ins = self.every_log_in(user).await?;
        let identities = store::list_identities(db, user).await?;
        Ok(vec![
            ("account/account.json".into(), pretty(&account)),
            ("account/logins.json".into(), pretty(&json!(logins))),
            ("account/devices.json".into(), pretty(&json!(devices))),
            ("account/identities.json".into(), pretty(&json!(identities))),
            ("account/log-ins.json".into(), pretty(&json!(log_ins))),
            ("account/log-ins.csv".into(), csv(&log_ins)),
        ])
    }

    async fn every_log_in(&self, user: UserId) -> Result<Vec<LogInRecord>, Error> {
        let mut all = Vec::new();
        let mut before = i64::MAX;
        loop {
            let page = store::list_log_ins(&self.0.db, user, before, PAGE).await?;
            let Some(last) = page.last() else { return Ok(all) };
            before = last.id;
            all.extend(page);
        }
    }
}

fn pretty(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("plain data with string keys is JSON")
}

/// Its cells are words of ours, numbers, networks and names of browsers from a list of ours: none needs quoting or could be taken for a formula.
fn csv(log_ins: &[LogInRecord]) -> Vec<u8> {
    use std::fmt::Write as _;
    let mut text = String::from("at_ms,outcome,proof,device,network\r\n");
    for entry in log_ins {
        let (outcome, proof) = (entry.outcome.word(), entry.proof.word());
        let _ = write!(text, "{},{outcome},{proof},{},{}\r\n", entry.at, entry.device, entry.network);
    }
    text.into_bytes()
}
