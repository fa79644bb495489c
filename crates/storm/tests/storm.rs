//! A storm against a server in memory: clean when it keeps the laws, noticed when it breaks any one of them.

#![allow(clippy::unwrap_used)]

mod fake;

use std::time::Duration;

use fake::{Broken, Fake};
use laisee_storm::{Mix, Plan, Record, Report, Verification, idle, opens, run, verify};
use tokio::time::sleep;

fn plan(address: &str) -> Plan {
    Plan {
        addresses: vec![address.to_owned()],
        seed: 11,
        users: 7,
        group_size: 3,
        top_up: 5_000,
        duration_ms: 1_500,
        in_flight: 2,
        transfer_max: 500,
        withdrawal_max: 200,
        mix: Mix {
            message: 30,
            packet: 12,
            open: 25,
            read: 5,
            repeat: 15,
            transfer: 12,
            receive: 12,
            recall: 4,
            top_up: 1,
            withdraw: 5,
        },
        json_every: 3,
        settle_ms: 2_000,
        quiet: true,
        ..Plan::default()
    }
}

fn rules(report: &Report) -> Vec<&str> {
    let all = report.violations.iter().chain(&report.verification.violations);
    all.map(|violation| violation.rule.as_str()).collect()
}

#[tokio::test]
async fn a_server_that_keeps_the_laws_is_clean_and_its_ledger_verifies() {
    let fake = Fake::start(Broken::Nothing).await;
    let ledger = std::env::temp_dir().join(format!("laisee-storm-{}", std::process::id()));
    let report = run(Plan { ledger: Some(ledger.clone()), ..plan(&fake.address) }).await.unwrap();
    assert!(report.is_clean(), "{:?} {:?}", report.violations, report.verification);
    for kind in ["message", "deliver", "packet", "open", "read", "repeat", "look", "transfer", "accept", "withdraw"] {
        assert!(report.operations.get(kind).is_some_and(|o| o.count > 5), "{kind}: {:?}", report.operations);
    }
    for kind in ["return", "give_back", "recall", "order"] {
        assert!(report.operations.contains_key(kind), "{kind}: {:?}", report.operations);
    }
    let Verification { transfers, withdrawals, taken_out, .. } = report.verification;
    assert!(transfers > 5 && withdrawals > 5 && taken_out > 0, "{:?}", report.verification);
    let verification = verify(std::slice::from_ref(&fake.address), &ledger).await.unwrap();
    assert_eq!((verification.violation_count, verification.users), (0, 7), "{:?}", verification.violations);
    assert!(Record::read(&ledger).unwrap().complete);
    std::fs::remove_file(ledger).unwrap();
}

#[tokio::test]
async fn cut_connections_lose_and_double_nothing() {
    let fake = Fake::start(Broken::Nothing).await;
    let storm = tokio::spawn(run(Plan { duration_ms: 4_000, rate: 400.0, settle_ms: 15_000, ..plan(&fake.address) }));
    for wait_ms in [700, 90, 400, 250, 30, 610, 333, 5, 150] {
        sleep(Duration::from_millis(wait_ms)).await;
        fake.cut();
    }
    let report = storm.await.unwrap().unwrap();
    assert!(report.is_clean(), "{:?} {:?}", report.violations, report.verification);
    assert!(report.reconnects > 10 && report.operations["message"].count > 100, "{report:?}");
}

#[tokio::test]
async fn c8_an_address_that_does_not_answer_is_passed_over() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let fake = Fake::start(Broken::Nothing).await;
    let addresses = vec![dead, fake.address.clone()];
    let report = run(Plan { addresses, duration_ms: 300, ..plan(&fake.address) }).await.unwrap();
    assert!(report.is_clean() && report.operations["message"].count > 5, "{report:?}");
}

/// The first storm that finds `expected` broken. A short one may do nothing of the kind; ten do.
async fn noticed(broken: Broken, expected: &str) -> Report {
    for seed in 1..=10 {
        let fake = Fake::start(broken).await;
        let plan = Plan { seed, duration_ms: 900, settle_ms: 1_000, ..plan(&fake.address) };
        let report = run(plan).await.unwrap();
        if rules(&report).contains(&expected) {
            return report;
        }
    }
    panic!("{broken:?}: ten storms do not notice {expected}");
}

#[tokio::test]
async fn every_broken_law_is_noticed() {
    for (broken, expected) in [
        (Broken::LosesMessages, "M1"),
        (Broken::DoublesMessages, "M2"),
        (Broken::ForgetsClientIds, "M2"),
        (Broken::SharesTwice, "P4"),
        (Broken::Overpays, "D3"),
        (Broken::CheatsAtDraw, "D3"),
        (Broken::TwoFaced, "M6"),
        (Broken::ForgetsTransferIds, "W2"),
        (Broken::AcceptsTooEarly, "F3"),
        (Broken::ReturnsWhatWasAccepted, "F8"),
    ] {
        let report = noticed(broken, expected).await;
        assert!(!report.is_clean(), "{broken:?}: {:?}", rules(&report));
    }
}

#[tokio::test]
async fn wrong_credits_are_noticed_when_comparing() {
    let cases = [
        (Broken::LosesCredits, "W2"),
        (Broken::DoublesCredits, "W2"),
        (Broken::LosesTransfers, "F1"),
        (Broken::CreditsTransfersTwice, "F8"),
        (Broken::KeepsWhatGoesBack, "F8"),
        (Broken::LosesTopUps, "W8"),
        (Broken::ForgetsToHold, "W8"),
    ];
    let mut all = tokio::task::JoinSet::new();
    for (broken, expected) in cases {
        all.spawn(async move {
            let report = noticed(broken, expected).await;
            assert_eq!(report.violation_count, 0, "{broken:?}: {:?}", report.violations);
        });
    }
    while let Some(case) = all.join_next().await {
        case.unwrap();
    }
}

#[tokio::test]
async fn opens_are_measured_alone() {
    let fake = Fake::start(Broken::Nothing).await;
    let plan = opens::OpensPlan {
        addresses: vec![fake.address.clone()],
        connections: 5,
        in_flight: 3,
        packets: 40,
        ..opens::OpensPlan::default()
    };
    let report = opens::opens(plan).await.unwrap();
    assert_eq!((report.opens.count, report.cut_off), (200, false), "{report:?}");
    assert!(report.errors.is_empty() && report.opens.p99_ms > 0.0);
}

#[tokio::test]
async fn idle_connections_stand_and_beat() {
    let fake = Fake::start(Broken::Nothing).await;
    let plan = idle::IdlePlan {
        addresses: vec![fake.address.clone()],
        connections: 30,
        connections_per_user: 3,
        heartbeat_ms: 100,
        ..idle::IdlePlan::default()
    };
    let report = idle::idle(plan, Duration::from_millis(600)).await.unwrap();
    assert_eq!((report.standing, report.lost, report.connects.count), (30, 0, 30));
    assert!(report.heartbeats.count > 100, "{report:?}");
}
