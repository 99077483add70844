//! What a finished shard leaves in the journal, and what all of them come to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::io::FieldKinds;
use crate::pipeline::StageTimes;
use crate::report::Tally;

/// The first place of the input that is not part of a finished shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor {
    /// Index of the input.
    pub input: usize,
    /// Lines of it that are done with, or what else its reader counts ([`Reader::done`](crate::io::Reader::done)).
    pub lines: u64,
}

/// A finished shard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shard {
    /// Where the next one begins.
    pub next: Cursor,
    /// Whether the input ended with it.
    pub last: bool,
    /// Length of the rejects file with it.
    pub rejects_bytes: u64,
    /// Length of the signatures file with it.
    pub signatures_bytes: u64,
    /// What was counted in it.
    pub tally: Tally,
    /// What it cost.
    pub times: StageTimes,
    /// Records by input.
    pub inputs: BTreeMap<String, InputCount>,
    /// Wall time in seconds.
    pub seconds: f64,
    /// Inputs that could not be read to their end, and oddities that were passed over.
    pub faults: Vec<Fault>,
    /// The fields of the records in it.
    #[serde(default)]
    pub fields: WrittenFields,
}

/// The fields of written records.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WrittenFields {
    /// Of the kept ones.
    pub kept: FieldKinds,
    /// Of the dropped ones.
    pub dropped: FieldKinds,
}

impl WrittenFields {
    /// Takes in those of other shards.
    pub fn merge(&mut self, other: &Self) {
        self.kept.merge(&other.kept);
        self.dropped.merge(&other.dropped);
    }
}

/// What was read of an input.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputCount {
    /// Records, the rejected ones included.
    pub records: u64,
    /// Schema of the first good record, such as `hplt-v2`.
    pub schema: Option<String>,
}

/// Something about an input that the user should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The input.
    pub input: String,
    /// What it is, with the remedy.
    pub message: String,
    /// Whether part of the input was lost by it.
    pub lost: bool,
}

/// What the finished shards of a job come to. Its size does not grow with their number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Finished {
    /// How many there are.
    pub shards: usize,
    /// Where the next one begins.
    pub next: Cursor,
    /// Whether the input ended with the last one.
    pub is_last: bool,
    /// Length of the rejects file with them.
    pub rejects_bytes: u64,
    /// Length of the signatures file with them.
    pub signatures_bytes: u64,
    /// What was counted in them.
    pub tally: Tally,
    /// What they cost.
    pub times: StageTimes,
    /// Records by input.
    pub inputs: BTreeMap<String, InputCount>,
    /// Inputs that could not be read to their end, and oddities that were passed over, each once.
    pub faults: Vec<Fault>,
    /// The fields of the records in them.
    pub fields: WrittenFields,
}

impl Finished {
    /// Adds the next shard.
    pub fn add(&mut self, shard: Shard) {
        self.shards += 1;
        self.next = shard.next;
        self.is_last = shard.last;
        self.rejects_bytes = shard.rejects_bytes;
        self.signatures_bytes = shard.signatures_bytes;
        self.tally.merge(&shard.tally);
        self.times.merge(&shard.times);
        for (input, count) in shard.inputs {
            let known = self.inputs.entry(input).or_default();
            known.records += count.records;
            known.schema = known.schema.take().or(count.schema);
        }
        for fault in shard.faults {
            if !self.faults.contains(&fault) {
                self.faults.push(fault);
            }
        }
        self.fields.merge(&shard.fields);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(lines: u64, inputs: &[(&str, u64, Option<&str>)], faults: &[&str]) -> Shard {
        let count = |&(name, records, schema): &(&str, u64, Option<&str>)| {
            (name.to_owned(), InputCount { records, schema: schema.map(str::to_owned) })
        };
        let fault = |message: &&str| Fault { input: "a".into(), message: (*message).into(), lost: false };
        Shard {
            next: Cursor { input: 0, lines },
            last: lines == 9,
            rejects_bytes: lines,
            signatures_bytes: 2 * lines,
            tally: Tally { input: 5, kept: 5, ..Tally::default() },
            times: StageTimes::default(),
            inputs: inputs.iter().map(count).collect(),
            seconds: 0.5,
            faults: faults.iter().map(fault).collect(),
            fields: WrittenFields::default(),
        }
    }

    #[test]
    fn shards_add_up() {
        let mut all = Finished::default();
        all.add(shard(7, &[("a", 3, None), ("b", 1, Some("hplt-v2"))], &["odd", "old"]));
        assert!(!all.is_last);
        all.add(shard(9, &[("a", 2, Some("text"))], &["odd"]));
        assert_eq!((all.shards, all.next.lines, all.is_last), (2, 9, true));
        assert_eq!((all.rejects_bytes, all.signatures_bytes, all.tally.input), (9, 18, 10));
        assert_eq!(all.inputs["a"], InputCount { records: 5, schema: Some("text".into()) });
        assert_eq!(all.inputs["b"], InputCount { records: 1, schema: Some("hplt-v2".into()) });
        assert_eq!(all.faults.iter().map(|f| &*f.message).collect::<Vec<_>>(), ["odd", "old"]);
    }
}
