//! `pipeline RECORDS BATCH`: map, filter, map, sink over integers, a batch at a time.

use std::cell::Cell;
use std::rc::Rc;

use timely::dataflow::operators::vec::{Filter, Map};
use timely::dataflow::operators::{Input, Inspect};
use timely::dataflow::InputHandleVec;

use super::Job;
use crate::args::Args;
use crate::measure::Part;

pub fn job(args: &Args) -> Result<Job, String> {
    let [records, batch] = args.expect("RECORDS BATCH", &[])?;
    Ok(Box::new(move |worker, gate| {
        let total = Rc::new(Cell::new(0));
        let sum = Rc::clone(&total);
        let mut input: InputHandleVec<u64, u64> = worker.dataflow::<u64, _, _>(|scope| {
            let (input, numbers) = scope.new_input();
            numbers
                .map(|x: u64| x + 1)
                .filter(|x| x % 3 != 0)
                .map(|x| x * 2)
                .inspect_batch(move |_, data| sum.set(sum.get() + data.iter().sum::<u64>()));
            input
        });
        let (index, peers) = (worker.index() as u64, worker.peers() as u64);
        let mine = (index * records / peers)..((index + 1) * records / peers);
        let expected = mine.clone().map(|x| x + 1).filter(|x| x % 3 != 0).map(|x| x * 2).sum();
        let share = mine.end - mine.start;
        let seconds = gate.time(|| {
            let mut next = mine.start;
            while next < mine.end {
                let end = mine.end.min(next + batch);
                for number in next..end {
                    input.send(number);
                }
                next = end;
                input.flush();
                worker.step();
            }
            input.close();
            while worker.step() {}
        });
        let mut part = Part { seconds, records: Some(share), ..Part::default() };
        part.check("sum", total.get(), expected);
        part
    }))
}
