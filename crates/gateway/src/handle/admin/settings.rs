use std::collections::BTreeMap;

use laisee_bus::Bus;
use laisee_core::{
    command::{ChangeSetting, Command, Reply},
    cut::SettingChange,
    ids::OperatorId,
    operator::OPERATORS_SHARD,
    query::{Answer, Query},
    settings::{Changed, Settings},
};
use laisee_wire::v1;

use super::{Acting, operator_name, page_token};
use crate::{
    convert::failure,
    handle::{Desk, unfitting},
};

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;

impl<B: Bus> Desk<B> {
    /// What operators changed, by the word of the shard that knows it.
    pub(crate) async fn changed_settings(&self) -> Result<Changed, v1::Error> {
        match self.ask(OPERATORS_SHARD, Query::Settings).await? {
            Answer::Settings(changed) => Ok(changed),
            _ => Err(unfitting()),
        }
    }

    pub(crate) async fn settings_state(&self, _: Acting, _: v1::GetSettings) -> Result<v1::SettingsState, v1::Error> {
        let changed = self.changed_settings().await?;
        let base = self.settings.base();
        let held = changed.over(base);
        let value = |settings: &Settings, name| settings.value(name).unwrap_or_default();
        let settings = Settings::NAMES.iter().map(|name| v1::Setting {
            name: (*name).to_owned(),
            value: value(&held, name),
            default: value(base, name),
        });
        Ok(v1::SettingsState { sequence: changed.sequence, settings: settings.collect() })
    }

    pub(crate) async fn change_setting(
        &self,
        who: Acting,
        request: v1::ChangeSetting,
    ) -> Result<v1::SettingChanged, v1::Error> {
        let v1::ChangeSetting { name, value, sequence: expected, reason } = request;
        let change = ChangeSetting { by: who.operator, name, value, expected, reason };
        match self.bus.call(Command::ChangeSetting(change), None).await.map_err(failure)? {
            Reply::SettingChanged { sequence } => Ok(v1::SettingChanged { sequence }),
            _ => Err(unfitting()),
        }
    }

    pub(crate) async fn setting_history(
        &self,
        _: Acting,
        request: v1::GetSettingHistory,
    ) -> Result<v1::SettingHistory, v1::Error> {
        let limit = match request.limit as usize {
            0 => LIMIT,
            limit => limit.min(LIMIT_MAX),
        };
        let before =
            if request.after.is_empty() { 0 } else { request.after.parse().map_err(|_| page_token::not_a_token())? };
        let query = Query::SettingChanges { name: request.name, before, limit };
        let (changes, more) = match self.ask(OPERATORS_SHARD, query).await? {
            Answer::SettingChanges { changes, more } => (changes, more),
            _ => return Err(unfitting()),
        };
        let next = changes.last().filter(|_| more).map_or_else(String::new, |last| last.sequence.to_string());
        let names = self.operator_names().await?;
        Ok(v1::SettingHistory { changes: changes.into_iter().map(|change| shown(change, &names)).collect(), next })
    }
}

fn shown(change: SettingChange, names: &BTreeMap<OperatorId, String>) -> v1::SettingChange {
    v1::SettingChange {
        sequence: change.sequence,
        at_ms: change.at.0,
        operator: change.by.0,
        operator_name: operator_name(change.by, names),
        name: change.name,
        before: change.before,
        after: change.after,
        reason: change.reason,
    }
}
