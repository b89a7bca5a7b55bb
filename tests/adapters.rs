//! Adapter files, ours and hostile ones: read back as written, or refused by a name.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::model::adapter::{Adapter, AdapterError, Head, MAX_BYTES, MAX_LABELS, MAX_RANK, Target, softmax};
use bertscope::model::config::BertConfig;
use common::Random;
use common::adapter::{adapter, everywhere, span_adapter};
use common::model::tiny;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::HashMap;

const BASE: &str = "7be2c9c1";

fn good() -> Adapter {
    let config = tiny();
    Adapter { base_hash: BASE.into(), ..adapter(&config, 4, &everywhere(&config)[..7], true, 3, 5) }
}

fn span() -> Adapter {
    let config = tiny();
    Adapter { base_hash: BASE.into(), ..span_adapter(&config, 4, &everywhere(&config)[..7], 6) }
}

fn parse(bytes: &[u8]) -> Result<Adapter, AdapterError> {
    Adapter::parse(bytes, &tiny(), BASE)
}

/// The good file with its metadata and tensors changed.
fn changed(change: impl FnOnce(&mut HashMap<String, String>, &mut Vec<(String, Vec<usize>, Vec<u8>)>)) -> Vec<u8> {
    changed_from(&good(), change)
}

fn changed_from(
    adapter: &Adapter,
    change: impl FnOnce(&mut HashMap<String, String>, &mut Vec<(String, Vec<usize>, Vec<u8>)>),
) -> Vec<u8> {
    let bytes = adapter.to_bytes(&tiny()).unwrap();
    let mut words = SafeTensors::read_metadata(&bytes).unwrap().1.metadata().clone().unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut tensors: Vec<_> =
        file.tensors().into_iter().map(|(n, t)| (n, t.shape().to_vec(), t.data().to_vec())).collect();
    change(&mut words, &mut tensors);
    let views = tensors.iter().map(|(n, s, d)| (n, TensorView::new(Dtype::F16, s.clone(), d).unwrap()));
    safetensors::serialize(views, Some(words)).unwrap()
}

fn with_word(key: &str, value: &str) -> AdapterError {
    parse(&changed(|words, _| drop(words.insert(key.into(), value.into())))).unwrap_err()
}

#[test]
fn what_is_written_is_read() {
    let config = tiny();
    for (rank, at, pooler, labels) in [
        (4, &everywhere(&config)[..], true, 3),
        (MAX_RANK, &[(1, Target::Key)][..], false, MAX_LABELS),
        (0, &[], false, 2),
    ] {
        let one = Adapter { base_hash: BASE.into(), ..adapter(&config, rank, at, pooler, labels, 5) };
        assert_eq!(parse(&one.to_bytes(&config).unwrap()).unwrap(), one);
    }
}

#[test]
fn the_temperature_falls_with_length() {
    let one = Adapter { base_hash: BASE.into(), temperature: 1.5, temperature_slope: 0.5, ..good() };
    let read = parse(&one.to_bytes(&tiny()).unwrap()).unwrap();
    assert_eq!(read, one);
    let of = |pieces| read.temperature_of(pieces);
    assert_eq!((of(128), of(32), of(512)), (1.5, 3.0, 0.75));
    assert_eq!(of(0), of(1), "nothing to read is no division by 0");
    let level = Adapter { temperature_slope: 0.0, ..read };
    assert_eq!((level.temperature_of(3), level.temperature_of(4000)), (1.5, 1.5));
    let words = |a: &Adapter| String::from_utf8_lossy(&a.to_bytes(&tiny()).unwrap()).contains("temperature_slope");
    assert!(words(&one) && !words(&level), "files without a slope are as they were");
}

