//! Transfers between two people, over real sockets.

use std::time::Duration;

use laisee_bus::Bus;
use laisee_core::{
    command::{Command, DecideDispute},
    fen::Fen,
    ids::{OperatorId, TransferId},
    settings::Settings,
};
use laisee_wire::v1::{
    self, Arrival, ErrorCode, RecallOutcome, TransferStatus, client_frame::Body as Ask, server_frame::Body as Answer,
};
use serde_json::json;

use crate::{
    live::Live,
    web,
    world::{Person, World, config, eventually, made_up_id, new_id, top_up},
};

fn send(conversation: u64, receiver: &Person, amount: i64, arrival: Arrival) -> v1::SendTransfer {
    let note = "for the tickets".to_owned();
    v1::SendTransfer {
        id: new_id(),
        conversation,
        receiver: receiver.user,
        amount,
        note,
        arrival: arrival.into(),
        pin: String::new(),
    }
}

/// Sends one and waits until it lies in the conversation, or never will.
async fn sent(live: &mut Live, transfer: v1::SendTransfer) -> v1::Transfer {
    let transfer = match live.ask(Ask::SendTransfer(transfer)).await {
        Answer::TransferFunded(funded) => funded.transfer,
        other => panic!("{other:?}"),
    };
    until(live, transfer, |status| status != TransferStatus::Funded).await
}

async fn until(live: &mut Live, transfer: u64, fits: impl Fn(TransferStatus) -> bool) -> v1::Transfer {
    for _ in 0..500 {
        match live.ask(Ask::GetTransfer(v1::GetTransfer { transfer })).await {
            Answer::Transfer(found) if fits(found.status()) => return found,
            Answer::Transfer(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            other => panic!("{other:?}"),
        }
    }
    panic!("it never came true");
}

async fn balance(live: &mut Live) -> i64 {
    match live.ask(Ask::GetWallet(v1::GetWallet {})).await {
        Answer::Wallet(wallet) => wallet.balance,
        other => panic!("{other:?}"),
    }
}

fn accept(transfer: u64) -> Ask {
    Ask::AcceptTransfer(v1::AcceptTransfer { transfer })
}

fn give_back(transfer: u64) -> Ask {
    Ask::ReturnTransfer(v1::ReturnTransfer { transfer })
}

fn recall(transfer: u64) -> Ask {
    Ask::RecallTransfer(v1::RecallTransfer { transfer, reason: "wrong person".into(), evidence: vec![] })
}

/// Rules F1 to F4: it reaches the other's wallet, and comes back from there, once.
#[tokio::test]
async fn money_goes_there_and_back() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let (mut hers, mut his) = (world.live(&ann).await, world.live(&bob).await);
    hers.ask(top_up(1_000)).await;
    let transfer = sent(&mut hers, send(conversation, &bob, 300, Arrival::AtOnce)).await;
    assert_eq!((transfer.status(), transfer.amount), (TransferStatus::Arrived, 300));
    assert!(transfer.accept_by_ms > transfer.arrives_at_ms && transfer.seq > 0);
    assert_eq!(hers.refused(accept(transfer.id)).await, ErrorCode::TransferNotForYou);
    let Answer::Transfer(accepted) = his.ask(accept(transfer.id)).await else { panic!("not accepted") };
    assert_eq!(accepted.status(), TransferStatus::Accepted);
    eventually(async || (balance(&mut his).await == 300).then_some(())).await;
    // Both people's statements name the transfer and the other.
    let statement = world.rest("GET", "/v1/wallet/statement", &bob, &json!({})).await.json();
    let line = &statement["movements"][0];
    assert_eq!(line["kind"], "MOVEMENT_KIND_TRANSFER_RECEIVED");
    assert_eq!(
        (&line["transfer"], &line["counterpart"]),
        (&json!(transfer.id.to_string()), &json!(ann.user.to_string()))
    );
    // The money reaches the wallet by courier; giving it back before would be told to try again.
    for _ in 0..2 {
        let Answer::Transfer(back) = his.ask(give_back(transfer.id)).await else { panic!("not given back") };
        assert_eq!(back.status(), TransferStatus::GivenBack);
    }
    eventually(async || (balance(&mut hers).await == 1_000).then_some(())).await;
    assert_eq!(balance(&mut his).await, 0);
    let gone = until(&mut hers, transfer.id, |status| status == TransferStatus::GivenBack).await;
    assert!(gone.ended_at_ms > 0);
}

