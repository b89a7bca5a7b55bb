//! Undo and redo: the states that a lesson has been in.

use super::address::Address;

/// States kept, at most.
const MOST: usize = 100;
/// Changes that follow each other faster than this are one step, so that undo takes back words and not letters.
const ONE_STEP_MS: f64 = 800.0;

/// One lesson's states. Model and engine are not among them: to go back in a text must not load anything.
#[derive(Debug, Clone, Default)]
pub struct History {
    past: Vec<Address>,
    now: Option<Address>,
    future: Vec<Address>,
    changed_ms: f64,
}

impl History {
    /// Takes note of the state at a time in ms.
    pub fn note(&mut self, state: &Address, at_ms: f64) {
        match &self.now {
            Some(now) if same(now, state) => {}
            None => {
                self.now = Some(state.clone());
                // What comes next is a step of its own, however soon.
                self.changed_ms = f64::NEG_INFINITY;
            }
            Some(_) => {
                let together = at_ms - self.changed_ms < ONE_STEP_MS && !self.past.is_empty();
                let before = self.now.replace(state.clone());
                if !together {
                    self.past.extend(before);
                    if self.past.len() > MOST {
                        self.past.remove(0);
                    }
                }
                self.future.clear();
                self.changed_ms = at_ms;
            }
        }
    }

    /// The state one step back, which is then the present one.
    pub fn undo(&mut self) -> Option<Address> {
        let back = self.past.pop()?;
        self.step_to(back, false)
    }

    /// The state one step forward again.
    pub fn redo(&mut self) -> Option<Address> {
        let forth = self.future.pop()?;
        self.step_to(forth, true)
    }

    fn step_to(&mut self, state: Address, forth: bool) -> Option<Address> {
        let left = self.now.replace(state.clone());
        if forth {
            self.past.extend(left)
        } else {
            self.future.extend(left)
        }
        self.changed_ms = f64::NEG_INFINITY;
        Some(state)
    }

    /// Whether there is a state to go back to, and one to go forward to.
    pub fn can(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }
}

fn same(a: &Address, b: &Address) -> bool {
    Address { engine: b.engine, cased: b.cased, ..a.clone() } == *b
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{EngineChoice, TextPair};
    use crate::ui::logic::address::Lesson;

    fn state(text: &str) -> Address {
        Address { text: Some(TextPair { a: text.into(), b: None }), ..Address::default() }
    }

    #[test]
    fn typed_words_are_one_step_and_pauses_part_them() {
        let mut history = History::default();
        for (i, text) in ["", "a", "ab", "abc"].iter().enumerate() {
            history.note(&state(text), i as f64 * 100.0);
        }
        history.note(&state("abc d"), 5_000.0);
        assert_eq!(history.undo(), Some(state("abc")));
        assert_eq!(history.undo(), Some(state("")));
        assert_eq!(history.undo(), None);
        assert_eq!(history.redo(), Some(state("abc")));
        assert_eq!(history.redo(), Some(state("abc d")));
        assert_eq!(history.can(), (true, false));
    }

    #[test]
    fn a_new_change_ends_what_could_be_redone() {
        let mut history = History::default();
        for (i, text) in ["a", "b", "c"].iter().enumerate() {
            history.note(&state(text), i as f64 * 10_000.0);
        }
        history.undo();
        // Noted by the page when it shows the state again: no change.
        history.note(&state("b"), 30_000.0);
        assert_eq!(history.can(), (true, true));
        history.note(&state("x"), 30_001.0);
        assert_eq!(history.can(), (true, false));
        assert_eq!(history.undo(), Some(state("b")));
    }

    #[test]
    fn another_engine_or_model_is_no_step() {
        let mut history = History::default();
        history.note(&state("a"), 0.0);
        history.note(&Address { engine: EngineChoice::Cpu, ..state("a") }, 9_000.0);
        history.note(&Address { cased: true, ..state("a") }, 18_000.0);
        assert_eq!(history.can(), (false, false));
    }

    /// Link → state → link is the identity for whatever undo brings back, in each lesson.
    #[test]
    fn what_comes_back_is_its_own_link() {
        for lesson in Lesson::OPEN {
            let mut history = History::default();
            let states: Vec<Address> = (0..150)
                .map(|i| Address { lesson, form: i % 3, other_view: i % 2 == 0, ..state(&format!("word {i} & more")) })
                .collect();
            states.iter().enumerate().for_each(|(i, s)| history.note(s, i as f64 * 1_000.0));
            let mut steps = 0;
            while let Some(back) = history.undo() {
                steps += 1;
                assert_eq!(back, states[149 - steps]);
                let link = back.to_fragment();
                assert_eq!(Address::from_fragment(&link), back);
                assert_eq!(Address::from_fragment(&link).to_fragment(), link);
            }
            assert_eq!(steps, MOST);
        }
    }
}
