//! Checkpoints: read as written, gone on from, or refused by a name.

use super::run::{begin, drive};
use super::{config, engine, settings, tiny, two_classes};
use bertscope::engine::EngineInfo;
use bertscope::train::checkpoint::{Checkpoint, CheckpointError, Made};
use bertscope::train::run::Run;
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use std::collections::HashMap;

fn base() -> String {
    tiny().manifest.base_hash
}

fn made() -> Made {
    Made::here(two_classes(60).hash(), &EngineInfo::default())
}

fn checkpoint() -> Checkpoint {
    let (data, h) = (two_classes(60), settings());
    let mut engine = engine();
    let id = begin(&mut engine, &h, &data);
    let mut run = Run::new(h.clone(), &data, &config()).unwrap();
    let (state, _) = drive(&mut engine, id, &mut run, &data, 8);
    Checkpoint { settings: h, progress: run.progress().clone(), state, made: made() }
}

fn parse(bytes: &[u8]) -> Result<Checkpoint, CheckpointError> {
    Checkpoint::parse(bytes, &config(), &base())
}

#[test]
fn what_is_written_is_read_bit_for_bit() {
    let one = checkpoint();
    assert!(one.progress.step >= 8 && !one.progress.curves.evaluations.is_empty());
    let bytes = one.to_bytes(&config()).unwrap();
    assert!((0..5).all(|_| one.to_bytes(&config()).unwrap() == bytes), "the same values are the same file");
    let read = parse(&bytes).unwrap();
    assert_eq!(read, one);
    assert_eq!(read.fits(&made()), Ok(true));
    let elsewhere = Made { tier: "other".into(), ..made() };
    assert_eq!(read.fits(&elsewhere), Ok(false));
    let other_data = Made { data_hash: two_classes(62).hash(), ..made() };
    assert_eq!(read.fits(&other_data), Err(CheckpointError::OtherData));
    let mut corrupted = one.clone();
    corrupted.state.second_moment.classifier.bias[0] += 1e-6;
    assert_ne!(read, corrupted, "the comparison sees one value");
}

type Tensors = Vec<(String, Vec<usize>, Vec<u8>)>;

/// The file with its words and tensors changed.
fn changed(good: &[u8], change: impl FnOnce(&mut HashMap<String, String>, &mut Tensors)) -> Vec<u8> {
    let mut words = SafeTensors::read_metadata(good).unwrap().1.metadata().clone().unwrap();
    let file = SafeTensors::deserialize(good).unwrap();
    let mut tensors: Tensors =
        file.tensors().into_iter().map(|(n, t)| (n, t.shape().to_vec(), t.data().to_vec())).collect();
    change(&mut words, &mut tensors);
    let views = tensors.iter().map(|(n, s, d)| (n, TensorView::new(safetensors::Dtype::F32, s.clone(), d).unwrap()));
    safetensors::serialize(views, Some(words)).unwrap()
}

#[test]
fn each_misfit_is_refused() {
    use CheckpointError as E;
    let good = checkpoint().to_bytes(&config()).unwrap();
    let word = |from: &str, to: &str| {
        let bytes = changed(&good, |w, _| {
            let json = w.get_mut("checkpoint").unwrap();
            assert!(json.contains(from), "{from} in {json}");
            *json = json.replacen(from, to, 1);
        });
        parse(&bytes).unwrap_err()
    };
    assert!(matches!(word("\"rank\":4", "\"rank\":5"), E::Tensor { .. }));
    assert!(matches!(word("\"rank\":4", "\"rank\":4000000000"), E::Setting(_)));
    assert!(matches!(word("\"max_seq_length\":24", "\"max_seq_length\":9999"), E::Setting(_)));
    assert!(matches!(word("[\"0\",\"1\"]", "[\"0\",\"0\"]"), E::Labels(_)));
    assert!(matches!(word("[\"0\",\"1\"]", "[\"0\",\"1\",\"2\"]"), E::Steps));
    assert!(matches!(word("\"step\":", "\"stop\":"), E::NotCheckpoint(_)));
    assert!(matches!(word(&base(), "00"), E::WrongBase { .. }));
    let version = changed(&good, |w, _| drop(w.insert("version".into(), "9".into())));
    assert!(matches!(parse(&version), Err(E::Version { .. })));
    let nan = changed(&good, |_, t| t[3].2[..4].copy_from_slice(&f32::NAN.to_le_bytes()));
    assert!(matches!(parse(&nan), Err(E::Tensor { .. })));
    let gone = changed(&good, |_, t| drop(t.remove(5)));
    assert!(matches!(parse(&gone), Err(E::Tensor { .. })));
    let more = changed(&good, |_, t| t.push(("more".into(), vec![1], vec![0; 4])));
    assert!(matches!(parse(&more), Err(E::NotCheckpoint(_))));
    let negative = changed(&good, |_, t| {
        let v = t.iter_mut().find(|t| t.0.starts_with("second_moment.classifier.bias")).unwrap();
        v.2[..4].copy_from_slice(&(-1f32).to_le_bytes());
    });
    assert!(matches!(parse(&negative), Err(E::NotCheckpoint(_))));
    let twice = changed(&good, |_, t| {
        let v = t.iter_mut().find(|t| t.0 == "curves.steps").unwrap();
        let second = v.2[24..28].to_vec();
        v.2[..4].copy_from_slice(&second);
    });
    assert_eq!(parse(&twice), Err(E::Steps));
}

/// Cut, flipped and garbled files are refused or read; none panics or asks for much memory.
#[test]
fn no_bytes_bring_it_down() {
    let good = checkpoint().to_bytes(&config()).unwrap();
    let mut random = bertscope::train::random::Random::new(9, bertscope::train::random::Use::Split);
    for _ in 0..300 {
        assert!(parse(&good[..random.below(good.len())]).is_err());
        let mut flipped = good.clone();
        // Mostly the header, where the harm is.
        for _ in 0..=random.below(3) {
            let reach = if random.below(4) > 0 { 6000 } else { good.len() };
            let at = random.below(reach);
            flipped[at] ^= 1 << random.below(8);
        }
        let _ = parse(&flipped);
    }
    assert!(parse(&[]).is_err());
}
