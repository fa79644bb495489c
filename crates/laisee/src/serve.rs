//! `laisee serve`: everything in one process.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use laisee_bus::{LocalBus, ShardLimits};
use laisee_core::ids::ShardId;
use laisee_gateway::{Files, Inside, ShardFigures};
use laisee_payments::{cashier::Cashier, door::Door, providers::Providers};
use laisee_shard::{ShardOptions, ShardStatus, Shards};
use laisee_store::sqlite::SqliteStore;

use crate::{
    archive::Schedule,
    assets,
    config::Config,
    host::Host,
    reconcile::{Continuous, Status},
};

/// A server that runs until it is stopped.
pub struct Server {
    pub bus: Arc<LocalBus>,
    gateway: laisee_gateway::Handle,
    shards: Shards,
    archive: Schedule,
    reconciliation: Continuous,
    cashier: Cashier,
    host: Option<Host>,
}

impl Server {
    /// Opens the store, starts the shards and the gateways. Returns when the address answers.
    ///
    /// # Errors
    /// When the data or the address cannot be had.
    pub fn start(config: &Config) -> Result<Self> {
        let store = SqliteStore::open_or_create(&config.data, config.shards)
            .with_context(|| format!("cannot open the data in {}", config.data.display()))?;
        let store = Arc::new(store);
        let limits = ShardLimits {
            queue_max: config.queue_max,
            packet_in_flight_max: config.packet_in_flight_max,
            deadline: Duration::from_millis(config.gateway.deadline_ms.into()),
            ..ShardLimits::default()
        };
        let (bus, inboxes) = LocalBus::new(laisee_store::Store::shards(&*store), limits);
        let options = ShardOptions { settings: Arc::new(config.settings.clone()), ..ShardOptions::default() };
        let shards = laisee_shard::start(&store, &bus, inboxes, &options);
        let reconciled = Arc::new(Status::default());
        let files = Files::open(&config.data.join("files"))
            .with_context(|| format!("cannot open the files in {}", config.data.display()))?;
        let secret = config.payments.secret().map_err(anyhow::Error::msg)?;
        let mut inside = inside(&shards, &bus, &reconciled, files);
        inside.payments = secret.map(|secret| Arc::new(Door::new(secret)));
        let gateway =
            laisee_gateway::serve(&config.gateway, &config.addr, &config.settings, bus.clone(), assets::web(), inside)
                .with_context(|| format!("cannot serve on {}", config.addr))?;
        let archive = Schedule::start(&config.archive, SqliteStore::open_read_only(&config.data)?);
        let mender = shards.mender();
        let providers = Arc::new(Providers::new(&config.payments).map_err(anyhow::Error::msg)?);
        let reconciliation =
            Continuous::start(&config.reconciliation, config.data.clone(), &bus, mender, &providers, &reconciled)?;
        let webhook = config.payments.client().map_err(anyhow::Error::msg)?;
        let cashier = Cashier::start(&config.payments, webhook, bus.clone())?;
        // Whatever else the server is for, it can do without.
        let host = Host::start(&config.data, bus.clone(), config.gateway.clone())
            .inspect_err(|problem| tracing::warn!(%problem, "`laisee operator` cannot reach this server"))
            .ok();
        Ok(Self { bus, gateway, shards, archive, reconciliation, cashier, host })
    }

    #[must_use]
    pub fn address(&self) -> std::net::SocketAddr {
        self.gateway.local_addr()
    }

    /// Lets clients go, then the shards finish what they have.
    pub fn stop(self) {
        drop(self.host);
        drop(self.archive);
        drop(self.reconciliation);
        self.gateway.shutdown();
        self.cashier.stop();
        self.shards.stop();
    }
}

/// What health and metrics pages show of the shards.
fn inside(shards: &Shards, bus: &Arc<LocalBus>, reconciled: &Arc<Status>, files: Files) -> Inside {
    let (figures, following) = (reconciled.clone(), reconciled.clone());
    let (health, status, all, bus) = (shards.status.clone(), shards.status.clone(), shards.status.clone(), bus.clone());
    Inside {
        files: Arc::new(files),
        ready: Arc::new(move || health.iter().all(|shard| shard.ready.load(Ordering::Acquire))),
        payments: None,
        figures: Arc::new(move || {
            let mut lines = String::new();
            for shard in &status {
                let (number, counters) = (shard.shard, &shard.counters);
                for (name, figure) in
                    [("facts", &counters.facts), ("appends", &counters.appends), ("starts", &counters.starts)]
                {
                    let figure = figure.load(Ordering::Relaxed);
                    // Writing to a string cannot fail.
                    let _ = writeln!(lines, "laisee_shard_{name}_total{{shard=\"{number}\"}} {figure}");
                }
            }
            lines.push_str(&figures.figures());
            lines
        }),
        shards: Arc::new(move || all.iter().map(|status| figures_of(status, &bus)).collect()),
        reconciliation: Arc::new(move || following.following()),
    }
}

fn figures_of(status: &ShardStatus, bus: &LocalBus) -> ShardFigures {
    let counters = &status.counters;
    let read = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
    ShardFigures {
        shard: status.shard,
        ready: status.ready.load(Ordering::Acquire),
        courier_waiting: read(&counters.courier_waiting),
        views_waiting: read(&counters.views_waiting),
        queued: bus.queued(ShardId(status.shard)),
        facts: read(&counters.facts),
        appends: read(&counters.appends),
        starts: read(&counters.starts),
    }
}

/// Serves until the process is asked to end.
///
/// # Errors
/// When the server cannot start.
pub fn run(config: &Config) -> Result<()> {
    let server = Server::start(config)?;
    println!("listening on {}", server.address());
    wait_for_the_end()?;
    server.stop();
    Ok(())
}

/// Waits for Ctrl-C or a termination signal.
///
/// # Errors
/// When signals cannot be listened for.
pub fn wait_for_the_end() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done?,
            _ = terminate.recv() => {}
        }
        Ok(())
    })
}
