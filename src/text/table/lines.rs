//! UTF-8 to numbered lines, none longer than the limit.
//!
//! Lines end with LF or CRLF. A lone CR ends a line only in a file whose first line ends so (old Macs wrote them);
//! elsewhere it is a space among others.

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// From 1.
    pub number: usize,
    /// Without its end; cut where `too_long`.
    pub bytes: Vec<u8>,
    pub end: End,
    pub too_long: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum End {
    /// The file's.
    #[default]
    Nothing,
    Lf,
    CrLf,
    Cr,
}

impl End {
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Nothing => b"",
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
        }
    }
}

#[derive(Debug)]
pub struct Lines {
    limit: usize,
    line: Line,
    /// A CR has come, and what follows it decides what it is.
    after_cr: bool,
    /// Whether a lone CR ends a line; None until the first line has ended.
    cr_ends: Option<bool>,
}

impl Lines {
    pub fn new(limit: usize) -> Self {
        Self { limit, line: Line { number: 1, ..Line::default() }, after_cr: false, cr_ends: None }
    }

    pub fn push(&mut self, mut bytes: &[u8], out: &mut impl FnMut(Line)) {
        while let Some(&first) = bytes.first() {
            if std::mem::take(&mut self.after_cr) {
                if first == b'\n' {
                    self.cr_ends.get_or_insert(false);
                    self.end(End::CrLf, out);
                    bytes = &bytes[1..];
                    continue;
                }
                self.lone_cr(out);
                continue;
            }
            let stop = bytes.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(bytes.len());
            self.take(&bytes[..stop]);
            match bytes.get(stop) {
                Some(b'\n') => {
                    self.cr_ends.get_or_insert(false);
                    self.end(End::Lf, out);
                }
                Some(_) => self.after_cr = true,
                None => {}
            }
            bytes = &bytes[(stop + 1).min(bytes.len())..];
        }
    }

    pub fn finish(&mut self, out: &mut impl FnMut(Line)) {
        if std::mem::take(&mut self.after_cr) {
            self.lone_cr(out);
        }
        if !self.line.bytes.is_empty() {
            self.end(End::Nothing, out);
        }
    }

    fn lone_cr(&mut self, out: &mut impl FnMut(Line)) {
        if *self.cr_ends.get_or_insert(true) {
            self.end(End::Cr, out);
        } else {
            self.take(b"\r");
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        let room = self.limit - self.line.bytes.len();
        self.line.too_long |= bytes.len() > room;
        self.line.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn end(&mut self, end: End, out: &mut impl FnMut(Line)) {
        let next = Line { number: self.line.number + 1, ..Line::default() };
        out(Line { end, ..std::mem::replace(&mut self.line, next) });
    }
}
