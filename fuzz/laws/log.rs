//! What a damaged or hostile log may hold.

use laisee_core::{
    fact::Fact,
    ids::{Millis, Position},
    ledger, notes,
};
use laisee_store::Batch;

/// The facts in a batch of these bytes, if that is what they are. The first two bytes say how many there should be.
pub fn facts(bytes: &[u8]) -> Option<Vec<Fact>> {
    let (count, bytes) = bytes.split_first_chunk::<2>()?;
    let count = u32::from(u16::from_le_bytes(*count)).max(1);
    let facts = Batch { first: Position(1), at: Millis(0), count, bytes: bytes.into() }.facts().ok()?;
    assert_eq!(facts.len(), count as usize);
    Some(facts)
}

/// Any bytes are a damaged batch, or facts that can be written again, printed and worked on.
pub fn check(bytes: &[u8]) {
    let Some(facts) = facts(bytes) else { return };
    let again = Batch::encode(Position(1), Millis(0), &facts);
    assert_eq!(again.facts().expect("it was just encoded"), facts);
    assert_eq!(again.last(), Position(facts.len() as u64));
    for fact in &facts {
        serde_json::to_string(fact).expect("`laisee log` prints every fact");
        notes(fact, again.at, |note| _ = note.addressee());
        if let Some(entry) = ledger::entry(fact) {
            assert!(entry.amount.0 > 0);
        }
    }
}
