//! `event_driven DATAFLOWS LENGTH ROUNDS [norecord]`: each round wakes one of many dataflows.

use super::chain::{Chain, Sum};
use super::Job;
use crate::args::Args;
use crate::measure::{time_rounds, Part};

pub fn job(args: &Args) -> Result<Job, String> {
    let [dataflows, length, rounds] =
        args.expect("DATAFLOWS LENGTH ROUNDS [norecord]", &["norecord"])?;
    let with_record = !args.has("norecord");
    let group = args.group;
    Ok(Box::new(move |worker, gate| {
        let sum = Sum::default();
        let mut chains: Vec<Chain> =
            (0..dataflows).map(|_| Chain::in_region(worker, length, &sum)).collect();
        let mut laps = Vec::new();
        let seconds = gate.time(|| {
            laps = time_rounds(rounds, group, |round| {
                let chain = &mut chains[(round % dataflows) as usize];
                if with_record {
                    chain.input.send(round);
                }
                chain.finish_epoch(worker);
            });
        });
        let records = with_record.then_some(rounds);
        let mut part = Part { seconds, laps, records, rounds, ..Part::default() };
        let sent: u64 = if with_record { (0..rounds).map(|round| round + length).sum() } else { 0 };
        part.check("sum", sum.get(), sent);
        part
    }))
}
