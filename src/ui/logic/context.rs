//! A word's vectors in several sentences: how alike they are, layer by layer.

use super::openings;
use crate::protocol::context::{Context, ContextTask};
use crate::protocol::{Failure, MAX_SENTENCES};
use crate::ui::logic::sentence::check_text;

pub const MIN_SENTENCES: usize = 2;

/// What the address holds of the lesson; None is its opening.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContextState {
    pub word: Option<String>,
    pub sentences: Option<Vec<String>>,
    /// 0 is what goes into the first layer; None the last.
    pub layer: Option<usize>,
    /// Sentences compared, by number from 0.
    pub between: Option<(usize, usize)>,
}

impl ContextState {
    /// The question: the opening's where nothing was typed.
    pub fn task(&self) -> ContextTask {
        let opening = || openings::CONTEXT.map(String::from).into();
        ContextTask {
            word: self.word.clone().unwrap_or_else(|| openings::CONTEXT_WORD.into()),
            sentences: self.sentences.clone().unwrap_or_else(opening),
        }
    }

    pub fn put(&self, put: &mut impl FnMut(&str, &str)) {
        if let Some(word) = &self.word {
            put("about", word);
        }
        self.sentences.iter().flatten().for_each(|s| put("s", s));
        if let Some(layer) = self.layer {
            put("layer", &layer.to_string());
        }
        if let Some((i, j)) = self.between {
            put("between", &format!("{}.{}", i + 1, j + 1));
        }
    }

    /// Takes a key of the address; false when it is none of ours.
    pub fn take(&mut self, key: &str, value: &str) -> bool {
        match key {
            "about" => self.word = Some(value.to_owned()),
            "s" => {
                let list = self.sentences.get_or_insert_default();
                if list.len() < MAX_SENTENCES {
                    list.push(value.to_owned());
                }
            }
            "layer" => self.layer = value.parse().ok(),
            "between" => {
                let number = |text: &str| text.parse::<usize>().ok()?.checked_sub(1);
                self.between = value.split_once('.').and_then(|(i, j)| Some((number(i)?, number(j)?)));
            }
            _ => return false,
        }
        true
    }
}

/// The question about a word in these sentences.
pub fn tried(word: &str, sentences: &[&str]) -> ContextTask {
    ContextTask { word: word.to_owned(), sentences: sentences.iter().map(|s| s.to_string()).collect() }
}

/// What is wrong with the question that no model need be asked.
pub fn check(task: &ContextTask) -> Option<Failure> {
    check_text(&task.word).or_else(|| task.sentences.iter().find_map(|s| check_text(s)))
}

/// The answer's numbers, for the F sentences in which the word was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Alike {
    /// Their numbers among the sentences asked, from 0, (F,).
    pub found: Vec<usize>,
    /// (L+1), each (F, F) of dot products.
    grams: Vec<Vec<f64>>,
}

impl Alike {
    pub fn of(answer: &Context) -> Self {
        let found: Vec<usize> =
            answer.sentences.iter().enumerate().filter(|(_, s)| s.at.is_some()).map(|(i, _)| i).collect();
        let whole = |g: &Vec<f32>| g.len() == found.len() * found.len();
        let grams = answer.grams.iter().filter(|g| whole(g)).map(|g| g.iter().map(|&x| f64::from(x)).collect());
        Self { grams: grams.collect(), found }
    }

    /// L: the input before the first layer is not counted.
    pub fn layers(&self) -> usize {
        self.grams.len().saturating_sub(1)
    }

    pub fn gram(&self, layer: usize) -> &[f64] {
        self.grams.get(layer).map_or(&[], Vec::as_slice)
    }

    /// The cosine between the i-th and the j-th of the found, in a layer; 0 where there is none.
    pub fn cosine(&self, layer: usize, i: usize, j: usize) -> f64 {
        let n = self.found.len();
        let at = |i: usize, j: usize| self.gram(layer).get(i * n + j).copied().unwrap_or(0.0);
        let lengths = (at(i, i) * at(j, j)).sqrt();
        if lengths > 0.0 { (at(i, j) / lengths).clamp(-1.0, 1.0) } else { 0.0 }
    }

    /// All pairs i < j of the found.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let n = self.found.len();
        (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))).collect()
    }

    /// A pair's cosine in every layer, the input first, (L+1,).
    pub fn drift(&self, i: usize, j: usize) -> Vec<f64> {
        (0..self.grams.len()).map(|layer| self.cosine(layer, i, j)).collect()
    }

    /// The pairs that are most and least alike in a layer.
    pub fn extremes(&self, layer: usize) -> Option<[(usize, usize); 2]> {
        let by = |a: &(usize, usize), b: &(usize, usize)| {
            self.cosine(layer, a.0, a.1).total_cmp(&self.cosine(layer, b.0, b.1))
        };
        let pairs = self.pairs();
        Some([pairs.iter().copied().max_by(by)?, pairs.iter().copied().min_by(by)?])
    }
}

