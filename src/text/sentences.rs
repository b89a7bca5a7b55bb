//! Where a text's sentences stand.

use std::ops::Range;

/// Short words with a point that does not end a sentence.
const ABBREVIATIONS: [&str; 17] =
    ["mr", "mrs", "ms", "dr", "st", "vs", "etc", "e.g", "i.e", "jr", "sr", "prof", "no", "approx", "min", "max", "a.m"];

/// Where the sentences of a text stand, in bytes, without the space around them. They end at . ! ? or … before
/// a space, and at the end of a line, however it was written.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut put = |from: usize, to: usize| {
        let slice = &text[from..to];
        let start = from + (slice.len() - slice.trim_start().len());
        let range = start..start + slice.trim().len();
        match found.last_mut() {
            _ if range.is_empty() => {}
            // A lone ":)" or "!!!" belongs to the sentence before it.
            Some(last) if !text[range.clone()].contains(char::is_alphanumeric) => last.end = range.end,
            _ => found.push(range),
        }
    };
    let (mut start, mut at) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        let line_end = line_break(&text[at..]);
        if line_end > 0 {
            put(start, at);
            start = at + line_end;
            at = start;
            continue;
        }
        at = next;
        if matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？') {
            let rest = text[at..].trim_start_matches(['.', '!', '?', '…', '"', '\'', '”', '’', ')', ']', '»']);
            let end = text.len() - rest.len();
            let wide = matches!(c, '。' | '！' | '？');
            if (wide || rest.is_empty() || rest.starts_with(char::is_whitespace)) && ends(&text[start..end], rest, c) {
                put(start, end);
                start = end;
            }
            at = end;
        }
    }
    put(start, text.len());
    found
}

/// Bytes of a line's end at the front, also in HTML and as typed by a program; 0 when there is none.
fn line_break(rest: &str) -> usize {
    if rest.starts_with(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return rest.chars().next().map_or(0, char::len_utf8);
    }
    if rest.starts_with(r"\n") {
        return 2;
    }
    let tag = ["<br>", "<br >", "<br/>", "<br />"].into_iter();
    tag.map(str::len).find(|&n| rest.get(..n).is_some_and(is_break)).unwrap_or(0)
}

fn is_break(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    tag.starts_with("<br") && tag.ends_with('>') && tag[3..tag.len() - 1].chars().all(|c| matches!(c, ' ' | '/'))
}

/// Whether a stop after `before` ends a sentence that `rest` does not go on with.
fn ends(before: &str, rest: &str, stop: char) -> bool {
    let goes_on = rest.trim_start().chars().next().is_some_and(char::is_lowercase);
    if stop != '.' {
        // “Wow!” he said.
        return !(goes_on && before.ends_with(['"', '”', '’', '\'', ')']));
    }
    let word = before.trim_end_matches(|c: char| !c.is_alphanumeric() && !c.is_whitespace());
    // Tokens parted by spaces, as treebanks write them: the stop stands alone.
    if word.ends_with(char::is_whitespace) || rest.trim().is_empty() {
        return true;
    }
    let word = word.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default().to_lowercase();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic) && word != "i";
    !goes_on && !initial && !ABBREVIATIONS.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        assert_eq!(cut("Good. Bad! Ugly?  So…"), ["Good.", "Bad!", "Ugly?", "So…"]);
        assert_eq!(
            cut("Dr. No is fine, e.g. the start. It cost 3.50 here."),
            ["Dr. No is fine, e.g. the start.", "It cost 3.50 here."]
        );
        assert_eq!(cut("one\n\ntwo<br /><BR>three\\nfour"), ["one", "two", "three", "four"]);
        assert_eq!(cut("“Wow!” he said... and left. :)"), ["“Wow!” he said... and left. :)"]);
        assert_eq!(cut("the plot . the end ."), ["the plot .", "the end ."]);
        assert_eq!(cut("好。很好！"), ["好。", "很好！"]);
        assert_eq!(cut(" \n "), [""; 0]);
        assert_eq!(cut("no stop at all"), ["no stop at all"]);
    }

    /// Sentences come in order, do not overlap, and leave nothing but space and stops out.
    #[test]
    fn sentences_leave_no_word_out() {
        for text in
            ["A. b? C!\r\nD", "🙂. 🙂🙂! naïve… (x.) y", "<br", "<BR/ >x", "\\", "..!?", "a.b.c. D", "’.’. é. É"]
        {
            let mut at = 0;
            for r in sentences(text) {
                assert!(r.start >= at && r.end > r.start, "{text}");
                assert!(
                    !text[at..r.start].contains(|c: char| c.is_alphanumeric() && !"<BRbr/ >".contains(c)),
                    "{text}"
                );
                at = r.end;
            }
            assert!(!text[at..].contains(char::is_alphanumeric), "{text}");
        }
    }
}
