//! Text as XML and SVG take it.

/// For attributes and for text. What XML cannot hold is dropped.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c >= ' ' || c == '\n' || c == '\t' => out.push(c),
            _ => {}
        }
    }
    out
}

/// Words in lines of so many characters, at most; a longer word has a line of its own.
pub fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_escaped_or_dropped() {
        assert_eq!(escaped("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
        assert_eq!(escaped("x\u{0}\u{1b}\u{fffe}y\tz\n🙂"), "xy\tz\n🙂");
    }

    #[test]
    fn lines_are_no_longer_than_allowed_and_lose_no_word() {
        let text = "Computed in this run: BERT-Base, uncased, 4-bit, CPU";
        let lines = wrapped(text, 16);
        assert!(lines.iter().all(|l| l.chars().count() <= 16), "{lines:?}");
        assert_eq!(lines.join(" "), text);
        assert_eq!(wrapped("a verylongword b", 5), ["a", "verylongword", "b"]);
        assert!(wrapped("", 5).is_empty());
    }
}
