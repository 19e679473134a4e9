//! `epochs EPOCHS`: epochs through a vertex with state for each open time; memory must stay flat.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::{Input, Operator, Probe};
use timely::dataflow::{InputHandleVec, ProbeHandle};
use timely::worker::Worker;

use super::Job;
use crate::args::Args;
use crate::measure::{memory_mb, Part};

type Counts = CapacityContainerBuilder<Vec<u64>>;

pub fn job(args: &Args) -> Result<Job, String> {
    let [epochs] = args.expect("EPOCHS", &[])?;
    Ok(Box::new(move |worker, gate| {
        let counted = Rc::new(Cell::new(0));
        let (mut input, probe) = build(worker, &counted);
        let mut early_mb = None;
        let seconds = gate.time(|| {
            for epoch in 0..epochs {
                input.send(epoch);
                input.advance_to(epoch + 1);
                worker.step_while(|| probe.less_than(&(epoch + 1)));
                if epoch == epochs / 10 {
                    early_mb = memory_mb("VmRSS:");
                }
            }
        });
        let growth = memory_mb("VmRSS:").zip(early_mb).map_or(0.0, |(late, early)| late - early);
        let mut part = Part { seconds, records: Some(epochs), rounds: epochs, ..Part::default() };
        part.extra.push(("rss_growth_mb", growth));
        part.check("records counted", counted.get(), epochs);
        part
    }))
}

/// input → count of each time once it is complete → probe.
fn build(
    worker: &mut Worker,
    counted: &Rc<Cell<u64>>,
) -> (InputHandleVec<u64, u64>, ProbeHandle<u64>) {
    let counted = Rc::clone(counted);
    worker.dataflow::<u64, _, _>(|scope| {
        let (input, stream) = scope.new_input::<Vec<u64>>();
        let mut totals: HashMap<u64, u64> = HashMap::new();
        let counts = stream.unary_notify::<Counts, _, _>(
            Pipeline,
            "Count",
            None,
            move |input, output, notices| {
                input.for_each(|capability, data| {
                    *totals.entry(*capability.time()).or_default() += data.len() as u64;
                    notices.notify_at(capability.retain(output.output_index()));
                });
                notices.for_each(|capability, _, _| {
                    if let Some(total) = totals.remove(capability.time()) {
                        counted.set(counted.get() + total);
                        output.session(&capability).give(total);
                    }
                });
            },
        );
        (input, counts.probe().0)
    })
}
