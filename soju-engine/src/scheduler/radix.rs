//! The prefix cache: a radix tree over token ids.
//!
//! A node is a run of tokens whose keys and values are held; the path from the root spells a prefix. Every leaf
//! has a sequence of the key-value cache that holds the whole path to it, so shared beginnings are held once.
//! Running requests pin the node they grew from. Leaves that nobody pins are forgotten, the one unused longest
//! first, when cells or sequences are wanted. (SGLang's RadixAttention, arXiv:2312.07104, on llama.cpp's cells.)

use super::job::{KvOp, SequenceId};
use crate::TokenId;

/// A node's place in the tree. Valid while the node is pinned.
pub(super) type NodeId = usize;

const ROOT: NodeId = 0;

#[derive(Debug)]
struct Node {
    parent: NodeId,
    tokens: Vec<TokenId>,
    /// Tokens from the root to the end of this node.
    end: usize,
    children: Vec<NodeId>,
    /// Running requests that begin with exactly this path.
    pins: usize,
    /// The sequence that holds the path. Every leaf has one, no other node has.
    holder: Option<SequenceId>,
    last_used: u64,
}

#[derive(Debug)]
pub(super) struct RadixTree {
    /// `None` is a free place.
    nodes: Vec<Option<Node>>,
    free_nodes: Vec<NodeId>,
    free_sequences: Vec<SequenceId>,
    clock: u64,
    cells: usize,
}

/// A beginning that the tree holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) node: NodeId,
    pub(super) len: usize,
    /// A sequence that holds it.
    pub(super) holder: SequenceId,
}

impl RadixTree {
    /// A tree that may use these sequences.
    pub(super) fn new(sequences: std::ops::Range<SequenceId>) -> Self {
        let root = Node {
            parent: ROOT,
            tokens: Vec::new(),
            end: 0,
            children: Vec::new(),
            pins: 0,
            holder: None,
            last_used: 0,
        };
        Self {
            nodes: vec![Some(root)],
            free_nodes: Vec::new(),
            free_sequences: sequences.rev().collect(),
            clock: 0,
            cells: 0,
        }
    }

    /// The longest beginning of `tokens` that is held, as a node of its own; `None` if nothing is.
    pub(super) fn find(&mut self, tokens: &[TokenId]) -> Option<Match> {
        let (node, len) = self.walk(tokens);
        if len == 0 {
            return None;
        }
        let node = self.split(node, len);
        Some(Match { node, len, holder: self.holder_of(node) })
    }

    /// How much of `tokens` is held.
    pub(super) fn held(&self, tokens: &[TokenId]) -> usize {
        self.walk(tokens).1
    }

    /// A request begins with this node: it stays until [`unpin`](Self::unpin).
    pub(super) fn pin(&mut self, node: NodeId) {
        self.clock += 1;
        let clock = self.clock;
        self.get_mut(node).pins += 1;
        let mut at = node;
        while at != ROOT {
            let node = self.get_mut(at);
            node.last_used = clock;
            at = node.parent;
        }
    }

    pub(super) fn unpin(&mut self, node: NodeId) {
        self.get_mut(node).pins -= 1;
        self.compact(node);
    }

    /// Holds `tokens` from now on; `from` is a sequence that begins with them. What is held already is not
    /// held twice. `None` when all sequences are in use.
    pub(super) fn insert(
        &mut self,
        tokens: &[TokenId],
        from: SequenceId,
        ops: &mut Vec<KvOp>,
    ) -> Option<NodeId> {
        let (at, held) = self.walk(tokens);
        let parent = if held == 0 { ROOT } else { self.split(at, held) };
        if held == tokens.len() {
            return Some(parent);
        }
        let holder = self.sequence_below(parent, held, ops)?;
        ops.push(KvOp::Copy { from, to: holder, start: held, end: tokens.len() });
        self.clock += 1;
        let node = self.add(Node {
            parent,
            tokens: tokens[held..].to_vec(),
            end: tokens.len(),
            children: Vec::new(),
            pins: 0,
            holder: Some(holder),
            last_used: self.clock,
        });
        self.get_mut(parent).children.push(node);
        self.cells += tokens.len() - held;
        Some(node)
    }

    /// Forgets the leaf unused longest. False if all are pinned.
    pub(super) fn evict(&mut self, ops: &mut Vec<KvOp>) -> bool {
        let leaves =
            self.nodes.iter().enumerate().skip(1).filter_map(|(id, node)| Some((id, node.as_ref()?)));
        let unused = leaves.filter(|(_, node)| node.children.is_empty() && node.pins == 0);
        let Some((id, _)) = unused.min_by_key(|(_, node)| node.last_used) else { return false };
        let node = self.nodes[id].take().expect("it was found a moment ago");
        self.free_nodes.push(id);
        self.cells -= node.tokens.len();
        let sequence = node.holder.expect("every leaf has a sequence");
        let parent = self.get_mut(node.parent);
        parent.children.retain(|child| *child != id);
        if node.parent != ROOT && parent.children.is_empty() {
            parent.holder = Some(sequence);
            ops.push(KvOp::Truncate { sequence, len: parent.end });
        } else {
            ops.push(KvOp::Clear { sequence });
            self.free_sequences.push(sequence);
            self.compact(node.parent);
        }
        true
    }

    /// Cells that hold something.
    pub(super) fn cells(&self) -> usize {
        self.cells
    }

