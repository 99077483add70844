//! From candidates to clusters.

/// Sets of documents that are joined two by two. The result does not depend on the order of the joins.
///
/// Memory: 4 bytes a document.
#[derive(Debug, Clone)]
pub struct Clusters {
    parent: Vec<u32>,
}

impl Clusters {
    /// `documents` sets of one.
    pub fn new(documents: u32) -> Self {
        Self { parent: (0..documents).collect() }
    }

    /// The first document of the set.
    ///
    /// # Panics
    /// When there is no such document.
    pub fn first(&mut self, mut document: u32) -> u32 {
        while self.parent[document as usize] != document {
            let up = self.parent[self.parent[document as usize] as usize];
            self.parent[document as usize] = up;
            document = up;
        }
        document
    }

    /// Makes one set of two.
    ///
    /// # Panics
    /// When there is no such document.
    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.first(a), self.first(b));
        let (first, later) = (a.min(b), a.max(b));
        self.parent[later as usize] = first;
    }
}

/// Documents of a bucket that the others are compared with, at most.
const LEADERS: usize = 32;

/// Joins the similar documents of one bucket, whose members come in the order of the input.
///
/// Each member is compared with leaders: members that were similar to no leader before them, the first
/// `LEADERS` of those. So the work is linear in the bucket, however large it is, and a bucket of one page a
/// hundred thousand times over is a star around the first. What only resembles a member that is no leader is
/// left to the other bands of the two.
#[derive(Debug, Default)]
pub struct Bucket {
    leaders: Vec<u32>,
}

impl Bucket {
    /// Starts a new bucket.
    pub fn clear(&mut self) {
        self.leaders.clear();
    }

    /// Adds a member. `similar` says whether two documents are near-duplicates; a pair that is joined
    /// already is not asked about.
    ///
    /// # Errors
    /// What `similar` fails with.
    pub fn add<E>(
        &mut self,
        member: u32,
        clusters: &mut Clusters,
        mut similar: impl FnMut(u32, u32) -> Result<bool, E>,
    ) -> Result<(), E> {
        let set = clusters.first(member);
        if self.leaders.iter().any(|leader| clusters.first(*leader) == set) {
            return Ok(());
        }
        for leader in &self.leaders {
            if similar(*leader, member)? {
                clusters.join(*leader, member);
                return Ok(());
            }
        }
        if self.leaders.len() < LEADERS {
            self.leaders.push(member);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::convert::Infallible;

    proptest! {
        #[test]
        fn clusters_are_the_connected_parts(joins in prop::collection::vec((0u32..30, 0u32..30), 0..40)) {
            let sets = |joins: &[(u32, u32)]| {
                let mut clusters = Clusters::new(30);
                joins.iter().for_each(|(a, b)| clusters.join(*a, *b));
                (0..30).map(|d| clusters.first(d)).collect::<Vec<_>>()
            };
            let found = sets(&joins);
            let mut label: Vec<u32> = (0..30).collect();
            for _ in 0..30 {
                for (a, b) in &joins {
                    let least = label[*a as usize].min(label[*b as usize]);
                    label[*a as usize] = least;
                    label[*b as usize] = least;
                }
            }
            prop_assert_eq!(&found, &label);
            let backwards: Vec<_> = joins.iter().rev().map(|(a, b)| (*b, *a)).collect();
            prop_assert_eq!(found, sets(&backwards));
        }
    }

    #[test]
    fn a_bucket_of_equals_is_a_star_and_one_of_strangers_stays_linear() {
        let n = 100_000;
        for alike in [true, false] {
            let mut clusters = Clusters::new(n);
            let mut asked = 0usize;
            let mut bucket = Bucket::default();
            for member in 0..n {
                let similar = |_, _| {
                    asked += 1;
                    Ok::<_, Infallible>(alike)
                };
                bucket.add(member, &mut clusters, similar).unwrap();
            }
            assert!(asked <= LEADERS * n as usize);
            assert_eq!(clusters.first(n - 1), if alike { 0 } else { n - 1 });
        }
    }
}
