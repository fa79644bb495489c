use std::collections::BTreeMap;

use laisee_wire::v1::{Movement, MovementKind, Order, OrderKind, OrderStatus};

use super::Findings;
use crate::ledger::{Ordered, Owner};

/// What a user's orders come to, in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Orders {
    pub put_in: i64,
    pub taken_out: i64,
    /// Of withdrawals that have not come to their end.
    pub held: i64,
}

/// Whether an order has come to its end.
pub(crate) fn ended(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::Succeeded | OrderStatus::Failed | OrderStatus::Returned)
}

/// What must hold between a user's orders, its statement, what is held, and what was acknowledged.
///
/// `exact`: everything was acknowledged, so there is no other order.
pub(crate) fn order_laws(
    user: u64,
    owner: &Owner,
    orders: &[Order],
    lines: &[Movement],
    held: i64,
    exact: bool,
    findings: &mut Findings,
) -> Orders {
    let mut by_id: BTreeMap<u64, &Order> = BTreeMap::new();
    let mut requests: BTreeMap<(i32, i64, &str), u64> = BTreeMap::new();
    for order in orders {
        if by_id.insert(order.id, order).is_some() {
            findings.add("W8", format!("user {user}: order {} is listed twice", order.id));
        }
        // The amounts of a user's top-ups differ, and so do the destinations of its withdrawals.
        let request = (order.kind, order.amount, order.destination.as_str());
        if let Some(other) = requests.insert(request, order.id) {
            findings.add("W2", format!("user {user}: {} and {other} were ordered by one request", order.id));
        }
    }
    let of = |kind: OrderKind| move |ordered| (kind, ordered);
    let top_ups = owner.top_ups.values().map(of(OrderKind::TopUp));
    let acknowledged: BTreeMap<u64, (OrderKind, &Ordered)> = top_ups
        .chain(owner.withdrawals.values().map(of(OrderKind::Withdrawal)))
        .map(|(kind, ordered)| (ordered.order, (kind, ordered)))
        .collect();
    for (id, &(kind, ordered)) in &acknowledged {
        let same = |order: &&&Order| {
            (order.kind(), order.amount) == (kind, ordered.amount) && order.destination == ordered.destination
        };
        if by_id.get(id).filter(same).is_none() {
            let found = by_id.get(id);
            findings.add("W8", format!("user {user}: {kind:?} {ordered:?} was acknowledged, there is {found:?}"));
        }
    }
    let mut moved: BTreeMap<u64, Vec<(i32, i64)>> = by_id.keys().map(|&id| (id, Vec::new())).collect();
    for line in lines.iter().filter(|line| line.order != 0) {
        moved.entry(line.order).or_default().push((line.kind, line.amount));
    }
    for (id, moved) in moved {
        let expected = by_id.get(&id).map_or_else(Vec::new, |order| movements(order));
        if moved != expected {
            let order = by_id.get(&id);
            findings.add("W8", format!("user {user}: order {id} is {order:?} and moved {moved:?}"));
        }
    }
    let mut sums = Orders::default();
    for order in by_id.values() {
        if exact && !acknowledged.contains_key(&order.id) {
            findings.add("W8", format!("user {user}: {order:?} was never acknowledged"));
        }
        match (order.kind(), order.status()) {
            (OrderKind::TopUp, OrderStatus::Succeeded) => sums.put_in += order.amount,
            (OrderKind::Withdrawal, OrderStatus::Succeeded) => sums.taken_out += order.amount,
            (OrderKind::Withdrawal, status) if !ended(status) => sums.held += order.amount,
            _ => {}
        }
    }
    if sums.held != held {
        findings.add("W8", format!("user {user}: {held} is held, its open withdrawals are {}", sums.held));
    }
    sums
}