/// Rule F9: each device of both hears of each change, and finds what it missed.
#[tokio::test]
async fn both_hear_of_it_on_all_devices() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let mut devices = [
        world.live(&ann).await,
        world.live(&world.sign_in(&ann).await).await,
        world.live(&bob).await,
        world.live(&world.sign_in(&bob).await).await,
    ];
    devices[0].ask(top_up(1_000)).await;
    let transfer = sent(&mut devices[0], send(conversation, &bob, 300, Arrival::After2H)).await;
    assert_eq!(transfer.status(), TransferStatus::Pending);
    assert_eq!(transfer.arrives_at_ms - transfer.created_at_ms, 2 * 60 * 60 * 1000);
    devices[2].ask(give_back(transfer.id)).await;
    for (n, device) in devices.iter_mut().enumerate() {
        let mut heard = vec![];
        while heard.last() != Some(&TransferStatus::Returned) {
            let notice = device
                .notice(|notice| match notice {
                    Answer::TransferNotice(notice) => notice.transfer.clone(),
                    _ => None,
                })
                .await;
            assert_eq!((notice.id, notice.amount), (transfer.id, 300));
            heard.push(notice.status());
        }
        let all = [TransferStatus::Pending, TransferStatus::Returned];
        assert_eq!(heard, all, "device {n}");
    }
    for person in [&ann, &bob] {
        // The word that there is one goes by courier to the receiver's shard.
        eventually(async || {
            let list = world.rest("GET", "/v1/transfers", person, &json!({})).await.json();
            (list["transfers"][0]["id"] == json!(transfer.id.to_string())).then_some(())
        })
        .await;
        let path = format!("/v1/conversations/{conversation}/messages");
        let history = world.rest("GET", &path, person, &json!({})).await.json();
        let card = &history["messages"].as_array().unwrap().last().unwrap()["content"]["transfer"];
        assert_eq!(card["transfer"], json!(transfer.id.to_string()), "{history}");
        assert_eq!((&card["amount"], &card["note"]), (&json!("300"), &json!("for the tickets")));
    }
}

/// Rules F5 to F7, with times that a test can wait for.
#[tokio::test]
async fn what_is_recalled_waits_for_an_operator() {
    let times = Settings { transfer_short_ms: 400, transfer_accept_ms: 300, ..Settings::default() };
    let world = World::with(config(), times);
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let (mut hers, mut his) = (world.live(&ann).await, world.live(&bob).await);
    hers.ask(top_up(1_000)).await;
    let [back, on, late] = [100, 200, 300].map(|amount| send(conversation, &bob, amount, Arrival::After2H));
    let (back, on) = (sent(&mut hers, back).await.id, sent(&mut hers, on).await.id);
    for transfer in [back, on] {
        assert_eq!(his.refused(recall(transfer)).await, ErrorCode::TransferNotForYou);
        let Answer::Transfer(frozen) = hers.ask(recall(transfer)).await else { panic!("not frozen") };
        assert_eq!(frozen.status(), TransferStatus::Frozen);
        assert_eq!(frozen.recall.unwrap().reason, "wrong person");
    }
    let late = sent(&mut hers, late).await.id;
    until(&mut his, late, |status| status == TransferStatus::Expired).await;
    assert_eq!(hers.refused(recall(late)).await, ErrorCode::TransferEnded);
    for transfer in [back, on] {
        assert_eq!(his.refused(accept(transfer)).await, ErrorCode::TransferFrozen);
        let seen = until(&mut his, transfer, |status| status == TransferStatus::Frozen).await;
        assert_eq!(seen.recall.unwrap().reason, "", "that is not for him");
        let (by, reason) = (OperatorId(7), "as the chat shows".to_owned());
        let decide =
            DecideDispute { by, transfer: TransferId(transfer), returned: transfer == back, reason: reason.clone() };
        world.bus.call(Command::DecideDispute(decide), None).await.unwrap();
    }
    let seen = until(&mut hers, back, |status| status == TransferStatus::Recalled).await;
    assert_eq!(seen.recall.unwrap().outcome(), RecallOutcome::Returned);
    // Its time had passed: it arrived with the decision.
    let Answer::Transfer(accepted) = his.ask(accept(on)).await else { panic!("not accepted") };
    assert_eq!(accepted.status(), TransferStatus::Accepted);
    eventually(async || (balance(&mut his).await == 200).then_some(())).await;
    assert_eq!(Fen(balance(&mut hers).await), Fen(800));
}

