//! `flow_control N B` and `unguarded N B`: numbers 1..N at times n/B, each expanded to 0..n and
//! discarded. flow_control holds the numbers of a time back until all earlier times have passed.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::vec::{Filter, Map};
use timely::dataflow::operators::{ConnectLoop, Feedback, Input, Inspect, Operator};
use timely::dataflow::{InputHandleVec, StreamVec};
use timely::worker::Worker;

use super::Job;
use crate::args::Args;
use crate::measure::Part;

type Numbers = CapacityContainerBuilder<Vec<u64>>;

pub fn job(args: &Args, guarded: bool) -> Result<Job, String> {
    let [limit, per_time] = args.expect("N B", &[])?;
    if limit < 2 || per_time == 0 {
        return Err(format!("{}: N must be above 1 and B above 0", args.name));
    }
    Ok(Box::new(move |worker, gate| {
        let arrived = Rc::new(Cell::new(0));
        let (index, peers) = (worker.index() as u64, worker.peers() as u64);
        let mut input = build(worker, guarded, &arrived);
        let mine = (1..limit).filter(move |number| number % peers == index);
        let expected = mine.clone().sum();
        let seconds = gate.time(|| {
            for number in mine {
                input.advance_to(number / per_time);
                input.send(number);
            }
            input.close();
            while worker.step() {}
        });
        let mut part = Part { seconds, records: Some(arrived.get()), ..Part::default() };
        part.check("records expanded", arrived.get(), expected);
        part
    }))
}

fn build(worker: &mut Worker, guarded: bool, arrived: &Rc<Cell<u64>>) -> InputHandleVec<u64, u64> {
    let arrived = Rc::clone(arrived);
    worker.dataflow(|scope| {
        let (input, numbers) = scope.new_input();
        if guarded {
            let (handle, cycle) = scope.feedback(1);
            expand(hold(numbers, cycle), arrived).connect_loop(handle);
        } else {
            expand(numbers, arrived);
        }
        input
    })
}

/// Expands each number to all below it, counts them and drops them. The count is taken a batch at a
/// time: a counting predicate would cost every record.
fn expand<'scope>(
    numbers: StreamVec<'scope, u64, u64>,
    arrived: Rc<Cell<u64>>,
) -> StreamVec<'scope, u64, u64> {
    numbers
        .flat_map(|number| 0..number)
        .inspect_batch(move |_, data| arrived.set(arrived.get() + data.len() as u64))
        .filter(|_| false)
}

/// Keeps each time's numbers until the frontier that comes back round the loop has passed it.
fn hold<'scope>(
    numbers: StreamVec<'scope, u64, u64>,
    cycle: StreamVec<'scope, u64, u64>,
) -> StreamVec<'scope, u64, u64> {
    numbers.binary_frontier::<_, Numbers, _, _, _, _>(cycle, Pipeline, Pipeline, "Hold", |_, _| {
        let mut held = BTreeMap::new();
        move |(fresh, _), (back, frontier), output| {
            fresh.for_each(|capability, data| {
                let (_, waiting) = held
                    .entry(*capability.time())
                    .or_insert_with(|| (capability.retain(output.output_index()), Vec::new()));
                waiting.append(data);
            });
            back.for_each(|_, _| {});
            while let Some(oldest) = held.first_entry() {
                if frontier.less_equal(oldest.key()) {
                    break;
                }
                let (capability, mut waiting) = oldest.remove();
                output.session(&capability).give_container(&mut waiting);
            }
        }
    })
}
