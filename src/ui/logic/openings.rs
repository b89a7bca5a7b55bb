//! The sentences the page opens with. `cargo xtask record` records the engine's answers to them,
//! so that something true stands there before the weights have arrived.

/// Fill the blank: the opening, then what its text speaks of, then the tries.
pub const BLANK: [&str; 12] = [
    "The woman went to the store and bought a [MASK] of shoes.",
    "The woman went to the store and bought a [MASK].",
    "The woman went to the store and bought a [MASK] of wine.",
    "The capital of France is [MASK].",
    "The doctor said that [MASK] would see me.",
    "The nurse said that [MASK] would see me.",
    "He put the [MASK] in the oven and the [MASK] in the fridge.",
    "The programmer finished [MASK] work.",
    "The housekeeper finished [MASK] work.",
    "[MASK] repaired the car.",
    "[MASK] stayed at home with the baby.",
    "The secretary said that [MASK] was late.",
];
/// Pairs that show a stereotype the model has learned: two sentences of [`BLANK`], and a word that is likelier in the
/// first, another that is likelier in the second. Held against the recorded answers by a test.
pub const STEREOTYPES: [([usize; 2], [&str; 2]); 3] =
    [([4, 5], ["he", "she"]), ([7, 8], ["his", "her"]), ([9, 10], ["he", "she"])];
/// A sentence of [`BLANK`] that does not follow the stereotype.
pub const STEREOTYPE_NOT: usize = 11;
/// Two sentences that differ in a capital alone. That the cased model answers them differently is tested on its bytes.
pub const CAPITALS: [&str; 2] = ["She bought an Apple [MASK].", "She bought an apple [MASK]."];
/// Words that only a capital tells apart, for the Tokens lesson's two vocabularies.
pub const CAPITALS_TEXT: &str = "Apple sold us an apple. Bush told the US what hides in the bush.";
/// Asked about in each of them.
pub const BLANK_ASKED: [&str; 7] = ["cart", "pair", "paris", "he", "she", "his", "her"];
/// The visitor's own word, until they ask for another.
pub const BLANK_OWN: &str = "cart";
pub const BLANK_TOP_K: usize = 6;

pub const TOKENS: (&str, &str) =
    ("Tokenization isn't magic: BERT's vocabulary splits unaffable words.", "Naïve café 🙂");
/// The piece that is picked at first.
pub const TOKENS_PIECE: &str = "una";

pub const ATTENTION: &str = "I arrived at the bank after crossing the river.";
pub const ATTENTION_STREET: &str = "I arrived at the bank after crossing the street.";
/// A pronoun and its noun; what the page claims of it is tested on the shipped bytes.
pub const ATTENTION_LINK: &str = "The woman said that she was late because the bus had broken down.";
pub const ATTENTION_PAIR: (&str, &str) = ("The dog chased the ball.", "It was red and bounced away.");
pub const ATTENTION_PIECE: &str = "bank";
/// Layer 4, head 11, counted from 0.
pub const ATTENTION_HEAD: (usize, usize) = (3, 10);

/// Context: the article's word and sentences, then one more of each meaning.
pub const CONTEXT_WORD: &str = "bank";
pub const CONTEXT: [&str; 4] = [
    "I accessed the bank account.",
    "We sat on the bank of the river.",
    "The bank raised its interest rates.",
    "The river flooded its bank.",
];

/// Features: two lines on each of three things.
pub const FEATURES: [&str; 6] = [
    "The bank raised its interest rates.",
    "Loans have become more expensive.",
    "The river flooded its banks after the storm.",
    "It rained for three days without a break.",
    "Her second novel is better than the first.",
    "I could not put the book down.",
];

/// Two words of two meanings, the first and the last sentence of one; then a word of one meaning, which parts less.
pub const CONTEXT_TRIES: [(&str, [&str; 3]); 3] = [
    (
        "bat",
        [
            "He swung the bat and hit the ball.",
            "The bat flew out of the cave at night.",
            "She bought a new bat for the game.",
        ],
    ),
    ("light", ["Turn off the light, please.", "The bag is light enough to carry.", "The light of the sun was bright."]),
    ("Monday", ["We met on Monday.", "The shop is closed on Monday.", "She left on Monday morning."]),
];

/// Masking: the paragraph that the lesson opens with.
pub const MASKING: &str = "The old library stood at the end of the street. Every morning its doors opened at nine, and the first visitors were children who came to read before school. In winter the rooms were warm and smelled of paper and wax.";

/// Next sentence: the article's two pairs, the first of which is the opening; then what the text beside speaks of.
pub const NEXT_SENTENCE: [(&str, &str); 5] = [
    ("The man went to [MASK] store", "he bought a gallon [MASK] milk"),
    ("The man went to [MASK] store", "penguin [MASK] are flightless birds"),
    ("He bought a gallon of milk.", "He bought a gallon of milk."),
    ("The man went to the store.", "The store ate the man."),
    (
        "Bread needs little more than flour, water, salt and yeast.",
        "A fresh loaf should cool for an hour before it is cut.",
    ),
];

