//! What operators may do: one table.

use serde::{Deserialize, Serialize};

/// Each may do what those before it may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Role {
    Viewer,
    Support,
    Finance,
    Admin,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Support, Self::Finance, Self::Admin];

    /// As it is written and shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Support => "support",
            Self::Finance => "finance",
            Self::Admin => "admin",
        }
    }

    /// The role of this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least()
    }
}

/// One kind of thing that an operator may do, or not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Permission {
    /// Whatever concerns the operator's own sign-in.
    BeOneself,
    SeeFigures,
    SeeSettings,
    /// Who people are: profiles, sessions and devices.
    SeeUsers,
    SeePackets,
    SeeAudit,
    SeeRisk,
    /// Lift and extend suspensions.
    ControlRisk,
    SeeDisputes,
    DecideDisputes,
    /// Wallets, statements and orders.
    SeeMoney,
    /// Set account levels. They are limits on money, so whoever may see none may not raise them.
    SetLevels,
    /// Have the provider asked about orders, and settle those that are certain.
    SettleOrders,
    SeeReconciliation,
    /// Close differences and run again.
    Reconcile,
    ChangeRiskRules,
    ChangeSettings,
    SeeOperators,
    ChangeOperators,
}

impl Permission {
    pub const ALL: [Self; 19] = [
        Self::BeOneself,
        Self::SeeFigures,
        Self::SeeSettings,
        Self::SeeUsers,
        Self::SeePackets,
        Self::SeeAudit,
        Self::SeeRisk,
        Self::ControlRisk,
        Self::SeeDisputes,
        Self::DecideDisputes,
        Self::SeeMoney,
        Self::SetLevels,
        Self::SettleOrders,
        Self::SeeReconciliation,
        Self::Reconcile,
        Self::ChangeRiskRules,
        Self::ChangeSettings,
        Self::SeeOperators,
        Self::ChangeOperators,
    ];

    /// As the console knows it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::BeOneself => "be-oneself",
            Self::SeeFigures => "see-figures",
            Self::SeeSettings => "see-settings",
            Self::SeeUsers => "see-users",
            Self::SeePackets => "see-packets",
            Self::SeeAudit => "see-audit",
            Self::SeeRisk => "see-risk",
            Self::ControlRisk => "control-risk",
            Self::SeeDisputes => "see-disputes",
            Self::DecideDisputes => "decide-disputes",
            Self::SeeMoney => "see-money",
            Self::SetLevels => "set-levels",
            Self::SettleOrders => "settle-orders",
            Self::SeeReconciliation => "see-reconciliation",
            Self::Reconcile => "reconcile",
            Self::ChangeRiskRules => "change-risk-rules",
            Self::ChangeSettings => "change-settings",
            Self::SeeOperators => "see-operators",
            Self::ChangeOperators => "change-operators",
        }
    }

    /// The least role that has it.
    #[must_use]
    pub fn least(self) -> Role {
        match self {
            Self::BeOneself | Self::SeeFigures | Self::SeeSettings => Role::Viewer,
            Self::SeeUsers
            | Self::SeePackets
            | Self::SeeAudit
            | Self::SeeRisk
            | Self::ControlRisk
            | Self::SeeDisputes => Role::Support,
            Self::DecideDisputes
            | Self::SeeMoney
            | Self::SetLevels
            | Self::SettleOrders
            | Self::SeeReconciliation
            | Self::Reconcile => Role::Finance,
            Self::ChangeRiskRules | Self::ChangeSettings | Self::SeeOperators | Self::ChangeOperators => Role::Admin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_rise_and_are_found_by_their_words() {
        assert!(Role::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        for role in Role::ALL {
            assert_eq!(Role::of_word(role.word()), Some(role));
        }
        assert_eq!(Role::of_word("root"), None);
    }

    #[test]
    fn every_permission_is_listed_with_a_word_of_its_own() {
        let words: std::collections::BTreeSet<_> = Permission::ALL.map(Permission::word).into_iter().collect();
        assert_eq!(words.len(), Permission::ALL.len());
        assert_eq!(Permission::ALL.last().map(|last| *last as usize), Some(Permission::ALL.len() - 1));
    }

    #[test]
    fn a_role_may_do_what_lower_ones_may_and_nothing_of_higher_ones() {
        assert!(Role::Viewer.may(Permission::SeeFigures) && !Role::Viewer.may(Permission::SeeUsers));
        assert!(Role::Support.may(Permission::ControlRisk) && !Role::Support.may(Permission::SeeMoney));
        assert!(Role::Finance.may(Permission::DecideDisputes) && !Role::Finance.may(Permission::ChangeSettings));
        assert!(Role::Admin.may(Permission::ChangeOperators) && Role::Admin.may(Permission::SeeFigures));
    }
}
