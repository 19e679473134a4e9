//! `pagerank NODES EDGES`: PageRank in whole numbers, of which only changes are sent, round a loop. After the first
//! round, in which all edges come, one is added and the oldest removed in each of 1000 rounds.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::{ConnectLoop, Feedback, Input, Inspect, Operator, Probe};
use timely::dataflow::{InputHandleVec, ProbeHandle};
use timely::worker::Worker;

use super::Job;
use crate::args::Args;
use crate::measure::{Gate, Part};
use crate::random_graph::{owner, Edges, Size};

/// How often edges change.
const ROUNDS: u64 = 1000;

/// What a node has of its own.
const OWN: i32 = 1000;

/// Changes of a rank that are smaller wait for more.
const LEAST_CHANGE: i32 = 6;

/// An edge, and whether it is removed.
type Change = (u32, u32, bool);

/// A node, and what is added to its rank.
type Delta = (u32, i32);

type Deltas = CapacityContainerBuilder<Vec<Delta>>;

pub fn job(args: &Args) -> Result<Job, String> {
    let [nodes, edges] = args.expect("NODES EDGES", &[])?;
    if nodes == 0 || nodes > 1 << 18 {
        return Err(format!("{}: NODES must be from 1 to {}", args.name, 1 << 18));
    }
    Ok(Box::new(move |worker, gate| rank(worker, gate, Size { nodes, edges })))
}

fn rank(worker: &mut Worker, gate: &Gate, size: Size) -> Part {
    let ranks = Rc::new(RefCell::new(Ranks::new(size)));
    let deltas = Rc::new(Cell::new(0));
    let (mut input, probe) = build(worker, size, &ranks, &deltas);
    let (index, peers) = (worker.index() as u64, worker.peers() as u64);
    let edges = Edges::new(size);
    let mut sent = 0;
    let seconds = gate.time(|| {
        let mut send = |input: &mut InputHandleVec<u64, Change>, number, is_removed| {
            let (from, to) = edges.at(number);
            input.send((from, to, is_removed));
            sent += 1;
        };
        for round in 0..=ROUNDS {
            if round == 0 {
                for number in (index..size.edges).step_by(peers as usize) {
                    send(&mut input, number, false);
                }
            } else if round % peers == index {
                send(&mut input, size.edges + round - 1, false);
                send(&mut input, round - 1, true);
            }
            input.advance_to(round + 1);
            worker.step_while(|| probe.less_than(&(round + 1)));
        }
        input.close();
        while worker.step() {}
    });
    let expected = if index == 0 { plainly(size) } else { 0 };
    let records = Some(sent + deltas.get());
    let share = Some((ranks.borrow().checksum(), expected));
    Part { seconds, records, share, ..Part::default() }
}

fn build(
    worker: &mut Worker,
    size: Size,
    ranks: &Rc<RefCell<Ranks>>,
    count: &Rc<Cell<u64>>,
) -> (InputHandleVec<u64, Change>, ProbeHandle<u64>) {
    let (ranks, count) = (Rc::clone(ranks), Rc::clone(count));
    let (peers, nodes) = (worker.peers() as u64, size.nodes);
    worker.dataflow::<u64, _, _>(|scope| {
        let (input, changes) = scope.new_input::<Vec<Change>>();
        let (handle, back) = scope.feedback::<Vec<Delta>>(1);
        let mut waiting_changes: HashMap<u64, Vec<Change>> = HashMap::new();
        let mut waiting_sums: HashMap<u64, Sums> = HashMap::new();
        let mut spare: Vec<Sums> = Vec::new();
        let deltas = changes.binary_notify::<_, Deltas, _, _, _>(
            back,
            Exchange::new(move |change: &Change| owner(change.0, peers, nodes)),
            Exchange::new(move |delta: &Delta| owner(delta.0, peers, nodes)),
            "PageRank",
            None,
            move |changes, deltas, output, notices| {
                changes.for_each(|capability, data| {
                    waiting_changes.entry(*capability.time()).or_default().append(data);
                    notices.notify_at(capability.retain(output.output_index()));
                });
                deltas.for_each(|capability, data| {
                    let sums = waiting_sums.entry(*capability.time()).or_insert_with(|| {
                        notices.notify_at(capability.retain(output.output_index()));
                        spare.pop().unwrap_or_else(|| Sums::new(nodes))
                    });
                    sums.add(data);
                });
                notices.for_each(|capability, _, _| {
                    let mut session = output.session(&capability);
                    let mut ranks = ranks.borrow_mut();
                    if let Some(mut changes) = waiting_changes.remove(capability.time()) {
                        changes.sort_unstable();
                        ranks.change_edges(&changes, |delta| session.give(delta));
                    }
                    if let Some(mut sums) = waiting_sums.remove(capability.time()) {
                        sums.drain(|node, sum| {
                            ranks.change_rank(node, sum, |delta| session.give(delta));
                        });
                        spare.push(sums);
                    }
                });
            },
        );
        let counted = deltas
            .inspect_batch(move |_, data: &Vec<Delta>| count.set(count.get() + data.len() as u64));
        let (probe, counted) = counted.probe();
        counted.connect_loop(handle);
        (input, probe)
    })
}

/// Changes of one time, added up by node.
struct Sums {
    sums: Vec<i32>,
    /// The nodes of the changes, as long as they are few.
    touched: Vec<u32>,
    count: usize,
}

