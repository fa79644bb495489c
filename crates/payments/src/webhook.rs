//! A provider that is spoken to by signed requests. How to write the other side stands in docs/payments.md.

use std::time::Duration;

use laisee_core::order::{Order, OrderKind};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use ureq::tls::{RootCerts, TlsConfig};

use crate::{
    provider::{Page, Provider, Said, Span, Unheard, Written},
    sandbox::now_ms,
    signature::{Purpose, SIGNATURE, Secret, TIMESTAMP},
};

/// The largest answer that is read, about one order and about many.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;
const LIST_BYTES_MAX: u64 = 1024 * 1024;

/// One that is kept open any longer was mostly closed by the other side, and a request lost on it has to be asked about.
const IDLE_MAX: Duration = Duration::from_secs(10);

pub struct Webhook {
    agent: ureq::Agent,
    url: String,
    secret: Secret,
}

/// How the provider is reached.
pub struct Line<'a> {
    /// `http://` or `https://`; without a path of its own, or with one.
    pub url: &'a str,
    /// Whose certificates are believed, where the address asks for TLS.
    pub trusted: RootCerts,
    /// How long an exchange may take, from looking up the name to the last byte of the answer.
    pub timeout: Duration,
    /// Connections that are kept for the next request.
    pub kept: usize,
}

/// What is sent to `{url}/orders`.
#[derive(Serialize)]
struct Submission<'a> {
    number: String,
    kind: &'static str,
    /// In fen.
    amount: i64,
    currency: &'static str,
    destination: &'a str,
    user: String,
    created_at_ms: i64,
    nonce: String,
}

/// What is sent to `{url}/orders/query`.
#[derive(Serialize)]
struct Question {
    number: String,
    nonce: String,
}

/// What is sent to `{url}/orders/list`.
#[derive(Serialize)]
struct ListQuestion<'a> {
    from_ms: i64,
    to_ms: i64,
    after: &'a str,
    nonce: String,
}

#[derive(Deserialize)]
struct List {
    orders: Vec<Written>,
    #[serde(default)]
    next: String,
}

/// Makes every request another one, also within a second, so that its signature binds one answer.
fn nonce() -> String {
    format!("{:032x}", rand::random::<u128>())
}

impl Webhook {
    #[must_use]
    pub fn new(line: Line<'_>, secret: Secret) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(line.timeout))
            .max_idle_connections(line.kept)
            .max_idle_connections_per_host(line.kept)
            .max_idle_age(IDLE_MAX)
            .tls_config(TlsConfig::builder().root_certs(line.trusted).build())
            // The status says nothing that the signed body does not; what is not signed is not believed.
            .http_status_as_error(false)
            // Following one would sign for whoever the provider points at.
            .max_redirects(0)
            .build();
        Self { agent: config.into(), url: line.url.trim_end_matches('/').to_owned(), secret }
    }

    fn call(&self, path: &str, message: &impl Serialize, number: &str) -> Result<Said, Unheard> {
        let written: Written = self.exchange(path, message, ANSWER_BYTES_MAX)?;
        // A signed answer to something else is no answer.
        if written.number != number {
            let problem = format!("{path}: asked of order {number}, answered of {}", written.number);
            return Err(Unheard(problem));
        }
        Ok(written.into())
    }

    /// Sends a signed message and takes the signed answer.
    fn exchange<A: DeserializeOwned>(&self, path: &str, message: &impl Serialize, max: u64) -> Result<A, Unheard> {
        let unheard = |what: &dyn std::fmt::Display| Unheard(format!("{path}: {what}"));
        let body = serde_json::to_vec(message).map_err(|problem| unheard(&problem))?;
        let now_s = now_ms() / 1_000;
        let signature = self.secret.sign(Purpose::Request { path }, now_s, &body);
        let answered = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/json")
            .header(TIMESTAMP, now_s.to_string())
            .header(SIGNATURE, &signature)
            .send(&body[..]);
        let mut answer = answered.map_err(|problem| unheard(&problem))?;
        let bytes = answer.body_mut().with_config().limit(max).read_to_vec();
        let bytes = bytes.map_err(|problem| unheard(&problem))?;
        let field = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let purpose = Purpose::Answer { request: &signature };
        let believed = self.secret.verify(purpose, field(TIMESTAMP), field(SIGNATURE), &bytes, now_ms() / 1_000);
        believed.map_err(|problem| unheard(&format_args!("HTTP {}: {problem}", answer.status())))?;
        serde_json::from_slice(&bytes).map_err(|problem| unheard(&problem))
    }
}

impl Provider for Webhook {
    fn submit(&self, order: &Order) -> Result<Said, Unheard> {
        let number = order.order.to_string();
        let submission = Submission {
            number: number.clone(),
            kind: match order.kind {
                OrderKind::TopUp => "top_up",
                OrderKind::Withdrawal => "withdrawal",
            },
            amount: order.amount.0,
            currency: "CNY",
            destination: &order.destination,
            user: order.user.to_string(),
            created_at_ms: order.created_at.0,
            nonce: nonce(),
        };
        self.call("/orders", &submission, &number)
    }

    fn ask(&self, order: &Order) -> Result<Said, Unheard> {
        let number = order.order.to_string();
        self.call("/orders/query", &Question { number: number.clone(), nonce: nonce() }, &number)
    }

    fn list(&self, span: Span, after: &str) -> Result<Option<Page>, Unheard> {
        let question = ListQuestion { from_ms: span.from.0, to_ms: span.to.0, after, nonce: nonce() };
        let list: List = self.exchange("/orders/list", &question, LIST_BYTES_MAX)?;
        let orders = list.orders.into_iter().map(|written| (written.number.clone(), written.into())).collect();
        Ok(Some(Page { orders, next: list.next }))
    }
}