/// One of five shades for a cosine, from the least to the most alike of those shown beside it.
pub fn shade(cosine: f64, low: f64, high: f64) -> usize {
    if high <= low { 4 } else { (((cosine - low) / (high - low)).clamp(0.0, 1.0) * 4.0).round() as usize }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::context::WordFound;

    fn answer(grams: Vec<Vec<f32>>, at: &[bool]) -> Context {
        let found = |&there: &bool| WordFound { tokens: Default::default(), at: there.then_some([1, 2]) };
        Context {
            pieces: vec!["bank".into()],
            ids: vec![7],
            sentences: at.iter().map(found).collect(),
            grams,
            words: Vec::new(),
            stats: Default::default(),
        }
    }

    #[test]
    fn cosines_of_the_sentences_that_have_the_word() {
        // (3, 4) and (4, 3), then orthogonal.
        let alike =
            Alike::of(&answer(vec![vec![25.0, 24.0, 24.0, 25.0], vec![1.0, 0.0, 0.0, 4.0]], &[true, false, true]));
        assert_eq!((alike.found.as_slice(), alike.layers()), ([0, 2].as_slice(), 1));
        assert!((alike.cosine(0, 0, 1) - 0.96).abs() < 1e-9);
        assert_eq!((alike.drift(0, 1)[1], alike.cosine(9, 0, 1)), (0.0, 0.0));
        assert_eq!(alike.extremes(0), Some([(0, 1), (0, 1)]));
        assert_eq!(Alike::of(&answer(vec![vec![1.0]], &[true])).extremes(0), None);
        assert_eq!(Alike::of(&answer(vec![vec![1.0; 3]], &[true, true])).layers(), 0, "values that do not fit");
    }

    #[test]
    fn shades_span_what_is_shown() {
        assert_eq!([0.2, 0.6, 1.0].map(|c| shade(c, 0.2, 1.0)), [0, 2, 4]);
        assert_eq!(shade(0.5, 0.5, 0.5), 4);
    }

    #[derive(serde::Deserialize)]
    struct Recorded {
        task: ContextTask,
        answer: Context,
    }

    /// What the lesson says of its opening, against the engine's recorded answer on the shipped weights.
    #[test]
    fn the_opening_shows_what_it_claims() {
        let recorded: Recorded =
            serde_json::from_str(include_str!("../../../assets/recorded/context.json")).expect("recorded");
        assert_eq!(recorded.task, ContextState::default().task());
        assert!(claims(&recorded.answer), "two of money are nearer than money and river");
        let mut corrupted = recorded.answer.clone();
        corrupted.grams[12][1] *= 2.0;
        assert!(!claims(&corrupted));
    }

    /// The tries too, recorded beside the tests: they are not shown before the weights are in.
    #[test]
    fn the_tries_show_what_they_claim() {
        let opening: Recorded =
            serde_json::from_str(include_str!("../../../assets/recorded/context.json")).expect("recorded");
        let tries: Vec<Recorded> =
            serde_json::from_str(include_str!("../../../tests/data/context_tries.json")).expect("recorded");
        let asked = openings::CONTEXT_TRIES.map(|(word, sentences)| tried(word, &sentences));
        assert_eq!(tries.iter().map(|r| r.task.clone()).collect::<Vec<_>>(), asked);
        let two_meanings = |a: &Alike| a.extremes(a.layers()).is_some_and(|[most, _]| most == (0, 2));
        let one_meaning = |a: &Alike| {
            let opening = Alike::of(&opening.answer);
            let last = a.layers();
            a.extremes(last).is_some_and(|[_, (i, j)]| a.cosine(last, i, j) > opening.cosine(last, 0, 1) + 0.1)
        };
        let alike: Vec<Alike> = tries.iter().map(|r| Alike::of(&r.answer)).collect();
        assert!(two_meanings(&alike[0]) && two_meanings(&alike[1]) && one_meaning(&alike[2]));
        assert!(!one_meaning(&alike[0]), "the claim tells words apart");
    }

    /// Sentences 1 and 3 speak of money, 2 of a river; in the last layer the two of money are the most alike, and
    /// the river's is further from either than it was in the input.
    fn claims(answer: &Context) -> bool {
        let alike = Alike::of(answer);
        let last = alike.layers();
        let money = alike.cosine(last, 0, 2);
        alike.found.len() == openings::CONTEXT.len()
            && money > alike.cosine(last, 0, 1)
            && money > alike.cosine(last, 1, 2)
            && alike.cosine(last, 0, 1) < alike.cosine(0, 0, 1)
    }
}
