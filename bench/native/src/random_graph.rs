//! The random graphs of bfs and pagerank, the same as on Meander's side, and where nodes belong.

/// How large a graph is.
#[derive(Clone, Copy)]
pub struct Size {
    pub nodes: u64,
    pub edges: u64,
}

/// A mixer of 32 bits (lowbias32).
fn mix(index: u32) -> u32 {
    let mut h = index;
    h = (h ^ (h >> 16)).wrapping_mul(0x7feb_352d);
    h = (h ^ (h >> 15)).wrapping_mul(0x846c_a68b);
    h ^ (h >> 16)
}

/// The edges by their number, for seed 1.
#[derive(Clone, Copy)]
pub struct Edges {
    salt: u32,
    nodes: u64,
}

impl Edges {
    pub fn new(size: Size) -> Self {
        Edges { salt: mix(1), nodes: size.nodes }
    }

    pub fn at(&self, index: u64) -> (u32, u32) {
        (self.number(2 * index), self.number(2 * index + 1))
    }

    fn number(&self, place: u64) -> u32 {
        ((u64::from(mix(place as u32 ^ self.salt)) * self.nodes) >> 32) as u32
    }
}

/// The worker of a node: neighbours are together.
pub fn owner(node: u32, peers: u64, nodes: u64) -> u64 {
    u64::from(node) * peers / nodes
}
