use std::collections::{BTreeMap, HashMap};

use laisee_wire::v1::Content;

use super::{Jitter, Tempo};

/// A message in the wait-ack queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// UUIDv7; kept over every resend and retry (rules M2, M7).
    pub client_msg_id: String,
    pub conversation: u64,
    pub content: Content,
    /// True: given up; waits for a manual retry.
    pub failed: bool,
}

#[derive(Clone, Debug)]
struct Entry {
    outgoing: Outgoing,
    /// Sendings so far, since the last manual retry.
    sendings: u32,
    /// When to send it (again).
    due_ms: i64,
    give_up_ms: i64,
    under_way: bool,
}

/// My messages that the server has not acknowledged yet, from top to bottom.
#[derive(Clone, Debug, Default)]
pub(super) struct Outbox {
    entries: BTreeMap<u64, Entry>,
    ranks: HashMap<String, u64>,
    next_rank: u64,
    under_way: usize,
}

impl Outbox {
    /// Puts a message at the bottom and says its rank; `None` when it is there already.
    pub(super) fn push(&mut self, now_ms: i64, outgoing: Outgoing, tempo: &Tempo) -> Option<u64> {
        if self.ranks.contains_key(&outgoing.client_msg_id) {
            return None;
        }
        let give_up_ms = now_ms.saturating_add(tempo.give_up_ms);
        Some(self.put(Entry { outgoing, sendings: 0, due_ms: now_ms, give_up_ms, under_way: false }))
    }

    /// Moves a message to the bottom, to be sent at once; its new rank, or `None` when it is not here.
    pub(super) fn retry(&mut self, now_ms: i64, client_msg_id: &str, tempo: &Tempo) -> Option<u64> {
        let mut entry = self.remove(client_msg_id)?;
        entry.outgoing.failed = false;
        entry.sendings = 0;
        entry.due_ms = now_ms;
        entry.give_up_ms = now_ms.saturating_add(tempo.give_up_ms);
        Some(self.put(entry))
    }

    fn put(&mut self, mut entry: Entry) -> u64 {
        entry.under_way = false;
        let rank = self.next_rank;
        self.next_rank += 1;
        self.ranks.insert(entry.outgoing.client_msg_id.clone(), rank);
        self.entries.insert(rank, entry);
        rank
    }

    fn remove(&mut self, client_msg_id: &str) -> Option<Entry> {
        let rank = self.ranks.remove(client_msg_id)?;
        let entry = self.entries.remove(&rank)?;
        self.under_way -= usize::from(entry.under_way);
        Some(entry)
    }

    /// The server has it: takes it off the queue.
    pub(super) fn sent(&mut self, client_msg_id: &str) -> Option<Outgoing> {
        self.remove(client_msg_id).map(|entry| entry.outgoing)
    }

    /// The messages to send now, from top to bottom, within the window; each counts as one sending.
    pub(super) fn take_due(&mut self, now_ms: i64, tempo: &Tempo) -> Vec<Outgoing> {
        let mut due = Vec::new();
        for entry in self.entries.values_mut() {
            if self.under_way >= tempo.send_window {
                break;
            }
            if !entry.outgoing.failed && !entry.under_way && entry.due_ms <= now_ms {
                entry.under_way = true;
                entry.sendings += 1;
                self.under_way += 1;
                due.push(entry.outgoing.clone());
            }
        }
        due
    }

    /// When the next message is due; `None` with nothing to send or no room in the window.
    pub(super) fn next_due(&self, tempo: &Tempo) -> Option<i64> {
        if self.under_way >= tempo.send_window {
            return None;
        }
        let waiting = self.entries.values().filter(|e| !e.outgoing.failed && !e.under_way);
        waiting.map(|e| e.due_ms).min()
    }

    /// No success this time: waits at least `hint_ms` before it is sent again. True: that was the last time.
    pub(super) fn postpone(&mut self, now_ms: i64, id: &str, hint_ms: i64, tempo: &Tempo, jitter: &mut Jitter) -> bool {
        let Some(entry) = self.ranks.get(id).and_then(|rank| self.entries.get_mut(rank)) else { return false };
        self.under_way -= usize::from(std::mem::take(&mut entry.under_way));
        if entry.outgoing.failed {
            return false;
        }
        if entry.sendings >= tempo.resend_limit {
            entry.outgoing.failed = true;
            return true;
        }
        let doublings = entry.sendings.saturating_sub(1);
        let wait = jitter.doubled_ms(tempo.resend_min_ms, tempo.resend_max_ms, doublings);
        entry.due_ms = now_ms + wait.max(hint_ms);
        false
    }

