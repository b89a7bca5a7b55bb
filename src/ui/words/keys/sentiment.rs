use crate::ui::logic::verdict::Verdict;
use crate::ui::words::key::keys;

keys! {
    sentiment;
    text {
        TITLE, LEDE, BOX, FIGURE, TRY_OPENING, TRY_PRAISE, TRY_IRONY, TRY_MIXED, TRY_LONG, LOOK_LINK, ARTICLE,
        MISLEADS, MISLEADS_LINK, OURS, READING, NOT_READ, WINDOWS_DISAGREE, SENTENCES_DISAGREE, AFTER, BEFORE,
        NOTHING_LEFT, HINT, LEGEND_STEPS, PULL_IS, NO_PULL, WAYS, LEFT_OUT_IS, SLOPE_IS, SLOPING, WHY_APART, REPLACE,
        BRING_BACK, BRING_ALL_BACK, WEIGH, WEIGHING, STOP, READ_IT, STOPPED, AGAIN, WORDS_CAPTION, WINDOWS_LABEL,
        WINDOWS_ABOUT, WINDOWS_MEAN, WINDOWS_PICK, SENTENCES_TITLE, SENTENCES_ABOUT, SENTENCES_READ,
        SENTENCES_READING, CONTRASTS_TITLE, CONTRASTS_ABOUT, CONTRAST_FAILS,
    }
    of {
        KICKER: (&str, &str),
        LABELS: [&str; 2],
        WAY_NAMES: [&str; 2],
        WORDS_HEAD: [&str; 3],
        WINDOWS_HEAD: [&str; 5],
    }
    fn look(word: &str, with: &str, without: &str) -> String;
    fn misleads_irony(text: &str, positive: &str) -> String;
    fn their_model(name: &str, labels: &[String]) -> String;
    fn label(index: usize) -> &'static str;
    fn verdict(verdict: Verdict, likelier: usize, probability: f32) -> String;
    fn band() -> String;
    fn band_rule() -> String;
    fn said(negative: f32, positive: f32, pieces: usize, windows: usize) -> String;
    fn moved(before: f32, after: f32) -> String;
    fn legend(index: usize) -> String;
    fn word_name(word: &str, by: Option<&str>, pull: Option<f32>) -> String;
    fn pull(word: &str, pull: f32, without: f32) -> String;
    fn agree(same: usize, strong: usize) -> String;
    fn apart(word: &str, left_out: f32, slope: f32) -> String;
    fn rest(sum: f32) -> String;
    fn slope(word: &str, slope: f32) -> String;
    fn replace(word: &str) -> String;
    fn changed_count(left_out: usize, replaced: usize) -> String;
    fn drawn(words: usize, of: usize) -> String;
    fn weigh_cost(words: usize, windows: usize) -> String;
    fn too_many_to_weigh(words: usize, limit: usize) -> String;
    fn progress(what: &str, done: usize, of: usize) -> String;
    fn adapter(received: u64, total: u64) -> String;
    fn windows_title(count: usize) -> String;
    fn window_name(number: usize, of: usize, positive: f32) -> String;
    fn window(number: usize, of: usize, positive: f32, share: f32, excerpt: &str) -> String;
    fn sentences_cost(sentences: usize) -> String;
    fn sentences_first(read: usize, of: usize) -> String;
    fn sentences_said(negative: usize, positive: usize, unsure: usize) -> String;
    fn contrast_fails(text: &str, label: usize) -> String;
    fn share(first: [f32; 2]) -> String;
    fn row_said(text: &str, positive: f32) -> String;
}
