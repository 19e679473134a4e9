//! `wordcount RECORDS EPOCHS KEYS [strings]`: keys are exchanged by hash, kept until their epoch is
//! complete, then counted; every record is answered by its key and the count so far.

use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::rc::Rc;

use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::{Input, Inspect, Operator, Probe};
use timely::dataflow::{InputHandleVec, ProbeHandle};
use timely::worker::Worker;
use timely::ExchangeData;

use super::Job;
use crate::args::Args;
use crate::measure::{Gate, Part};

/// FNV-1a. The standard library's default hasher is a third slower here.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[derive(Clone, Copy)]
struct Size {
    records: u64,
    epochs: u64,
    keys: u64,
}

pub fn job(args: &Args) -> Result<Job, String> {
    let [records, epochs, keys] = args.expect("RECORDS EPOCHS KEYS [strings]", &["strings"])?;
    let size = Size { records, epochs, keys };
    if args.has("strings") {
        return Ok(Box::new(move |worker, gate| {
            // The words exist before the clock starts, as lines of a file would.
            let words: Vec<String> = (0..keys).map(|key| format!("word-{key}")).collect();
            count(worker, gate, size, |key| words[key as usize].clone())
        }));
    }
    Ok(Box::new(move |worker, gate| count(worker, gate, size, |key| key)))
}

/// SplitMix64's finaliser: a fixed scatter that needs no random generator.
fn mix(index: u64) -> u64 {
    let mut z = index;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn fnv<K: Hash>(key: &K) -> u64 {
    let mut hasher = Fnv::default();
    key.hash(&mut hasher);
    hasher.finish()
}

fn count<K: ExchangeData + Clone + Hash + Eq>(
    worker: &mut Worker,
    gate: &Gate,
    size: Size,
    word: impl Fn(u64) -> K,
) -> Part {
    let (emitted, total) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let (mut input, probe) = build::<K>(worker, &emitted, &total);
    let (index, peers) = (worker.index() as u64, worker.peers() as u64);
    let mut sent = 0;
    let seconds = gate.time(|| {
        for epoch in 0..size.epochs {
            let of_epoch =
                epoch * size.records / size.epochs..(epoch + 1) * size.records / size.epochs;
            for record in of_epoch.filter(|record| record % peers == index) {
                input.send(word(mix(record) % size.keys));
                sent += 1;
            }
            input.advance_to(epoch + 1);
            worker.step_while(|| probe.less_than(&(epoch + 1)));
        }
    });
    let mut part = Part { seconds, records: Some(sent), ..Part::default() };
    let (answers, counts) = expected(size, |key| fnv(&word(key)) % peers == index);
    part.check("answers", emitted.get(), answers);
    part.check("sum of the counts", total.get(), counts);
    part
}

/// How many answers, and which sum of counts, the keys of this worker must give.
fn expected(size: Size, is_mine: impl Fn(u64) -> bool) -> (u64, u64) {
    let mut counts = vec![0_u64; size.keys as usize];
    for record in 0..size.records {
        counts[(mix(record) % size.keys) as usize] += 1;
    }
    let mine = (0..size.keys).filter(|key| is_mine(*key)).map(|key| counts[key as usize]);
    mine.fold((0, 0), |(answers, sum), n| (answers + n, sum + n * (n + 1) / 2))
}

type Answers<K> = CapacityContainerBuilder<Vec<(K, u64)>>;

fn build<K: ExchangeData + Clone + Hash + Eq>(
    worker: &mut Worker,
    emitted: &Rc<Cell<u64>>,
    total: &Rc<Cell<u64>>,
) -> (InputHandleVec<u64, K>, ProbeHandle<u64>) {
    let (emitted, total) = (Rc::clone(emitted), Rc::clone(total));
    worker.dataflow::<u64, _, _>(|scope| {
        let (input, keys) = scope.new_input::<Vec<K>>();
        let mut waiting: HashMap<u64, Vec<Vec<K>>> = HashMap::new();
        let mut counts: HashMap<K, u64, BuildHasherDefault<Fnv>> = HashMap::default();
        let answers = keys.unary_notify::<Answers<K>, _, _>(
            Exchange::new(|key: &K| fnv(key)),
            "Count",
            None,
            move |input, output, notices| {
                input.for_each(|capability, data| {
                    waiting.entry(*capability.time()).or_default().push(std::mem::take(data));
                    notices.notify_at(capability.retain(output.output_index()));
                });
                notices.for_each(|capability, _, _| {
                    let mut session = output.session(&capability);
                    for key in waiting.remove(capability.time()).into_iter().flatten().flatten() {
                        let count = match counts.get_mut(&key) {
                            Some(count) => {
                                *count += 1;
                                *count
                            }
                            None => {
                                counts.insert(key.clone(), 1);
                                1
                            }
                        };
                        session.give((key, count));
                    }
                });
            },
        );
        let sunk = answers.inspect_batch(move |_, data: &Vec<(K, u64)>| {
            emitted.set(emitted.get() + data.len() as u64);
            total.set(total.get() + data.iter().map(|(_, count)| count).sum::<u64>());
        });
        (input, sunk.probe().0)
    })
}
