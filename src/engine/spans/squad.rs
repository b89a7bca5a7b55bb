//! How good answers are, as SQuAD's official script counts it.

use std::collections::HashMap;
use std::fmt;

/// Lower case, no ASCII punctuation, no articles, single spaces: the words that are compared.
pub fn normalised(text: &str) -> Vec<String> {
    let lower: String = text.to_lowercase().chars().filter(|c| !c.is_ascii_punctuation()).collect();
    // An article stands between characters that are no letters, not only between spaces.
    let mut out = String::with_capacity(lower.len());
    for run in lower.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = run.trim_end_matches(|c: char| !c.is_alphanumeric());
        out.push_str(if matches!(word, "a" | "an" | "the") { " " } else { word });
        out.push_str(&run[word.len()..]);
    }
    out.split_whitespace().map(str::to_owned).collect()
}

/// Exact match (0 or 1) and F1 of the words, each the best over the given answers; none given: nothing may be said.
pub fn exact_and_f1(said: &str, answers: &[String]) -> (f64, f64) {
    let said = normalised(said);
    let one = |answer: &str| {
        let answer = normalised(answer);
        let exact = f64::from(u8::from(said == answer));
        if said.is_empty() || answer.is_empty() {
            return (exact, exact);
        }
        let mut left: HashMap<&str, usize> = HashMap::new();
        answer.iter().for_each(|w| *left.entry(w).or_default() += 1);
        let common = said.iter().filter(|w| left.get_mut(w.as_str()).is_some_and(take)).count();
        (exact, 2.0 * common as f64 / (said.len() + answer.len()) as f64)
    };
    let best = |a: (f64, f64), b: (f64, f64)| (a.0.max(b.0), a.1.max(b.1));
    if answers.is_empty() { one("") } else { answers.iter().map(|a| one(a)).fold((0.0, 0.0), best) }
}

/// Takes one of those left, if there is one.
fn take(left: &mut usize) -> bool {
    let some = *left > 0;
    *left -= usize::from(some);
    some
}

/// Sums over judged questions.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Score {
    /// Questions that have an answer.
    pub n: usize,
    pub exact: f64,
    pub f1: f64,
    /// By whether there is an answer: questions, and those where that was seen.
    pub told: [(usize, usize); 2],
}

impl Score {
    /// `said`: the best span's text, whatever `no_answer` says.
    pub fn add(&mut self, said: &str, no_answer: bool, answers: &[String]) {
        let has = !answers.is_empty();
        let (all, right) = &mut self.told[usize::from(has)];
        *all += 1;
        *right += usize::from(no_answer != has);
        if has {
            let (exact, f1) = exact_and_f1(said, answers);
            self.n += 1;
            self.exact += exact;
            self.f1 += f1;
        }
    }

    /// The mean of the shares of questions with and without an answer that were told; of one kind if there is no
    /// other.
    pub fn no_answer_accuracy(&self) -> f64 {
        let kinds = self.told.iter().filter(|(all, _)| *all > 0);
        let shares = kinds.clone().map(|&(all, right)| right as f64 / all as f64);
        shares.fold(0.0, |sum, share| sum + share) / kinds.count().max(1) as f64
    }

    pub fn questions(&self) -> usize {
        self.told[0].0 + self.told[1].0
    }
}

/// The line that judging ends with.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.n.max(1) as f64;
        let (exact, f1, told) = (self.exact / n, self.f1 / n, self.no_answer_accuracy());
        write!(f, "EM {exact:.3} F1 {f1:.3} no-answer {told:.3} n {}", self.questions())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(said: &str, answers: &[&str]) -> (f64, f64) {
        exact_and_f1(said, &answers.iter().map(|a| a.to_string()).collect::<Vec<_>>())
    }

    /// Worked out by hand after the official script.
    #[test]
    fn words_are_compared_as_the_official_script_does() {
        assert_eq!(normalised("The  U.S. won a cup, an’other"), ["us", "won", "cup", "’other"]);
        assert_eq!(of("the Denver Broncos!", &["Denver Broncos"]), (1.0, 1.0));
        assert_eq!(of("Denver", &["Denver Broncos", "Broncos"]), (0.0, 2.0 / 3.0));
        assert_eq!(of("red red blue", &["red blue blue"]), (0.0, 4.0 / 6.0));
        assert_eq!(of("a", &["the"]), (1.0, 1.0));
        assert_eq!(of("a", &["x"]), (0.0, 0.0));
        assert_eq!(of("", &[]), (1.0, 1.0));
        assert_eq!(of("x", &[]), (0.0, 0.0));
        assert_eq!(of("19th-century", &["19thcentury"]), (1.0, 1.0));
    }

    #[test]
    fn the_line_by_hand() {
        let mut s = Score::default();
        let answers = ["Denver Broncos".to_owned()];
        s.add("Denver Broncos", false, &answers);
        s.add("Denver", true, &answers);
        s.add("x", true, &[]);
        s.add("x", true, &[]);
        s.add("x", false, &[]);
        // (1/2 + 2/3) / 2 = 0.583
        assert_eq!(s.to_string(), "EM 0.500 F1 0.833 no-answer 0.583 n 5");
        assert_eq!(Score::default().to_string(), "EM 0.000 F1 0.000 no-answer 0.000 n 0");
    }
}
