//! `laisee verify`: recomputes a packet's draw from its export (rule D6), with no server and no data folder.

mod draw;
#[cfg(test)]
mod tests;

use std::{fs, io::Read as _, path::Path};

use anyhow::{Context, Result};
use laisee_wire::v1;

use crate::cli::VerifyArgs;

/// What this version can read.
const FORMAT: &str = "laisee.packet.v1";
/// Larger than the export of the largest packet.
const BYTES_MAX: u64 = 256 << 20;

/// One thing that was looked at, and whether it is as it must be.
#[derive(PartialEq, Eq, Debug)]
pub struct Finding {
    pub holds: bool,
    pub words: String,
}

/// Says in plain words what was checked. `Ok(false)`: something does not hold.
///
/// # Errors
/// When the file is no export, or there is nothing to check yet.
pub fn run(args: &VerifyArgs) -> Result<bool> {
    let packet = parse(&read(&args.file)?)?;
    let findings = draw::verify(&packet, args.commitment.as_deref())?;
    println!("packet {}: {} fen in {} shares", packet.id, packet.amount, packet.count);
    for finding in &findings {
        println!("{}  {}", if finding.holds { "holds" } else { "WRONG" }, finding.words);
    }
    let holds = findings.iter().all(|finding| finding.holds);
    println!(
        "{}",
        if holds { "The draw is as it was fixed before anybody opened." } else { "This draw is NOT right." }
    );
    Ok(holds)
}

/// A file, or `-` for what is piped in.
fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let name = path.display();
    if path == Path::new("-") {
        std::io::stdin().lock().take(BYTES_MAX).read_to_end(&mut bytes)?;
    } else {
        let file = fs::File::open(path).with_context(|| format!("cannot open {name}"))?;
        file.take(BYTES_MAX).read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
    }
    Ok(bytes)
}

fn parse(bytes: &[u8]) -> Result<v1::Packet> {
    let export: v1::PacketExport = serde_json::from_slice(bytes).context("this is no exported packet")?;
    anyhow::ensure!(
        export.format == FORMAT,
        "the export says that it is {:?}; this version reads {FORMAT:?}",
        export.format
    );
    export.packet.context("there is no packet in the export")
}