/// Both directions: the word that is hidden at first, and sentences to try.
pub const DIRECTIONS: [&str; 3] = [
    "The woman went to the store and bought a pair of shoes.",
    "He sat down on the bench and cried.",
    "The capital of France is Paris.",
];
pub const DIRECTIONS_WORD: &str = "pair";
/// The input: a pair with a blank, so that both segments are there.
pub const INPUT: (&str, &str) = ("The man went to the store.", "He bought a gallon of [MASK].");
/// The input: pieces whose vectors are recorded, from [CLS] on; and candidates listed.
pub const INPUT_PIECES: usize = 2;
pub const INPUT_TOP_K: usize = 5;
/// Inside.
pub const INSIDE: &str = "The capital of France is [MASK].";
pub const INSIDE_TOP_K: usize = 3;

/// Ask a text: a text of our own, and questions of which the last two have no answer there.
pub const ANSWERS_TEXT: &str = "The lighthouse on Skarv Island was built in 1871 by the engineer Ingrid Dahl, after forty-one ships had been lost on the reef in ten years. Its lamp burned rapeseed oil until 1903, when a petroleum burner took its place; electricity came only in 1958. Dahl never saw the light from the sea: she died of pneumonia two weeks before it was lit. The first keeper, Anders Moe, lived there with his wife and six children for thirty-four years and wrote down every ship that passed, 61,322 in all. The tower is 28 metres high and stands on granite. Since 1989 the light has worked by itself, and the keeper's house is a café in summer.";
pub const ANSWERS_QUESTIONS: [&str; 6] = [
    "Who built the lighthouse?",
    "What did the lamp burn before 1903?",
    "How many ships did the keeper count?",
    "Why did Dahl never see the light?",
    "Who owns the café?",
    "How deep is the sea around the island?",
];

/// Sentiment: the review that the lesson opens with, and the word that turns it; then the tries.
pub const REVIEW: &str =
    "The room was small and the street was loud, but the food was not bad at all. We would come again.";
pub const REVIEW_WORD: &str = "not";
pub const REVIEW_PRAISE: &str = "This film is far from perfect and I loved every minute of it.";
/// Misread: the page says so.
pub const REVIEW_IRONY: &str = "Oh great, another sequel nobody asked for. Just what the world needed.";
pub const REVIEW_MIXED: &str = "The food was superb. The service was dreadful. The bill was fair.";
/// Longer than one window, and of two minds.
pub const REVIEW_LONG: &str = "We booked the lake house for a week in September, mostly because the pictures were so good, and I will say this first: the pictures do not lie. The view from the terrace is the best I have ever had breakfast in front of. In the morning the fog lies on the water, and by nine the sun has eaten it up, and you sit there with your coffee and do not want to be anywhere else. The kitchen is large and bright, the knives are sharp, there is a real oven, and somebody has thought of salt, oil and good tea. The beds are firm and the linen smelled of nothing at all, which is how I like it. Our children found a box of old board games and were happy for two rainy days.\n\nNow the rest. The hot water lasted for one short shower, and then it was gone for an hour. We told the owner on the first evening; he promised to send someone, and nobody came. We told him again on the third day and he did not answer. On the fourth night the heating stopped as well. It was eight degrees outside and the youngest had a cold. I called four times. When he finally picked up he told me that no other guest had ever complained, that we must have pressed something, and that he was at a wedding. We spent that night in our coats. The next morning a neighbour, a lovely man, came over with his own tools and had it working in ten minutes.\n\nWhen we left, the owner kept half of the deposit for a scratch on the table that is visible in his own pictures. I have written to him twice and to the booking site three times. They closed the case. I do not often write reviews, and I never write angry ones, but we were cold, we were lied to, and in the end we paid extra for it. The house is wonderful. I would never rent it again.";

pub const REVIEW_TRIES: [&str; 4] = [REVIEW_PRAISE, REVIEW_IRONY, REVIEW_MIXED, REVIEW_LONG];

