//! Tables, sound and hostile: against a brute-force reference, csv-core, and themselves in other pieces.
#![allow(clippy::unwrap_used)]

use bertscope::text::table::{Bad, Format, Layout, MAX_ROW_BYTES, Reader, Reason, Row, guess, read_all};

type Read = Vec<Result<Row, Bad>>;

/// A counter-based generator: the same tests on every run.
struct Random(u64);

impl Random {
    fn next(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

fn layout(format: Format, columns: usize) -> Layout {
    Layout { format, columns, text: columns - 1, ..Layout::default() }
}

/// Reads in pieces of these sizes, again and again.
fn in_pieces(bytes: &[u8], layout: &Layout, sizes: &[usize]) -> Read {
    let mut reader = Reader::new(layout.clone(), &[]);
    let (mut rest, mut out) = (bytes, Vec::new());
    for &size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (now, later) = rest.split_at(size.min(rest.len()));
        reader.push(now);
        out.extend(std::iter::from_fn(|| reader.take()));
        rest = later;
    }
    reader.finish();
    out.extend(std::iter::from_fn(|| reader.take()));
    out
}

/// (line, text) of the sound rows.
fn texts(read: &Read) -> Vec<(usize, &str)> {
    read.iter().flatten().map(|r| (r.line, r.text.as_str())).collect()
}

/// (line, reason) of the bad ones.
fn bad(read: &Read) -> Vec<(usize, Reason)> {
    read.iter().filter_map(|r| r.as_ref().err()).map(|b| (b.line, b.reason.clone())).collect()
}

fn read(bytes: &[u8], name: Option<&str>) -> Read {
    read_all(bytes, &guess(bytes, name), &[])
}

fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(|u: u16| if big_endian { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

// ------------------------------------------------------------------------------------- references

/// A table of tabs, the simple way: whole in memory, line by line.
fn brute_force(text: &str, columns: usize) -> Read {
    let row = |(i, line): (usize, &str)| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let bad = |reason| Err(Bad { line: i + 1, reason });
        let fields: Vec<&str> = line.split('\t').collect();
        if line.trim_ascii().is_empty() {
            return bad(Reason::EmptyLine);
        }
        if fields.len() != columns {
            return bad(Reason::Columns { found: fields.len(), expected: columns });
        }
        if line.contains('\0') {
            return bad(Reason::NotText);
        }
        if fields[columns - 1].trim().is_empty() {
            return bad(Reason::EmptyText);
        }
        Ok(Row { line: i + 1, text: fields[columns - 1].into(), ..Row::default() })
    };
    let mut lines: Vec<&str> = text.split('\n').collect();
    if lines.last() == Some(&"") {
        lines.pop();
    }
    lines.into_iter().enumerate().map(row).collect()
}

const CELLS: [&str; 10] = ["a", "good film", "", " ", "\"quoted\"", "naïve 北京 🙂", "x,y;z", "0", "\u{a0}", "it's"];

#[test]
fn tabs_are_read_as_brute_force_reads_them() {
    let mut random = Random(1);
    for _ in 0..3000 {
        let mut text = String::new();
        for _ in 0..random.next(8) {
            let columns = if random.next(6) == 0 { 1 + random.next(4) } else { 3 };
            let cells: Vec<&str> = (0..columns).map(|_| CELLS[random.next(CELLS.len())]).collect();
            text += &cells.join("\t");
            text += ["\n", "\r\n"][random.next(2)];
        }
        if random.next(2) == 0 {
            text = text.trim_end_matches(['\r', '\n']).to_owned();
        }
        let layout = Layout { id: None, ..layout(Format::Tabs, 3) };
        assert_eq!(read_all(text.as_bytes(), &layout, &[]), brute_force(&text, 3), "{text:?}");
    }
    // The comparison sees a row that is one line off.
    assert_ne!(read_all(b"\na\tb\tc", &layout(Format::Tabs, 3), &[]), brute_force("a\tb\tc", 3));
}

/// Fields of every record, by csv-core.
fn csv_core_records(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv_core::Reader::new();
    let (mut out, mut ends, mut all, mut input) = (vec![0; bytes.len() + 16], vec![0; 64], Vec::new(), bytes);
    loop {
        let (result, read, _, fields) = reader.read_record(input, &mut out, &mut ends);
        input = &input[read..];
        match result {
            csv_core::ReadRecordResult::Record => {
                let starts = std::iter::once(0).chain(ends.iter().copied());
                let cells = starts.zip(&ends[..fields]).map(|(a, &b)| String::from_utf8(out[a..b].to_vec()).unwrap());
                all.push(cells.collect());
            }
            csv_core::ReadRecordResult::End => return all,
            csv_core::ReadRecordResult::InputEmpty => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn quoted_tables_are_read_as_csv_core_reads_them() {
    let mut random = Random(2);
    let mut several_lines = 0;
    for _ in 0..3000 {
        let mut text = String::new();
        for _ in 0..1 + random.next(6) {
            let cells: Vec<String> = (0..2)
                .map(|_| {
                    let mut cell: String = (0..1 + random.next(3)).map(|_| CELLS[random.next(CELLS.len())]).collect();
                    let must = cell.contains(['"', ',']);
                    if random.next(3) == 0 {
                        cell.push_str(["\n", "\r\n", "\"", "\n\n,"][random.next(4)]);
                    } else if !must {
                        return cell;
                    }
                    format!("\"{}\"", cell.replace('"', "\"\""))
                })
                .collect();
            text += &cells.join(",");
            text += ["\n", "\r\n"][random.next(2)];
        }
        let here = read_all(text.as_bytes(), &Layout { id: Some(0), ..layout(Format::Quoted(b','), 2) }, &[]);
        let sound: Vec<Vec<String>> =
            here.iter().flatten().map(|r| vec![r.id.clone().unwrap(), r.text.clone()]).collect();
        let full = |r: &Vec<String>| r.len() == 2 && !r[1].trim().is_empty();
        let reference: Vec<_> = csv_core_records(text.as_bytes()).into_iter().filter(full).collect();
        assert_eq!(sound, reference, "{text:?}");
        // A row begins where the text before it has as many line feeds.
        for row in here.iter().flatten() {
            let start: usize = text.split_inclusive('\n').take(row.line - 1).map(str::len).sum();
            let id = row.id.as_deref().unwrap();
            let opens = [id.to_owned(), format!("\"{}", id.replace('"', "\"\""))];
            assert!(opens.iter().any(|o| text[start..].starts_with(o)), "line {} of {text:?}", row.line);
            several_lines += usize::from(row.text.contains('\n'));
        }
    }
    assert!(several_lines > 500);
}

// ------------------------------------------------------------------------------------- pieces, fuzz

fn awkward() -> Vec<(Vec<u8>, Layout)> {
    let tsv = "id\t1\ta\tGood 🙂\r\nx\t0\ta\t\r\n\r\nshort\r\ny\t1\ta\tno end";
    let csv = "1,\"two\r\nlines, \"\"quoted\"\"\"\r\n2,plain\r\n3,\"open\r\n4,after\r\n5,\"shut\" late\n6,last";
    let mac = "one\rtwo\r\rfour";
    let poison = b"a\tb\nc\t\xff\xfe\nd\0\te\nf\tg\r\th\n".to_vec();
    let mut broken = utf16("ab\ncd\n🙂\n", false);
    broken.splice(6..6, [0x3d, 0xd8]);
    broken.push(0x41);
    let tabs = |n| layout(Format::Tabs, n);
    let commas = layout(Format::Quoted(b','), 2);
    vec![
        (tsv.into(), tabs(4)),
        ([b"\xef\xbb\xbf", tsv.as_bytes()].concat(), tabs(4)),
        (utf16(tsv, false), tabs(4)),
        (utf16(tsv, true), tabs(4)),
        (csv.into(), commas.clone()),
        (utf16(csv, true), commas),
        (mac.into(), layout(Format::Lines, 1)),
        (poison, tabs(2)),
        (broken, layout(Format::Lines, 1)),
        (b"\xef\xbb".to_vec(), layout(Format::Lines, 1)),
        (b"\xff\xfe".to_vec(), layout(Format::Lines, 1)),
    ]
}

#[test]
fn pieces_cut_at_every_byte_give_the_same_rows() {
    for (bytes, layout) in awkward() {
        let whole = read_all(&bytes, &layout, &[]);
        assert_eq!(in_pieces(&bytes, &layout, &[1]), whole);
        for cut in 1..bytes.len() {
            assert_eq!(in_pieces(&bytes, &layout, &[cut, bytes.len()]), whole, "cut at {cut} of {bytes:?}");
        }
    }
}

/// Never panics, lines rise within the file, pieces do not matter.
fn holds(bytes: &[u8], layout: &Layout, random: &mut Random) {
    let whole = read_all(bytes, layout, &[]);
    let sizes = [1 + random.next(5), 1 + random.next(40)];
    assert_eq!(in_pieces(bytes, layout, &sizes), whole, "{bytes:?} {layout:?} {sizes:?}");
    let line = |r: &Result<Row, Bad>| r.as_ref().map_or_else(|b| b.line, |r| r.line);
    let lines: Vec<usize> = whole.iter().map(line).collect();
    assert!(lines.is_sorted() && lines.iter().all(|&l| l >= 1 && l <= bytes.len() + 1), "{lines:?}");
    let simple = !bytes.starts_with(b"\xff\xfe") && !bytes.starts_with(b"\xfe\xff");
    // One line, one row: no line is lost and none is told twice.
    if simple && !matches!(layout.format, Format::Quoted(_)) {
        assert!(lines.iter().enumerate().all(|(i, &l)| l == i + 1), "{lines:?}");
    }
}

#[test]
fn random_bytes_never_break_it() {
    let mut random = Random(3);
    const ALPHABET: &[u8] = b"ab\t\t,,\"\"\"\n\n\r\r\0 ;\xff\xfe\xef\xbb\xbf\xc3\xa9";
    for _ in 0..6000 {
        let n = random.next(120);
        let plain = random.next(3) == 0;
        let byte = |random: &mut Random| {
            if plain { random.next(256) as u8 } else { ALPHABET[random.next(ALPHABET.len())] }
        };
        let bytes: Vec<u8> = (0..n).map(|_| byte(&mut random)).collect();
        let formats = [Format::Lines, Format::Tabs, Format::Quoted(b','), Format::Quoted(b';')];
        let columns = 1 + random.next(3);
        holds(&bytes, &layout(formats[random.next(4)], columns), &mut random);
        let guessed = guess(&bytes, [None, Some("a.csv"), Some("b.tsv"), Some("c.txt")][random.next(4)]);
        assert!(guessed.text < guessed.columns.max(1), "{guessed:?}");
        holds(&bytes, &Layout { header: None, ..guessed }, &mut random);
    }
}

#[test]
fn changed_tables_never_break_it() {
    let mut random = Random(4);
    let seeds = awkward();
    for _ in 0..4000 {
        let (mut bytes, layout) = seeds[random.next(seeds.len())].clone();
        for _ in 0..1 + random.next(4) {
            let at = random.next(bytes.len());
            match random.next(4) {
                0 => bytes[at] ^= 1 << random.next(8),
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"\"\n\t\r\0"[random.next(5)]),
                _ => bytes.truncate(at + 1),
            }
            if bytes.is_empty() {
                bytes.push(b'x');
            }
        }
        holds(&bytes, &layout, &mut random);
    }
}

// ------------------------------------------------------------------------------------- hostile cases

#[test]
fn marks_and_utf_16_are_read_as_the_text_they_hold() {
    let text = "text\tlabel\nGut 🙂 naïve\t1\n";
    let plain = read(text.as_bytes(), None);
    assert_eq!(texts(&plain), [(2, "Gut 🙂 naïve")]);
    assert_eq!(read(&[b"\xef\xbb\xbf", text.as_bytes()].concat(), None), plain);
    assert_eq!(read(&utf16(text, false), None), plain);
    assert_eq!(read(&utf16(text, true), Some("x.tsv")), plain);
}

#[test]
fn what_is_no_text_is_told_by_line() {
    let rows = read(b"fine\nnaked \xff byte\nnul \0 here\nfine too", None);
    assert_eq!(texts(&rows), [(1, "fine"), (4, "fine too")]);
    assert_eq!(bad(&rows), [(2, Reason::NotText), (3, Reason::NotText)]);
    // Half a surrogate pair, then half a unit.
    let mut half = utf16("ok\nx", false);
    half.extend([0x00, 0xd8, b'\n', 0, b'y', 0, 0x41]);
    let rows = read(&half, None);
    assert_eq!((texts(&rows), bad(&rows)), (vec![(1, "ok")], vec![(2, Reason::NotText), (3, Reason::NotText)]));
    // UTF-16 without its mark is full of NULs.
    assert!(read(&utf16("one\ntwo\n", false)[2..], None).iter().all(Result::is_err));
}

#[test]
fn lines_end_in_many_ways() {
    let of =
        |text: &str| texts(&read(text.as_bytes(), None)).iter().map(|(l, t)| format!("{l}{t}")).collect::<Vec<_>>();
    assert_eq!(of("a\nb\n"), ["1a", "2b"]);
    assert_eq!(of("a\r\nb"), ["1a", "2b"]);
    assert_eq!(of("a\rb\r"), ["1a", "2b"]);
    assert_eq!(of("a\r\n\r\nb\r\n"), ["1a", "3b"]);
    // A stray CR in a file of other line ends belongs to its text.
    assert_eq!(of("a\nb\rc\nd"), ["1a", "2b\rc", "3d"]);
    assert_eq!(of("a\r"), ["1a"]);
    assert_eq!(of(""), [""; 0]);
    assert_eq!(bad(&read(b"a\n\n  \nb\n", None)), [(2, Reason::EmptyLine), (3, Reason::EmptyLine)]);
}

#[test]
fn ragged_empty_and_unknown_rows_are_told_and_the_rest_goes_on() {
    let file = b"label\ttext\n1\tgood\n0\n0\ta\tb\n0\t \n7\tseven\n\tnone\nPositive\tnamed\n0\tlast";
    let labels = ["negative".to_owned(), "positive".to_owned()];
    let rows = read_all(file, &guess(file, None), &labels);
    assert_eq!(texts(&rows), [(2, "good"), (8, "named"), (9, "last")]);
    assert_eq!(rows.iter().flatten().map(|r| r.class).collect::<Vec<_>>(), [Some(1), Some(1), Some(0)]);
    let unknown = |label: &str| Reason::UnknownLabel { label: label.into() };
    let columns = |found| Reason::Columns { found, expected: 2 };
    let told = [(3, columns(1)), (4, columns(3)), (5, Reason::EmptyText), (6, unknown("7")), (7, unknown(""))];
    assert_eq!(bad(&rows), told);
    // Without labels to hold them to, they are passed on.
    let free = read_all(file, &guess(file, None), &[]);
    assert_eq!(
        free.iter().flatten().map(|r| r.label.clone().unwrap()).collect::<Vec<_>>(),
        ["1", "7", "", "Positive", "0"]
    );
}

#[test]
fn a_quote_that_nothing_closes_costs_one_row() {
    let rows = read(b"text,label\nfine,1\n\"open,0\nnext,1\n\"two\nlines\",0\n\"shut\"late,1\nend,0\n", None);
    assert_eq!(texts(&rows), [(2, "fine"), (4, "next"), (5, "two\nlines"), (8, "end")]);
    assert_eq!(bad(&rows), [(3, Reason::OpenQuote), (7, Reason::OpenQuote)]);
    let rows = read(b"text,label\nfine,1\n\"open,0\nnext,1\nend,0", Some("a.csv"));
    assert_eq!(texts(&rows), [(2, "fine"), (4, "next"), (5, "end")]);
    // In a table of tabs they are letters.
    assert_eq!(
        texts(&read(b"text\tlabel\n\"so\" it goes\t1\n\"open\t0\n", None)),
        [(2, "\"so\" it goes"), (3, "\"open")]
    );
}

/// 1 GB in one line, in pieces of 1 MB; nothing near that is kept.
#[test]
fn a_line_of_a_gigabyte_is_one_bad_row() {
    for format in [Format::Tabs, Format::Quoted(b',')] {
        let mut reader = Reader::new(layout(format, 1), &[]);
        let piece = vec![b'a'; 1_000_000];
        reader.push(b"first\n");
        for _ in 0..1000 {
            reader.push(&piece);
        }
        reader.push(b"\nlast");
        reader.finish();
        let rows: Read = std::iter::from_fn(|| reader.take()).collect();
        assert_eq!(texts(&rows), [(1, "first"), (3, "last")]);
        assert_eq!(bad(&rows), [(2, Reason::TooLong { limit: MAX_ROW_BYTES })]);
    }
}

#[test]
fn the_longest_row_fits_and_one_byte_more_does_not() {
    let of = |n: usize| read_all(&vec![b'a'; n], &layout(Format::Lines, 1), &[]);
    assert_eq!(texts(&of(MAX_ROW_BYTES)).len(), 1);
    assert_eq!(bad(&of(MAX_ROW_BYTES + 1)), [(1, Reason::TooLong { limit: MAX_ROW_BYTES })]);
    // A quoted field over many lines has the same limit; the lines are then read one by one.
    let file = format!("\"{}last", "line\n".repeat(MAX_ROW_BYTES / 4));
    let rows = read_all(file.as_bytes(), &layout(Format::Quoted(b','), 1), &[]);
    assert_eq!(bad(&rows), [(1, Reason::OpenQuote)]);
    assert_eq!(rows.iter().flatten().next_back().unwrap().text, "last");
}

// ------------------------------------------------------------------------------------- guesses

#[test]
fn formats_and_columns_are_guessed() {
    struct Case(&'static str, Option<&'static str>, Format, usize, Option<usize>, bool);
    let (tabs, commas, lines) = (Format::Tabs, Format::Quoted(b','), Format::Lines);
    let cases = [
        Case("label\ttext\n1\tgood, I think\n", None, tabs, 1, Some(0), true),
        Case("sentence\tlabel\nfine\t1\n", None, tabs, 0, Some(1), true),
        // The article's own.
        Case("0\t1\ta\tWonderful place\n1\t0\ta\tNever again, never\n", None, tabs, 3, Some(1), false),
        Case("4\tgreat stuff\n2\tbad stuff\n", None, tabs, 1, None, false),
        Case("1\tgreat stuff\n0\tbad stuff\n", None, tabs, 1, Some(0), false),
        Case("Text,Label\n\"a, b\",1\n", None, commas, 0, Some(1), true),
        Case("text;label\ngood, or not;1\n", None, Format::Quoted(b';'), 0, Some(1), true),
        Case("\"a, b\",1\n\"c, d\",0\n", None, commas, 0, Some(1), false),
        Case("Good, I think.\nBad, I fear.\n", None, lines, 0, None, false),
        Case("Good, I think.\nBad, I fear.\n", Some("x.csv"), commas, 1, None, false),
        Case("One review.\nAnother; longer.\n", Some("reviews.TXT"), lines, 0, None, false),
        Case("text\nOne review.\n", None, lines, 0, None, true),
        Case("", None, lines, 0, None, false),
        Case("text\tlabel", Some("x.tsv"), tabs, 0, Some(1), true),
    ];
    for Case(file, name, format, text, label, header) in cases {
        let l = guess(file.as_bytes(), name);
        assert_eq!((l.format, l.text, l.label, l.header.is_some()), (format, text, label, header), "{file:?}");
    }
    let pairs = guess(b"label\ttext_a\ttext_b\n1\ta\tb\n", None);
    assert_eq!((pairs.text, pairs.second, pairs.label), (1, Some(2), Some(0)));
    let rows = read_all(b"label\ttext_a\ttext_b\n1\ta\tb\n1\tc\t\n", &pairs, &[]);
    assert_eq!(rows[0].as_ref().unwrap().second.as_deref(), Some("b"));
    assert_eq!(bad(&rows), [(3, Reason::EmptyText)]);
    // An empty line before the header is not the header.
    assert_eq!(texts(&read(b"\ntext\tlabel\nx\t1\n", None)), [(3, "x")]);
}
