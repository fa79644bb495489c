use std::{
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{Mix, Plan, StormError, Verification, run, verify};

/// Play many users against a running server through its public interface, and check what they see.
///
/// Signs users up, makes groups and friends, fills wallets, then chats, sends red packets and opens them. Every
/// answer is held against the rules of the protocol while it runs; at the end everything that was acknowledged is
/// compared with what is stored. Servers may be killed and restarted meanwhile. Exits with 1 when a law was broken.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Servers as host:port; several are taken in turn.
    #[arg(long = "addr", value_name = "HOST:PORT", default_values_t = [String::from("127.0.0.1:7080")], value_delimiter = ',')]
    addresses: Vec<String>,
    /// Do not play: compare this ledger of an earlier storm with the server.
    #[arg(long, value_name = "FILE")]
    verify: Option<PathBuf>,
    /// Take the plan from a JSON file instead of the options below (except files and addresses).
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Chooses the work; printed, so that a run can be repeated. Without it the clock chooses.
    #[arg(long)]
    seed: Option<u64>,
    /// Signed-in users, each with one connection.
    #[arg(long, default_value_t = 100)]
    users: u32,
    /// Users in a group.
    #[arg(long, default_value_t = 10)]
    group_size: u32,
    /// How long to play, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    duration: f64,
    /// Actions per second over all users. 0: closed loop, as fast as the answers come.
    #[arg(long, default_value_t = 0.0)]
    rate: f64,
    /// In a closed loop: actions under way for each user.
    #[arg(long, default_value_t = 1)]
    in_flight: u32,
    /// In a closed loop: pause after each action, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    think: u64,
    /// Weight of sending a text.
    #[arg(long, value_name = "WEIGHT", default_value_t = Mix::default().message)]
    messages: u32,
    /// Weight of sending a red packet.
    #[arg(long, value_name = "WEIGHT", default_value_t = Mix::default().packet)]
    packets: u32,
    /// Weight of opening a packet.
    #[arg(long, value_name = "WEIGHT", default_value_t = Mix::default().open)]
    opens: u32,
    /// Weight of marking as read.
    #[arg(long, value_name = "WEIGHT", default_value_t = Mix::default().read)]
    reads: u32,
    /// Weight of sending something again with the same id.
    #[arg(long, value_name = "WEIGHT", default_value_t = Mix::default().repeat)]
    repeats: u32,
    /// Weight of sending a transfer.
    #[arg(long, value_name = "WEIGHT", default_value_t = Mix::default().transfer)]
    transfers: u32,
    /// Weight of accepting a transfer, or sending it back.
    #[arg(long, value_name = "WEIGHT", default_value_t = Mix::default().receive)]
    receipts: u32,
    /// Weight of asking for a transfer back.
    #[arg(long, value_name = "WEIGHT", default_value_t = Mix::default().recall)]
    recalls: u32,
    /// Weight of topping up.
    #[arg(long, value_name = "WEIGHT", default_value_t = Mix::default().top_up)]
    top_ups: u32,
    /// Weight of withdrawing.
    #[arg(long, value_name = "WEIGHT", default_value_t = Mix::default().withdraw)]
    withdrawals: u32,
    /// Encoding: protobuf, json, or mixed (every tenth user JSON).
    #[arg(long, default_value = "mixed", value_parser = ["protobuf", "json", "mixed"])]
    encoding: String,
    /// Write what was acknowledged to this file, as JSON lines.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Write the report as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report as one HTML page with plots.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Put the resident memory of this process of the same machine, most likely the server's, into the report.
    #[arg(long, value_name = "PID")]
    watch: Option<u32>,
    /// No progress on stderr.
    #[arg(long, short)]
    quiet: bool,
}