/// Two texts that differ in little, with the label that each should show (0 negative, 1 positive).
#[derive(Debug, Clone, Copy)]
pub struct Contrast {
    pub texts: [&'static str; 2],
    pub labels: [usize; 2],
    /// A pair that the model gets wrong: shown as such, its `labels` are those of a reader.
    pub fails: bool,
}

const fn pair(first: (&'static str, usize), second: (&'static str, usize)) -> Contrast {
    Contrast { texts: [first.0, second.0], labels: [first.1, second.1], fails: false }
}

/// Held against the recorded answers by a test.
pub const CONTRASTS: [Contrast; 6] = [
    pair(("It was bad.", 0), ("It was not bad at all.", 1)),
    pair(("It was good.", 1), ("It was not good at all.", 0)),
    pair(("Worth every penny.", 1), ("Not worth a penny.", 0)),
    pair(("I fell asleep in the best bed I ever had.", 1), ("I fell asleep in the second act.", 0)),
    Contrast { fails: true, ..pair(("I love it.", 1), ("I wanted to love it.", 0)) },
    Contrast { fails: true, ..pair(("The food was cold.", 0), ("The beer was cold.", 1)) },
];

/// The opening review without the word that turns it.
pub fn review_without_its_word() -> String {
    REVIEW.replacen(&format!("{REVIEW_WORD} "), " ", 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Classified, ClassifyTask, Purpose};
    use crate::ui::logic::review::{leave_one_out, sentences, task, words};
    use crate::ui::logic::verdict::{Verdict, verdict};
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Recorded {
        task: ClassifyTask,
        answer: Classified,
    }

    fn recorded() -> Vec<Recorded> {
        serde_json::from_str(include_str!("../../../assets/recorded/sentiment.json")).expect("recorded answers")
    }

    /// Names of the texts that do not show what they claim.
    fn wrong(contrasts: &[Contrast], answer: &Classified) -> Vec<&'static str> {
        let claims = contrasts.iter().flat_map(|c| {
            // Of a failing pair the second text is the one that is misread.
            let shown = [c.labels[0], if c.fails { 1 - c.labels[1] } else { c.labels[1] }];
            c.texts.into_iter().zip(shown)
        });
        let off = claims
            .zip(&answer.rows)
            .filter(|((_, label), row)| verdict(&row.probabilities) != Some(Verdict::Says(*label)));
        off.map(|((text, _), _)| text).collect()
    }

    /// In each pair the first word leads in the first sentence, the second in the second; the odd one out does not.
    fn stereotyped(blanks: &crate::protocol::Blanks) -> bool {
        let of = |sentence: usize, word: &str| {
            let asked = &blanks.sentences[sentence].blanks[0].asked;
            asked.iter().find(|a| a.word == word).and_then(|a| a.candidate).map_or(0.0, |c| c.probability)
        };
        STEREOTYPES.iter().all(|([a, b], [one, other])| of(*a, one) > of(*a, other) && of(*b, other) > of(*b, one))
            && of(STEREOTYPE_NOT, "he") > of(STEREOTYPE_NOT, "she")
    }

    #[test]
    fn stereotypes_are_the_models_own() {
        let mut blanks: crate::protocol::Blanks =
            serde_json::from_str(include_str!("../../../assets/recorded/blank.json")).expect("recorded");
        assert!(stereotyped(&blanks));
        blanks.sentences.swap(4, 5);
        assert!(!stereotyped(&blanks));
    }

    #[test]
    fn pairs_show_what_they_claim() {
        let all = recorded();
        let contrast = all.iter().find(|r| r.task.purpose == Purpose::Contrast).expect("recorded");
        assert_eq!(contrast.task, task(Purpose::Contrast, CONTRASTS.iter().flat_map(|c| c.texts)));
        assert_eq!(wrong(&CONTRASTS, &contrast.answer), [""; 0]);
        let mut corrupted = CONTRASTS;
        corrupted[1].labels[1] = 1 - corrupted[1].labels[1];
        assert_eq!(wrong(&corrupted, &contrast.answer), [CONTRASTS[1].texts[1]]);
    }

    /// What the page asks before the weights are in is what was recorded.
    #[test]
    fn the_opening_review_is_recorded() {
        let all = recorded();
        let there = |t: ClassifyTask| all.iter().any(|r| r.task == t && r.answer.rows.len() == t.texts.len());
        assert!(there(task(Purpose::Review, [REVIEW])));
        assert!(there(task(Purpose::Evidence, leave_one_out(REVIEW, &words(REVIEW)))));
        assert!(there(task(Purpose::Sentences, sentences(REVIEW).into_iter().map(|r| &REVIEW[r]))));
        assert!(REVIEW_TRIES.into_iter().all(|t| there(task(Purpose::Review, [t]))));
        assert!(!there(task(Purpose::Review, ["nobody recorded this"])));
    }

    /// The lesson's headline, what to look for and what misleads.
    #[test]
    fn the_text_beside_the_figure_is_true() {
        let all = recorded();
        let said = |purpose: Purpose, text: &str| {
            let of = all.iter().filter(|r| r.task.purpose == purpose);
            let mut rows = of.flat_map(|r| r.task.texts.iter().zip(&r.answer.rows));
            rows.find(|(t, _)| t.a == text).and_then(|(_, row)| verdict(&row.probabilities))
        };
        assert_eq!(said(Purpose::Review, REVIEW), Some(Verdict::Says(1)));
        assert_eq!(said(Purpose::Evidence, &review_without_its_word()), Some(Verdict::Says(0)));
        assert_eq!(said(Purpose::Review, REVIEW_PRAISE), Some(Verdict::Says(1)));
        assert_eq!(said(Purpose::Review, REVIEW_IRONY), Some(Verdict::Says(1)), "irony is taken for praise");
        assert_eq!(said(Purpose::Review, "nobody recorded this"), None);
    }

    #[test]
    fn the_long_review_has_several_windows() {
        let all = recorded();
        let long = all.iter().find(|r| r.task == task(Purpose::Review, [REVIEW_LONG])).expect("recorded");
        assert!(long.answer.rows[0].windows.len() > 1);
    }
}
