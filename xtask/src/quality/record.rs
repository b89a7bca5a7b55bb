//! `assets/recorded/quality.json`: the figures of judged sets, which the page shows as recorded.

use anyhow::Context as _;
use bertscope::engine::judge::JudgedSet;
use serde::{Deserialize, Serialize};
use std::path::Path;

const FILE: &str = "assets/recorded/quality.json";

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    #[serde(default)]
    pub sentiment: Sets,
    #[serde(default)]
    pub next_sentence: Sets,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sets {
    pub sets: Vec<JudgedSet>,
}

impl Sets {
    /// Puts a set's figures in place of those of that name, or after the others.
    fn put(&mut self, set: JudgedSet) {
        match self.sets.iter_mut().find(|s| s.name == set.name) {
            Some(old) => *old = set,
            None => self.sets.push(set),
        }
    }
}

/// Which of the figures are meant.
pub type Which = fn(&mut Figures) -> &mut Sets;

/// Merges a set's figures into the file.
pub fn record(which: Which, set: JudgedSet) -> anyhow::Result<()> {
    let path = Path::new(FILE);
    let mut figures = match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("{FILE} is not as it should be"))?,
        Err(_) => Figures::default(),
    };
    which(&mut figures).put(set);
    std::fs::write(path, serde_json::to_string_pretty(&figures)? + "\n").with_context(|| FILE.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_takes_the_place_of_its_older_figures() {
        let set = |name: &str, n| JudgedSet { name: name.into(), n, ..JudgedSet::default() };
        let mut sets = Sets::default();
        for (name, n) in [("a", 1), ("b", 2), ("a", 3)] {
            sets.put(set(name, n));
        }
        assert_eq!(sets.sets, [set("a", 3), set("b", 2)]);
    }
}
