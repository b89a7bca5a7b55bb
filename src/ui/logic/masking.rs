//! Hiding as in training: the rates, the loss, and the visitor's guesses beside BERT's.

use crate::protocol::TextPair;
use crate::protocol::masking::{ChosenPiece, Fate, MaskTask, MaskUse, MaskedTrial, Recipe, Trial};

/// Candidates asked for each chosen piece.
pub const TOP_K: usize = 3;
/// Most that may be chosen, in percent: beyond it hardly a text is left.
pub const MOST_CHOSEN: u8 = 60;
/// Rates set beside each other, and draws of each.
pub const RATES: [u8; 3] = [5, 15, 40];
pub const DRAWS: u32 = 4;
/// A draw in which the opening has a hidden, a random and a kept piece.
const OPENING_SEED: u32 = 44;

/// What the address holds of the lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaskingState {
    pub seed: u32,
    pub recipe: Recipe,
}

impl Default for MaskingState {
    fn default() -> Self {
        Self { seed: OPENING_SEED, recipe: Recipe::BERT }
    }
}

impl MaskingState {
    pub fn task(&self, text: TextPair) -> MaskTask {
        let trials = vec![Trial { seed: self.seed, recipe: self.recipe }];
        MaskTask { purpose: MaskUse::Paragraph, text, trials, top_k: TOP_K, next_sentence: false }
    }

    /// The same text at other rates, each drawn several times; all else as it is.
    pub fn rates_task(&self, text: TextPair) -> MaskTask {
        let trial = |chosen: u8, draw: u32| Trial {
            seed: self.seed.wrapping_add(draw),
            recipe: Recipe { chosen, ..self.recipe },
        };
        let trials = RATES.into_iter().flat_map(|rate| (0..DRAWS).map(move |draw| trial(rate, draw))).collect();
        MaskTask { purpose: MaskUse::Rates, text, trials, top_k: 0, next_sentence: false }
    }

    /// `15.80.10`, with `.w` for whole words.
    pub fn put(&self, put: &mut impl FnMut(&str, &str)) {
        let Recipe { chosen, hidden, random, whole_words } = self.recipe;
        if self.recipe != Recipe::BERT {
            put("rates", &format!("{chosen}.{hidden}.{random}{}", if whole_words { ".w" } else { "" }));
        }
        if self.seed != Self::default().seed {
            put("seed", &self.seed.to_string());
        }
    }

    /// Takes a key of the address; false when it is none of ours.
    pub fn take(&mut self, key: &str, value: &str) -> bool {
        match key {
            "seed" => self.seed = value.parse().unwrap_or(Self::default().seed),
            "rates" => self.recipe = recipe(value).unwrap_or(Recipe::BERT),
            _ => return false,
        }
        true
    }
}

fn recipe(text: &str) -> Option<Recipe> {
    let mut parts = text.split('.');
    let mut percent = || parts.next()?.parse::<u8>().ok().filter(|p| *p <= 100);
    let (chosen, hidden, random) = (percent()?.min(MOST_CHOSEN), percent()?, percent()?);
    let whole_words = parts.next() == Some("w");
    (hidden + random <= 100).then_some(Recipe { chosen, hidden, random, whole_words })
}

/// The recipe with one rate moved; the shares of the chosen never pass 100 %.
pub fn moved(recipe: Recipe, rate: Rate, to: u8) -> Recipe {
    match rate {
        Rate::Chosen => Recipe { chosen: to.min(MOST_CHOSEN), ..recipe },
        Rate::Hidden => Recipe { hidden: to.min(100), random: recipe.random.min(100 - to.min(100)), ..recipe },
        Rate::Random => Recipe { random: to.min(100), hidden: recipe.hidden.min(100 - to.min(100)), ..recipe },
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    Chosen,
    Hidden,
    Random,
}

/// −ln of what BERT gave the piece that stood there, in nats.
pub fn loss_of(piece: &ChosenPiece) -> f64 {
    // Nothing is so unlikely that the loss has no end: f32 stops here.
    -f64::from(piece.truth.probability.max(f32::MIN_POSITIVE)).ln()
}

/// The mean over the chosen pieces, as in training; None without any.
pub fn loss(trial: &MaskedTrial) -> Option<f64> {
    let n = trial.chosen.len();
    (n > 0).then(|| trial.chosen.iter().map(loss_of).sum::<f64>() / n as f64)
}

/// Chosen, mean loss and share of first guesses that were right, over draws that chose anything.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtRate {
    pub chosen: usize,
    pub loss: f64,
    pub right: f64,
}

/// All pieces of several draws weigh alike.
pub fn at_rate(trials: &[MaskedTrial]) -> Option<AtRate> {
    let all: Vec<&ChosenPiece> = trials.iter().flat_map(|t| &t.chosen).collect();
    let n = all.len();
    let right = all.iter().filter(|c| c.truth.rank == 1).count();
    (n > 0).then(|| AtRate {
        chosen: n,
        loss: all.iter().map(|c| loss_of(c)).sum::<f64>() / n as f64,
        right: right as f64 / n as f64,
    })
}

/// −ln softmax(logits)[label], in nats; None when there are no logits.
pub fn class_loss(logits: &[f32], label: usize) -> Option<f64> {
    let of = f64::from(*logits.get(label)?);
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|l| f64::from(l - most).exp()).sum();
    Some(sum.ln() + f64::from(most) - of)
}

