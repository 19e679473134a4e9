//! The programs by name, and how one of them is run on all workers.

mod barrier;
mod bfs;
mod chain;
mod epoch_latency;
mod epochs;
mod event_driven;
mod exchange;
mod expand;
mod idle_dataflows;
mod pagerank;
mod pipeline;
mod wordcount;

use std::sync::Arc;

use timely::worker::Worker;

use crate::args::Args;
use crate::measure::{line, Gate, Part};

pub enum Failure {
    Usage(String),
    Run(String),
}

/// What a program does on one worker. Arguments have been read when it exists.
pub type Job = Box<dyn Fn(&mut Worker, &Gate) -> Part + Send + Sync>;

fn job(args: &Args) -> Result<Job, String> {
    match args.name.as_str() {
        "barrier" => barrier::job(args),
        "bfs" => bfs::job(args),
        "epoch_latency" => epoch_latency::job(args),
        "epochs" => epochs::job(args),
        "event_driven" => event_driven::job(args),
        "exchange" => exchange::job(args),
        "flow_control" => expand::job(args, true),
        "idle_dataflows" => idle_dataflows::job(args),
        "pagerank" => pagerank::job(args),
        "pipeline" => pipeline::job(args),
        "unguarded" => expand::job(args, false),
        "wordcount" => wordcount::job(args),
        "" => Err("usage: meander-bench-native NAME ARGS… [-w WORKERS]".to_owned()),
        name => Err(format!("unknown program {name:?}")),
    }
}

/// Makes one run and returns its line.
pub fn run(args: &Args) -> Result<String, Failure> {
    let job = job(args).map_err(Failure::Usage)?;
    let gate = Arc::new(Gate::new(args.workers));
    let shared = Arc::clone(&gate);
    let config = match args.workers {
        1 => timely::Config::thread(),
        workers => timely::Config::process(workers),
    };
    let guards =
        timely::execute(config, move |worker| job(worker, &shared)).map_err(Failure::Run)?;
    let parts: Vec<Part> =
        guards.join().into_iter().collect::<Result<_, _>>().map_err(Failure::Run)?;
    if let Some(wrong) = wrong_answer(&parts) {
        return Err(Failure::Run(format!("{}: {wrong}", args.name)));
    }
    Ok(line(args, parts, gate.cpu_seconds()))
}

fn wrong_answer(parts: &[Part]) -> Option<String> {
    let shares = parts.iter().filter_map(|part| part.share);
    let (actual, expected) = shares.fold((0, 0), |sum, share| (sum.0 + share.0, sum.1 + share.1));
    let together = (actual != expected)
        .then(|| format!("wrong answer, sum of all workers: {actual}, expected {expected}"));
    parts.iter().find_map(|part| part.wrong.clone()).or(together)
}
