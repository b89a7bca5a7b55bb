use crate::ui::words::key::keys;

keys! {
    next_sentence;
    text {
        TITLE, LEDE, DRAW, DRAW_NEXT, DRAW_RANDOM, FIGURE, ASKS, CHANGES, SWAP, ONE_SEGMENT, AS_TYPED, SEEN, PIECES,
        PICK, PATH, POOLER, POOLER_IS, CLASSIFIER, PATH_NOTE, QUIZ, QUIZ_LEDE, START, FOLLOWS, FOLLOWS_NOT,
        NEXT_PAIR, TO_SCORE, STILL_READING, AGAIN, CLOSE_QUIZ, ALL_TEN, JUDGED_ON, LOOK_SWAP, LOOK_SEGMENT,
        MISLEADS_STORE, MISLEADS_BREAD, ARTICLE, MISLEADS_LABEL, SUMS, SUM_TRUTH, SUM_UP, SUMMING, SUM_WORDS,
        SUM_NEXT, SUM_TOTAL, SUMS_NOTE,
    }
    of {
        KICKER: (&str, &str),
        TRIES: [(usize, &str); 4],
        SCORE_HEAD: [&str; 4],
        LABELS: [&str; 2],
        SUM_TRUTHS: [&str; 2],
    }
    fn at(percent: &str) -> String;
    fn change_name(swapped: bool, one_segment: bool) -> &'static str;
    fn in_words(next: &str, not: &str) -> String;
    fn moved(change: &str, before: &str, after: &str) -> String;
    fn drawn(first: &str, second: &str, real: bool) -> String;
    fn segment(segment: u32) -> &'static str;
    fn seat(position: usize, piece: &str, id: u32, of_segment: u32) -> String;
    fn segment_words(of_segment: u32, pieces: &str) -> String;
    fn cut(total: usize, limit: usize) -> String;
    fn after_layers(layers: usize) -> String;
    fn logit(value: f32) -> String;
    fn softmax(temperature: f32) -> String;
    fn pair_number(number: usize, of: usize) -> String;
    fn you_were(right: bool, is_next: bool) -> String;
    fn from(first: &str, second: &str) -> String;
    fn bert_was(right: bool) -> &'static str;
    fn score(you: usize, bert: Option<usize>, of: usize) -> String;
    fn final_score(you: usize, bert: Option<usize>, of: usize) -> String;
    fn truth_cell(is_next: bool) -> &'static str;
    fn you_cell(right: bool) -> &'static str;
    fn bert_cell(right: bool, percent: &str) -> String;
    fn look_swap(typed: &str, swapped: &str) -> String;
    fn look_segment(two: [&str; 2], one: [&str; 2]) -> String;
    fn misleads_store(store: &str, twice: &str) -> String;
    fn misleads_bread(apart: &str) -> String;
    fn sum_hidden(pieces: &[String]) -> String;
}
