//! Starting a shard: open the views, replay the log's tail. Where the views lack much of it, because somebody deleted them
//! or they were kept from an older backup, they are brought on in pieces meanwhile, so that memory holds no more than in
//! ordinary work.

use std::sync::Arc;

use laisee_core::{
    State, changes_needs,
    fact::Fact,
    fact_needs,
    ids::{Millis, Position, ShardId},
    risk::rule::RulesInForce,
};
use laisee_store::{Changes, ReadTables, Store, StoreError, Tables, views};

use crate::{
    engine::FactBatch,
    options::ShardOptions,
    timers::TimerWindow,
    viewer::{ViewWork, save},
};

/// Log bytes read at a time.
const READ_BYTES: usize = 1 << 20;
/// From so many cuts' worth of facts on, views are saved while the log is read. A shard that was killed lacks one that was
/// being saved, and what came meanwhile.
const CUTS_LACKED_MAX: u64 = 2;
/// A piece is so much smaller than a cut: all shards save theirs at the same time.
const PIECES_PER_CUT: u64 = 4;

/// The state at the end of the log, and the batches that the views lack (the next cut must bring their rows).
pub struct Recovered {
    pub state: State,
    pub unsaved: Vec<Arc<FactBatch>>,
}

/// Opens a shard's state. `now` only decides how many timers are taken into memory.
///
/// What a shard that was killed leaves unsaved is replayed and handed over as it is: saving it first would only let
/// everybody wait.
///
/// # Errors
/// The store's.
pub fn recover<S: Store>(
    store: &S,
    shard: ShardId,
    options: &ShardOptions,
    now: Millis,
) -> Result<Recovered, StoreError> {
    let settings = &options.settings;
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

    let lacking = log.end()?.0.saturating_sub(state.position.0);
    let piece = (options.cut_facts / PIECES_PER_CUT).max(1);
    let mut pieces = if lacking > CUTS_LACKED_MAX * options.cut_facts { Some(store.tables(shard)?) } else { None };
    let (mut unsaved, mut saved) = (Vec::new(), state.position);
    let mut changes = Changes::default();
    loop {
        let batches = log.read(state.position, READ_BYTES)?;
        if batches.is_empty() {
            break;
        }
        let mut read = Vec::with_capacity(batches.len());
        for batch in batches {
            read.push(Arc::new(FactBatch { first: batch.first, at: batch.at, facts: batch.facts()? }));
        }
        load(&mut reader, &mut state, facts_of(&read))?;
        for n in 0..read.len() {
            replay(&mut reader, &mut state, &read[n..])?;
            unsaved.push(read[n].clone());
            if let Some(tables) = &mut pieces
                && state.position.0 - saved.0 >= piece
            {
                let batches = std::mem::take(&mut unsaved);
                save_piece(tables, &mut state, batches, &mut changes)?;
                saved = state.position;
                load(&mut reader, &mut state, facts_of(&read[n + 1..]))?;
            }
        }
    }
    Ok(Recovered { state, unsaved })
}

/// Brings the views up to where the state is, and lets go of what they have then.
fn save_piece<T: Tables>(
    tables: &mut T,
    state: &mut State,
    batches: Vec<Arc<FactBatch>>,
    changes: &mut Changes,
) -> Result<(), StoreError> {
    let work = ViewWork { cut: state.cut(), batches };
    save(tables, &work, changes)?;
    // Nobody asks for anything yet, so what the next pieces need is loaded for them.
    state.evict(work.cut.position, 0);
    Ok(())
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

fn facts_of(batches: &[Arc<FactBatch>]) -> impl Iterator<Item = &Fact> {
    batches.iter().flat_map(|batch| &batch.facts)
}

/// Applies the first of these batches; what all of them need was loaded.
fn replay<R: ReadTables>(reader: &mut R, state: &mut State, batches: &[Arc<FactBatch>]) -> Result<(), StoreError> {
    let Some(batch) = batches.first() else { return Ok(()) };
    for (position, fact) in batch.numbered() {
        if position > state.position {
            state.evolve(fact, batch.at);
            // What was loaded was for the rules before.
            if changes_needs(fact) {
                load(reader, state, facts_of(batches))?;
            }
        }
    }
    Ok(())
}
