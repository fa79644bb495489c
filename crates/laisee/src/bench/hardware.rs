use std::{collections::BTreeMap, fs, path::Path, process::Command, time::Instant};

use std::io::Write as _;

/// What the figures were taken on.
#[must_use]
pub fn hardware(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map(|rest| rest.trim_start_matches([' ', '\t', ':']));
    found.insert("cpu".into(), model.unwrap_or("unknown").to_owned());
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    found.insert("cores".into(), cores.to_string());
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total =
        memory.lines().next().and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse::<u64>().ok());
    found.insert("memory_mib".into(), (total.unwrap_or(0) / 1024).to_string());
    found.insert("sync_ms".into(), format!("{:.3}", sync_ms(folder).unwrap_or(f64::NAN)));
    found
}

/// The commit the binary's sources stand at, when run inside the repository.
#[must_use]
pub fn commit() -> String {
    let output = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
    let text = output.ok().filter(|output| output.status.success()).map(|output| output.stdout);
    text.and_then(|bytes| String::from_utf8(bytes).ok()).map_or_else(|| "unknown".into(), |text| text.trim().to_owned())
}

/// The median time of a small write with a data sync: what every commit pays at least.
fn sync_ms(folder: &Path) -> std::io::Result<f64> {
    let path = folder.join("sync-probe");
    let mut file = fs::File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..200 {
        file.write_all(&[0; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    fs::remove_file(path)?;
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}
