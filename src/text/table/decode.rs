//! Bytes to UTF-8: byte order marks taken off, UTF-16 turned over. Bytes that are no text stay none.

/// Stands for half a surrogate pair or half a unit: no UTF-8 holds it, so the row that does is told bad.
const POISON: u8 = 0xff;

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum Encoding {
    /// The first bytes are not in yet.
    #[default]
    Unknown,
    /// As it comes, valid or not.
    Utf8,
    Utf16 {
        big_endian: bool,
    },
}

#[derive(Debug, Default)]
pub struct Decoder {
    encoding: Encoding,
    /// The file's first bytes while its encoding is unknown; then half a unit.
    held: Vec<u8>,
    high: Option<u16>,
}

impl Decoder {
    /// Passes on what these bytes mean, in one or more pieces.
    pub fn push(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8])) {
        match self.encoding {
            Encoding::Utf8 => out(bytes),
            Encoding::Utf16 { big_endian } => self.utf16(bytes, big_endian, out),
            Encoding::Unknown => {
                let missing = 3usize.saturating_sub(self.held.len()).min(bytes.len());
                self.held.extend_from_slice(&bytes[..missing]);
                if self.held.len() == 3 {
                    self.begin(out);
                    self.push(&bytes[missing..], out);
                }
            }
        }
    }

    pub fn finish(&mut self, out: &mut impl FnMut(&[u8])) {
        if self.encoding == Encoding::Unknown {
            self.begin(out);
        }
        if matches!(self.encoding, Encoding::Utf16 { .. }) && (self.high.is_some() || !self.held.is_empty()) {
            out(&[POISON]);
        }
        self.held.clear();
    }

    fn begin(&mut self, out: &mut impl FnMut(&[u8])) {
        let held = std::mem::take(&mut self.held);
        let (encoding, mark) = match held.as_slice() {
            [0xef, 0xbb, 0xbf] => (Encoding::Utf8, 3),
            [0xff, 0xfe, ..] => (Encoding::Utf16 { big_endian: false }, 2),
            [0xfe, 0xff, ..] => (Encoding::Utf16 { big_endian: true }, 2),
            _ => (Encoding::Utf8, 0),
        };
        self.encoding = encoding;
        self.push(&held[mark..], out);
    }

    fn utf16(&mut self, bytes: &[u8], big_endian: bool, out: &mut impl FnMut(&[u8])) {
        let mut text = Vec::with_capacity(bytes.len() * 3 / 2 + 4);
        for &byte in bytes {
            let Some(first) = self.held.pop() else {
                self.held.push(byte);
                continue;
            };
            let pair = [first, byte];
            let unit = if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) };
            self.unit(unit, &mut text);
        }
        out(&text);
    }

    fn unit(&mut self, unit: u16, text: &mut Vec<u8>) {
        let units = match self.high.take() {
            Some(high) if (0xdc00..0xe000).contains(&unit) => vec![high, unit],
            Some(_) => {
                text.push(POISON);
                vec![unit]
            }
            None => vec![unit],
        };
        if units.len() == 1 && (0xd800..0xdc00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        for c in char::decode_utf16(units) {
            match c {
                Ok(c) => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(_) => text.push(POISON),
            }
        }
    }
}
