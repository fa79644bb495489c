//! What operators ask. Who they are is looked up anew for each request: there are few of them, and whoever is switched
//! off or gets another role feels it at once.

mod audit;
mod disputes;
mod figures;
mod operators;
mod orders;
mod packets;
mod page_token;
pub mod reconciliation;
mod risk;
mod secrets;
mod settings;
mod sign_in;
mod users;

use std::collections::BTreeMap;

use laisee_bus::Bus;
use laisee_core::{
    ids::{Millis, OperatorId, SessionId},
    operator::{OPERATORS_SHARD, Operator, Permission, Role},
    query::{Answer, Query},
};
use laisee_wire::v1;

pub use secrets::{Secrets, new_secrets};

use super::{Desk, unfitting};
use crate::{
    convert::{ErrorCode, bad_request, error},
    token::read_session_token,
};

/// The operator who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acting {
    pub operator: OperatorId,
    pub found: Operator,
    pub session: SessionId,
    pub expires_at: Millis,
}

impl Acting {
    /// # Errors
    /// `ROLE_INSUFFICIENT`.
    pub fn must_be_allowed(&self, permission: Permission) -> Result<(), v1::Error> {
        if self.found.role.may(permission) {
            return Ok(());
        }
        let least = permission.least().word();
        Err(error(ErrorCode::RoleInsufficient, &format!("this needs the role {least} or a higher one"), 0))
    }
}

impl<B: Bus> Desk<B> {
    /// Which operator a token belongs to.
    ///
    /// # Errors
    /// `OPERATOR_UNAUTHENTICATED`, or that it could not be found out.
    pub async fn identify_operator(&self, token: &str) -> Result<Acting, v1::Error> {
        let unknown = || error(ErrorCode::OperatorUnauthenticated, "the token is unknown, signed out or run out", 0);
        let (id, token_hash) = read_session_token(token).ok_or_else(unknown)?;
        // Tokens of users and of operators look alike. In whose list a token's hash is found decides whose it is.
        let operator = OperatorId(id.0);
        let found = self.operator(operator).await?.ok_or_else(unknown)?;
        let session = found.session(&token_hash, Millis((self.clock)())).ok_or_else(unknown)?;
        let (session, expires_at) = (session.session, session.expires_at);
        Ok(Acting { operator, found, session, expires_at })
    }

    async fn operator(&self, operator: OperatorId) -> Result<Option<Operator>, v1::Error> {
        match self.ask(OPERATORS_SHARD, Query::Operator { operator }).await? {
            Answer::Operator(found) => Ok(found.map(|(_, found)| found)),
            _ => Err(unfitting()),
        }
    }
}

/// How an operator is called, where something is shown that it did.
fn operator_name(operator: OperatorId, names: &BTreeMap<OperatorId, String>) -> String {
    match operator {
        OperatorId::HOST => "host".to_owned(),
        by => names.get(&by).cloned().unwrap_or_default(),
    }
}

fn shown(id: OperatorId, operator: &Operator) -> v1::Operator {
    v1::Operator {
        id: id.0,
        name: operator.name.clone(),
        role: match operator.role {
            Role::Viewer => v1::Role::Viewer,
            Role::Support => v1::Role::Support,
            Role::Finance => v1::Role::Finance,
            Role::Admin => v1::Role::Admin,
        }
        .into(),
        active: operator.active,
        created_at_ms: operator.created_at.0,
        locked_until_ms: operator.locked_until.0,
        sessions: operator.sessions.len() as u32,
    }
}

fn role(role: v1::Role) -> Result<Role, v1::Error> {
    match role {
        v1::Role::Unspecified => Err(bad_request("a role is needed")),
        v1::Role::Viewer => Ok(Role::Viewer),
        v1::Role::Support => Ok(Role::Support),
        v1::Role::Finance => Ok(Role::Finance),
        v1::Role::Admin => Ok(Role::Admin),
    }
}
