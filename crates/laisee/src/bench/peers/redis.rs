//! Redis as most would do it: one Lua script takes the next share and records the claim, with `appendfsync always`. It
//! does less than ours: every share is the same, and no money reaches a wallet.

use std::{io, net::TcpListener, process::Command};

use super::{CLIENTS, Figures, Peer, Server, await_answer, output, program};

/// The opener chooses the packet, as redis-benchmark can make up one number only.
const OPEN: &str = "
local packet = tonumber(ARGV[1]) % tonumber(ARGV[2])
local claims = 'claims:' .. packet
local claimed = redis.call('HGET', claims, ARGV[1])
if claimed then return claimed end
if redis.call('DECR', 'left:' .. packet) < 0 then return redis.error_reply('no share left') end
redis.call('HSET', claims, ARGV[1], '1')
return '1'
";

const FUND: &str = "for n = 0, ARGV[1] - 1 do redis.call('SET', 'left:' .. n, '1000000000') end return 'funded'";

/// Counts what was really claimed.
const CLAIMED: &str =
    "local sum = 0 for n = 0, ARGV[1] - 1 do sum = sum + redis.call('HLEN', 'claims:' .. n) end return sum";

/// Openers are drawn from so many, the most that redis-benchmark can; few come up again.
const OPENERS: &str = "2147483647";

/// Opens in the trial that says how many fill the time.
const TRIAL: u64 = 50_000;

pub fn opens(packets: u32, pipeline: usize, seconds: u64) -> io::Result<Peer> {
    let (server, cli, benchmark) = (program("redis-server")?, program("redis-cli")?, program("redis-benchmark")?);
    let place = tempfile::Builder::new().prefix(".tmp-peer").tempdir_in(".")?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
    let mut start = Command::new(server);
    start.args(["--port", &port, "--bind", "127.0.0.1", "--appendonly", "yes", "--appendfsync", "always"]);
    start.args(["--save", "", "--auto-aof-rewrite-percentage", "0", "--dir"]).arg(place.path());
    let _server = Server::start(&mut start, &place.path().join("server.log"))?;
    let ask = |words: &[&str]| output(Command::new(&cli).args(["-e", "-p", &port]).args(words));
    await_answer(|| ask(&["PING"]))?;
    let packets = packets.to_string();
    ask(&["EVAL", FUND, "0", &packets])?;
    let open = ask(&["SCRIPT", "LOAD", OPEN])?;
    let run = |opens: u64| {
        let mut command = Command::new(&benchmark);
        command.args(["-p", &port, "-c", &CLIENTS.to_string(), "-P", &pipeline.to_string(), "-n", &opens.to_string()]);
        command.args(["-r", OPENERS, "-e", "--csv", "EVALSHA", open.trim(), "0", "__rand_int__", &packets]);
        output(&mut command).and_then(|csv| figures(&csv))
    };
    let trial = run(TRIAL)?;
    // The trial may have drawn the very openers that are drawn next, who would find their claims made.
    ask(&["FLUSHALL"])?;
    ask(&["EVAL", FUND, "0", &packets])?;
    let opens = (trial.per_s * seconds as f64) as u64;
    let figures = run(opens)?;
    // redis-benchmark counts answers, whatever they say.
    let claimed = ask(&["EVAL", CLAIMED, "0", &packets])?;
    if claimed.trim().parse::<u64>().map_err(io::Error::other)? < opens / 100 * 99 {
        return Err(io::Error::other(format!("redis answered {opens} opens but has {} claims", claimed.trim())));
    }
    let about = ask(&["INFO", "server"])?;
    let version = about.lines().find_map(|line| line.strip_prefix("redis_version:")).unwrap_or("?").trim();
    let settings = format!(
        "server_version={version} appendonly=yes appendfsync=always save='' auto-aof-rewrite=off; \
         redis-benchmark -c {CLIENTS} -P {pipeline}"
    );
    let name = format!("Redis Lua, fsync always, {CLIENTS} clients");
    let name = if pipeline == 1 { name } else { format!("{name} x {pipeline} pipelined") };
    Ok(Peer::new(name, &settings, figures))
}

/// The last line has the figures: name, rate, mean, least, p50, p95, p99, most; times in milliseconds.
fn figures(csv: &str) -> io::Result<Figures> {
    let last = csv.lines().last().unwrap_or_default();
    // From behind, as the name may hold anything.
    let numbers: Vec<f64> = last.rsplit(',').map_while(|field| field.trim_matches('"').parse().ok()).collect();
    let [_, p99, _, p50, _, _, per_s, ..] = numbers[..] else {
        return Err(io::Error::other(format!("redis-benchmark gave no figures: {csv}")));
    };
    Ok(Figures { per_s, p50_ms: Some(p50), p99_ms: Some(p99), ..Figures::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_stand_in_the_last_line() {
        let csv = "\"test\",\"rps\",\"avg\",\"min\",\"p50\",\"p95\",\"p99\",\"max\"\n\
                   \"EVALSHA a 0 __rand_int__ 1\",\"54112.55\",\"1.082\",\"0.376\",\"1.055\",\"1.503\",\"1.855\",\"4.319\"\n";
        let figures = figures(csv).unwrap();
        assert_eq!((figures.per_s, figures.p50_ms, figures.p99_ms), (54_112.55, Some(1.055), Some(1.855)));
    }
}
