//! Passkeys at the doors: offered where they can work, refused where an answer is none.

use tests::TestApp;

#[tokio::test]
async fn a_passkey_is_offered_where_the_hub_has_a_domain() {
    let app = TestApp::with(|settings| settings.public_url = Some("https://hub.example".into())).await;
    let mut stranger = app.stranger();
    assert!(stranger.get("/login").await.body.contains("Use a passkey"));
    let options = stranger.call("begin_passkey_log_in", &[]).await;
    assert_eq!(options.status, 200, "{}", options.body);
    let options: String = serde_json::from_str(&options.body).unwrap();
    let options: serde_json::Value = serde_json::from_str(&options).unwrap();
    assert_eq!((&options["rpId"], &options["userVerification"]), (&"hub.example".into(), &"required".into()));

    for answer in ["", "{}", "nonsense"] {
        let refused = stranger.call("passkey_log_in", &[("answer", answer)]).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert_eq!(refused.json()["problem"]["code"], "passkey_refused");
    }
    // Without a log-in under way there is no second step, and nobody's to prove.
    assert_eq!(stranger.call("begin_passkey_step", &[]).await.status, 401);
    assert_eq!(stranger.call("begin_passkey_proof", &[]).await.status, 401);
    assert_eq!(stranger.call("begin_passkey", &[]).await.status, 401);

    let mut olga = app.person("Olga").await;
    assert_eq!(olga.call("begin_passkey", &[]).await.status, 200);
    assert_eq!(olga.call("begin_passkey_proof", &[]).await.status, 404, "she has none yet");
    assert!(olga.get("/account/safety").await.body.contains("You have no passkey yet."));
}

#[tokio::test]
async fn a_hub_at_a_bare_address_says_nothing_of_them() {
    let app = TestApp::start().await;
    let mut stranger = app.stranger();
    assert!(!stranger.get("/login").await.seen().contains("Use a passkey"));
    assert_eq!(stranger.call("begin_passkey_log_in", &[]).await.status, 404);
}