    /// Marks as failed for good; false when it is not here or has failed before.
    pub(super) fn fail(&mut self, id: &str) -> bool {
        let Some(entry) = self.ranks.get(id).and_then(|rank| self.entries.get_mut(rank)) else { return false };
        self.under_way -= usize::from(std::mem::take(&mut entry.under_way));
        !std::mem::replace(&mut entry.outgoing.failed, true)
    }

    /// The message of this rank if its time is over: marks it as failed and gives its id.
    pub(super) fn give_up(&mut self, now_ms: i64, rank: u64) -> Option<String> {
        let entry = self.entries.get(&rank)?;
        if entry.give_up_ms > now_ms {
            return None;
        }
        let id = entry.outgoing.client_msg_id.clone();
        self.fail(&id).then_some(id)
    }

    /// A fresh connection: everything that has not failed goes again at once, in order.
    pub(super) fn again(&mut self, now_ms: i64) {
        self.under_way = 0;
        for entry in self.entries.values_mut() {
            entry.under_way = false;
            entry.due_ms = now_ms;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Outgoing> {
        self.entries.values().map(|entry| &entry.outgoing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(id: &str) -> Outgoing {
        Outgoing { client_msg_id: id.into(), conversation: 1, content: Content::default(), failed: false }
    }

    fn ids(due: Vec<Outgoing>) -> String {
        due.into_iter().map(|o| o.client_msg_id).collect()
    }

    #[test]
    fn m7_a_retry_moves_to_the_bottom_and_keeps_its_id() {
        let tempo = Tempo::default();
        let mut outbox = Outbox::default();
        for id in ["a", "b", "c"] {
            outbox.push(0, outgoing(id), &tempo);
        }
        assert_eq!(outbox.push(0, outgoing("a"), &tempo), None);
        assert_eq!(ids(outbox.take_due(0, &tempo)), "abc");
        assert!(outbox.fail("a"));
        assert!(!outbox.fail("a"));
        assert!(outbox.retry(5, "a", &tempo).is_some());
        assert_eq!(outbox.iter().map(|o| o.client_msg_id.as_str()).collect::<String>(), "bca");
        assert_eq!(ids(outbox.take_due(5, &tempo)), "a");
        assert_eq!(outbox.sent("a").map(|o| o.client_msg_id), Some("a".into()));
        assert_eq!(outbox.sent("a"), None);
    }

    #[test]
    fn waits_longer_each_time_then_fails() {
        let tempo = Tempo { resend_limit: 3, ..Tempo::default() };
        let mut outbox = Outbox::default();
        let mut jitter = Jitter::new(1);
        outbox.push(0, outgoing("a"), &tempo);
        for (waits, last) in [(1_500..=3_000, false), (3_000..=6_000, false), (0..=0, true)] {
            let now = outbox.next_due(&tempo).unwrap();
            assert_eq!(ids(outbox.take_due(now, &tempo)), "a");
            assert_eq!(outbox.postpone(now, "a", 0, &tempo, &mut jitter), last);
            if !last {
                assert!(waits.contains(&(outbox.next_due(&tempo).unwrap() - now)));
            }
        }
        assert_eq!(outbox.next_due(&tempo), None);
        assert!(outbox.iter().all(|o| o.failed));
    }

    #[test]
    fn a_hint_outweighs_the_backoff() {
        let tempo = Tempo::default();
        let mut outbox = Outbox::default();
        outbox.push(0, outgoing("a"), &tempo);
        outbox.take_due(0, &tempo);
        outbox.postpone(0, "a", 60_000, &tempo, &mut Jitter::new(1));
        assert_eq!(outbox.next_due(&tempo), Some(60_000));
    }

    #[test]
    fn the_window_bounds_what_is_under_way() {
        let tempo = Tempo { send_window: 2, ..Tempo::default() };
        let mut outbox = Outbox::default();
        for id in ["a", "b", "c"] {
            outbox.push(0, outgoing(id), &tempo);
        }
        assert_eq!(ids(outbox.take_due(0, &tempo)), "ab");
        assert_eq!(outbox.next_due(&tempo), None);
        outbox.sent("a");
        assert_eq!(ids(outbox.take_due(0, &tempo)), "c");
        outbox.again(9);
        assert_eq!(ids(outbox.take_due(9, &tempo)), "bc");
    }

    #[test]
    fn gives_up_when_the_time_is_over() {
        let tempo = Tempo { give_up_ms: 100, ..Tempo::default() };
        let mut outbox = Outbox::default();
        let rank = outbox.push(0, outgoing("a"), &tempo).unwrap();
        assert_eq!(outbox.give_up(99, rank), None);
        assert_eq!(outbox.give_up(100, rank), Some("a".into()));
        assert_eq!(outbox.give_up(101, rank), None);
        let rank = outbox.retry(200, "a", &tempo).unwrap();
        assert_eq!(outbox.give_up(299, rank), None);
    }
}
