//! What operators do about risk, disputes, levels and orders.

use laisee_core::{
    command::{
        AskOrder, ChangeRules, CloseRaised, Command, DecideDispute, LiftSuspension, SetLevel, SettleOrder, SuspendUser,
    },
    guard::Level,
    ids::{Millis, OperatorId, OrderId, TransferId, UserId},
    risk::{Consequence, Rule, RuleId, RuleKind, change_rules::RuleChange},
};

use crate::world::World;

/// Rules made in a world at most.
const RULES_MAX: u64 = 6;

pub fn tune_rules(world: &mut World, _: usize) -> bool {
    let kinds = [
        RuleKind::Opens,
        RuleKind::Opens,
        RuleKind::Strangers,
        RuleKind::SharedDevice,
        RuleKind::CircularFlow,
        RuleKind::RefundRate { of_at_least: 2 },
    ];
    let kind = kinds[world.chance.index(kinds.len())];
    let for_ms = world.chance.between(1_000, 30_000);
    let consequence =
        if world.chance.happens(800) { Consequence::Suspend { for_ms, self_release: true } } else { Consequence::Flag };
    let rule = Rule {
        id: RuleId(0),
        name: "simulated".into(),
        kind,
        window_ms: world.chance.between(1_000, 120_000),
        threshold: world.chance.between(2, 4) as u32,
        consequence,
        enabled: true,
        dry_run: world.chance.happens(200),
    };
    // Nobody looked at the rules before, so the sequence is a guess, which is often stale.
    let expected = world.chance.below(RULES_MAX);
    let change = RuleChange::Put(rule);
    let (by, reason) = (OperatorId::HOST, "tuning".to_owned());
    world.ask_once(Command::ChangeRules(ChangeRules { expected, change, by, reason }));
    true
}

fn somebody(world: &mut World) -> Option<UserId> {
    let users: Vec<u64> = world.people.iter().filter_map(|person| person.user).collect();
    world.chance.pick(&users).map(|user| UserId(*user))
}

pub fn suspend(world: &mut World, device: usize) -> bool {
    let Some(user) = somebody(world) else { return false };
    let until = Millis(world.device_now(device)).plus(world.chance.between(2_000, 60_000));
    let self_release = world.chance.happens(500);
    let (by, reason) = (OperatorId::HOST, "asked about".to_owned());
    world.ask_once(Command::SuspendUser(SuspendUser { user, until, self_release, by, reason }));
    true
}

pub fn lift(world: &mut World, _: usize) -> bool {
    let Some(user) = somebody(world) else { return false };
    let lift = LiftSuspension { user, by: OperatorId::HOST, reason: "a mistake".into() };
    world.ask_once(Command::LiftSuspension(lift));
    true
}

/// Ends an order by hand, has it asked about, or closes what was raised, whether or not any of it is allowed.
pub fn handle_order(world: &mut World, _: usize) -> bool {
    let orders = world.auditor.orders_without_end();
    let Some(order) = world.chance.pick(&orders).map(|order| OrderId(*order)) else { return false };
    let (by, reason) = (OperatorId::HOST, "it has been a day".to_owned());
    let command = match world.chance.below(4) {
        0 => Command::AskOrder(AskOrder { order, by, reason }),
        1 => Command::CloseRaised(CloseRaised { order, by, reason }),
        _ => Command::SettleOrder(SettleOrder { order, by, reason }),
    };
    world.ask_once(command);
    true
}

/// Decides one dispute, now and then together with an operator who means otherwise.
pub fn decide(world: &mut World, _: usize) -> bool {
    let disputes = world.auditor.disputes();
    let Some(transfer) = world.chance.pick(&disputes).copied() else { return false };
    let returned = world.chance.happens(500);
    decide_as(world, OperatorId::HOST, transfer, returned);
    if world.chance.happens(200) {
        decide_as(world, OperatorId(7), transfer, !returned);
    }
    true
}

/// No dispute stays without a decision.
pub fn decide_all(world: &mut World) {
    for transfer in world.auditor.disputes() {
        let returned = world.chance.happens(500);
        decide_as(world, OperatorId::HOST, transfer, returned);
    }
}

fn decide_as(world: &mut World, by: OperatorId, transfer: u64, returned: bool) {
    let reason = if world.chance.happens(50) { String::new() } else { "as the chat shows".to_owned() };
    let transfer = TransferId(transfer);
    world.ask_once(Command::DecideDispute(DecideDispute { by, transfer, returned, reason }));
}

pub fn set_level(world: &mut World, _: usize) -> bool {
    let Some(user) = somebody(world) else { return false };
    let levels = [Level::New, Level::Ordinary, Level::Verified];
    // Nobody looked before, so what is expected is a guess.
    let (level, expected) = (levels[world.chance.index(3)], levels[world.chance.index(3)]);
    let (by, reason) = (OperatorId::HOST, "known in person".to_owned());
    world.ask_once(Command::SetLevel(SetLevel { user, level, expected, by, reason }));
    true
}
