//! P1: one hot packet at a time, opened by everybody. Claims are durable when they are answered; wallets are credited
//! by couriers meanwhile.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;
use laisee_core::{
    command::{Command, OpenPacket},
    ids::UserId,
};

use super::{
    BenchArgs, Figures, Findings, Row,
    closed_loop::{closed_loop, together},
    hardware::{commit, hardware},
    peers,
    world::{World, crowd},
};

const IN_FLIGHT: [usize; 6] = [1, 16, 64, 512, 1024, 8192];
/// People who open each packet.
const CROWD: usize = 200_000;
const SHARDS: u16 = 4;

/// # Errors
/// When the engine or a peer cannot be started.
pub fn run(args: &BenchArgs) -> Result<Findings> {
    let time = Duration::from_secs(args.seconds);
    let people = crowd(CROWD, SHARDS);
    let mut rows = Vec::new();
    for in_flight in args.in_flights(&IN_FLIGHT) {
        eprintln!("p1: {in_flight} in flight");
        rows.push(Row::new(format!("{in_flight} in flight"), measure(&people, in_flight, time)?));
    }
    let settings = BTreeMap::from([
        ("store".into(), "SQLite, log synchronous=FULL".into()),
        ("shards".into(), SHARDS.to_string()),
        ("shares in a packet".into(), CROWD.to_string()),
        ("seconds".into(), args.seconds.to_string()),
    ]);
    let hardware = hardware(Path::new("."));
    if args.peers {
        for peer in peers::p1(args.seconds) {
            for row in &mut rows {
                row.beside(&peer.name, peer.figures());
            }
        }
    }
    Ok(Findings { scenario: "p1".into(), commit: commit(), hardware, settings, rows })
}

/// Each row has a store of its own, as each peer has.
fn measure(people: &[UserId], in_flight: usize, time: Duration) -> Result<Figures> {
    let world = World::start(SHARDS)?;
    let (gateway, inbox) = world.bus.attach();
    let sponsor = world.sponsor("sponsor")?;
    let group = world.group(sponsor, people.to_vec())?;
    let (mut total, mut spent) = (Vec::<Figures>::new(), Duration::ZERO);
    while spent < time {
        let packet = world.packet(sponsor, group, people.len() as u32)?;
        let mut openers = people.iter();
        let begun = Instant::now();
        total.push(closed_loop(&world.bus, gateway, &inbox, in_flight, time - spent, || {
            openers.next().map(|user| Command::OpenPacket(OpenPacket { user: *user, packet }))
        })?);
        spent += begun.elapsed();
    }
    let mut figures = together(&total);
    figures.more.insert("facts_per_append".into(), world.facts_per_append(sponsor.shard()));
    world.stop();
    Ok(figures)
}
