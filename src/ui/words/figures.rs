//! Figures by their names, so that a pinned one is found again in another language.

use super::*;

/// Labels and headings of cards.
const FIGURES: &[Key<&str>] = &[
    answers::FIGURE,
    answers::SPANS,
    answers::STRIPS,
    answers::WORK,
    next_sentence::FIGURE,
    next_sentence::QUIZ,
    next_sentence::SEEN,
    next_sentence::SUMS,
    quality::TITLE,
    lessons::attention::FIGURE,
    lessons::attention::ALL,
    lessons::attention::BLOCKS,
    lessons::attention::RECEIVED,
    lessons::attention::HABITS,
    heads::AGAINST,
    heads::FLOW,
    heads::KNOCK,
    heads::LINKS,
    heads::WORKED,
    own::RUNS,
    own::FILES,
    own::IN_USE,
    own::FACTS,
    features::FIGURE,
    features::NUMBERS,
    probe::input::STRIPS,
    probe::input::CHANGE,
    probe::input::POSITIONS,
    probe::inside::LENS,
    probe::inside::DIAGRAM,
    probe::inside::BLOCK,
    probe::inside::SIZES,
    stored::STORED,
    why::FIGURE,
    why::PARTS,
    masking::FIGURE,
    masking::RATES,
    sentiment::FIGURE,
    sentiment::CONTRASTS_TITLE,
    sentiment::SENTENCES_TITLE,
    sentiment::WINDOWS_LABEL,
    many::TITLE,
    fine_tune::data::TITLE,
    fine_tune::settings::TITLE,
    fine_tune::learning::TITLE,
    fine_tune::learning::EVALUATE,
    fine_tune::kept::TITLE,
    fine_tune::changed::TITLE,
    lessons::blank::FIGURE,
    lessons::blank::STEREOTYPES,
    lessons::tokens::PIECES,
    lessons::tokens::CASE,
    probe::directions::VIEWS,
    probe::directions::FLOW,
    probe::directions::BY_WORD,
    context::FIGURE,
];

/// The English name of a figure whose name is known; any other as it is.
pub fn in_english(figure: &str) -> &str {
    FIGURES.iter().find(|key| **key.de == *figure).map_or(figure, |key| *key.en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_one_name_in_english() {
        assert_eq!(in_english(lessons::blank::FIGURE.de), *lessons::blank::FIGURE.en);
        assert_eq!(in_english(lessons::blank::FIGURE.en), *lessons::blank::FIGURE.en);
        assert_eq!(in_english("Tokens 1"), "Tokens 1");
    }
}
