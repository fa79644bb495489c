use std::collections::HashMap;

use laisee_wire::v1::BalanceNotice;

use super::Findings;

/// Wallets as their pushed balances show them. Notices may be lost, so only neighbours are compared.
#[derive(Debug, Default)]
pub(crate) struct Wallets(HashMap<u64, (u64, i64)>);

impl Wallets {
    /// A user was told a movement.
    pub(crate) fn moved(&mut self, user: u64, notice: &BalanceNotice, findings: &mut Findings) {
        let Some(movement) = &notice.movement else { return };
        if movement.balance < 0 || notice.balance < 0 {
            findings.add("W3", format!("user {user}: a balance of {}", movement.balance));
        }
        match self.0.get(&user) {
            Some(&(number, balance))
                if movement.number == number + 1 && balance + movement.amount != movement.balance =>
            {
                let amount = movement.amount;
                findings.add("W4", format!("user {user}: {balance} and {amount} make {}", movement.balance));
            }
            Some(&(number, balance)) if movement.number == number && balance != movement.balance => {
                findings.add("W4", format!("user {user}: line {number} was {balance}, now {}", movement.balance));
            }
            _ => {}
        }
        let newest = self.0.entry(user).or_default();
        if movement.number >= newest.0 {
            *newest = (movement.number, movement.balance);
        }
    }
}

#[cfg(test)]
mod tests {
    use laisee_wire::v1::Movement;

    use super::*;

    #[test]
    fn neighbouring_lines_must_add_up() {
        let rows = [
            (vec![(1, 10, 10), (2, -3, 7)], 0),
            (vec![(1, 10, 10), (3, -3, 5)], 0),
            (vec![(1, 10, 10), (2, -3, 8)], 1),
            (vec![(1, 10, 10), (1, 10, 11)], 1),
            (vec![(2, 1, 11), (1, 10, 10)], 0),
            (vec![(1, -1, -1)], 1),
        ];
        for (lines, expected) in rows {
            let (mut wallets, mut findings) = (Wallets::default(), Findings::default());
            for &(number, amount, balance) in &lines {
                let movement = Some(Movement { number, amount, balance, ..Movement::default() });
                wallets.moved(1, &BalanceNotice { balance, movement }, &mut findings);
            }
            assert_eq!(findings.count, expected, "{lines:?}");
        }
    }
}
