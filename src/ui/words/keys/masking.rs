use crate::protocol::masking::Fate;
use crate::ui::logic::masking::Score;
use crate::ui::words::key::keys;

keys! {
    masking;
    text {
        TITLE, LEDE, TEXT, FIGURE, CHOSEN, HIDDEN, RANDOM, SEED, AGAIN, WHOLE, RECIPE, CONTROLS, GUESS, REVEAL,
        GUESSING, NONE, PIECES, TABLE, LOSS_NOTE, RATES, RATES_NOTE, TRY_RATES, TRYING, TRY_OPENING, LOOK,
        LOOK_WHOLE, LOOK_WHOLE_LINK, ARTICLE, MISLEADS,
    }
    of {
        KICKER: (&str, &str),
        HEAD: [&str; 6],
        RATES_HEAD: [&str; 4],
        TRY_NAMES: (&str, &str),
    }
    fn fate(fate: Fate) -> &'static str;
    fn percent(value: u8) -> String;
    fn kept(value: u8) -> String;
    fn counts(pieces: usize, chosen: usize, by: [usize; 3]) -> String;
    fn total(loss: &str, chosen: usize, others: usize) -> String;
    fn gap(number: usize) -> String;
    fn score(score: Score, guessed: bool) -> String;
    fn cut(total: usize, limit: usize) -> String;
    fn chip(fate: Fate, truth: &str, reads: &str) -> String;
    fn piece(truth: &str, fate: &str, guess: &str, share: &str, loss: &str) -> String;
}
