//! What a figure shows, as text and tables: read off the page, taken along or set beside what comes next.

use super::csv;

/// A table of the page. Rows may be shorter than the head where cells span.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    pub caption: String,
    /// Empty if the table has none.
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// One figure at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shot {
    /// Which figure of the page it is, in any language.
    pub id: String,
    /// The lesson's name and the figure's.
    pub lesson: String,
    pub figure: String,
    /// The heading as it stood, which may hold numbers.
    pub title: String,
    /// The texts in the lesson's boxes, in their order.
    pub texts: Vec<String>,
    /// The page's state, as in a link.
    pub fragment: String,
    /// The model in use; empty before there is one.
    pub model: String,
    pub recorded: bool,
    /// The figure in words.
    pub lines: Vec<String>,
    pub tables: Vec<Table>,
}

/// The words that come with what is taken along.
pub struct Labels {
    /// Column heads: text, model, where the values are from.
    pub columns: [&'static str; 3],
    /// Where the values are from: this run, or a recording.
    pub live: &'static str,
    pub recorded: &'static str,
}

impl Shot {
    /// Whether both are the same figure of the page.
    pub fn is_of(&self, other: &Self) -> bool {
        self.id == other.id
    }

    /// The texts in one line.
    pub fn text(&self) -> String {
        self.texts.join(" | ")
    }

    fn origin(&self, labels: &Labels) -> &'static str {
        if self.recorded { labels.recorded } else { labels.live }
    }

    /// What stands below a picture: the texts, the model, and whether it was recorded. Empty parts are left out.
    pub fn caption(&self, labels: &Labels) -> Vec<String> {
        let texts = self.texts.iter().map(|t| format!("“{t}”"));
        let origin = self.origin(labels).to_owned();
        let origin = if self.model.is_empty() || self.recorded { origin } else { format!("{origin}: {}", self.model) };
        texts.chain([origin]).collect()
    }

    /// Plain text: title, caption, link, words, and the tables with tabs between cells, as spreadsheets take them.
    pub fn to_text(&self, link: &str, labels: &Labels) -> String {
        let mut out = format!("{}: {}\n", self.lesson, self.title);
        for line in self.caption(labels).iter().map(String::as_str).chain([link]) {
            out.push_str(line);
            out.push('\n');
        }
        if !self.lines.is_empty() {
            out.push('\n');
            out.push_str(&self.lines.join("\n"));
            out.push('\n');
        }
        for table in &self.tables {
            out.push('\n');
            if !table.caption.is_empty() {
                out.push_str(&table.caption);
                out.push('\n');
            }
            for row in std::iter::once(&table.head).chain(&table.rows).filter(|r| !r.is_empty()) {
                out.push_str(&row.join("\t"));
                out.push('\n');
            }
        }
        out
    }

    /// The tables as comma-separated values, an empty line between two. Each row ends with the texts, the model
    /// and where the values are from, so that rows of several files can stand in one.
    pub fn to_csv(&self, labels: &Labels) -> String {
        let mut out = String::new();
        let text = self.text();
        for table in &self.tables {
            if !out.is_empty() {
                out.push_str("\r\n");
            }
            let width = table.rows.iter().chain([&table.head]).map(Vec::len).max().unwrap_or(0);
            let mut put = |row: &[String], tail: [&str; 3]| {
                let cells = (0..width).map(|i| row.get(i).map_or("", String::as_str));
                out.push_str(&csv::row(cells.chain(tail)));
            };
            put(&table.head, labels.columns);
            table.rows.iter().for_each(|row| put(row, [&text, &self.model, self.origin(labels)]));
        }
        out
    }