/// The lines that an order leaves in the statement.
fn movements(order: &Order) -> Vec<(i32, i64)> {
    let line = |kind: MovementKind, amount: i64| (kind as i32, amount);
    let status = order.status();
    match order.kind() {
        OrderKind::Unspecified => Vec::new(),
        OrderKind::TopUp if status == OrderStatus::Succeeded => vec![line(MovementKind::TopUp, order.amount)],
        OrderKind::TopUp => Vec::new(),
        OrderKind::Withdrawal => {
            let mut lines = vec![line(MovementKind::Withdrawal, -order.amount)];
            if matches!(status, OrderStatus::Failed | OrderStatus::Returned) {
                lines.push(line(MovementKind::WithdrawalReturned, order.amount));
            }
            lines
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(id: u64, kind: OrderKind, status: OrderStatus, amount: i64, destination: &str) -> Order {
        let (kind, status, destination) = (kind as i32, status as i32, destination.into());
        Order { id, kind, status, amount, destination, ..Order::default() }
    }

    fn line(order: u64, kind: MovementKind, amount: i64) -> Movement {
        Movement { order, kind: kind as i32, amount, ..Movement::default() }
    }

    /// A top-up, and three withdrawals: carried out, under way, failed.
    fn good() -> (Vec<Order>, Vec<Movement>) {
        let orders = vec![
            order(1, OrderKind::TopUp, OrderStatus::Succeeded, 100, ""),
            order(2, OrderKind::Withdrawal, OrderStatus::Succeeded, 10, "a"),
            order(3, OrderKind::Withdrawal, OrderStatus::Unknown, 20, "b"),
            order(4, OrderKind::Withdrawal, OrderStatus::Failed, 30, "c"),
        ];
        let lines = vec![
            line(1, MovementKind::TopUp, 100),
            line(2, MovementKind::Withdrawal, -10),
            line(3, MovementKind::Withdrawal, -20),
            line(4, MovementKind::Withdrawal, -30),
            line(4, MovementKind::WithdrawalReturned, 30),
        ];
        (orders, lines)
    }

    fn rules(change: impl FnOnce(&mut Vec<Order>, &mut Vec<Movement>, &mut i64), exact: bool) -> Vec<String> {
        let ordered = |order, amount, destination: &str| Ordered { order, amount, destination: destination.into() };
        let owner = Owner {
            top_ups: [("t".into(), ordered(1, 100, ""))].into(),
            withdrawals: [("w".into(), ordered(2, 10, "a")), ("x".into(), ordered(3, 20, "b"))].into(),
            ..Owner::default()
        };
        let ((mut orders, mut lines), mut held, mut findings) = (good(), 20, Findings::default());
        change(&mut orders, &mut lines, &mut held);
        order_laws(9, &owner, &orders, &lines, held, exact, &mut findings);
        findings.kept.into_iter().map(|violation| violation.rule).collect()
    }

    #[test]
    fn every_order_is_there_once_with_its_movements() {
        assert!(rules(|_, _, _| (), false).is_empty());
        assert_eq!(rules(|_, _, _| (), true), ["W8"], "the failed one was never acknowledged");
        assert_eq!(rules(|_, _, held| *held = 0, false), ["W8"]);
        assert_eq!(rules(|_, lines, _| drop(lines.remove(0)), false), ["W8"]);
        assert_eq!(rules(|_, lines, _| lines.push(line(1, MovementKind::TopUp, 100)), false), ["W8"]);
        assert_eq!(rules(|_, lines, _| drop(lines.pop()), false), ["W8"]);
        assert_eq!(rules(|_, lines, _| lines.push(line(3, MovementKind::WithdrawalReturned, 20)), false), ["W8"]);
        assert_eq!(rules(|_, lines, _| lines.push(line(5, MovementKind::TopUp, 1)), false), ["W8"]);
        assert_eq!(rules(|orders, _, _| orders[1].amount = 11, false), ["W8", "W8"]);
        assert_eq!(rules(|orders, _, _| orders[0].status = OrderStatus::Failed as i32, false), ["W8"]);
        let twice = |orders: &mut Vec<Order>, lines: &mut Vec<Movement>, _: &mut i64| {
            orders.push(order(6, OrderKind::TopUp, OrderStatus::Succeeded, 100, ""));
            lines.push(line(6, MovementKind::TopUp, 100));
        };
        assert_eq!(rules(twice, false), ["W2"]);
    }

    #[test]
    fn sums_tell_where_the_money_is() {
        let ((orders, lines), mut findings) = (good(), Findings::default());
        let sums = order_laws(9, &Owner::default(), &orders, &lines, 20, false, &mut findings);
        assert_eq!((sums, findings.count), (Orders { put_in: 100, taken_out: 10, held: 20 }, 0));
    }
}