/// How many of the hidden pieces the visitor and BERT named, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    pub yours: usize,
    pub berts: usize,
    pub of: usize,
}

/// `truth(position)` is the piece that stood there; `guess(position)` what the visitor typed.
pub fn score<'a, 'b>(
    trial: &MaskedTrial,
    truth: impl Fn(usize) -> &'a str,
    guess: impl Fn(usize) -> Option<&'b str>,
) -> Score {
    let hidden = trial.chosen.iter().filter(|c| c.fate == Fate::Hidden);
    hidden.fold(Score::default(), |s, c| Score {
        yours: s.yours + usize::from(guess(c.position).is_some_and(|g| is_right(g, truth(c.position)))),
        berts: s.berts + usize::from(c.truth.rank == 1),
        of: s.of + 1,
    })
}

/// Capitals do not count, nor does the mark of a piece that goes on.
pub fn is_right(guess: &str, truth: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches("##").to_lowercase();
    !bare(guess).is_empty() && bare(guess) == bare(truth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Candidate;

    fn piece(position: usize, fate: Fate, probability: f32, rank: u32) -> ChosenPiece {
        let truth = Candidate { id: 1, logit: 0.0, probability, rank };
        ChosenPiece { position, fate, reads: "[MASK]".into(), truth, top: Vec::new() }
    }

    fn trial(chosen: Vec<ChosenPiece>) -> MaskedTrial {
        MaskedTrial { chosen, next_logits: Vec::new() }
    }

    #[test]
    fn the_loss_is_the_mean_over_what_was_chosen() {
        let t = trial(vec![piece(1, Fate::Hidden, 0.5, 1), piece(2, Fate::Kept, 0.125, 3)]);
        let ln2 = std::f64::consts::LN_2;
        assert!((loss(&t).expect("two") - 2.0 * ln2).abs() < 1e-9);
        assert_eq!(loss(&trial(Vec::new())), None);
        assert!(loss_of(&piece(1, Fate::Hidden, 0.0, 9)).is_finite());
        let both = at_rate(&[t, trial(vec![piece(5, Fate::Hidden, 1.0, 1)])]).expect("three");
        assert_eq!((both.chosen, both.right), (3, 2.0 / 3.0));
        assert!((both.loss - 4.0 / 3.0 * ln2).abs() < 1e-9);
        assert_eq!(at_rate(&[]), None);
    }

    #[test]
    fn a_class_loss_is_cross_entropy() {
        // torch.nn.functional.cross_entropy(torch.tensor([[1., -1.]]), torch.tensor([1])) = 2.126928
        assert!((class_loss(&[1.0, -1.0], 1).expect("two") - 2.126_928).abs() < 1e-6);
        assert!((class_loss(&[90.0, -90.0], 0).expect("two")).abs() < 1e-6);
        assert_eq!(class_loss(&[], 0), None);
    }

    #[test]
    fn guesses_count_only_where_a_piece_was_hidden() {
        let t = trial(vec![
            piece(1, Fate::Hidden, 0.5, 1),
            piece(2, Fate::Hidden, 0.1, 7),
            piece(3, Fate::Replaced, 0.9, 1),
        ]);
        let truth = |at: usize| ["", "store", "##ing", "milk"][at];
        let guess = |at: usize| [None, Some("shop"), Some("ING "), Some("milk")][at];
        assert_eq!(score(&t, truth, guess), Score { yours: 1, berts: 1, of: 2 });
        assert!(!is_right(" ", "") && !is_right("", "a") && is_right("Milk", "milk"));
    }

    #[derive(serde::Deserialize)]
    struct Recorded {
        task: MaskTask,
        answer: crate::protocol::masking::Masked,
    }

    /// The opening shows all three fates, and a BERT that is mostly right: the shipped weights' recorded answer.
    #[test]
    fn the_opening_shows_what_it_claims() {
        let recorded: Recorded =
            serde_json::from_str(include_str!("../../../assets/recorded/masking.json")).expect("recorded");
        let text = TextPair { a: crate::ui::logic::openings::MASKING.into(), b: None };
        assert_eq!(recorded.task, MaskingState::default().task(text));
        let claims = |t: &MaskedTrial| {
            let any = |fate| t.chosen.iter().any(|c| c.fate == fate);
            any(Fate::Hidden)
                && any(Fate::Replaced)
                && any(Fate::Kept)
                && loss(t).is_some_and(|l| l < 4.0)
                && t.chosen.iter().all(|c| c.fate != Fate::Kept || c.truth.probability > 0.9)
        };
        assert!(claims(&recorded.answer.trials[0]), "{:?}", loss(&recorded.answer.trials[0]));
        let mut corrupted = recorded.answer.trials[0].clone();
        corrupted.chosen.retain(|c| c.fate != Fate::Kept);
        assert!(!claims(&corrupted));
    }

    #[test]
    fn shares_of_the_chosen_never_pass_a_hundred() {
        for (rate, to) in [(Rate::Hidden, 95), (Rate::Random, 60), (Rate::Hidden, 200), (Rate::Chosen, 99)] {
            let r = moved(Recipe::BERT, rate, to);
            assert!(r.hidden + r.random <= 100 && r.chosen <= MOST_CHOSEN, "{r:?}");
        }
        assert_eq!(recipe("40.50.60"), None);
        assert_eq!(recipe("40.50.10.w").map(|r| r.whole_words), Some(true));
    }
}
