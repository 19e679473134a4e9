//! `barrier ITERATIONS`: notifications chase each other round a loop; no data moves.

use std::cell::Cell;
use std::rc::Rc;

use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::{ConnectLoop, Feedback, Operator};

use super::Job;
use crate::args::Args;
use crate::measure::Part;

type NoData = CapacityContainerBuilder<Vec<()>>;

pub fn job(args: &Args) -> Result<Job, String> {
    let [iterations] = args.expect("ITERATIONS", &[])?;
    Ok(Box::new(move |worker, gate| {
        let seen = Rc::new(Cell::new(0));
        let turns = Rc::clone(&seen);
        worker.dataflow::<u64, _, _>(|scope| {
            let (handle, cycle) = scope.feedback::<Vec<()>>(1);
            let turn = cycle.unary_notify::<NoData, _, _>(
                Pipeline,
                "Turn",
                Some(0),
                move |input, _output, notices| {
                    input.for_each(|_, _| {});
                    notices.for_each(|capability, _, notices| {
                        turns.set(turns.get() + 1);
                        let next = *capability.time() + 1;
                        if next < iterations {
                            notices.notify_at(capability.delayed(&next));
                        }
                    });
                },
            );
            turn.connect_loop(handle);
        });
        let seconds = gate.time(|| while worker.step() {});
        let mut part = Part { seconds, rounds: iterations, ..Part::default() };
        part.check("notifications", seen.get(), iterations);
        part
    }))
}
