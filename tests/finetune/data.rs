//! Files to samples: formats, labels, bad rows, split, repeats, features.

use super::{gather, tokenizer, two_classes};
use bertscope::text::table::{Bad, Reason, guess_labelled};
use bertscope::text::tokens::TextPair;
use bertscope::train::data::{
    DataError, Dataset, Gatherer, LengthHistogram, MAX_SAMPLES, Part, Shares, encode, features, inspect, trio_from_csv,
    trio_part, without_repeats,
};

const ARTICLE: &str = "0\t1\ta\tGood \"fun\"\n1\t0\ta\tBad\n2\t1\ta\tNice\n3\t0\ta\tPoor\n";

#[test]
fn the_articles_columns_are_known() {
    let got = gather(ARTICLE.as_bytes(), "train.tsv", None).unwrap();
    let rows: Vec<_> = got.samples.iter().map(|s| (s.line, &*s.text, s.class)).collect();
    assert_eq!(rows, [(1, "Good \"fun\"", Some(1)), (2, "Bad", Some(0)), (3, "Nice", Some(1)), (4, "Poor", Some(0))]);
    assert_eq!((got.keys.as_slice(), got.bad_rows), (["0".to_owned(), "1".into()].as_slice(), 0));
    let test = gather(b"id\ttext\n0\tfine\n1\tnot fine\n", "test.tsv", Some(&got.keys)).unwrap();
    assert_eq!(test.samples.iter().map(|s| s.class).collect::<Vec<_>>(), [None, None]);
}

#[test]
fn labels_are_found_whatever_their_names() {
    let named: String = (0..9).map(|i| format!("{i}\t{}\ta\ttext number {i}\n", ["c", "a", "b"][i % 3])).collect();
    let got = gather(named.as_bytes(), "x.tsv", None).unwrap();
    assert_eq!(got.keys, ["a", "b", "c"]);
    assert_eq!(got.samples[0].class, Some(2));
    // Numbers by size, and names above a table whose columns nobody knows.
    let numbers: String = (0..24).map(|i| format!("{},\"row, {i}\"\n", [10, 9, 1][i % 3])).collect();
    let got = gather(format!("topic,message\n{numbers}").as_bytes(), "x.csv", None).unwrap();
    assert_eq!((got.keys.len(), got.samples.len()), (3, 24));
    assert_eq!(got.keys, ["1", "9", "10"]);
    let mut data = Dataset::new(got).unwrap();
    assert!(data.rename(&["one".into(), "two".into()]).is_err());
    assert!(data.rename(&["one".into(), "two".into(), "one".into()]).is_err());
    data.rename(&["one".into(), "two".into(), "three".into()]).unwrap();
    assert_eq!((data.labels[2].as_str(), data.keys[2].as_str()), ("three", "10"));
}

#[test]
fn lines_of_json_and_what_is_wrong_with_them() {
    let file = "{\"text_a\":\"Who?\",\"text_b\":\"Me, \\\"I\\\"\",\"label\":true}\nno json\n\n[1]\n\
        {\"label\":false,\"text_b\":\"x\",\"text_a\":\"Why?\\nNow\"}\n{\"text_a\":\"a\",\"text_b\":\"\",\"label\":true}\n\
        {\"text_a\":\"a\",\"text_b\":\"b\"}\n";
    let got = gather(file.as_bytes(), "pairs.jsonl", None).unwrap();
    let rows: Vec<_> = got.samples.iter().map(|s| (&*s.text, s.second.as_deref(), s.class)).collect();
    assert_eq!(rows, [("Who?", Some("Me, \"I\""), Some(1)), ("Why?\nNow", Some("x"), Some(0))]);
    let bad: Vec<_> = got.bad.iter().map(|b| (b.line, b.reason.clone())).collect();
    let no_label = Reason::UnknownLabel { label: String::new() };
    assert_eq!(
        bad,
        [(2, Reason::NotJson), (3, Reason::EmptyLine), (4, Reason::NotJson), (6, Reason::EmptyText), (7, no_label)]
    );
    assert!(got.pairs);
}

