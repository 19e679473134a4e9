//! `bfs NODES EDGES`: breadth-first search from node 0 over a random graph, in a loop scope. Edges and what
//! they lead to are exchanged by node; the level of a node is the iteration.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::{ConnectLoop, Enter, Input, LoopVariable, Operator};
use timely::dataflow::InputHandleVec;
use timely::order::Product;
use timely::worker::Worker;

use super::Job;
use crate::args::Args;
use crate::measure::{Gate, Part};
use crate::random_graph::{owner, Edges, Size};

type Nodes = CapacityContainerBuilder<Vec<u32>>;

/// So many nodes are sorted together: few enough that the cache holds their edges.
const NODES_TOGETHER: usize = 1 << 13;

/// After so many edges the worker does something else.
const EDGES_A_STEP: u64 = 1 << 15;

pub fn job(args: &Args) -> Result<Job, String> {
    let [nodes, edges] = args.expect("NODES EDGES", &[])?;
    if nodes == 0 || nodes > 1 << 26 {
        return Err(format!("{}: NODES must be from 1 to {}", args.name, 1 << 26));
    }
    Ok(Box::new(move |worker, gate| search(worker, gate, Size { nodes, edges })))
}

/// What a worker has seen of its own nodes.
#[derive(Default)]
struct Seen {
    followed: Cell<u64>,
    checksum: Cell<u64>,
}

fn search(worker: &mut Worker, gate: &Gate, size: Size) -> Part {
    let seen = Rc::new(Seen::default());
    let mut input = build(worker, size, &seen);
    let (index, peers) = (worker.index() as u64, worker.peers() as u64);
    let edges = Edges::new(size);
    let mut sent = 0;
    let seconds = gate.time(|| {
        for number in (index..size.edges).step_by(peers as usize) {
            input.send(edges.at(number));
            sent += 1;
            if sent % EDGES_A_STEP == 0 {
                worker.step();
            }
        }
        input.close();
        while worker.step() {}
    });
    let expected = if index == 0 { plainly(size) } else { 0 };
    let records = Some(sent + seen.followed.get());
    let share = Some((seen.checksum.get(), expected));
    Part { seconds, records, share, ..Part::default() }
}

fn build(worker: &mut Worker, size: Size, seen: &Rc<Seen>) -> InputHandleVec<u64, (u32, u32)> {
    let seen = Rc::clone(seen);
    let (index, peers) = (worker.index() as u64, worker.peers() as u64);
    let Size { nodes, .. } = size;
    worker.dataflow::<u64, _, _>(|scope| {
        let (input, edges) = scope.new_input::<Vec<(u32, u32)>>();
        scope.iterative::<u64, _, _>(|inner| {
            let (handle, found) = inner.loop_variable::<Vec<u32>>(1);
            let mut graph = Graph::new(size);
            let mut is_known = vec![false; nodes as usize];
            let mut fresh: HashMap<Product<u64, u64>, Vec<u32>> = HashMap::new();
            let first = Product::new(0, 0);
            if owner(0, peers, nodes) == index {
                is_known[0] = true;
                fresh.insert(first.clone(), vec![0]);
            }
            let next = edges.enter(inner).binary_notify::<_, Nodes, _, _, _>(
                found,
                Exchange::new(move |edge: &(u32, u32)| owner(edge.0, peers, nodes)),
                Exchange::new(move |node: &u32| owner(*node, peers, nodes)),
                "Search",
                Some(first),
                move |edges, found, output, notices| {
                    edges.for_each(|_, data| graph.add(data));
                    found.for_each(|capability, data| {
                        let here = fresh.entry(capability.time().clone()).or_insert_with(|| {
                            notices.notify_at(capability.retain(output.output_index()));
                            Vec::new()
                        });
                        for node in data.drain(..) {
                            if !std::mem::replace(&mut is_known[node as usize], true) {
                                here.push(node);
                            }
                        }
                    });
                    notices.for_each(|capability, _, _| {
                        graph.build();
                        let level = capability.time().inner;
                        let mut here = fresh.remove(capability.time()).unwrap_or_default();
                        // In order, so that whoever follows them goes through memory in one direction.
                        here.sort_unstable();
                        let mut session = output.session(&capability);
                        let (mut followed, mut checksum) = (0, 0);
                        for node in here {
                            checksum += (u64::from(node) + 1) * (level + 1);
                            for target in graph.targets(node) {
                                session.give(*target);
                                followed += 1;
                            }
                        }
                        seen.followed.set(seen.followed.get() + followed);
                        seen.checksum.set(seen.checksum.get() + checksum);
                    });
                },
            );
            next.connect_loop(handle);
        });
        input
    })
}

/// Edges by the node they begin at: those of a node lie side by side, once it is built.
struct Graph {
    groups: Vec<Vec<(u32, u32)>>,
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl Graph {
    fn new(size: Size) -> Self {
        let groups = vec![Vec::new(); (size.nodes as usize).div_ceil(NODES_TOGETHER)];
        Graph { groups, starts: vec![0; size.nodes as usize + 2], targets: Vec::new() }
    }

    fn add(&mut self, edges: &mut Vec<(u32, u32)>) {
        for edge in edges.drain(..) {
            self.groups[edge.0 as usize / NODES_TOGETHER].push(edge);
        }
    }

    fn build(&mut self) {
        if self.groups.is_empty() {
            return;
        }
        let nodes = self.starts.len() - 2;
        self.targets = vec![0; self.groups.iter().map(Vec::len).sum()];
        for (group, edges) in std::mem::take(&mut self.groups).into_iter().enumerate() {
            for (from, _) in &edges {
                self.starts[*from as usize + 2] += 1;
            }
            let first = group * NODES_TOGETHER;
            for node in first..nodes.min(first + NODES_TOGETHER) {
                self.starts[node + 2] += self.starts[node + 1];
            }
            for (from, to) in edges {
                // The start of the next node moves on to where it belongs.
                let place = &mut self.starts[from as usize + 1];
                self.targets[*place as usize] = to;
                *place += 1;
            }
        }
    }

    fn targets(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.targets[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

/// The checksum, by a search with a queue.
fn plainly(size: Size) -> u64 {
    let edges = Edges::new(size);
    let mut heads = vec![u64::MAX; size.nodes as usize];
    let mut before = vec![u64::MAX; size.edges as usize];
    for number in 0..size.edges {
        let head = &mut heads[edges.at(number).0 as usize];
        before[number as usize] = std::mem::replace(head, number);
    }
    let mut levels = vec![u64::MAX; size.nodes as usize];
    levels[0] = 0;
    let mut queue = vec![0_u32];
    let mut checksum = 0;
    let mut at = 0;
    while at < queue.len() {
        let node = queue[at];
        at += 1;
        let level = levels[node as usize];
        checksum += (u64::from(node) + 1) * (level + 1);
        let mut number = heads[node as usize];
        while number != u64::MAX {
            let to = edges.at(number).1;
            if levels[to as usize] == u64::MAX {
                levels[to as usize] = level + 1;
                queue.push(to);
            }
            number = before[number as usize];
        }
    }
    checksum
}