impl Args {
    /// The plan these arguments ask for. Errors: `File` or `Plan` for a plan file that cannot be used.
    pub fn plan(&self) -> Result<Plan, StormError> {
        let mut plan = match &self.plan {
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(StormError::file(path))?;
                serde_json::from_str(&text).map_err(|e| StormError::Plan(format!("{}: {e}", path.display())))?
            }
            None => self.own_plan(),
        };
        if self.plan.is_none() || self.addresses != Plan::default().addresses {
            plan.addresses.clone_from(&self.addresses);
        }
        plan.ledger = self.ledger.clone().or(plan.ledger);
        plan.json = self.json.clone().or(plan.json);
        plan.html = self.html.clone().or(plan.html);
        plan.watch = self.watch.or(plan.watch);
        plan.quiet |= self.quiet;
        plan.seed = self.seed.unwrap_or(plan.seed);
        plan.check()?;
        Ok(plan)
    }

    fn own_plan(&self) -> Plan {
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Plan {
            seed: clock.as_micros() as u64 % 1_000_000_007,
            users: self.users,
            group_size: self.group_size,
            duration_ms: (self.duration.max(0.0) * 1_000.0) as u64,
            rate: self.rate,
            in_flight: self.in_flight,
            think_ms: self.think,
            mix: Mix {
                message: self.messages,
                packet: self.packets,
                open: self.opens,
                read: self.reads,
                repeat: self.repeats,
                transfer: self.transfers,
                receive: self.receipts,
                recall: self.recalls,
                top_up: self.top_ups,
                withdraw: self.withdrawals,
            },
            json_every: match self.encoding.as_str() {
                "protobuf" => 0,
                "json" => 1,
                _ => 10,
            },
            ..Plan::default()
        }
    }
}

/// What `laisee storm` does; prints the outcome on stdout. True: no law was broken.
///
/// # Errors
/// When the storm could not be played.
pub async fn execute(args: Args) -> Result<bool, StormError> {
    if let Some(ledger) = &args.verify {
        let verification = verify(&args.addresses, ledger).await?;
        print_verification(&verification);
        return Ok(verification.violation_count == 0);
    }
    let report = run(args.plan()?).await?;
    let within = Duration::from_secs_f64(report.seconds.max(0.001));
    println!("seed {}, {:.1} s", report.plan.seed, within.as_secs_f64());
    println!(
        "{:<10} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "count", "per s", "p50 ms", "p99 ms", "p99.9 ms", "max ms"
    );
    for (kind, o) in &report.operations {
        let (p50, p99, p999, max) = (o.p50_ms, o.p99_ms, o.p999_ms, o.max_ms);
        println!("{kind:<10} {:>9} {:>9.0} {p50:>9.2} {p99:>9.2} {p999:>9.2} {max:>9.2}", o.count, o.per_s);
    }
    for (code, times) in &report.errors {
        println!("{code:<32} {times} times");
    }
    for violation in report.violations.iter().take(20) {
        println!("broken {}: {}", violation.rule, violation.what);
    }
    println!("{} violations while playing, {} operations never answered", report.violation_count, report.unresolved);
    print_verification(&report.verification);
    Ok(report.is_clean())
}

fn print_verification(v: &Verification) {
    println!(
        "compared: {} messages ({} acknowledged), {} packets, {} opens, {} transfers, {} top-ups, {} withdrawals",
        v.messages, v.acknowledged_messages, v.packets, v.opens, v.transfers, v.top_ups, v.withdrawals
    );
    println!(
        "{} fen in wallets, {} in packets, {} in transfers, {} held, {} taken out",
        v.balances, v.in_packets, v.in_transfers, v.held, v.taken_out
    );
    for violation in v.violations.iter().take(20) {
        println!("differs {}: {}", violation.rule, violation.what);
    }
    println!("{} differences", v.violation_count);
}

/// [`execute`] on a runtime of its own, for a `main` that has none.
///
/// # Errors
/// As [`execute`], or when no runtime can be made.
pub fn command(args: Args) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(execute(args))?)
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command, FromArgMatches};

    use super::*;

    #[test]
    fn arguments_become_a_plan() {
        let line =
            ["storm", "--users", "20", "--rate", "500", "--seed", "7", "--encoding", "json", "--addr", "a:1,b:2"];
        let matches = Args::augment_args(Command::new("storm")).get_matches_from(line);
        let plan = Args::from_arg_matches(&matches).unwrap().plan().unwrap();
        assert_eq!((plan.users, plan.rate, plan.seed, plan.json_every), (20, 500.0, 7, 1));
        assert_eq!(plan.addresses, ["a:1", "b:2"]);
        Args::augment_args(Command::new("storm")).debug_assert();
    }
}