    /// Cells on the way to a pinned node.
    pub(super) fn pinned_cells(&self) -> usize {
        let mut seen = vec![false; self.nodes.len()];
        let mut cells = 0;
        for (id, node) in self.nodes.iter().enumerate().skip(1) {
            let mut at = if node.as_ref().is_some_and(|node| node.pins > 0) { id } else { ROOT };
            while at != ROOT && !seen[at] {
                seen[at] = true;
                let node = self.get(at);
                cells += node.tokens.len();
                at = node.parent;
            }
        }
        cells
    }

    /// Whether the tree may hold anything at all.
    pub(super) fn is_enabled(&self) -> bool {
        self.nodes.len() > 1 || !self.free_sequences.is_empty()
    }

    /// A sequence that holds the path to `parent` and may grow a new leaf.
    fn sequence_below(&mut self, parent: NodeId, held: usize, ops: &mut Vec<KvOp>) -> Option<SequenceId> {
        loop {
            // Forgetting leaves may turn the parent itself into one, so this is asked each time.
            if parent != ROOT && self.get(parent).children.is_empty() {
                return self.get_mut(parent).holder.take();
            }
            if let Some(free) = self.free_sequences.pop() {
                if held > 0 {
                    ops.push(KvOp::Copy { from: self.holder_of(parent), to: free, start: 0, end: held });
                }
                return Some(free);
            }
            self.get_mut(parent).pins += 1;
            let evicted = self.evict(ops);
            self.get_mut(parent).pins -= 1;
            if !evicted {
                self.compact(parent);
                return None;
            }
        }
    }

    /// Joins a node that nobody pins with its only child, which keeps its id.
    fn compact(&mut self, id: NodeId) {
        let node = self.get(id);
        let &[child] = &node.children[..] else { return };
        if id == ROOT || node.pins > 0 {
            return;
        }
        let Some(node) = self.nodes[id].take() else { return };
        self.free_nodes.push(id);
        let lower = self.get_mut(child);
        lower.parent = node.parent;
        lower.tokens.splice(0..0, node.tokens);
        let siblings = &mut self.get_mut(node.parent).children;
        siblings.retain(|sibling| *sibling != id);
        siblings.push(child);
    }

    /// The deepest node that `tokens` reach into, and how many of them are held.
    fn walk(&self, tokens: &[TokenId]) -> (NodeId, usize) {
        let (mut at, mut len) = (ROOT, 0);
        loop {
            let rest = &tokens[len..];
            let next = self.get(at).children.iter().copied().find(|child| {
                let first = self.get(*child).tokens.first();
                first.is_some() && first == rest.first()
            });
            let Some(child) = next else { return (at, len) };
            let edge = &self.get(child).tokens;
            let common = common_prefix(edge, rest);
            at = child;
            len += common;
            if common < edge.len() {
                return (at, len);
            }
        }
    }

    /// Makes the path of `len` tokens, which ends in `node`, end at a node. The part below keeps its id, because
    /// requests may have pinned it.
    fn split(&mut self, node: NodeId, len: usize) -> NodeId {
        let lower = self.get(node);
        let start = lower.end - lower.tokens.len();
        if lower.end == len {
            return node;
        }
        let upper = Node {
            parent: lower.parent,
            tokens: lower.tokens[..len - start].to_vec(),
            end: len,
            children: vec![node],
            pins: 0,
            holder: None,
            last_used: lower.last_used,
        };
        let parent = upper.parent;
        let id = self.add(upper);
        let lower = self.get_mut(node);
        lower.tokens.drain(..len - start);
        lower.parent = id;
        let siblings = &mut self.get_mut(parent).children;
        siblings.retain(|child| *child != node);
        siblings.push(id);
        id
    }

    /// A sequence that holds the path to this node: that of any leaf below.
    fn holder_of(&self, node: NodeId) -> SequenceId {
        let mut at = self.get(node);
        loop {
            match (at.holder, at.children.first()) {
                (Some(holder), _) => return holder,
                (None, Some(child)) => at = self.get(*child),
                (None, None) => unreachable!("every leaf has a sequence"),
            }
        }
    }

    fn add(&mut self, node: Node) -> NodeId {
        match self.free_nodes.pop() {
            Some(id) => {
                self.nodes[id] = Some(node);
                id
            }
            None => {
                self.nodes.push(Some(node));
                self.nodes.len() - 1
            }
        }
    }

    fn get(&self, id: NodeId) -> &Node {
        self.nodes[id].as_ref().expect("pinned nodes and the ancestors of nodes are there")
    }

    fn get_mut(&mut self, id: NodeId) -> &mut Node {
        self.nodes[id].as_mut().expect("pinned nodes and the ancestors of nodes are there")
    }
}

/// How many tokens two texts have in common at their beginning.
pub(super) fn common_prefix(a: &[TokenId], b: &[TokenId]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
impl RadixTree {
    /// All that is held, for comparison with a model: each leaf's path.
    pub(super) fn paths(&self) -> Vec<Vec<TokenId>> {
        let leaves = self.nodes.iter().enumerate().skip(1);
        let leaves = leaves.filter(|(_, node)| node.as_ref().is_some_and(|node| node.children.is_empty()));
        leaves
            .map(|(id, _)| {
                let mut path: Vec<TokenId> = Vec::new();
                let mut at = id;
                while at != ROOT {
                    path.splice(0..0, self.get(at).tokens.iter().copied());
                    at = self.get(at).parent;
                }
                path
            })
            .collect()
    }

    pub(super) fn pins(&self) -> usize {
        self.nodes.iter().flatten().map(|node| node.pins).sum()
    }
}
