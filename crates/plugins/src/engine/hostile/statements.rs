//! Those that write statements to get out of their own database, or never to come back from it.

use std::time::{Duration, Instant};

use plugin_api::{call::Fault, manifest::Capabilities};
use serde_json::json;

use super::{Arc, Fake, Powers as _, Scene, Stop, Wat};
use crate::migrations::Migration;

const QUERY: &str = "(import \"guildhall:plugin/sql@1.0.0\" \"query\" (func $query (param i32 i32 i32 i32 i32)))";
const ASKS: &str = "[capabilities]\nsql = { quota_mib = 1 }";

/// One whose named export asks its database this, and answers with zeros.
fn asking(export: &'static str, statement: &str) -> Wat {
    let ask = format!(
        "(call $query (i32.const 2048) (i32.const {}) (i32.const 1800) (i32.const 2) (i32.const 1900))",
        statement.len()
    );
    let more = format!("(data (i32.const 1800) \"[]\") (data (i32.const 2048) \"{statement}\")");
    Wat { imports: QUERY, more, asks: ASKS, ..Wat::doing(export, ask) }
}

async fn scene(wat: &Wat) -> Scene {
    let text = "create table seeds (code text)".to_owned();
    let seeds = Migration { name: "0001_seeds.sql".into(), text, checksum: [0; 32] };
    let powers = Fake::with_own(wat.manifest(), 0, &[seeds]).await.unwrap();
    Scene { guest: wat.guest(), powers: Arc::new(powers) }
}

#[tokio::test]
async fn who_does_not_ask_for_a_database_has_none() {
    let told = Wat { asks: "", ..asking("check", "select 1") }.refused();
    assert!(told.contains("sql.query") && told.contains("`sql` in `capabilities`"), "{told}");
    let manifest = asking("check", "select 1").manifest();
    let without =
        plugin_api::Manifest { capabilities: Capabilities { sql: None, ..manifest.capabilities }, ..manifest };
    let hub = Fake::new(without, 0);
    let told = hub.query("select 1".into(), Vec::new()).await;
    assert!(matches!(told, Err(Fault::Forbidden(_))), "{told:?}");
}

#[tokio::test]
async fn a_statement_without_end_holds_nobody_up() {
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
    let scene = scene(&asking("check", endless)).await;
    let began = Instant::now();
    let answer = scene.check().await;
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(scene.stop(), Some(Stop::Deadline));
    assert!(began.elapsed() < Duration::from_millis(450), "before the statement itself: {:?}", began.elapsed());
}

#[tokio::test]
async fn what_leads_out_is_refused_and_the_guest_goes_on() {
    for statement in [
        "attach 'guildhall.db' as hub",
        "select load_extension('x')",
        "pragma writable_schema = 1",
        "drop table seeds",
        "select 1; attach 'guildhall.db' as hub",
        "insert into seeds values (:organization)",
    ] {
        let scene = scene(&asking("enable", statement)).await;
        assert_eq!(scene.guest.enable(scene.ctx()).await, Ok(()), "{statement}");
        assert_eq!(scene.stop(), None, "{statement}");
        let kept = scene.powers.query("select count(*) as n from seeds".into(), Vec::new()).await;
        assert_eq!(kept, Ok(vec![json!({ "n": 0 }).as_object().unwrap().clone()]), "{statement}");
    }
    let hub = scene(&asking("enable", "select 1")).await.powers;
    let told = hub.query("attach 'guildhall.db' as hub".into(), Vec::new()).await;
    assert!(matches!(&told, Err(Fault::Forbidden(said)) if said.starts_with("sql: ")), "{told:?}");
}
