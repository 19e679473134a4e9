//! `idle_dataflows IDLE ROUNDS`: what a running dataflow pays for installed ones without work.

use super::chain::{Chain, Sum};
use super::Job;
use crate::args::Args;
use crate::measure::{quantile, sorted, time_rounds, Part};

const LENGTH: u64 = 8;

pub fn job(args: &Args) -> Result<Job, String> {
    let [idle, rounds] = args.expect("IDLE ROUNDS", &[])?;
    let group = args.group;
    Ok(Box::new(move |worker, gate| {
        let sum = Sum::default();
        let mut running = Chain::flat(worker, LENGTH, false, &sum);
        let mut epochs = |worker: &mut timely::worker::Worker| {
            time_rounds(rounds, group, |round| {
                running.input.send(round);
                running.finish_epoch(worker);
            })
        };
        let alone = sorted(epochs(worker));
        let idle_sum = Sum::default();
        let mut others: Vec<Chain> =
            (0..idle).map(|_| Chain::flat(worker, LENGTH, false, &idle_sum)).collect();
        for other in &mut others {
            other.input.send(0);
            other.finish_epoch(worker);
        }
        let mut laps = Vec::new();
        let seconds = gate.time(|| laps = epochs(worker));
        let mut part = Part { seconds, records: Some(rounds), rounds, ..Part::default() };
        let with_idle = sorted(laps.clone());
        if let Some((before, after)) = quantile(&alone, 0.5).zip(quantile(&with_idle, 0.5)) {
            part.extra.push(("alone_p50_us", before));
            part.extra.push(("cost_ratio", after / before));
        }
        part.laps = laps;
        part.check("sum", sum.get(), 2 * (0..rounds).map(|round| round + LENGTH).sum::<u64>());
        part.check("sum of the idle", idle_sum.get(), idle * LENGTH);
        part
    }))
}
