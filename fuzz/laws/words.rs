//! Words that come from outside: ids, tokens, settings.

use laisee_core::{
    command::{Command, SendPacket},
    fen::Fen,
    ids::{ConversationId, UserId},
    packet::PacketKind,
    settings::Settings,
};
use laisee_gateway::{
    GatewayConfig, convert,
    token::{PageOf, PageTokens, read_session_token},
};

use super::shard::{Shard, id};

pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(id) = convert::client_id(text) {
        assert_eq!(text.len(), 36);
        let _ = (id.is_v7(), id.minted());
    }
    let _ = read_session_token(text);
    let pages = PageTokens::new([7; 32]);
    for of in [PageOf::Sync, PageOf::Offline] {
        assert_eq!(pages.open::<(u32, String)>(of, UserId(1), text), None, "nobody can make up a seal");
    }
    let _ = toml::from_str::<GatewayConfig>(text);
    if let Ok(settings) = toml::from_str::<Settings>(text)
        && settings.check().is_ok()
    {
        live_with(settings);
    }
}

/// Settings that pass their check are ones that every packet can be decided with.
fn live_with(settings: Settings) {
    let mut shard = Shard::new(settings.clone());
    let amounts = [1, settings.packet_share_min.0, settings.packet_share_max.0, i64::MAX];
    let counts = [1, 2, settings.packet_count_max, u32::MAX];
    for (n, (amount, count)) in amounts.into_iter().zip(counts).enumerate() {
        let (sender, conversation, greeting) = (shard.ann, ConversationId(1), String::new());
        let (id, amount) = (id(100 + n as u128), Fen(amount));
        let send =
            SendPacket { sender, id, conversation, kind: PacketKind::Lucky, amount, count, greeting, pass: None };
        let _ = shard.carry_out(Command::SendPacket(send));
    }
    shard.settle();
}