#[test]
fn any_pieces_give_the_same_rows() {
    let file: String = (0..300).map(|i| format!("{i}\t{}\ta\tnaïve 北京 {i}\n", i % 2)).collect();
    let whole = gather(file.as_bytes(), "train.tsv", None).unwrap();
    assert_eq!(whole.samples.len(), 300);
    for size in [1, 7, 100] {
        let mut g = Gatherer::new(guess_labelled(file.as_bytes(), Some("train.tsv")), None);
        file.as_bytes().chunks(size).for_each(|c| assert!(g.push(c).unwrap()));
        assert_eq!(g.finish().unwrap(), whole);
    }
    let other = gather(file.replace("北京 7", "北京 8").as_bytes(), "train.tsv", None).unwrap();
    assert_ne!(other, whole, "the comparison sees one letter");
}

#[test]
fn labels_that_cannot_be_are_told() {
    let many: String = (0..60).map(|i| format!("label{},t{i}\n", i % 25)).collect();
    let layout =
        bertscope::text::table::Layout { label: Some(0), text: 1, ..guess_labelled(many.as_bytes(), Some("x.csv")) };
    let mut g = Gatherer::new(layout, None);
    assert!(matches!(g.push(many.as_bytes()), Err(DataError::TooManyLabels { line: 21, .. })));
    let one = gather(b"label,text\n1,a\n1,b\n", "x.csv", None).unwrap();
    assert_eq!(Dataset::new(one), Err(DataError::OneLabel { label: "1".into() }));
    let none = gather(b"text\na\nb\n", "x.csv", None).unwrap();
    assert_eq!(Dataset::new(none), Err(DataError::NoLabelColumn));
    let keys = ["0".to_owned(), "1".into()];
    let dev = gather(b"label,text\n1,a\n7,b\n0,c\n", "x.csv", Some(&keys)).unwrap();
    assert_eq!(dev.samples.len(), 2);
    assert_eq!(dev.bad, [Bad { line: 3, reason: Reason::UnknownLabel { label: "7".into() } }]);
}

#[test]
fn what_does_not_fit_is_told_by_its_line() {
    let file = "a\n".repeat(MAX_SAMPLES + 5);
    let mut g = Gatherer::new(guess_labelled(b"a\nb\n", None), None);
    let more = file.as_bytes().chunks(1 << 16).all(|c| g.push(c).unwrap());
    let got = g.finish().unwrap();
    assert!(!more);
    assert_eq!((got.samples.len(), got.full_at), (MAX_SAMPLES, Some(MAX_SAMPLES + 1)));
}

#[test]
fn yelps_csv_becomes_the_articles_three_files() {
    let csv: String =
        (0..200).map(|i| format!("\"{}\",\"line one\\nline two\n\ttab, comma {i}\"\n", 1 + i % 2)).collect();
    let train = gather(csv.as_bytes(), "train.csv", None).unwrap();
    assert_eq!(train.samples.len(), 200);
    let trio = trio_from_csv(&train, None, 3).unwrap();
    let back = gather(&trio.train, "train.tsv", None).unwrap();
    let dev = gather(&trio.dev, "dev.tsv", Some(&back.keys));
    assert_eq!((back.samples.len(), dev.unwrap().samples.len(), back.bad_rows), (178, 2, 0));
    assert_eq!(back.keys, ["0", "1"]);
    assert!(back.samples[0].text.starts_with("line one line two  tab, comma"), "{:?}", back.samples[0]);
    assert!(trio.test.starts_with(b"id\ttext\n0\tline one line two"));
    assert_eq!(trio.test.iter().filter(|&&b| b == b'\n').count(), 21);
    assert_eq!(trio, trio_from_csv(&train, None, 3).unwrap());
    assert_ne!(trio.dev, trio_from_csv(&train, None, 4).unwrap().dev);
    assert!(trio_part("data/Train.TSV").is_some() && trio_part("my-train.tsv").is_none());
}

