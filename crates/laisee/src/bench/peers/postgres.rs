//! PostgreSQL as most would do it: lock the packet's row, take the next share, insert the claim. Durable by its defaults.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use super::{Peer, Stopped, output, program};

const CLIENTS: u32 = 64;
/// The system user that Debian's package makes; the server refuses to run as root.
const USER: &str = "postgres";

const SCHEMA: &str = "
CREATE TABLE packet (id int PRIMARY KEY, remaining bigint NOT NULL, claimed int NOT NULL);
CREATE TABLE claim (packet int NOT NULL, share int NOT NULL, opener bigint NOT NULL, amount bigint NOT NULL, PRIMARY KEY (packet, share));
";

const OPEN: &str = "
\\set packet random(1, :packets)
\\set opener random(1, 1000000000)
BEGIN;
SELECT claimed FROM packet WHERE id = :packet FOR UPDATE \\gset
UPDATE packet SET remaining = remaining - 1, claimed = claimed + 1 WHERE id = :packet;
INSERT INTO claim VALUES (:packet, :claimed, :opener, 1);
COMMIT;
";

pub fn opens(packets: u32, seconds: u64) -> io::Result<Peer> {
    let (initdb, server, pgbench, psql) =
        (program("initdb")?, program("postgres")?, program("pgbench")?, program("psql")?);
    let place = tempfile::Builder::new().prefix("laisee-peer").tempdir()?;
    let folder = place.path();
    let (uid, gid) = (id("-u")?, id("-g")?);
    chown(folder, Some(uid), Some(gid))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    let as_user = |program: &Path| {
        let mut command = Command::new("setpriv");
        command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".into()]);
        command.arg(program).current_dir(folder).env("HOME", folder);
        command
    };
    let data = folder.join("data");
    output(as_user(&initdb).args(["--auth=trust", "--no-instructions", "-D"]).arg(&data))?;
    let mut start = as_user(&server);
    start.arg("-D").arg(&data).args(["-c", "listen_addresses=", "-c", "max_connections=200", "-k"]).arg(folder);
    let _server = Stopped(start.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
    let query = |sql: &str| {
        let mut command = as_user(&psql);
        command.args(["-q", "-v", "ON_ERROR_STOP=1", "-d", USER, "-h"]).arg(folder).args(["-c", sql]);
        output(&mut command)
    };
    for tries in 0.. {
        match query("SELECT 1") {
            Ok(_) => break,
            Err(error) if tries > 100 => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(100)),
        }
    }
    query(SCHEMA)?;
    query(&format!("INSERT INTO packet SELECT n, 1000000000, 0 FROM generate_series(1, {packets}) n"))?;
    let script = folder.join("open.sql");
    fs::File::create(&script)?.write_all(OPEN.as_bytes())?;
    let mut bench = as_user(&pgbench);
    bench.args(["-n", "-M", "prepared", "-j", "2", "-l", "--log-prefix=latency", "-h"]).arg(folder);
    bench.args(["-c", &CLIENTS.to_string(), "-T", &seconds.to_string(), "-D", &format!("packets={packets}"), "-f"]);
    let said = output(bench.arg(&script).arg(USER))?;
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next()?.parse::<f64>().ok());
    let per_s = tps.ok_or_else(|| io::Error::other(format!("pgbench said nothing of its rate: {said}")))?;
    let (p50, p99) = percentiles(folder)?;
    Ok(Peer::new(&format!("PostgreSQL row lock, {CLIENTS} clients"), per_s, Some(p50), Some(p99)))
}

fn id(which: &str) -> io::Result<u32> {
    let said = output(Command::new("id").args([which, USER]))?;
    said.trim().parse().map_err(io::Error::other)
}

/// From pgbench's logs: the third column is the latency of each transaction in microseconds.
fn percentiles(folder: &Path) -> io::Result<(f64, f64)> {
    let mut latencies = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("latency.")) {
            let text = fs::read_to_string(path)?;
            latencies.extend(text.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<u64>().ok()));
        }
    }
    latencies.sort_unstable();
    let at =
        |share: f64| latencies.get((latencies.len() as f64 * share) as usize).map_or(0.0, |us| *us as f64 / 1000.0);
    Ok((at(0.5), at(0.99)))
}
