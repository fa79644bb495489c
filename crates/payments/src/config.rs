use std::{fs, path::PathBuf, time::Duration};

use laisee_core::order::Payments;
use rustls::RootCertStore;
use serde::{Deserialize, Serialize};
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::{
    signature::Secret,
    webhook::{Line, Webhook},
};

/// The shortest secret that is taken, in bytes.
const SECRET_BYTES_MIN: usize = 16;

/// How money comes in and goes out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaymentsConfig {
    /// Who carries new orders out. Orders of the other one are brought to their end all the same.
    pub provider: ProviderChoice,
    /// How long after its making the sandbox settles an order, in ms. 0: at once.
    pub sandbox_settle_ms: i64,
    /// How long after an attempt the provider is asked again, in ms: at first, and at most (it doubles).
    pub retry_min_ms: u64,
    pub retry_max_ms: u64,
    /// How often open orders are looked for, in ms.
    pub tick_ms: u64,
    /// Orders that are with a provider at a time.
    pub workers: usize,
    pub webhook: WebhookConfig,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderChoice {
    Sandbox,
    Webhook,
}

/// The provider that is spoken to by signed requests.
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookConfig {
    /// Where it listens: `{url}/orders` and `{url}/orders/query`. Empty: there is none.
    pub url: String,
    /// The shared secret, at least 16 bytes; or a file that holds it.
    pub secret: String,
    pub secret_file: PathBuf,
    /// Certificates (PEM) of those who may vouch for an `https://` address, in place of the public authorities: whoever runs
    /// an authority of its own for this one line has no use for a hundred others. Empty: the public ones.
    pub ca_file: PathBuf,
    /// How long it may take to answer, in ms, from looking up its name to the last byte.
    pub timeout_ms: u64,
}

impl std::fmt::Debug for WebhookConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookConfig").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Default for PaymentsConfig {
    fn default() -> Self {
        Self {
            provider: ProviderChoice::Sandbox,
            sandbox_settle_ms: 0,
            retry_min_ms: 1_000,
            retry_max_ms: 300_000,
            tick_ms: 500,
            workers: 4,
            webhook: WebhookConfig::default(),
        }
    }
}

impl Default for WebhookConfig {
    fn default() -> Self {
        Self {
            url: String::new(),
            secret: String::new(),
            secret_file: PathBuf::new(),
            ca_file: PathBuf::new(),
            timeout_ms: 10_000,
        }
    }
}

impl PaymentsConfig {
    /// How the shards make new orders.
    #[must_use]
    pub fn payments(&self) -> Payments {
        match self.provider {
            ProviderChoice::Webhook => Payments::Webhook,
            ProviderChoice::Sandbox if self.sandbox_settle_ms > 0 => Payments::SandboxLater,
            ProviderChoice::Sandbox => Payments::SandboxAtOnce,
        }
    }

    /// The secret shared with the webhook provider; `None`: there is no such provider.
    ///
    /// # Errors
    /// What is missing, in words.
    pub fn secret(&self) -> Result<Option<Secret>, String> {
        let webhook = &self.webhook;
        if webhook.url.is_empty() {
            return match self.provider {
                ProviderChoice::Webhook => {
                    Err("payments.webhook.url: the provider is the webhook, and has no address".into())
                }
                ProviderChoice::Sandbox => Ok(None),
            };
        }
        if !webhook.url.starts_with("https://") && !webhook.url.starts_with("http://") {
            return Err("payments.webhook.url: begins with https:// or http://".into());
        }
        let secret = if webhook.secret.is_empty() && webhook.secret_file.as_os_str().is_empty() {
            return Err("payments.webhook: there is neither secret nor secret_file".into());
        } else if webhook.secret.is_empty() {
            let text = fs::read_to_string(&webhook.secret_file);
            text.map_err(|problem| format!("payments.webhook.secret_file: {problem}"))?.trim().to_owned()
        } else {
            webhook.secret.clone()
        };
        if secret.len() < SECRET_BYTES_MIN {
            return Err(format!("payments.webhook: the secret has less than {SECRET_BYTES_MIN} bytes"));
        }
        Ok(Some(Secret::new(secret.as_bytes())))
    }