#[test]
fn each_misfit_is_refused_by_name() {
    use AdapterError as E;
    assert!(matches!(with_word("format", "x"), E::Version { format, .. } if format == "x"));
    assert!(matches!(with_word("version", "2"), E::Version { version, .. } if version == "2"));
    assert!(
        matches!(with_word("base_hash", "00ff"), E::WrongBase { made_for, here } if made_for == "00ff" && here == BASE)
    );
    assert!(matches!(with_word("rank", "65"), E::Rank { rank: 65, limit: MAX_RANK }));
    assert!(matches!(with_word("rank", "3"), E::Rank { rank: 3, .. }));
    assert!(matches!(with_word("rank", "0"), E::Rank { rank: 0, .. }));
    for (key, value) in [
        ("rank", "-1"),
        ("rank", "many"),
        ("alpha", "NaN"),
        ("alpha", "inf"),
        ("temperature", "0"),
        ("temperature", "-1"),
        ("temperature", ""),
        ("temperature_slope", "NaN"),
        ("temperature_slope", "1.5"),
        ("input", "picture"),
        ("labels", "{}"),
        ("labels", "[1, 2]"),
    ] {
        assert!(matches!(with_word(key, value), E::Metadata { key: k, .. } if k == key), "{key} {value}");
    }
    for labels in [
        r#"["one"]"#.to_owned(),
        r#"["a", "a", "b"]"#.into(),
        r#"["a", " ", "b"]"#.into(),
        "[\"a\\u0000\", \"b\", \"c\"]".into(),
        format!("[\"{}\", \"b\", \"c\"]", "x".repeat(201)),
        format!("[{}]", (0..21).map(|i| format!("\"{i}\"")).collect::<Vec<_>>().join(",")),
    ] {
        assert!(matches!(with_word("labels", &labels), E::Labels { .. }), "{labels}");
    }
    // As many as another classifier has: its shape does not fit.
    assert!(matches!(with_word("labels", r#"["a", "b"]"#), E::Tensor { name, .. } if name == "classifier.weight"));

    let without = |name: &str| parse(&changed(|_, t| t.retain(|t| !t.0.ends_with(name)))).unwrap_err();
    assert!(matches!(without("classifier.bias"), E::Missing { name } if name == "classifier.bias"));
    assert!(
        matches!(without("0.attention.self.query.lora_A.weight"), E::Missing { name } if name.ends_with("lora_A.weight"))
    );
    assert!(
        matches!(without("0.attention.self.query.lora_B.weight"), E::Missing { name } if name.ends_with("lora_B.weight"))
    );
    assert!(matches!(without("pooler.dense.bias"), E::Missing { name } if name == "bert.pooler.dense.bias"));
    let extra = |name: &str| parse(&changed(|_, t| t.push((name.into(), vec![1], vec![0; 2])))).unwrap_err();
    assert!(matches!(extra("__proto__"), E::Unknown { name } if name == "__proto__"));
    let beyond = "bert.encoder.layer.99.attention.self.query.lora_A.weight";
    assert!(matches!(extra(beyond), E::Unknown { .. }), "a layer that the base lacks");
    let infinite = parse(&changed(|_, t| {
        let classifier = t.iter_mut().find(|t| t.0 == "classifier.weight").unwrap();
        classifier.2[2..4].copy_from_slice(&half::f16::INFINITY.to_le_bytes());
    }));
    assert!(matches!(infinite.unwrap_err(), E::NotFinite { name } if name == "classifier.weight"));
    assert!(matches!(parse(&vec![0; MAX_BYTES + 1]).unwrap_err(), E::TooLarge { .. }));
    let narrow = BertConfig { hidden_size: 32, ..tiny() };
    assert!(matches!(Adapter::parse(&changed(|_, _| ()), &narrow, BASE).unwrap_err(), E::Tensor { .. }));
}

/// A span head has its own matrix, reads pairs and pools nothing; files without the word `head` are classifiers.
#[test]
fn a_head_is_one_of_two() {
    use AdapterError as E;
    let config = tiny();
    assert_eq!(parse(&span().to_bytes(&config).unwrap()).unwrap(), span());
    let old = parse(&changed(|words, _| assert!(!words.contains_key("head")))).unwrap();
    assert_eq!(old.head, Head::Classifier);
    let named = parse(&changed(|words, _| drop(words.insert("head".into(), "classifier".into())))).unwrap();
    assert_eq!(named, old);
    let with = |key: &str, value: &str| {
        parse(&changed_from(&span(), |words, _| drop(words.insert(key.into(), value.into())))).unwrap_err()
    };
    for (key, value) in [
        ("head", "tail"),
        ("null_threshold", "NaN"),
        ("null_threshold", ""),
        ("temperature_slope", "0.5"),
        ("input", "text"),
        ("labels", r#"["end", "start"]"#),
        ("labels", r#"["start", "end", "middle"]"#),
    ] {
        assert!(matches!(with(key, value), E::Metadata { key: k, .. } if k == key), "{key} {value}");
    }
    // The other head's matrix is not this one's.
    assert!(matches!(with("head", "classifier"), E::Missing { name } if name == "classifier.weight"));
    assert!(matches!(with_word("head", "span"), E::Metadata { key, .. } if key == "null_threshold"));
    let pooled = parse(&changed_from(&span(), |_, t| {
        let h = config.hidden_size;
        t.push(("bert.pooler.dense.weight".into(), vec![h, h], vec![0; 2 * h * h]));
    }));
    assert!(matches!(pooled.unwrap_err(), E::Unknown { name } if !name.is_empty()));
    let both = parse(&changed_from(&span(), |_, t| t.push(("classifier.bias".into(), vec![2], vec![0; 4]))));
    assert!(matches!(both.unwrap_err(), E::Unknown { .. }));
}

#[test]
fn hostile_bytes_are_refused_or_read_and_never_more() {
    hostile(&changed(|_, _| ()));
    hostile(&changed_from(&span(), |_, _| ()));
}

fn hostile(good: &[u8]) {
    let header = u64::from_le_bytes(good[..8].try_into().unwrap()) as usize;
    let mut r = Random(17);
    let (mut read, mut refused) = (0, 0);
    let mut take = |bytes: &[u8]| match parse(bytes) {
        // Whatever was let in is whole: as many values as its shapes say, all finite.
        Ok(a) => {
            read += 1;
            assert!(a.low_rank.values().all(|m| m.a.iter().chain(&m.b).all(|v| v.is_finite())));
            assert_eq!(a.classifier.weight.len(), a.labels.len() * tiny().hidden_size);
            assert!(a.temperature > 0.0 && a.rank <= MAX_RANK);
            assert!(!matches!(a.head, Head::Span { null_threshold } if !null_threshold.is_finite()));
        }
        Err(_) => refused += 1,
    };
    for end in (0..good.len()).step_by(97).chain(0..64) {
        take(&good[..end]);
    }
    for _ in 0..6000 {
        let mut bytes = good.to_vec();
        // Three in four in the header, where the meaning is.
        for _ in 0..=r.below(6) {
            let at = if r.below(4) > 0 { r.below(8 + header) } else { r.below(bytes.len()) };
            bytes[at] = if r.below(2) == 0 { r.bits() as u8 } else { b"0123456789\"[]{},:-e"[r.below(19)] };
        }
        take(&bytes);
    }
    for length in [0u64, 1, 7, u64::MAX, u64::MAX / 2, 1 << 31, good.len() as u64] {
        let mut bytes = good.to_vec();
        bytes[..8].copy_from_slice(&length.to_le_bytes());
        take(&bytes);
    }
    for n in 0..400 {
        let bytes: Vec<u8> = (0..n * 3).map(|_| r.bits() as u8).collect();
        take(&bytes);
    }
    println!("{read} read, {refused} refused");
    assert!(read > 0 && refused > 1000);
}

#[test]
fn probabilities_sum_to_one_however_wide() {
    for logits in [&[0.0, 0.0][..], &[1e30, -1e30], &[-400.0, 300.0, 299.0], &[f32::MIN, f32::MAX]] {
        for temperature in [0.01, 1.0, 50.0] {
            let p = softmax(logits, temperature);
            assert!(
                (p.iter().sum::<f32>() - 1.0).abs() < 1e-6 && p.iter().all(|p| (0.0..=1.0).contains(p)),
                "{logits:?}"
            );
        }
    }
}
