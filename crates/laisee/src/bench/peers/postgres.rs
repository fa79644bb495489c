//! PostgreSQL as most would do it: lock the packet's row, take the next share, insert the claim. Durable by its
//! defaults. It does less than ours: no money reaches a wallet.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::Path,
    process::Command,
};

use super::{CLIENTS, Figures, Peer, Server, await_answer, output, program};

/// The system user that Debian's package makes; the server refuses to run as root.
const USER: &str = "postgres";
const DATABASE: &str = "postgres";

const SCHEMA: &str = "
CREATE TABLE packet (id int PRIMARY KEY, remaining bigint NOT NULL, claimed int NOT NULL);
CREATE TABLE claim (packet int, opener bigint, share int NOT NULL, amount bigint NOT NULL, PRIMARY KEY (packet, opener));
";

/// The key of `claim` keeps an opener from claiming twice; that an opener comes up again is as good as impossible.
const OPEN: &str = "
\\set packet random(1, :packets)
\\set opener random(1, 1000000000000)
BEGIN;
SELECT claimed FROM packet WHERE id = :packet FOR UPDATE \\gset
UPDATE packet SET remaining = remaining - 1, claimed = claimed + 1 WHERE id = :packet;
INSERT INTO claim VALUES (:packet, :opener, :claimed, 1);
COMMIT;
";

/// What decides how durable and how fast it is.
const SETTINGS: &str = "SELECT string_agg(name || '=' || current_setting(name), ' ') FROM unnest(ARRAY[
'server_version', 'fsync', 'synchronous_commit', 'wal_sync_method', 'full_page_writes', 'shared_buffers']) name";

pub fn opens(packets: u32, seconds: u64) -> io::Result<Peer> {
    let (initdb, server, pgbench, psql) =
        (program("initdb")?, program("postgres")?, program("pgbench")?, program("psql")?);
    let user = Unprivileged::find()?;
    let place = user.folder()?;
    let folder = place.path();
    let data = folder.join("data");
    output(user.run(&initdb, folder).args(["--auth=trust", "--no-instructions", "-U", USER, "-D"]).arg(&data))?;
    let mut start = user.run(&server, folder);
    start.arg("-D").arg(&data).args(["-c", "listen_addresses=", "-c", "max_connections=100", "-k"]).arg(folder);
    let _server = Server::start(&mut start, &folder.join("server.log"))?;
    let query = |sql: &str| {
        let mut command = user.run(&psql, folder);
        command.args(["-qtA", "-v", "ON_ERROR_STOP=1", "-U", USER, "-d", DATABASE, "-h"]).arg(folder);
        output(command.args(["-c", sql]))
    };
    await_answer(|| query("SELECT 1"))?;
    query(SCHEMA)?;
    query(&format!("INSERT INTO packet SELECT n, 1000000000, 0 FROM generate_series(1, {packets}) n"))?;
    query("VACUUM ANALYZE packet")?;
    let script = folder.join("open.sql");
    fs::write(&script, OPEN)?;
    let mut bench = user.run(&pgbench, folder);
    bench.args(["-n", "-M", "prepared", "-j", "2", "-l", "--log-prefix=latency", "-U", USER, "-h"]).arg(folder);
    bench.args(["-c", &CLIENTS.to_string(), "-T", &seconds.to_string(), "-D", &format!("packets={packets}"), "-f"]);
    let said = output(bench.arg(&script).arg(DATABASE))?;
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next()?.parse::<f64>().ok());
    let per_s = tps.ok_or_else(|| io::Error::other(format!("pgbench said nothing of its rate: {said}")))?;
    let settings = format!("{} pgbench -c {CLIENTS} -j 2 -M prepared", query(SETTINGS)?.trim());
    let latencies = latencies(folder)?;
    let at = |share: f64| latencies.get((latencies.len() as f64 * share) as usize).map(|us| *us as f64 / 1000.0);
    let figures = Figures { per_s, p50_ms: at(0.5), p99_ms: at(0.99), ..Figures::default() };
    Ok(Peer::new(format!("PostgreSQL row lock, {CLIENTS} clients"), &settings, figures))
}

/// Whom the server runs as.
struct Unprivileged {
    /// `None`: we are not root, and it can run as we do.
    ids: Option<(u32, u32)>,
}

impl Unprivileged {
    fn find() -> io::Result<Self> {
        let id = |args: &[&str]| output(Command::new("id").args(args))?.trim().parse().map_err(io::Error::other);
        let ids = if id(&["-u"])? == 0_u32 { Some((id(&["-u", USER])?, id(&["-g", USER])?)) } else { None };
        Ok(Self { ids })
    }

    fn run(&self, program: &Path, folder: &Path) -> Command {
        let mut command = match self.ids {
            None => Command::new(program),
            Some((uid, gid)) => {
                let mut command = Command::new("setpriv");
                command
                    .args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".into()])
                    .arg(program);
                command
            }
        };
        command.current_dir(folder).env("HOME", folder);
        command
    }

    /// A folder of its own, here if the user may come here.
    fn folder(&self) -> io::Result<tempfile::TempDir> {
        let here = std::env::current_dir()?;
        let open = |folder: &Path| fs::metadata(folder).is_ok_and(|about| about.mode() & 0o001 != 0);
        let parent = if here.ancestors().all(open) { here } else { std::env::temp_dir() };
        let place = tempfile::Builder::new().prefix(".tmp-peer").tempdir_in(parent)?;
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755))?;
        if let Some((uid, gid)) = self.ids {
            chown(place.path(), Some(uid), Some(gid))?;
        }
        Ok(place)
    }
}

/// From pgbench's logs, rising: the third column is the latency of each transaction in microseconds.
fn latencies(folder: &Path) -> io::Result<Vec<u64>> {
    let mut latencies = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("latency.")) {
            let text = fs::read_to_string(path)?;
            latencies.extend(text.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<u64>().ok()));
        }
    }
    latencies.sort_unstable();
    Ok(latencies)
}
