//! Replays a shard's log from the beginning into views.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use anyhow::{Result, anyhow};
use laisee_core::{
    State,
    fact::Fact,
    fact_needs,
    ids::{Millis, Position, ShardId},
    settings::Settings,
};
use laisee_shard::{engine::FactBatch, viewer};
use laisee_store::{Changes, ReadTables, Store, sqlite::SqliteStore, views};

use super::laws::Transit;

const READ_BYTES: usize = 4 << 20;
/// Facts between two cuts.
const CUT_FACTS: usize = 40_000;
const ENTITIES_MAX: usize = 200_000;

/// Views rebuilt up to where the live views stand, and the state at the end of the log.
pub struct Rebuilt {
    pub store: SqliteStore,
    /// Keeps the temporary place until the comparison is done.
    pub _place: tempfile::TempDir,
    pub end: Position,
}

/// Rebuilds one shard.
///
/// # Errors
/// When the log is damaged, or a fact does not fit the state before it.
pub fn rebuild<S: Store>(store: &S, shard: ShardId, transit: &mut Transit) -> Result<Rebuilt> {
    let viewed = store.reader(shard)?.snapshot(|live| live.position())?;
    let place = tempfile::tempdir()?;
    let rebuilt = SqliteStore::open_or_create(place.path(), store.shards())?;
    let state = replay(store, &rebuilt, shard, viewed, &mut |batch| transit.take(shard, batch))?;
    transit.stands(shard, &state.meta);
    Ok(Rebuilt { store: rebuilt, _place: place, end: state.position })
}

/// Replays the whole log of a shard in `store`, showing each batch to `see`, into empty views in `target` up to `viewed`.
///
/// # Errors
/// When the log is damaged, or a fact does not fit the state before it.
pub fn replay<S: Store, T: Store>(
    store: &S,
    target: &T,
    shard: ShardId,
    viewed: Position,
    see: &mut dyn FnMut(&FactBatch),
) -> Result<State> {
    let mut tables = target.tables(shard)?;
    let mut reader = target.reader(shard)?;
    let mut log = store.log_reader(shard)?;
    let settings = Arc::new(Settings { recent_ms: i64::MAX / 4, ..Settings::default() });
    let mut state = State::new(shard, settings, Position(0), None, Millis(i64::MAX / 2));
    let mut uncut = Vec::new();
    let mut changes = Changes::default();
    let mut facts = 0;
    loop {
        let batches = log.read(state.position, READ_BYTES)?;
        if batches.is_empty() {
            break;
        }
        for batch in batches {
            let batch = Arc::new(FactBatch { first: batch.first, at: batch.at, facts: batch.facts()? });
            evolve(&mut state, &mut reader, &batch)?;
            see(&batch);
            facts += batch.facts.len();
            let at_live_views = batch.last() == viewed;
            if batch.last() <= viewed {
                uncut.push(batch);
            }
            if at_live_views || (facts >= CUT_FACTS && state.position < viewed) {
                facts = 0;
                let work = viewer::ViewWork { cut: state.cut(), batches: std::mem::take(&mut uncut) };
                viewer::save(&mut tables, &work, &mut changes)?;
                state.evict(work.cut.position, ENTITIES_MAX);
            }
        }
    }
    Ok(state)
}

fn evolve<R: ReadTables>(state: &mut State, reader: &mut R, batch: &FactBatch) -> Result<()> {
    for (position, fact) in batch.numbered() {
        if let Fact::Claimed { user, .. } | Fact::PacketFunded { sender: user, .. } = fact
            && state.is_suspended(*user, batch.at)
        {
            return Err(anyhow!("fact {position}: {user:?} takes or sends money of packets and is suspended"));
        }
        let mut keys = Vec::new();
        fact_needs(fact, state, &mut keys);
        keys.retain(|key| state.lacks(key));
        if !keys.is_empty() {
            for loaded in reader.snapshot(|views| views::load(views, &keys))? {
                state.install(loaded);
            }
        }
        // A fact that does not fit is a panic in a running shard; here it is what we are looking for.
        catch_unwind(AssertUnwindSafe(|| state.evolve(fact, batch.at))).map_err(|panic| {
            let why = panic.downcast_ref::<String>().cloned();
            let why = why.or_else(|| panic.downcast_ref::<&str>().map(|&why| why.to_owned()));
            anyhow!("fact {position} does not fit: {}", why.unwrap_or_default())
        })?;
    }
    if state.meta.books.total() != laisee_core::fen::Fen::ZERO {
        return Err(anyhow!("after fact {} the books do not add up to zero", state.position));
    }
    Ok(())
}
