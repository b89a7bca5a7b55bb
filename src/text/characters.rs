//! Places in a text: UTF-16 code units, as browsers count, and whole characters, as people see them.

use unicode_segmentation::{GraphemeCursor, GraphemeIncomplete};

/// Byte offset of a UTF-16 offset; the text's end beyond it, the character's start inside one.
pub fn byte_from_utf16(text: &str, utf16: usize) -> usize {
    let mut units = 0;
    for (byte, c) in text.char_indices() {
        if units >= utf16 {
            return byte;
        }
        units += c.len_utf16();
    }
    text.len()
}

/// The part of a text between two UTF-16 offsets; empty where they are crossed.
pub fn slice_utf16(text: &str, span: [usize; 2]) -> &str {
    let (start, end) = (byte_from_utf16(text, span[0]), byte_from_utf16(text, span[1]));
    text.get(start..end).unwrap_or("")
}

/// The span (UTF-16) widened to whole grapheme clusters: a piece's offsets leave out the combining marks that
/// BERT drops, and half an emoji is not an answer.
pub fn whole_clusters(text: &str, span: [usize; 2]) -> [usize; 2] {
    let (start, end) = (byte_from_utf16(text, span[0]), byte_from_utf16(text, span[1]));
    let low = boundary(text, start, false);
    let high = boundary(text, end.max(start), true);
    let units = |bytes: &str| bytes.encode_utf16().count();
    let first = span[0] - units(&text[low..start]);
    [first, first + units(&text[low..high])]
}

/// The byte itself if it is between two clusters, else the next or the previous such place.
fn boundary(text: &str, byte: usize, forward: bool) -> usize {
    let mut cursor = GraphemeCursor::new(byte, text.len(), true);
    if cursor.is_boundary(text, 0).unwrap_or(true) {
        return byte;
    }
    // The whole text is one chunk: the cursor never lacks what comes before.
    let found: Result<Option<usize>, GraphemeIncomplete> =
        if forward { cursor.next_boundary(text, 0) } else { cursor.prev_boundary(text, 0) };
    found.ok().flatten().unwrap_or(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_offsets() {
        let text = "a🙂é";
        assert_eq!(slice_utf16(text, [1, 3]), "🙂");
        assert_eq!(slice_utf16(text, [3, 4]), "é");
        assert_eq!(slice_utf16(text, [4, 99]), "");
        assert_eq!(slice_utf16(text, [99, 2]), "");
    }

    #[test]
    fn spans_grow_to_whole_characters() {
        // What is asked for, by its bytes, and what a person sees there.
        for (text, part, seen) in [
            ("un cafe\u{301} noir", "cafe", "cafe\u{301}"),
            ("e\u{301}te\u{301} chaud", "te", "te\u{301}"),
            ("le 👩🏽\u{200d}🚀 vole", "👩", "👩🏽\u{200d}🚀"),
            ("le 👩🏽\u{200d}🚀 vole", "🚀", "👩🏽\u{200d}🚀"),
            ("🇫🇷 gagne", "🇷", "🇫🇷"),
            ("I ❤\u{fe0f} it", "❤", "❤\u{fe0f}"),
            ("plain", "lai", "lai"),
            ("नमस्ते", "म", "म"),
        ] {
            let at = text.find(part).unwrap_or_default();
            let units = |byte: usize| text[..byte].encode_utf16().count();
            let span = whole_clusters(text, [units(at), units(at + part.len())]);
            assert_eq!(slice_utf16(text, span), seen, "{text}");
        }
        assert_eq!(whole_clusters("", [0, 0]), [0, 0]);
    }
}