    /// A file's name without its ending: lesson and figure in lower case.
    pub fn file_name(&self) -> String {
        let mut name = String::from("bertscope");
        let mut gap = true;
        let ascii = |c: char| match c {
            'ä' | 'Ä' => "ae".to_owned(),
            'ö' | 'Ö' => "oe".to_owned(),
            'ü' | 'Ü' => "ue".to_owned(),
            'ß' => "ss".to_owned(),
            c => c.to_string(),
        };
        let spelt: String = format!("{} {}", self.lesson, self.figure).chars().map(ascii).collect();
        for c in spelt.chars() {
            if !c.is_ascii_alphanumeric() {
                gap = true;
            } else if name.len() < 60 {
                if std::mem::take(&mut gap) {
                    name.push('-');
                }
                name.push(c.to_ascii_lowercase());
            }
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: Labels = Labels { columns: ["text", "model", "values"], live: "this run", recorded: "recorded" };

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|c| (*c).to_owned()).collect()
    }

    fn shot() -> Shot {
        Shot {
            id: "blank/BERT's answer".into(),
            lesson: "Fill the blank".into(),
            figure: "BERT's answer".into(),
            title: "The likeliest 2".into(),
            texts: vec!["A, \"b\" [MASK]".into()],
            fragment: "blank".into(),
            model: "BERT-Base".into(),
            recorded: false,
            lines: vec!["“pair” 0.5".into()],
            tables: vec![
                Table {
                    caption: "Gap 1".into(),
                    head: row(&["piece", "probability"]),
                    rows: vec![row(&["pair", "0.5"]), row(&["a,b"])],
                },
                Table { caption: String::new(), head: row(&["x"]), rows: vec![row(&["1"])] },
            ],
        }
    }

    /// Reads it back with the reader that the page reads its own files with.
    fn read(csv: &str) -> Vec<Vec<String>> {
        let mut reader = csv_core::Reader::new();
        let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), Vec::new());
        let mut input = csv.as_bytes();
        loop {
            let mut piece = [0u8; 16];
            let (result, taken, written) = reader.read_field(input, &mut piece);
            input = &input[taken..];
            field.extend_from_slice(&piece[..written]);
            match result {
                csv_core::ReadFieldResult::Field { record_end } => {
                    row.push(String::from_utf8(std::mem::take(&mut field)).unwrap());
                    if record_end {
                        rows.push(std::mem::take(&mut row));
                    }
                }
                csv_core::ReadFieldResult::End => return rows,
                _ => {}
            }
        }
    }

    #[test]
    fn rows_are_as_wide_as_their_head_and_say_where_they_are_from() {
        let rows = read(&shot().to_csv(&LABELS));
        assert_eq!(rows[0], row(&["piece", "probability", "text", "model", "values"]));
        assert_eq!(rows[1], row(&["pair", "0.5", "A, \"b\" [MASK]", "BERT-Base", "this run"]));
        assert_eq!(rows[2][..2], row(&["a,b", ""]));
        assert_eq!(rows[4], row(&["1", "A, \"b\" [MASK]", "BERT-Base", "this run"]));
        let recorded = Shot { recorded: true, ..shot() };
        assert_eq!(read(&recorded.to_csv(&LABELS))[1][4], "recorded");
        // The comparison can fail: one cell changed is seen.
        let mut other = shot();
        other.tables[0].rows[0][1] = "0.6".into();
        assert_ne!(read(&other.to_csv(&LABELS))[1], rows[1]);
    }

    #[test]
    fn text_holds_title_caption_link_words_and_tables() {
        let text = shot().to_text("http://x/#blank", &LABELS);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..4],
            ["Fill the blank: The likeliest 2", "“A, \"b\" [MASK]”", "this run: BERT-Base", "http://x/#blank"]
        );
        assert!(lines.contains(&"“pair” 0.5") && lines.contains(&"Gap 1") && lines.contains(&"pair\t0.5"), "{text}");
        let recorded = Shot { recorded: true, ..shot() };
        assert!(recorded.to_text("", &LABELS).contains("\nrecorded\n"));
    }

    #[test]
    fn a_file_is_named_after_lesson_and_figure() {
        assert_eq!(shot().file_name(), "bertscope-fill-the-blank-bert-s-answer");
        let german = Shot { lesson: "Lücken füllen".into(), figure: String::new(), ..shot() };
        assert_eq!(german.file_name(), "bertscope-luecken-fuellen");
        assert_eq!(Shot::default().file_name(), "bertscope");
    }
}