#[test]
fn each_label_is_split_alike_and_no_row_is_lost() {
    let file: String = (0..1000).map(|i| format!("{i}\t{}\ta\tt {i}\n", usize::from(i % 10 == 0))).collect();
    let whole = Dataset::new(gather(file.as_bytes(), "train.tsv", None).unwrap()).unwrap();
    let split = |seed| {
        let mut data = whole.clone();
        data.part(Shares { validation: 0.2, test: 0.1 }, seed);
        data
    };
    let data = split(1);
    for (part, counts) in [(Part::Train, [630, 70]), (Part::Validation, [180, 20]), (Part::Test, [90, 10])] {
        assert_eq!(data.label_counts(data.split.rows(part)), counts);
    }
    let mut all = [data.split.train.clone(), data.split.validation.clone(), data.split.test.clone()].concat();
    all.sort_unstable();
    assert_eq!(all, (0..1000).collect::<Vec<u32>>());
    assert_eq!(data, split(1));
    assert_ne!(data.split, split(2).split);
    assert_ne!(data.hash(), split(2).hash());
    let mut back = data.clone();
    back.unpart();
    assert_eq!(back, whole);
}

#[test]
fn repeats_contradictions_and_leaks() {
    let train = "label,text\n0,Good  film\n1,good film\n0,bad\n0,BAD\n1,alone\n";
    let other = "label,text\n0,bad\n1,new\n";
    let train = gather(train.as_bytes(), "t.csv", None).unwrap();
    let dev = gather(other.as_bytes(), "d.csv", Some(&train.keys)).unwrap();
    let data = Dataset::of_files(train, Some(dev), None).unwrap();
    let found = inspect(&data);
    assert_eq!((found.duplicates, found.contradictions, found.validation_leaks, found.test_leaks), (3, 1, 1, 0));
    assert_eq!(found.repeated[0].rows, [0, 1]);
    assert!(found.repeated[0].contradict && !found.repeated[0].leak);
    assert!(found.repeated[1].leak && !found.repeated[1].contradict);
    let split = without_repeats(&data, &found);
    assert_eq!((split.train, split.validation), (vec![4], vec![5, 6]));
    let clean = two_classes(40);
    assert_eq!(inspect(&clean).duplicates, 0);
}

#[test]
fn features_are_padded_as_the_article_prints_them() {
    let t = tokenizer();
    let data = two_classes(8);
    let f = features(&t, &data, 0, 24).unwrap();
    let held = f.tokens.len();
    assert_eq!((f.tokens[0].as_str(), f.tokens[held - 1].as_str(), f.cut), ("[CLS]", "[SEP]", 0));
    assert_eq!([f.input_ids.len(), f.input_mask.len(), f.segment_ids.len()], [24; 3]);
    assert_eq!(f.input_mask.iter().sum::<u32>() as usize, held);
    assert!(f.input_ids[held..].iter().all(|&id| id == t.pad_id()));
    assert_eq!(f.label, Some(("0".into(), 0)));
    let cut = features(&t, &data, 0, 5).unwrap();
    assert_eq!((cut.tokens.len(), cut.cut), (5, held - 5));
}

/// The fast reading of rows against the one that the lessons show.
#[test]
fn rows_are_those_of_the_tokens_lesson() {
    let t = tokenizer();
    let texts = ["the war of music", "a", "unaffable café! 中a [MASK] zz", &"long and ".repeat(40), ""];
    for a in texts {
        for b in [None, Some("music and home"), Some(texts[3])] {
            for limit in [3, 8, 17, 512] {
                let pair = TextPair { a: a.into(), b: b.map(Into::into) };
                let (row, tokens) = t.encode(&pair, limit).unwrap();
                let total = tokens.cut.map_or(row.input_ids.len(), |c| c.total);
                assert_eq!(t.encode_row(a, b, limit).unwrap(), (row, total), "{a:?} {b:?} {limit}");
            }
        }
    }
}

#[test]
fn lengths_are_counted() {
    let mut h = LengthHistogram::default();
    [3, 5, 5, 10, 600].into_iter().for_each(|n| h.add(n));
    assert_eq!((h.examples(), h.longest(), h.cut(5), h.cut(10), h.cut(512)), (5, 512, 2, 1, 0));
    assert_eq!((h.quantile(0.5), h.quantile(0.8), h.quantile(1.0)), (5, 10, 512));
    assert!((h.mean(6) - 25.0 / 5.0).abs() < 1e-9);
    let bins = h.bins(4);
    assert_eq!(bins[..3], [([0, 4], 1), ([4, 8], 2), ([8, 12], 1)]);
    let t = tokenizer();
    let data = two_classes(8);
    assert!(data.samples.iter().all(|s| encode(&t, s, 512).unwrap().1 > 5));
}