    /// Who speaks with the webhook provider; `None`: there is no such provider.
    ///
    /// # Errors
    /// What is missing, in words.
    pub fn client(&self) -> Result<Option<Webhook>, String> {
        let Some(secret) = self.secret()? else { return Ok(None) };
        let line = Line {
            url: &self.webhook.url,
            trusted: self.webhook.trusted()?,
            timeout: Duration::from_millis(self.webhook.timeout_ms),
            kept: self.workers.max(1),
        };
        Ok(Some(Webhook::new(line, secret)))
    }
}

impl WebhookConfig {
    fn trusted(&self) -> Result<RootCerts, String> {
        if self.ca_file.as_os_str().is_empty() {
            return Ok(RootCerts::WebPki);
        }
        let wrong = |problem: &dyn std::fmt::Display| format!("payments.webhook.ca_file: {problem}");
        if !self.url.starts_with("https://") {
            return Err(wrong(&"the address does not begin with https://, so no certificate is looked at"));
        }
        let text = fs::read(&self.ca_file).map_err(|problem| wrong(&problem))?;
        let mut certificates: Vec<Certificate<'static>> = Vec::new();
        for item in parse_pem(&text) {
            if let PemItem::Certificate(certificate) = item.map_err(|problem| wrong(&problem))? {
                // The client would pass over one that it cannot read, and fail at the first order.
                let added = RootCertStore::empty().add(certificate.der().to_vec().into());
                added.map_err(|problem| wrong(&problem))?;
                certificates.push(certificate);
            }
        }
        if certificates.is_empty() {
            return Err(wrong(&"there is no certificate in it"));
        }
        Ok(RootCerts::new_with_certs(&certificates))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(url: &str, secret: &str) -> PaymentsConfig {
        let webhook = WebhookConfig { url: url.into(), secret: secret.into(), ..WebhookConfig::default() };
        PaymentsConfig { provider: ProviderChoice::Webhook, webhook, ..PaymentsConfig::default() }
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(PaymentsConfig::default().secret().is_ok_and(|secret| secret.is_none()));
        assert!(webhook("http://pay.example", "sixteen bytes or more").secret().is_ok_and(|secret| secret.is_some()));
        for (config, expected) in [
            (webhook("", "sixteen bytes or more"), "has no address"),
            (webhook("ftp://pay.example", "sixteen bytes or more"), "begins with"),
            (webhook("http://pay.example", ""), "neither"),
            (webhook("http://pay.example", "short"), "less than"),
        ] {
            let problem = config.secret().expect_err(expected);
            assert!(problem.contains(expected), "{problem}");
        }
    }

    #[test]
    fn a_file_of_authorities_is_read_before_the_first_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("written");
            path
        };
        let made = rcgen::generate_simple_self_signed(["pay.example".into()]).expect("a certificate");
        let right = made.cert.pem();
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (url, path, expected) in [
            ("https://pay.example", PathBuf::new(), None),
            ("https://pay.example", file("right", &right), None),
            ("https://pay.example", file("two", &right.repeat(2)), None),
            ("http://pay.example", file("right", &right), Some("does not begin with https")),
            ("https://pay.example", folder.path().join("nowhere"), Some("No such file")),
            ("https://pay.example", file("key", &made.signing_key.serialize_pem()), Some("no certificate")),
            ("https://pay.example", file("empty", ""), Some("no certificate")),
            ("https://pay.example", file("broken", broken), Some("ca_file")),
            ("https://pay.example", file("half", &right[..right.len() / 2]), Some("ca_file")),
        ] {
            let mut config = webhook(url, "sixteen bytes or more");
            config.webhook.ca_file.clone_from(&path);
            let problem = config.client().err();
            let fits = match (&problem, expected) {
                (Some(problem), Some(expected)) => problem.contains(expected),
                (problem, expected) => problem.is_none() && expected.is_none(),
            };
            assert!(fits, "{url} {}: {problem:?}", path.display());
        }
    }
}
