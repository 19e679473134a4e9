//! A dataflow of maps in a row behind an input, with a probe at its end: what event_driven,
//! idle_dataflows and epoch_latency are built of.

use std::cell::Cell;
use std::rc::Rc;

use timely::dataflow::operators::vec::Map;
use timely::dataflow::operators::{Enter, Exchange, Input, Leave, Probe};
use timely::dataflow::{InputHandleVec, ProbeHandle, StreamVec};
use timely::worker::Worker;

/// Sum of the records that left the last map. The map itself adds them up, so that checking the
/// answer costs no operator.
pub type Sum = Rc<Cell<u64>>;

pub struct Chain {
    pub input: InputHandleVec<u64, u64>,
    pub probe: ProbeHandle<u64>,
}

impl Chain {
    /// input → region of `length` maps, each adding 1 → probe.
    pub fn in_region(worker: &mut Worker, length: u64, sum: &Sum) -> Chain {
        worker.dataflow(|scope| {
            let (input, stream) = scope.new_input();
            let left =
                scope.region(|inner| maps(stream.enter(inner), length, false, sum).leave(scope));
            let (probe, _) = left.probe();
            Chain { input, probe }
        })
    }

    /// input → `length` maps, each adding 1 → probe, all in the root scope.
    pub fn flat(worker: &mut Worker, length: u64, exchange: bool, sum: &Sum) -> Chain {
        worker.dataflow(|scope| {
            let (input, stream) = scope.new_input();
            let (probe, _) = maps(stream, length, exchange, sum).probe();
            Chain { input, probe }
        })
    }

    /// Advances to the next time and runs until everything before it has passed the probe.
    pub fn finish_epoch(&mut self, worker: &mut Worker) {
        let next = self.input.time() + 1;
        self.input.advance_to(next);
        worker.step_while(|| self.probe.less_than(&next));
    }
}

/// `length` operators in a row: maps that add 1 or, if `exchange`, exchanges and maps in turn. The
/// last is always a map.
pub fn maps<'scope>(
    stream: StreamVec<'scope, u64, u64>,
    length: u64,
    exchange: bool,
    sum: &Sum,
) -> StreamVec<'scope, u64, u64> {
    let mut stream = stream;
    for position in 1..length {
        let from_end = length - position;
        stream = match exchange && from_end % 2 == 1 {
            true => stream.exchange(|x| *x),
            false => stream.map(|x| x + 1),
        };
    }
    let sum = Rc::clone(sum);
    stream.map(move |x| {
        sum.set(sum.get() + x + 1);
        x + 1
    })
}

/// How many of `length` operators of `maps` add 1.
pub fn adding(length: u64, exchange: bool) -> u64 {
    if exchange {
        length - length / 2
    } else {
        length
    }
}
