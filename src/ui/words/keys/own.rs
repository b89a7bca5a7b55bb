use crate::model::manifest::{Absent, Scheme};
use crate::protocol::own::OwnFailure;
use crate::text::vocabulary::SaidBy;
use crate::ui::logic::own::Runs;
use crate::ui::words::key::keys;

keys! {
    own;
    text {
        TITLE, LEDE, FILES, DROP, CHOOSE, LOOKING, FACTS, NAME, SHAPE, PARAMETERS, FILE, READS, HEADS, TAKES,
        TAKES_NOTE, BITS, CASE, USE, CANCEL, MAKING, IN_USE, BACK, KEEP, FORGET, NOT_KEPT, KEPT, KEPT_OTHER,
        USE_KEPT, NONE, RUNS, GONE, LOOK, ARTICLE, MISLEADS, STRIP, DEFAULT_TITLE,
    }
    of {
        KICKER: (&str, &str),
        TAKES_HEAD: [&str; 4],
        SCHEMES: [(Scheme, &str); 2],
        CASES: [&str; 2],
        RUNS_HEAD: [&str; 2],
    }
    fn shape(layers: usize, hidden: usize, heads: usize, pieces: usize) -> String;
    fn file(name: &str, size: u64, types: &[String]) -> String;
    fn reads(lower_case: bool, said_by: SaidBy) -> String;
    fn heads(absent: &[Absent], next_sentence: bool) -> String;
    fn no_gpu(reason: &str) -> String;
    fn done(done: u64, total: u64) -> String;
    fn in_use(title: &str, size: u64) -> String;
    fn runs(runs: Runs) -> &'static str;
    fn no_head(head: Absent) -> &'static str;
    fn bound(name: &str, made_for: &str, here: &str) -> String;
    fn failure(failure: &OwnFailure) -> String;
}
