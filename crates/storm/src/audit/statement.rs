use std::collections::BTreeMap;

use laisee_wire::v1::{Movement, MovementKind};

use super::Findings;
use crate::ledger::Owner;

/// What must hold between a user's whole statement (oldest line first), balance, and what was acknowledged of packets.
/// Lines of orders and transfers are for `order_laws` and `listed_laws`.
///
/// `exact`: everything the user did was acknowledged, so there is nothing else in the statement either.
pub(crate) fn statement_laws(
    user: u64,
    owner: &Owner,
    lines: &[Movement],
    balance: i64,
    exact: bool,
    findings: &mut Findings,
) {
    let mut running = 0;
    for (nth, line) in lines.iter().enumerate() {
        running += line.amount;
        if line.number != nth as u64 + 1 {
            findings.add("W4", format!("user {user}: line {} stands at place {}", line.number, nth + 1));
        }
        if line.balance != running || running < 0 {
            findings
                .add("W4", format!("user {user}: line {} says {}, the sum is {running}", line.number, line.balance));
        }
    }
    if running != balance {
        findings.add("W4", format!("user {user}: balance {balance}, the sum of the statement is {running}"));
    }
    let mut found: BTreeMap<(i32, u64, i64), u32> = BTreeMap::new();
    for line in lines {
        match [line.packet, line.transfer, line.order].iter().filter(|&&id| id != 0).count() {
            1 if line.packet != 0 => *found.entry((line.kind, line.packet, line.amount)).or_default() += 1,
            1 => {}
            ids => findings.add("W4", format!("user {user}: line {} names {ids} causes", line.number)),
        }
    }
    let kind = |kind: MovementKind| kind as i32;
    let sent = owner.sent.iter().map(|(&packet, &amount)| (kind(MovementKind::PacketSent), packet, -amount));
    let opened = owner.opened.iter().map(|(&packet, &(amount, _))| (kind(MovementKind::PacketOpened), packet, amount));
    for key in sent.chain(opened) {
        match found.remove(&key) {
            Some(1) => {}
            times => {
                let times = times.unwrap_or(0);
                findings.add("W2", format!("user {user}: acknowledged {} stands {times} times", describe(key)));
            }
        }
    }
    for (key, times) in found {
        if times > 1 {
            findings.add("W2", format!("user {user}: {} stands {times} times", describe(key)));
        } else if exact && key.0 != kind(MovementKind::PacketRefund) {
            findings.add("W2", format!("user {user}: {} was never acknowledged", describe(key)));
        }
    }
}

fn describe((kind, packet, amount): (i32, u64, i64)) -> String {
    let kind = MovementKind::try_from(kind).unwrap_or_default().as_str_name();
    format!("{} of {amount} (packet {packet})", kind.trim_start_matches("MOVEMENT_KIND_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u64, kind: MovementKind, packet: u64, amount: i64, balance: i64) -> Movement {
        let order = u64::from(kind == MovementKind::TopUp) * number;
        Movement { number, kind: kind as i32, packet, order, amount, balance, ..Movement::default() }
    }

    fn good() -> Vec<Movement> {
        vec![
            line(1, MovementKind::TopUp, 0, 100, 100),
            line(2, MovementKind::PacketSent, 7, -60, 40),
            line(3, MovementKind::PacketOpened, 7, 10, 50),
            line(4, MovementKind::PacketRefund, 7, 50, 100),
        ]
    }

    fn count(lines: &[Movement], balance: i64, exact: bool) -> u64 {
        let owner = Owner { sent: [(7, 60)].into(), opened: [(7, (10, 0))].into(), ..Owner::default() };
        let mut findings = Findings::default();
        statement_laws(1, &owner, lines, balance, exact, &mut findings);
        findings.count
    }

    #[test]
    fn every_acknowledged_movement_stands_exactly_once() {
        assert_eq!(count(&good(), 100, true), 0);
        assert_eq!(count(&good(), 99, true), 1);
        assert_eq!(count(&good()[..2], 40, true), 1);
        let twice = [good(), vec![line(5, MovementKind::PacketOpened, 7, 10, 110)]].concat();
        assert_eq!(count(&twice, 110, true), 1);
        let more = [good(), vec![line(5, MovementKind::PacketOpened, 8, 1, 101)]].concat();
        assert_eq!(count(&more, 101, true), 1);
        assert_eq!(count(&more, 101, false), 0);
        let refunded_twice = [good(), vec![line(5, MovementKind::PacketRefund, 7, 50, 150)]].concat();
        assert_eq!(count(&refunded_twice, 150, false), 1);
        let nowhere = [good(), vec![line(5, MovementKind::PacketOpened, 0, 1, 101)]].concat();
        assert_eq!(count(&nowhere, 101, false), 1);
        let mut torn = good();
        torn[2].number = 9;
        assert_eq!(count(&torn, 100, true), 1);
    }
}
