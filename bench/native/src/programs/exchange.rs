//! `exchange BATCH ROUNDS`: every worker sends a batch a round through an exchange.

use std::cell::Cell;
use std::rc::Rc;

use timely::dataflow::operators::{Exchange, Input, Inspect, Probe};
use timely::dataflow::{InputHandleVec, ProbeHandle};

use super::Job;
use crate::args::Args;
use crate::measure::{time_rounds, Part};

pub fn job(args: &Args) -> Result<Job, String> {
    let [batch, rounds] = args.expect("BATCH ROUNDS", &[])?;
    let group = args.group;
    Ok(Box::new(move |worker, gate| {
        let arrived = Rc::new(Cell::new(0));
        let strayed = Rc::new(Cell::new(0));
        let (count, stray) = (Rc::clone(&arrived), Rc::clone(&strayed));
        let (index, peers) = (worker.index() as u64, worker.peers() as u64);
        let (mut input, probe): (InputHandleVec<u64, u64>, ProbeHandle<u64>) =
            worker.dataflow(|scope| {
                let (input, stream) = scope.new_input();
                let looked = stream.exchange(|x| *x).inspect_batch(move |_, data: &Vec<u64>| {
                    count.set(count.get() + data.len() as u64);
                    // One record a batch is looked at: a look at all would be most of the work.
                    stray.set(stray.get() + u64::from(data[0] % peers != index));
                });
                (input, looked.probe().0)
            });
        let mut laps = Vec::new();
        let seconds = gate.time(|| {
            laps = time_rounds(rounds, group, |round| {
                for record in 0..batch {
                    input.send(record);
                }
                input.advance_to(round + 1);
                worker.step_while(|| probe.less_than(&(round + 1)));
            });
        });
        let sent = batch * rounds;
        let mut part = Part { seconds, laps, records: Some(sent), rounds, ..Part::default() };
        // All workers send 0..batch, so this one receives its share of each of them.
        let share = (0..batch).filter(|record| record % peers == index).count() as u64;
        part.check("records", arrived.get(), share * peers * rounds);
        part.check("batches on the wrong worker", strayed.get(), 0);
        part
    }))
}
