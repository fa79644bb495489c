//! The configuration: a TOML file, overridden by the environment, overridden by the command line.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use laisee_core::settings::Settings;
use laisee_gateway::GatewayConfig;
use laisee_payments::PaymentsConfig;
use serde::{Deserialize, Serialize};

use crate::{archive::ArchiveConfig, cli::Place, reconcile::ReconciliationConfig};

/// Everything an operator can set. Unknown keys are errors, so that a misspelt one is not silently ignored.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to listen on.
    pub addr: String,
    /// Folder for all data.
    pub data: PathBuf,
    /// Shards of a new store; fixed once it is created.
    pub shards: u16,
    /// Limits and times of the product.
    pub settings: Settings,
    pub gateway: GatewayConfig,
    pub archive: ArchiveConfig,
    pub reconciliation: ReconciliationConfig,
    pub payments: PaymentsConfig,
    /// Requests for one packet in flight at most, and requests waiting for one shard at most.
    pub packet_in_flight_max: u32,
    pub queue_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            addr: "127.0.0.1:7080".into(),
            data: "./data".into(),
            shards: 4,
            settings: Settings::default(),
            gateway: GatewayConfig::default(),
            archive: ArchiveConfig::default(),
            reconciliation: ReconciliationConfig::default(),
            payments: PaymentsConfig::default(),
            packet_in_flight_max: 16_384,
            queue_max: 65_536,
        }
    }
}

impl Config {
    /// Reads the configuration for a command.
    ///
    /// # Errors
    /// When the file cannot be read or holds something unknown.
    pub fn load(place: &Place) -> Result<Self> {
        let mut config = match &place.config {
            None => Self::default(),
            Some(path) => {
                let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
                toml::from_str(&text).with_context(|| format!("{} is not a valid configuration", path.display()))?
            }
        };
        config.take_environment()?;
        if let Some(addr) = &place.addr {
            config.addr.clone_from(addr);
        }
        if let Some(data) = &place.data {
            config.data.clone_from(data);
        }
        config.settings.payments = config.payments.payments();
        config.payments.client().map_err(anyhow::Error::msg)?;
        config.settings.check().context("the settings")?;
        Ok(config)
    }

    /// `LAISEE_SET="settings.packet_life_ms=5000 gateway.threads=2"`: any key, by its path, with a TOML value.
    fn take_environment(&mut self) -> Result<()> {
        let Ok(assignments) = std::env::var("LAISEE_SET") else { return Ok(()) };
        let mut document = toml::Table::try_from(&*self)?;
        for assignment in assignments.split_whitespace() {
            let (path, value) =
                assignment.split_once('=').with_context(|| format!("LAISEE_SET: `{assignment}` is not key=value"))?;
            let given: toml::Table = toml::from_str(&format!("value = {value}"))
                .or_else(|_| toml::from_str(&format!("value = \"{value}\"")))?;
            let mut keys: Vec<&str> = path.split('.').collect();
            let last = keys.pop().unwrap_or_default();
            let mut table = &mut document;
            for key in keys {
                table = table
                    .get_mut(key)
                    .and_then(toml::Value::as_table_mut)
                    .with_context(|| format!("LAISEE_SET: there is no section `{key}`"))?;
            }
            table.insert(last.to_owned(), given["value"].clone());
        }
        *self = document.try_into().context("LAISEE_SET")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_is_an_error() {
        assert!(toml::from_str::<Config>("adress = \"127.0.0.1:1\"").is_err());
    }

    #[test]
    fn the_defaults_survive_a_round_trip() {
        let text = toml::to_string(&Config::default()).expect("the configuration is TOML");
        let back: Config = toml::from_str(&text).expect("what was written can be read");
        assert_eq!(toml::to_string(&back).expect("the configuration is TOML"), text);
    }
}
