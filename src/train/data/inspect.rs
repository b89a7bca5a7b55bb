//! Texts that stand in the data more than once: within a part, between parts, and with two labels.

use super::{Dataset, Part, Split};

/// A text that stands more than once, whatever its case and spaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repeated {
    /// Of [`Dataset::samples`], in order.
    pub rows: Vec<u32>,
    /// Not all have the same label.
    pub contradict: bool,
    /// Not all are in the same part.
    pub leak: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inspection {
    pub repeated: Vec<Repeated>,
    /// Rows beyond the first of each text.
    pub duplicates: usize,
    /// Texts with more than one label.
    pub contradictions: usize,
    /// Rows of validation whose text is trained on.
    pub validation_leaks: usize,
    /// Rows of test whose text is trained on or validated with.
    pub test_leaks: usize,
}

/// A text without what no reader cares for: case and spaces.
fn normal(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// What repeats among the rows of the split.
pub fn inspect(data: &Dataset) -> Inspection {
    let hasher = ahash::RandomState::with_seeds(1, 2, 3, 4);
    let normal = |row: u32| {
        let sample = &data.samples[row as usize];
        (normal(&sample.text), sample.second.as_deref().map(normal))
    };
    let mut part = vec![None; data.samples.len()];
    for p in [Part::Train, Part::Validation, Part::Test] {
        data.split.rows(p).iter().for_each(|&r| part[r as usize] = Some(p));
    }
    let used = (0..data.samples.len() as u32).filter(|&r| part[r as usize].is_some());
    let mut hashed: Vec<(u64, u32)> = used.map(|r| (hasher.hash_one(normal(r)), r)).collect();
    hashed.sort_unstable();
    let mut out = Inspection::default();
    for group in hashed.chunk_by(|a, b| a.0 == b.0).filter(|g| g.len() > 1) {
        // Equal hashes are equal texts but for chance: what is not like the first is left out.
        let first = normal(group[0].1);
        let rows: Vec<u32> = group.iter().map(|&(_, r)| r).filter(|&r| normal(r) == first).collect();
        if rows.len() < 2 {
            continue;
        }
        let parts = |p: Part| rows.iter().filter(|&&r| part[r as usize] == Some(p)).count();
        let (train, validation, test) = (parts(Part::Train), parts(Part::Validation), parts(Part::Test));
        let mut classes: Vec<u16> = rows.iter().filter_map(|&r| data.samples[r as usize].class).collect();
        classes.dedup();
        let contradict = classes.len() > 1;
        out.duplicates += rows.len() - 1;
        out.contradictions += usize::from(contradict);
        out.validation_leaks += if train > 0 { validation } else { 0 };
        out.test_leaks += if train + validation > 0 { test } else { 0 };
        let leak = [train, validation, test].iter().filter(|&&n| n > 0).count() > 1;
        out.repeated.push(Repeated { rows, contradict, leak });
    }
    out.repeated.sort_by_key(|r| r.rows[0]);
    out
}

/// The split with the first of each repeated text alone, and with none whose labels contradict. Of a text in
/// several parts the one furthest from training stays, so that what is judged was not learned.
pub fn without_repeats(data: &Dataset, found: &Inspection) -> Split {
    let mut gone = vec![false; data.samples.len()];
    let part = |row: u32| {
        let held = |p: &Part| data.split.rows(*p).binary_search(&row).is_ok();
        [Part::Test, Part::Validation].into_iter().find(held).unwrap_or(Part::Train)
    };
    for group in &found.repeated {
        group.rows.iter().for_each(|&r| gone[r as usize] = true);
        let stays = group.rows.iter().copied().max_by_key(|&r| (part(r), std::cmp::Reverse(r)));
        if let Some(row) = stays.filter(|_| !group.contradict) {
            gone[row as usize] = false;
        }
    }
    let kept = |rows: &[u32]| rows.iter().copied().filter(|&r| !gone[r as usize]).collect();
    let Split { train, validation, test } = &data.split;
    Split { train: kept(train), validation: kept(validation), test: kept(test) }
}
