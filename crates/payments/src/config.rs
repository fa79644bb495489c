use std::{fs, path::PathBuf};

use laisee_core::order::Payments;
use serde::{Deserialize, Serialize};

use crate::signature::Secret;

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
    /// How long it may take to answer, in ms.
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
        Self { url: String::new(), secret: String::new(), secret_file: PathBuf::new(), timeout_ms: 10_000 }
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
        // The client has no TLS: an address that asks for it would fail at the first order.
        if !webhook.url.starts_with("http://") {
            return Err("payments.webhook.url: begins with http://; a proxy brings TLS where it is needed".into());
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
}
