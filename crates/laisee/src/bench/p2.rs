//! P2: 10,000 packets open at once, a million users, wallets credited on all shards.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::Result;
use laisee_core::{
    command::{Command, OpenPacket},
    ids::{PacketId, UserId},
};

use super::{
    BenchArgs, Findings, Row,
    closed_loop::closed_loop,
    hardware::{commit, hardware},
    peers,
    world::{World, crowd},
};

const PACKETS: usize = 10_000;
const USERS: usize = 1_000_000;
/// Groups into which the users are divided; each packet goes to one and has a share for each member.
const GROUP: usize = 2_000;
const SHARDS: u16 = 4;
const IN_FLIGHT: [usize; 3] = [64, 1024, 8192];

/// # Errors
/// When the engine or a peer cannot be started.
pub fn run(args: &BenchArgs) -> Result<Findings> {
    let world = World::start(SHARDS)?;
    let (gateway, inbox) = world.bus.attach();
    let people = crowd(USERS, SHARDS);
    eprintln!("p2: preparing {PACKETS} packets");
    let mut packets: Vec<(PacketId, &[UserId])> = Vec::with_capacity(PACKETS);
    let mut sponsors = Vec::new();
    for n in 0..16 {
        sponsors.push(world.sponsor(&format!("sponsor-{n}"))?);
    }
    let mut groups = Vec::new();
    for (n, members) in people.chunks(GROUP).enumerate() {
        let sponsor = sponsors[n % sponsors.len()];
        groups.push((sponsor, world.group(sponsor, members.to_vec())?, members));
    }
    for n in 0..PACKETS {
        let (sponsor, group, members) = groups[n % groups.len()];
        packets.push((world.fund(sponsor, group, members.len() as u32)?, members));
    }
    // All are on their way before one is waited for: one after the other they take minutes.
    for (n, (packet, _)) in packets.iter().enumerate() {
        world.posted(groups[n % groups.len()].0, *packet)?;
    }
    let mut rows = Vec::new();
    // Everybody opens every packet of its group: openers go round the packets, so that all are open at once.
    let mut opens = (0..GROUP).flat_map(|member| {
        packets.iter().filter_map(move |(packet, members)| {
            members.get(member).map(|user| Command::OpenPacket(OpenPacket { user: *user, packet: *packet }))
        })
    });
    for in_flight in args.in_flights(&IN_FLIGHT) {
        eprintln!("p2: {in_flight} in flight");
        let time = Duration::from_secs(args.seconds);
        let mut figures = closed_loop(&world.bus, gateway, &inbox, in_flight, time, || opens.next())?;
        let begun = Instant::now();
        world.credited()?;
        figures.more.insert("courier_lag_ms".into(), begun.elapsed().as_secs_f64() * 1000.0);
        rows.push(Row::new(format!("{in_flight} in flight"), figures));
    }
    let settings = BTreeMap::from([
        ("store".into(), "SQLite, log synchronous=FULL".into()),
        ("shards".into(), SHARDS.to_string()),
        ("packets".into(), PACKETS.to_string()),
        ("users".into(), USERS.to_string()),
        ("seconds".into(), args.seconds.to_string()),
    ]);
    let hardware = hardware(world.place.path());
    world.stop();
    if args.peers {
        for peer in peers::p2(PACKETS as u32, args.seconds) {
            for row in &mut rows {
                row.beside(&peer.name, peer.figures());
            }
        }
    }
    Ok(Findings { scenario: "p2".into(), commit: commit(), hardware, settings, rows })
}
