use laisee_core::order::Provider as Carrier;

use crate::{PaymentsConfig, provider::Provider, sandbox::Sandbox, webhook::Webhook};

/// The providers there are, for whoever asks them what became of orders.
pub struct Providers {
    sandbox: Sandbox,
    webhook: Option<Webhook>,
}

impl Providers {
    /// # Errors
    /// What is wrong with the configuration.
    pub fn new(config: &PaymentsConfig) -> Result<Self, String> {
        Ok(Self { sandbox: Sandbox { settle_ms: config.sandbox_settle_ms }, webhook: config.client()? })
    }

    /// Who carries such orders out; none: it is not configured.
    #[must_use]
    pub fn of(&self, carrier: Carrier) -> Option<&dyn Provider> {
        match carrier {
            Carrier::Sandbox => Some(&self.sandbox),
            Carrier::Webhook => self.webhook.as_ref().map(|webhook| webhook as &dyn Provider),
        }
    }
}
