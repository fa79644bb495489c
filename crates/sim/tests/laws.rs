//! A world that breaks a law is noticed: one way to break each, and the law that it breaks.

#![allow(clippy::unwrap_used)]

use laisee_sim::{auditor::Law, broken::Broken, live};

/// Seeds within which a broken world must be noticed.
const SEEDS_MAX: u64 = 60;

/// The law that a broken world is first seen to break, with how many seeds it took. Whatever else it breaks afterwards
/// does not count.
fn noticed(broken: Broken) -> Option<(Law, u64)> {
    (1..=SEEDS_MAX).find_map(|seed| live(seed, Some(broken)).violation.map(|violation| (violation.law, seed)))
}

/// Which laws a way of breaking may be seen to break. Several, where it depends on what happens next.
fn breaks(broken: Broken) -> &'static [Law] {
    match broken {
        Broken::ReplyBeforeAppend | Broken::AppendForgotten => &[Law::ToldIsDurable, Law::LogKept],
        Broken::LogLosesTail => &[Law::LogKept],
        Broken::CreditTwice | Broken::CreditTooHigh => &[Law::MoneyConserved],
        // Whatever note comes a second time first.
        Broken::WatermarkForgotten => &[Law::MoneyConserved, Law::CardOrRefund],
        Broken::CreditLost => &[Law::Converges],
        Broken::SentForgotten | Broken::OnceForgotten => &[Law::OnceOnly],
        Broken::Overdrawn => &[Law::NoOverdraft],
        Broken::ShareChanged | Broken::SecretChanged => &[Law::DrawFair],
        Broken::ClaimTwice => &[Law::ClaimOnce],
        Broken::OrderSettledTwice | Broken::OrderAmountChanged => &[Law::OrderOnce],
        Broken::LimitsForgotten => &[Law::LimitKept],
        Broken::PinForgotten => &[Law::PinAsked],
        Broken::ListTooShort => &[Law::ListsWhole],
        Broken::OrderUnmarked | Broken::OutcomeChanged | Broken::SettledByGuess => &[Law::ProviderAgrees],
        Broken::TransferEndsTwice => &[Law::TransferOnce],
        Broken::TransferBackTooLow | Broken::TransferRepaidTooMuch => &[Law::TransferExact],
        Broken::TransferArrivesEarly | Broken::RecallTooLate => &[Law::TransferInTime],
        Broken::FrozenArrives => &[Law::FreezeKept],
        Broken::CardAndRefund => &[Law::CardOrRefund],
        Broken::TransferNoteLost => &[Law::NewsArrive],
        Broken::RefundTooLow => &[Law::PacketExact],
        Broken::ShareToldWrong | Broken::TransferToldWrong | Broken::AnswerChanged | Broken::BalanceToldWrong => {
            &[Law::ToldIsDurable]
        }
        Broken::TimersStopped => &[Law::Converges],
        Broken::SeqGap => &[Law::SeqUnbroken],
        Broken::GivenTwice | Broken::GivenOutOfOrder | Broken::NeverGiven => &[Law::ReaderInOrder],
        Broken::GivenChanged => &[Law::ReadersAgree],
        Broken::UnreadWrong | Broken::ReadMarkLost => &[Law::UnreadRight],
        // What the views lack may be loaded again before the end.
        Broken::ViewDrifts => &[Law::ReplayEqual, Law::MoneyConserved, Law::UnreadRight],
        Broken::ReplayDiffers => &[Law::ReplayEqual],
        Broken::ViewRowChanged => &[Law::BooksAgree],
        Broken::SuspensionForgotten | Broken::ReleasedWithoutCode => &[Law::SuspensionKept],
        Broken::SuspensionNoteLost => &[Law::NewsArrive],
        Broken::FriendNoteLost => &[Law::Converges],
        Broken::SettingsNoteLost => &[Law::NewsArrive],
    }
}

#[test]
fn every_way_to_break_the_system_is_noticed() {
    let mut wrong = vec![];
    for broken in Broken::ALL {
        let found = noticed(*broken);
        println!("{broken:?}: {found:?}");
        if !found.is_some_and(|(law, _)| breaks(*broken).contains(&law)) {
            wrong.push((*broken, found));
        }
    }
    assert_eq!(wrong, [], "not noticed, or as something else");
}

/// Laws with a way to break them above: all but the one that only says that something else stopped the world.
#[test]
fn every_law_has_a_way_to_be_broken() {
    let laws = [
        Law::LogKept,
        Law::MoneyConserved,
        Law::NoOverdraft,
        Law::PacketExact,
        Law::ClaimOnce,
        Law::OrderOnce,
        Law::LimitKept,
        Law::PinAsked,
        Law::ListsWhole,
        Law::ProviderAgrees,
        Law::TransferOnce,
        Law::TransferExact,
        Law::TransferInTime,
        Law::FreezeKept,
        Law::CardOrRefund,
        Law::DrawFair,
        Law::OnceOnly,
        Law::ToldIsDurable,
        Law::SeqUnbroken,
        Law::ReaderInOrder,
        Law::ReadersAgree,
        Law::UnreadRight,
        Law::NewsArrive,
        Law::ReplayEqual,
        Law::SuspensionKept,
        Law::Converges,
        Law::BooksAgree,
    ];
    for law in laws {
        assert!(Broken::ALL.iter().any(|broken| breaks(*broken).contains(&law)), "{law:?}");
    }
}

/// The auditor is no judge of itself: it may not use a line of what it audits.
#[test]
fn the_auditor_shares_no_code_with_what_it_audits() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/auditor");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let code = std::fs::read_to_string(&path).unwrap();
        let strange = code.lines().filter(|line| line.contains("laisee_") || line.contains("crate::"));
        assert_eq!(strange.collect::<Vec<_>>(), Vec::<&str>::new(), "{}", path.display());
    }
}
