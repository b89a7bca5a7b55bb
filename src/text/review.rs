//! Reviews, whatever hand wrote them: one reading for all, and the windows of a long one.
//!
//! The twin of `tools/reviews.py`, with which the sentiment adapter was trained.

/// Pieces of a window, [CLS] and [SEP] included.
pub const WIDTH: usize = 256;
/// Pieces between the starts of two windows.
pub const STRIDE: usize = 128;

/// A run of a text's pieces, and how many of them no window before it held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub start: usize,
    pub end: usize,
    pub weight: usize,
}

/// Windows over n pieces; `width` counts two specials. One window at least.
pub fn windows(n: usize, width: usize, stride: usize) -> Vec<Window> {
    let room = width.saturating_sub(2).max(1);
    let (mut out, mut end): (Vec<Window>, usize) = (Vec::new(), 0);
    loop {
        let start = out.len() * stride.clamp(1, room);
        let stop = (start + room).min(n);
        out.push(Window { start, end: stop, weight: stop - end });
        end = stop;
        if end >= n {
            return out;
        }
    }
}

/// The text with HTML breaks (`<br />`), literal `\n`, and treebank tokens (`` ``, -LRB-, "do n't") undone.
/// As long as the text itself, in bytes and in characters, so that spans hold.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, put) = undone(rest, out.chars().next_back()).unwrap_or((c.len_utf8(), ""));
        if put.is_empty() {
            out.push(c);
        } else {
            out.push_str(put);
        }
        rest = &rest[taken..];
    }
    out
}

/// Bytes taken from the front of `rest` and what stands for them, of the same length.
fn undone(rest: &str, before: Option<char>) -> Option<(usize, &'static str)> {
    const SPACES: &str = "      ";
    let starts =
        |what: &str| rest.as_bytes().get(..what.len()).is_some_and(|b| b.eq_ignore_ascii_case(what.as_bytes()));
    match rest.as_bytes()[0] {
        b'<' => ["<br>", "<br >", "<br/>", "<br />"].iter().find(|b| starts(b)).map(|b| (b.len(), &SPACES[..b.len()])),
        b'\\' => ["\\n", "\\t", "\\r"].iter().any(|e| rest.starts_with(e)).then_some((2, "  ")),
        b'`' => rest.starts_with("``").then_some((2, "\" ")),
        b'\'' => rest.starts_with("''").then_some((2, "\" ")),
        b'-' if starts("-lrb-") => Some((5, "(    ")),
        b'-' if starts("-rrb-") => Some((5, ")    ")),
        b' ' if starts(" n't") && before.is_some_and(|c| c.is_ascii_alphabetic()) => {
            let after = rest[4..].chars().next();
            let ends = !after.is_some_and(|c| c.is_alphanumeric() || c == '_');
            // The letters as they were typed.
            let put = match &rest[1..4] {
                "n't" => "n't ",
                "N'T" => "N'T ",
                "N't" => "N't ",
                _ => "n'T ",
            };
            ends.then_some((4, put))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_hands_are_read_alike() {
        let cases = [
            ("a<br /><BR>b", "a          b"),
            (r"one\ntwo\r\n", "one  two    "),
            ("``fine '' he said", "\" fine \"  he said"),
            ("-LRB- so -rrb-", "(     so )    "),
            ("I do n't , ca n't", "I don't  , can't "),
            ("WO N'T", "WON'T "),
            ("do n'ts n't", "do n'tsn't "),
            ("naïve — “so”", "naïve — “so”"),
            ("", ""),
        ];
        for (typed, read) in cases {
            assert_eq!(plain(typed).trim_end(), read.trim_end(), "{typed}");
            assert_eq!(plain(typed).len(), typed.len(), "{typed}");
        }
    }

    /// Every piece is weighed once, by the first window that holds it.
    #[test]
    fn windows_are_those_of_brute_force() {
        for (width, stride) in [(256, 128), (10, 4), (6, 4), (5, 1)] {
            let room = width - 2;
            for n in 0..40 * stride.min(20) {
                let all = windows(n, width, stride);
                let mut first_of = vec![usize::MAX; n];
                for start in (0..).step_by(stride) {
                    for first in &mut first_of[start.min(n)..(start + room).min(n)] {
                        *first = (*first).min(start / stride);
                    }
                    if start + room >= n {
                        assert_eq!(all.len(), start / stride + 1, "{n} {width} {stride}");
                        break;
                    }
                }
                for (i, w) in all.iter().enumerate() {
                    assert_eq!(w.weight, first_of.iter().filter(|&&f| f == i).count(), "{n} {width} {stride}");
                    assert_eq!((w.start, w.end), (i * stride, (i * stride + room).min(n)));
                }
            }
        }
    }
}
