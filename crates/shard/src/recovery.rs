//! Starting a shard: open the views, replay the log's tail.

use std::sync::Arc;

use laisee_core::{
    State,
    fact::Fact,
    fact_needs,
    ids::{Millis, Position, ShardId},
    risk::rule::RulesInForce,
    settings::Settings,
};
use laisee_store::{ReadTables, Store, StoreError, views};

use crate::{engine::FactBatch, timers::TimerWindow};

/// Log bytes read at a time.
const READ_BYTES: usize = 4 << 20;

/// The state at the end of the log, and the batches that the views lack (the next cut must bring their rows).
pub struct Recovered {
    pub state: State,
    pub unsaved: Vec<Arc<FactBatch>>,
}

/// Opens a shard's state. `now` only decides how many timers are taken into memory.
///
/// # Errors
/// The store's.
pub fn recover<S: Store>(
    store: &S,
    shard: ShardId,
    settings: Arc<Settings>,
    now: Millis,
) -> Result<Recovered, StoreError> {
    let mut reader = store.reader(shard)?;
    let mut log = store.log_reader(shard)?;

    let mut state = reader.snapshot(|views| {
        let position = views.position()?;
        let meta = views::meta(views)?;
        // Ids minted before are looked up one by one when somebody repeats them. Under load those of the last minutes are
        // millions, and nobody was served until all of them were in memory.
        let horizon = meta.as_ref().map_or(Millis(i64::MIN / 2), |meta| meta.at);
        let mut state = State::new(shard, settings.clone(), position, meta, horizon);
        for (sender, client_id, sent) in views::recent_sent(views, horizon)? {
            state.sent.insert(sender, client_id, sent, Position(0));
        }
        for (user, id, once) in views::recent_once(views, horizon)? {
            state.once.insert(user, id, once, Position(0));
        }
        if let Some(newest) = views::rule_books(views, 0, 1)?.pop() {
            state.rules = RulesInForce { book: newest.book, since: newest.at };
        }
        state.suspended.extend(views::suspended(views, state.meta.at)?);
        Ok(state)
    })?;
    TimerWindow::begin(&mut state, &mut reader, now)?;

    let mut unsaved = Vec::new();
    loop {
        let batches = log.read(state.position, READ_BYTES)?;
        if batches.is_empty() {
            break;
        }
        let mut read = Vec::with_capacity(batches.len());
        for batch in batches {
            read.push(Arc::new(FactBatch { first: batch.first, at: batch.at, facts: batch.facts()? }));
        }
        load(&mut reader, &mut state, read.iter().flat_map(|batch| &batch.facts))?;
        for batch in &read {
            replay(&mut reader, &mut state, batch)?;
        }
        unsaved.extend(read);
    }
    Ok(Recovered { state, unsaved })
}

/// Loads what memory lacks for facts. In the order of keys, which is that of the views' pages.
fn load<'a, R: ReadTables>(
    reader: &mut R,
    state: &mut State,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Result<(), StoreError> {
    let mut keys = Vec::new();
    facts.into_iter().for_each(|fact| fact_needs(fact, state, &mut keys));
    keys.sort_unstable();
    keys.dedup();
    keys.retain(|key| state.lacks(key));
    if !keys.is_empty() {
        for loaded in reader.snapshot(|views| views::load(views, &keys))? {
            state.install(loaded);
        }
    }
    Ok(())
}

fn replay<R: ReadTables>(reader: &mut R, state: &mut State, batch: &FactBatch) -> Result<(), StoreError> {
    for (position, fact) in batch.numbered() {
        if position <= state.position {
            continue;
        }
        // Mostly there already.
        load(reader, state, [fact])?;
        state.evolve(fact, batch.at);
    }
    Ok(())
}