/// Rule W2, and amounts that are none.
#[tokio::test]
async fn an_id_sends_once_and_only_what_can_be_sent() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let mut hers = world.live(&ann).await;
    hers.ask(top_up(1_000)).await;
    let transfer = send(conversation, &bob, 300, Arrival::After24H);
    let first = hers.ask(Ask::SendTransfer(transfer.clone())).await;
    assert_eq!(hers.ask(Ask::SendTransfer(transfer.clone())).await, first);
    let other = v1::SendTransfer { amount: 301, ..transfer };
    assert_eq!(hers.refused(Ask::SendTransfer(other)).await, ErrorCode::IdReused);
    for amount in [0, -1, i64::MIN, i64::MAX, 5_000_001] {
        let transfer = send(conversation, &bob, amount, Arrival::AtOnce);
        assert_eq!(hers.refused(Ask::SendTransfer(transfer)).await, ErrorCode::AmountInvalid, "{amount}");
    }
    let too_much = send(conversation, &bob, 701, Arrival::AtOnce);
    assert_eq!(hers.refused(Ask::SendTransfer(too_much)).await, ErrorCode::InsufficientFunds);
    let body = json!({ "id": new_id(), "conversation": "1", "receiver": "1", "amount": "1.5" });
    assert_eq!(world.rest("POST", "/v1/transfers", &ann, &body).await.status, 400, "there are no fractions");
    assert_eq!(balance(&mut hers).await, 700);
}

/// Nobody else sees or moves it, with a token or without.
#[tokio::test]
async fn it_is_nobody_elses() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let eve = world.sign_up("eve").await;
    let (mut hers, mut eves) = (world.live(&ann).await, world.live(&eve).await);
    hers.ask(top_up(1_000)).await;
    let transfer = sent(&mut hers, send(conversation, &bob, 300, Arrival::After24H)).await.id;
    for transfer in [transfer, made_up_id(0), made_up_id(1), u64::MAX >> 1] {
        for ask in
            [Ask::GetTransfer(v1::GetTransfer { transfer }), accept(transfer), give_back(transfer), recall(transfer)]
        {
            let code = eves.refused(ask.clone()).await;
            let expected = [ErrorCode::NoSuchTransfer, ErrorCode::Unavailable, ErrorCode::NotFound];
            assert!(expected.contains(&code), "{ask:?}: {code:?}");
        }
    }
    for path in ["", "/accept", "/return", "/recall"] {
        let path = format!("/v1/transfers/{transfer}{path}");
        let method = if path.ends_with(&transfer.to_string()) { "GET" } else { "POST" };
        assert_eq!(web::call(&world.addr, method, &path, None, "{}").await.status, 401, "{path}");
        assert_eq!(world.rest(method, &path, &eve, &json!({})).await.status, 422, "{path}");
    }
    // Of somebody else's conversation, or to somebody who is no friend, it comes back.
    let mut his = world.live(&bob).await;
    his.ask(top_up(1_000)).await;
    let refused = sent(&mut his, send(conversation, &eve, 300, Arrival::AtOnce)).await;
    assert_eq!(refused.status(), TransferStatus::Refunded);
    assert_eq!(refused.error_code, ErrorCode::RecipientInvalid as u32);
    eventually(async || (balance(&mut his).await == 1_000).then_some(())).await;
    assert_eq!(balance(&mut hers).await, 700);
}