impl Sums {
    fn new(nodes: u64) -> Self {
        Sums { sums: vec![0; nodes as usize], touched: Vec::new(), count: 0 }
    }

    fn add(&mut self, deltas: &mut Vec<Delta>) {
        self.count += deltas.len();
        if self.is_sparse() {
            self.touched.extend(deltas.iter().map(|(node, _)| *node));
        }
        for (node, difference) in deltas.drain(..) {
            self.sums[node as usize] += difference;
        }
    }

    fn is_sparse(&self) -> bool {
        self.count * 16 <= self.sums.len()
    }

    /// Takes the sum of each node that has one.
    fn drain(&mut self, mut take: impl FnMut(u32, i32)) {
        if self.is_sparse() {
            for node in &self.touched {
                let sum = std::mem::take(&mut self.sums[*node as usize]);
                if sum != 0 {
                    take(*node, sum);
                }
            }
        } else {
            for (node, sum) in self.sums.iter_mut().enumerate() {
                if *sum != 0 {
                    take(node as u32, std::mem::take(sum));
                }
            }
        }
        self.touched.clear();
        self.count = 0;
    }
}

/// The ranks of one worker's nodes, and the edges along which they are handed on.
struct Ranks {
    ranks: Vec<i32>,
    /// What was too little to be handed on.
    waiting: Vec<i32>,
    /// Where the edges of each node lead, in order.
    targets: Vec<Vec<u32>>,
}

impl Ranks {
    fn new(size: Size) -> Self {
        let nodes = size.nodes as usize;
        Ranks { ranks: vec![OWN; nodes], waiting: vec![0; nodes], targets: vec![Vec::new(); nodes] }
    }

    fn change_edges(&mut self, changes: &[Change], mut send: impl FnMut(Delta)) {
        for group in changes.chunk_by(|one, other| one.0 == other.0) {
            let node = group[0].0 as usize;
            let amount = handed_on(self.ranks[node]);
            hand_on(&self.targets[node], amount, 0, &mut send);
            for (_, to, is_removed) in group {
                let targets = &mut self.targets[node];
                let place = targets.partition_point(|target| target < to);
                if !is_removed {
                    targets.insert(place, *to);
                } else if targets.get(place) == Some(to) {
                    targets.remove(place);
                }
            }
            hand_on(&self.targets[node], 0, amount, &mut send);
        }
    }

    fn change_rank(&mut self, node: u32, sum: i32, mut send: impl FnMut(Delta)) {
        let node = node as usize;
        let change = self.waiting[node] + sum;
        if change.abs() < LEAST_CHANGE {
            self.waiting[node] = change;
            return;
        }
        let before = self.ranks[node];
        self.waiting[node] = 0;
        self.ranks[node] = before + change;
        hand_on(&self.targets[node], handed_on(before), handed_on(before + change), &mut send);
    }

    /// Nodes of other workers have what they had at first, which counts nothing.
    fn checksum(&self) -> u64 {
        let received = self.ranks.iter().zip(&self.waiting).map(|(rank, more)| rank + more - OWN);
        received.zip(1..).map(|(received, factor)| received as u64 * factor).sum()
    }
}

fn handed_on(rank: i32) -> i32 {
    (i64::from(rank) * 5 / 6) as i32
}

/// Each edge gets the same share; what is left over goes to the first ones, one each.
fn hand_on(targets: &[u32], before: i32, after: i32, mut send: impl FnMut(Delta)) {
    if targets.is_empty() {
        return;
    }
    let degree = targets.len() as i32;
    let (rest_before, rest_after) = (before % degree, after % degree);
    let change = after / degree - before / degree;
    let (low, high) = (rest_before.min(rest_after), rest_before.max(rest_after));
    let between = if rest_before < rest_after { change + 1 } else { change - 1 };
    let (first, others) = targets.split_at(low as usize);
    let (middle, last) = others.split_at((high - low) as usize);
    for (part, difference) in [(first, change), (middle, between), (last, change)] {
        if difference != 0 {
            for target in part {
                send((*target, difference));
            }
        }
    }
}

/// The checksum, round by round on one thread without a dataflow.
fn plainly(size: Size) -> u64 {
    let edges = Edges::new(size);
    let mut ranks = Ranks::new(size);
    let mut arriving = vec![0_i32; size.nodes as usize];
    let mut changes: Vec<Change> = (0..size.edges)
        .map(|number| edges.at(number))
        .map(|(from, to)| (from, to, false))
        .collect();
    let mut round = 0;
    loop {
        let mut leaving = vec![0_i32; size.nodes as usize];
        let mut send = |(node, difference): Delta| leaving[node as usize] += difference;
        changes.sort_unstable();
        ranks.change_edges(&changes, &mut send);
        for node in 0..size.nodes as u32 {
            if arriving[node as usize] != 0 {
                ranks.change_rank(node, arriving[node as usize], &mut send);
            }
        }
        arriving = leaving;
        round += 1;
        changes.clear();
        if round <= ROUNDS {
            let (from, to) = edges.at(size.edges + round - 1);
            changes.push((from, to, false));
            let (from, to) = edges.at(round - 1);
            changes.push((from, to, true));
        } else if arriving.iter().all(|difference| *difference == 0) {
            return ranks.checksum();
        }
    }
}
