use crate::ui::words::key::keys;

keys! {
    guess;
    text {
        START, SKIP, AGAIN, WAIT, REVIEW,
    }
    of {
        SIDES: [&str; 2],
        REVIEW_BANDS: [&str; 5],
    }
    fn judged(said: &str, right: bool) -> String;
    fn which_side(word: &str) -> String;
    fn sides(left: &str, right: &str, both: &str) -> String;
    fn nearest(word: &str, layer: &str) -> String;
    fn pair(one: usize, other: usize) -> String;
    fn nearest_told(first: (usize, usize, String), second: (usize, usize, String)) -> String;
    fn looks_at(piece: &str, layer: usize, head: usize) -> String;
    fn nth(piece: &str, number: usize) -> String;
    fn review(negative: &str, positive: &str) -> String;
    fn which_part(word: &str) -> String;
    fn part_options(piece: &str) -> [String; 3];
    fn parts_told(word: &str, whole: &str, third: [String; 3], piece: &str) -> String;
}
