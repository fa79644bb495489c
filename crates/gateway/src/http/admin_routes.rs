//! The routes of operators: one table, from which the router, the check of roles and the description are made.
//!
//! To add one: messages in `proto/laisee/v1`, a handler `async fn(&self, Acting, v1::Request) -> Result<v1::Answer, _>` of
//! [`Desk`] in `handle/admin`, a line here, and a line in `docs/admin-api.md`.

use std::pin::Pin;

use laisee_bus::LocalBus;
use laisee_core::operator::Permission;
use laisee_wire::v1;
use serde_json::Value;

use super::routes::Method;
use crate::{
    convert::bad_request,
    handle::{Desk, admin::Acting},
};

type Handling<'a> = Pin<Box<dyn Future<Output = Result<Value, v1::Error>> + Send + 'a>>;

/// A request of an operator.
pub struct AdminRoute {
    pub method: Method,
    /// Parts in braces fill the field of the same name.
    pub path: &'static str,
    /// What the operator's role must allow.
    pub permission: Permission,
    /// Message names in the protocol.
    pub request: &'static str,
    pub answer: &'static str,
    pub summary: &'static str,
    pub(super) handle: for<'a> fn(&'a Desk<LocalBus>, Acting, Value) -> Handling<'a>,
}

macro_rules! admin_routes {
    ($($method:ident $path:literal $permission:ident $handler:ident $request:ident => $answer:ident: $summary:literal;)*) => {
        &[$(AdminRoute {
            method: Method::$method,
            path: $path,
            permission: Permission::$permission,
            request: stringify!($request),
            answer: stringify!($answer),
            summary: $summary,
            handle: |desk, who, fields| Box::pin(async move {
                let request = serde_json::from_value::<v1::$request>(fields);
                let request = request.map_err(|problem| bad_request(&problem.to_string()))?;
                let answer: v1::$answer = desk.$handler(who, request).await?;
                Ok(serde_json::to_value(answer).unwrap_or_default())
            }),
        }),*]
    };
}

pub const ADMIN_ROUTES: &[AdminRoute] = admin_routes! {
    Get "/v1/admin/me" BeOneself own_operator GetOwnOperator => OwnOperator: "Who I am and what I may do";
    Post "/v1/admin/sign-out" BeOneself sign_out_operator SignOutOperator => OperatorSignedOut: "End this session";
    Post "/v1/admin/password" BeOneself change_own_password ChangeOwnPassword => OwnPasswordChanged: "Change my password";
    Get "/v1/admin/disputes" SeeDisputes list_disputes ListDisputes => Disputes: "Recalled transfers";
    Get "/v1/admin/disputes/{transfer}" SeeDisputes dispute GetDispute => Dispute: "One, with evidence and what was before";
    Post "/v1/admin/disputes/{transfer}/decide" DecideDisputes decide_dispute DecideDispute => Dispute: "Return or release it";
    Get "/v1/admin/operators" SeeOperators list_operators ListOperators => Operators: "All operators";
    Post "/v1/admin/operators" ChangeOperators create_operator CreateOperator => OperatorSecrets: "Make an operator";
    Put "/v1/admin/operators/{operator}" ChangeOperators change_operator ChangeOperator => OperatorChanged: "Change role, switch off or on";
    Post "/v1/admin/operators/{operator}/reset" ChangeOperators reset_operator ResetOperator => OperatorSecrets: "New password and second factor";
    Get "/v1/admin/figures" SeeFigures live_figures GetFigures => LiveFigures: "Figures of the last ten minutes";
    Get "/v1/admin/users" SeeUsers find_users FindUsersAsOperator => UsersForOperator: "Who has this name or id";
    Get "/v1/admin/users/{user}" SeeUsers user_details GetUserAsOperator => UserDetails: "Profile, devices, suspension";
    Get "/v1/admin/users/{user}/wallet" SeeMoney wallet_of GetWalletAsOperator => Wallet: "What somebody has";
    Put "/v1/admin/users/{user}/level" SetLevels set_level SetAccountLevel => Wallet: "Set the level that limits go by";
    Get "/v1/admin/users/{user}/statement" SeeMoney statement_of GetStatementAsOperator => Statement: "Somebody's movements, newest first";
    Get "/v1/admin/orders" SeeMoney list_orders ListOrdersAsOperator => OrdersForOperator: "Top-ups and withdrawals, a page at a time";
    Get "/v1/admin/orders/{order}" SeeMoney order_life GetOrderAsOperator => OrderLife: "One order, step by step";
    Post "/v1/admin/orders/{order}/ask" SettleOrders ask_order AskOrder => OrderLife: "Have the provider asked now";
    Post "/v1/admin/orders/{order}/settle" SettleOrders settle_order SettleOrder => OrderLife: "End one whose end is certain";
    Post "/v1/admin/orders/{order}/close" SettleOrders close_raised CloseRaised => OrderLife: "Say that a contradiction is dealt with";
    Get "/v1/admin/packets/{packet}" SeePackets any_packet GetPacketAsOperator => Packet: "Any packet, with who got what";
    Get "/v1/admin/settings" SeeSettings settings_state GetSettings => SettingsState: "All settings as they hold now";
    Put "/v1/admin/settings/{name}" ChangeSettings change_setting ChangeSetting => SettingChanged: "Change a setting";
    Get "/v1/admin/settings/history" SeeSettings setting_history GetSettingHistory => SettingHistory: "How settings were changed";
    Get "/v1/admin/risk/rules" SeeRisk risk_rules GetRiskRules => RiskRules: "The rules of risk control";
    Get "/v1/admin/risk/rules/history" SeeRisk risk_rule_history GetRiskRuleHistory => RiskRuleHistory: "How rules were changed, newest first";
    Post "/v1/admin/risk/rules" ChangeRiskRules add_risk_rule AddRiskRule => RiskRules: "Add a rule";
    Put "/v1/admin/risk/rules/{id}" ChangeRiskRules change_risk_rule ChangeRiskRule => RiskRules: "Change a rule";
    Post "/v1/admin/risk/rules/{id}/drop" ChangeRiskRules drop_risk_rule DropRiskRule => RiskRules: "Take a rule away";
    Get "/v1/admin/risk/hits" SeeRisk risk_hits GetRiskHits => RiskHits: "What rules did, or would have done";
    Get "/v1/admin/risk/suspensions" SeeRisk suspensions GetSuspensions => Suspensions: "Who is suspended";
    Put "/v1/admin/risk/suspensions/{user}" ControlRisk suspend_user SuspendUser => SuspensionChanged: "Suspend, or move the end";
    Post "/v1/admin/risk/suspensions/{user}/lift" ControlRisk lift_suspension LiftSuspension => SuspensionChanged: "End a suspension";
    Get "/v1/admin/reconciliation/differences" SeeReconciliation list_differences ListDifferences => Differences: "Where books disagree, a page at a time";
    Get "/v1/admin/reconciliation/differences/{difference}" SeeReconciliation get_difference GetDifference => DifferenceDetails: "One difference with its evidence";
    Post "/v1/admin/reconciliation/differences/{difference}/close" Reconcile close_difference CloseDifference => DifferenceClosed: "Say what was done about it";
    Get "/v1/admin/reconciliation/runs" SeeReconciliation reconciliation_runs ListReconciliationRuns => ReconciliationRuns: "How far it is, and the newest run of each day";
    Post "/v1/admin/reconciliation/runs" Reconcile run_reconciliation RunReconciliation => ReconciliationAsked: "Reconcile a closed day again";
    Get "/v1/admin/audit" SeeAudit audit GetAudit => AuditPage: "What operators did, newest first";
};
