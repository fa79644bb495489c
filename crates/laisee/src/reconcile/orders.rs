//! Orders compared with their providers: those that are open again and again, those of a day when it is over.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender},
    time::{Duration, Instant},
};

use laisee_bus::Bus;
use laisee_core::{
    ids::{Millis, OrderId, ShardId},
    order::{Order, Provider as Carrier},
    reconciliation::{Difference, Place},
};
use laisee_payments::{
    door::heard,
    provider::{Said, Span},
    providers::Providers,
};
use laisee_reconcile::{
    orders::{self, Told},
    reckoner::Finding,
    rows::ViewLook,
};
use laisee_store::{ReadTables, Store, StoreError, views};
use tracing::{error, info, warn};

use super::{continuous::Surroundings, now};

/// Open orders read at a time.
const PAGE: usize = 200;
/// How often is looked whether it is to stop.
const IDLE: Duration = Duration::from_millis(200);

/// Looks after open orders, and asks once more where a repair wants it, until it is stopped.
pub(super) fn run(surroundings: &Surroundings, found: &Sender<Finding>, again: &Receiver<OrderId>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else {
        error!("no runtime for reconciliation");
        return;
    };
    let every = Duration::from_secs(surroundings.config.orders_round_s.into());
    let mut reported = BTreeMap::new();
    let mut next = Instant::now();
    while !surroundings.stopping() {
        let done = match again.recv_timeout(IDLE) {
            Ok(order) => ask_again(surroundings, &runtime, order),
            Err(RecvTimeoutError::Timeout) if Instant::now() < next => Ok(()),
            Err(RecvTimeoutError::Timeout) => {
                next = Instant::now() + every;
                round(surroundings, found, &mut reported)
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if let Err(failure) = done {
            warn!(error = %failure, "open orders cannot be compared now");
        }
    }
}

/// Asks about every order that has been open for a while. `reported`: the keys of what was found, by order.
fn round(
    surroundings: &Surroundings,
    found: &Sender<Finding>,
    reported: &mut BTreeMap<OrderId, BTreeSet<String>>,
) -> Result<(), StoreError> {
    let Surroundings { store, config, providers, .. } = surroundings;
    let settled_since = now().plus(-i64::from(config.overdue_ms));
    let stuck_since = now().plus(-i64::from(config.order_overdue_s) * 1_000);
    let mut look = ViewLook::new(store)?;
    let mut open = BTreeSet::new();
    // Nobody listens where the continuous comparison is switched off.
    let tell = |finding| drop(found.send(finding));
    for number in 0..store.shards() {
        let shard = ShardId(number);
        let Some(reader) = look.reader(shard) else { continue };
        let mut after = OrderId(0);
        loop {
            let (place, orders) = reader.snapshot(|views| {
                Ok((Place { shard, position: views.position()? }, views::open_orders(views, after, PAGE)?))
            })?;
            let Some(last) = orders.last() else { break };
            after = last.order;
            for order in &orders {
                open.insert(order.order);
                // The cashier has just spoken of it.
                if order.changed_at >= settled_since {
                    continue;
                }
                let told = ask(providers, order).map(|said| told(&said));
                let differs = told.and_then(|told| orders::difference(order, &told, place));
                if let Some(differs) = differs.or_else(|| orders::overdue(order, stuck_since, place)) {
                    reported.entry(order.order).or_default().insert(differs.key());
                    tell(Finding::Differs(differs));
                }
                if surroundings.stopping() {
                    return Ok(());
                }
            }
        }
    }
    for (_, keys) in reported.extract_if(.., |order, _| !open.contains(order)) {
        keys.into_iter().for_each(|key| tell(Finding::Settled(key)));
    }
    Ok(())
}

/// Asks once more, and takes the provider's word by the command by which every word is taken.
fn ask_again(
    surroundings: &Surroundings,
    runtime: &tokio::runtime::Runtime,
    number: OrderId,
) -> Result<(), StoreError> {
    let mut look = ViewLook::new(&surroundings.store)?;
    let Some(reader) = look.reader(number.shard()) else { return Ok(()) };
    let Some(order) = reader.snapshot(|views| views::order(views, number))? else { return Ok(()) };
    let Some(said) = ask(&surroundings.providers, &order) else { return Ok(()) };
    if let Err(failed) = runtime.block_on(surroundings.bus.call(heard(number, said), None)) {
        warn!(%number, %failed, "a provider's word could not be told; it will be asked again");
    }
    Ok(())
}

/// What the provider says; none: it gave no answer, or there is none.
fn ask(providers: &Providers, order: &Order) -> Option<Said> {
    match providers.of(order.provider)?.ask(order) {
        Ok(said) => Some(said),
        Err(unheard) => {
            info!(number = %order.order, %unheard, "a provider gave no answer");
            None
        }
    }
}

fn told(said: &Said) -> Told {
    Told { word: said.word, amount: said.amount, times: 1 }
}

/// What comparing the orders of a day came to.
#[derive(Default)]
pub(super) struct Compared {
    pub orders: u64,
    /// Those of which no provider said anything.
    pub unanswered: BTreeSet<OrderId>,
    pub differences: Vec<Difference>,
}

/// Compares orders with what their providers list for the time in which they were made, and asks about each that is not
/// listed or that the list has otherwise. `breathe` as in reconciliation.
pub(super) fn compare<S: Store>(
    store: &S,
    providers: &Providers,
    span: Span,
    orders: &BTreeSet<OrderId>,
    mut breathe: impl FnMut() -> bool,
) -> Result<Option<Compared>, StoreError> {
    let mut look = ViewLook::new(store)?;
    let mut list = listed(providers, span, &mut breathe);
    let mut compared = Compared::default();
    for number in orders {
        if !breathe() {
            return Ok(None);
        }
        let entry = list.remove(&number.to_string()).and_then(|entries| orders::merged(&entries));
        let shard = number.shard();
        let Some(reader) = look.reader(shard) else { continue };
        let found = reader.snapshot(|views| Ok((views.position()?, views::order(views, *number)?)))?;
        let (position, Some(order)) = found else {
            // The views are behind the log.
            compared.unanswered.insert(*number);
            continue;
        };
        let place = Place { shard, position };
        let listed = entry.map(|told| orders::difference(&order, &told, place));
        let certain = entry.is_some_and(|told| told.times > 1) || listed == Some(None);
        if certain {
            compared.orders += 1;
            compared.differences.extend(listed.flatten());
            continue;
        }
        // The list was made before the order was read, so only an answer to a question is a contradiction.
        match ask(providers, &order) {
            Some(said) => {
                compared.orders += 1;
                compared.differences.extend(orders::difference(&order, &told(&said), place));
            }
            None => {
                compared.unanswered.insert(*number);
                compared.differences.extend(listed.flatten());
            }
        }
    }
    for (number, entries) in list {
        let Some(told) = orders::merged(&entries) else { continue };
        // One that is no number of ours, or of no shard that there is, is looked for in the first.
        let ours = orders::numbered(&number).filter(|number| number.shard().0 < store.shards());
        let shard = ours.map_or(ShardId(0), OrderId::shard);
        let Some(reader) = look.reader(shard) else { continue };
        let (position, known) = reader.snapshot(|views| {
            let known = match ours {
                Some(number) => views::order(views, number)?.is_some(),
                None => false,
            };
            Ok((views.position()?, known))
        })?;
        if !known {
            compared.differences.push(orders::unfounded(&number, &told, span.from, Place { shard, position }));
        }
    }
    Ok(Some(compared))
}

/// What the provider lists, by its number; nothing where it keeps no list or gives none now.
fn listed(providers: &Providers, span: Span, breathe: &mut impl FnMut() -> bool) -> BTreeMap<String, Vec<Told>> {
    let mut list: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for carrier in [Carrier::Sandbox, Carrier::Webhook] {
        let Some(provider) = providers.of(carrier) else { continue };
        let mut after = String::new();
        while breathe() {
            match provider.list(span, &after) {
                Ok(Some(page)) => {
                    for (number, said) in page.orders {
                        list.entry(number).or_default().push(told(&said));
                    }
                    if page.next.is_empty() || page.next == after {
                        break;
                    }
                    after = page.next;
                }
                Ok(None) => break,
                Err(unheard) => {
                    // Half a list is as good as none: what it lacks is asked for.
                    info!(%unheard, "a provider gave no list");
                    break;
                }
            }
        }
    }
    list
}

/// All orders made in a day, or ever.
pub(super) fn span(day: Option<laisee_reconcile::day::Day>) -> Span {
    match day {
        Some(day) => Span { from: day.begin(), to: day.end() },
        None => Span { from: Millis(0), to: now() },
    }
}
