//! Orders of players, as the examples need them: each is led by somebody new.

use base::UserId;
use hyper::Method;
use serde_json::json;
use tests::Program;

use super::{Asked, Stage, api, done};

impl Stage {
    pub(super) async fn orders(&mut self, method: &str, path: &str) -> Asked {
        match (method, path) {
            ("POST", "/orders") => {
                self.free_example_name().await;
                Asked::by(&self.newcomer().await.1)
            }
            (_, "/orders" | "/order-ladder") => Asked::by(&self.bert),
            ("PUT", "/orders/{order}") => {
                self.free_example_name().await;
                let (order, leader) = self.player_order("open").await;
                Asked::by(&leader).with("order", order)
            }
            (_, "/orders/{order}/name") => {
                let order = self.player_order("open").await.0;
                Asked::by(&self.freya).with("order", order)
            }
            ("PUT", "/orders/{order}/membership") => {
                let order = self.player_order("open").await.0;
                Asked::by(&self.newcomer().await.1).with("order", order)
            }
            ("DELETE", "/orders/{order}/membership") => {
                let (order, _) = self.player_order("open").await;
                let member = self.comes_to(order).await.1;
                Asked::by(&member).with("order", order)
            }
            (_, "/orders/{order}/candidates/{user}") => {
                let (order, leader) = self.player_order("request").await;
                let user = self.comes_to(order).await.0;
                Asked::by(&leader).with("order", order).with("user", user)
            }
            (_, "/orders/{order}/members/{user}" | "/orders/{order}/members/{user}/rank") => {
                let (order, leader) = self.player_order("open").await;
                let user = self.comes_to(order).await.0;
                Asked::by(&leader).with("order", order).with("user", user)
            }
            _ => {
                let (order, leader) = self.player_order("open").await;
                Asked::by(&leader).with("order", order)
            }
        }
    }

    /// The name that the example gives an order is nobody's.
    async fn free_example_name(&mut self) {
        for order in self.read("/orders?search=avatara").await["items"].as_array().unwrap() {
            self.doing(Method::DELETE, &format!("/orders/{}", order["id"])).await;
        }
    }

    /// An order, and whoever leads it.
    async fn player_order(&mut self, admission: &str) -> (i64, Program) {
        let (name, mut leader) = (self.name("Order of Trow"), self.newcomer().await.1);
        let form = json!({ "name": name, "admission": admission });
        let made = done(&leader.post(&api("/orders"), &form).await, "/orders");
        (made["id"].as_i64().unwrap(), leader)
    }

    /// Somebody who comes to an order, or asks to.
    async fn comes_to(&mut self, order: i64) -> (UserId, Program) {
        let (user, mut program) = self.newcomer().await;
        let path = format!("/orders/{order}/membership");
        let answer = program.ask(Method::PUT, &api(&path)).await;
        done(&answer, &path);
        (user, program)
    }
}
