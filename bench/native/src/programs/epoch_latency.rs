//! `epoch_latency OPERATORS EPOCHS RECORDS [exchange] [--open-times N]`: one epoch after the other
//! through a row of maps. With `--open-times` N later epochs are open while one completes.

use std::collections::VecDeque;

use timely::container::CapacityContainerBuilder;
use timely::dataflow::operators::core::unordered_input::UnorderedHandle;
use timely::dataflow::operators::core::UnorderedInput;
use timely::dataflow::operators::{ActivateCapability, Probe};
use timely::dataflow::ProbeHandle;
use timely::worker::Worker;

use super::chain::{adding, maps, Chain, Sum};
use super::Job;
use crate::args::Args;
use crate::measure::{time_rounds, Gate, Part};

#[derive(Clone, Copy)]
struct Size {
    operators: u64,
    epochs: u64,
    records: u64,
    exchange: bool,
    group: usize,
}

pub fn job(args: &Args) -> Result<Job, String> {
    let [operators, epochs, records] =
        args.expect("OPERATORS EPOCHS RECORDS [exchange]", &["exchange"])?;
    let size =
        Size { operators, epochs, records, exchange: args.has("exchange"), group: args.group };
    let open_times = args.open_times;
    Ok(Box::new(move |worker, gate| {
        let sum = Sum::default();
        let (seconds, laps) = match open_times {
            None => in_order(worker, gate, size, &sum),
            Some(open) => with_open_times(worker, gate, size, open as u64, &sum),
        };
        let records = Some(epochs * records);
        let mut part = Part { seconds, laps, records, rounds: epochs, ..Part::default() };
        // An exchange may have moved records to another worker, so no worker knows its own sum.
        part.share = Some((sum.get(), expected(size)));
        part
    }))
}

fn expected(size: Size) -> u64 {
    let total = size.epochs * size.records;
    (0..total).map(|record| record + adding(size.operators, size.exchange)).sum()
}

fn in_order(worker: &mut Worker, gate: &Gate, size: Size, sum: &Sum) -> (f64, Vec<f64>) {
    let mut chain = Chain::flat(worker, size.operators, size.exchange, sum);
    let mut laps = Vec::new();
    let seconds = gate.time(|| {
        laps = time_rounds(size.epochs, size.group, |epoch| {
            for record in epoch * size.records..(epoch + 1) * size.records {
                chain.input.send(record);
            }
            chain.finish_epoch(worker);
        });
    });
    (seconds, laps)
}

struct Unordered {
    input: UnorderedHandle<u64, CapacityContainerBuilder<Vec<u64>>>,
    first: ActivateCapability<u64>,
    probe: ProbeHandle<u64>,
}

/// A window of open times: every round opens one behind the newest and completes the oldest, while
/// `open` others stay as they are.
fn with_open_times(
    worker: &mut Worker,
    gate: &Gate,
    size: Size,
    open: u64,
    sum: &Sum,
) -> (f64, Vec<f64>) {
    let Unordered { mut input, first, probe } = worker.dataflow(|scope| {
        let ((input, first), stream) = scope.new_unordered_input();
        let (probe, _) = maps(stream, size.operators, size.exchange, sum).probe();
        Unordered { input, first, probe }
    });
    let mut window: VecDeque<_> = (0..open).map(|time| first.delayed(&time)).collect();
    drop(first);
    worker.step();
    let mut laps = Vec::new();
    let seconds = gate.time(|| {
        laps = time_rounds(size.epochs, size.group, |epoch| {
            let newest = window[window.len() - 1].delayed(&(epoch + open));
            window.push_back(newest);
            if let Some(oldest) = window.pop_front() {
                let mut output = input.activate();
                let mut session = output.session(&oldest);
                for record in epoch * size.records..(epoch + 1) * size.records {
                    session.give(record);
                }
            }
            worker.step_while(|| probe.less_equal(&epoch));
        });
    });
    (seconds, laps)
}
