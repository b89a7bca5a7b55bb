//! All weights: learned, kept, refused where the file is another, gone on from, and told beforehand what they take.

use super::run::{base, begin, drive};
use super::{config, engine, settings, tiny, two_classes};
use bertscope::engine::{EngineInfo, EngineKind};
use bertscope::model::adapter::{Adapter, AdapterError, MAX_BYTES};
use bertscope::model::config::BertConfig;
use bertscope::model::whole::{count, decays, shapes};
use bertscope::train::base::Base;
use bertscope::train::checkpoint::{Checkpoint, Made};
use bertscope::train::hugging_face::{CONFIG, MODEL, to_folder};
use bertscope::train::initial::initial_adapter;
use bertscope::train::room::Room;
use bertscope::train::run::Run;
use bertscope::train::settings::{Depth, Hyperparameters};
use pollster::block_on;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

fn all() -> Hyperparameters {
    Hyperparameters { depth: Depth::All, learning_rate: 3e-3, num_train_epochs: 6.0, ..settings() }
}

fn first() -> Adapter {
    let h = all();
    initial_adapter(&h, &two_classes(20), &config(), &tiny().manifest.base_hash, base(&h))
}

fn parse(bytes: &[u8]) -> Result<Adapter, AdapterError> {
    Adapter::parse(bytes, &config(), &tiny().manifest.base_hash)
}

#[test]
fn the_tiny_bert_learns_two_labels_and_goes_on_from_a_checkpoint_bit_for_bit() {
    let (data, h) = (two_classes(120), all());
    let mut engine = engine();
    let id = begin(&mut engine, &h, &data);
    let mut run = Run::new(h.clone(), &data, &config()).unwrap();
    let (middle, _) = drive(&mut engine, id, &mut run, &data, 12);
    let progress = run.progress().clone();
    let (last, _) = drive(&mut engine, id, &mut run, &data, u32::MAX);
    let best = run.best().unwrap().clone();
    assert!(best.accuracy >= 0.95, "{best:?}");
    assert!(last.adapter.weights.iter().all(|(name, v)| v != &first().weights[name]), "a tensor never moved");

    let made = Made::here(data.hash(), &EngineInfo::default());
    let kept = Checkpoint { settings: h.clone(), progress, state: middle, made };
    let bytes = kept.to_bytes(&config()).unwrap();
    let read = Checkpoint::parse(&bytes, &config(), &tiny().manifest.base_hash).unwrap();
    assert_eq!(read, kept);
    let mut other = super::engine();
    let id = begin(&mut other, &h, &data);
    block_on(other.restore_training(&read.state)).unwrap();
    let mut run = Run::resume(h, &data, &config(), read.progress).unwrap();
    let (resumed, _) = drive(&mut other, id, &mut run, &data, u32::MAX);
    assert!(resumed == last, "another run than the unbroken one");
}

#[test]
fn a_whole_model_is_read_as_written_and_is_a_folder_of_hugging_faces() {
    let one = first();
    let bytes = one.to_bytes(&config()).unwrap();
    let read = parse(&bytes).unwrap();
    assert!(read == one);
    let mut other = one.clone();
    other.weights.values_mut().next().unwrap()[0] += 1e-6;
    assert!(read != other, "the comparison sees one value");

    let mut warm = one.clone();
    warm.temperature = 2.0;
    let folder = to_folder(&warm, &config()).unwrap();
    let file = |name: &str| folder.iter().find(|(n, _)| *n == name).unwrap().1.clone();
    let words: serde_json::Value = serde_json::from_slice(&file(CONFIG)).unwrap();
    assert_eq!(words["architectures"][0], "BertForSequenceClassification");
    assert_eq!(words["id2label"]["1"], "1");
    let model = file(MODEL);
    let tensors = SafeTensors::deserialize(&model).unwrap();
    let mut want: Vec<String> = shapes(&config()).into_keys().collect();
    want.extend(
        ["bert.pooler.dense", "classifier"].iter().flat_map(|n| ["weight", "bias"].map(|p| format!("{n}.{p}"))),
    );
    want.sort();
    let mut names: Vec<String> = tensors.names().iter().map(|n| n.to_string()).collect();
    names.sort();
    assert_eq!(names, want);
    let scaled = parse(&model).unwrap();
    assert_eq!(scaled.temperature, 1.0);
    assert_eq!(scaled.classifier.weight[5], one.classifier.weight[5] / 2.0);
}

#[test]
fn a_file_that_lacks_a_tensor_or_has_another_shape_is_refused_by_name() {
    let good = first().to_bytes(&config()).unwrap();
    let words = SafeTensors::read_metadata(&good).unwrap().1.metadata().clone().unwrap();
    type Tensors = Vec<(String, Vec<usize>, Vec<u8>)>;
    let changed = |change: &dyn Fn(&mut Tensors), words: &std::collections::HashMap<_, _>| {
        let file = SafeTensors::deserialize(&good).unwrap();
        let own = |(n, t): (String, TensorView<'_>)| (n, t.shape().to_vec(), t.data().to_vec());
        let mut all: Vec<_> = file.tensors().into_iter().map(own).collect();
        change(&mut all);
        let views = all.iter().map(|(n, s, d)| (n, TensorView::new(Dtype::F32, s.clone(), d).unwrap()));
        safetensors::serialize(views, Some(words.clone())).unwrap()
    };
    assert!(parse(&changed(&|_| (), &words)).is_ok());
    let table = "bert.embeddings.position_embeddings.weight";
    let at = |all: &[(String, Vec<usize>, Vec<u8>)]| all.iter().position(|t| t.0 == table).unwrap();
    let lacks = changed(&|all| all.retain(|t| t.0 != table), &words);
    assert_eq!(parse(&lacks), Err(AdapterError::Missing { name: table.into() }));
    let turned = changed(
        &|all| {
            let i = at(all);
            all[i].1.reverse()
        },
        &words,
    );
    assert!(matches!(parse(&turned), Err(AdapterError::Tensor { name, .. }) if name == table));
    let odd = changed(
        &|all| {
            let i = at(all);
            all[i].2[3] = 0x7f;
            all[i].2[2] = 0xff
        },
        &words,
    );
    assert_eq!(parse(&odd), Err(AdapterError::NotFinite { name: table.into() }));
    // Without our words it is somebody else's file; as an adapter it holds what none has.
    let mut others = words.clone();
    others.remove("made_as");
    assert!(matches!(parse(&changed(&|_| (), &others)), Err(AdapterError::Version { .. })));
    others.insert("format".into(), "bertscope-adapter".into());
    assert!(matches!(parse(&changed(&|_| (), &others)), Err(AdapterError::Unknown { .. })));
    assert!(matches!(parse(&vec![0; MAX_BYTES + 1]), Err(AdapterError::TooLarge { .. })));
}

#[test]
fn decay_spares_biases_and_layer_norms() {
    let spared = |name: &&String| !decays(name);
    let all = shapes(&config());
    assert_eq!(all.keys().filter(spared).count(), 2 + 2 * (6 + 4));
    assert!(all.iter().all(|(name, shape)| decays(name) == (shape.len() == 2)));
}

#[test]
fn what_all_weights_take_is_told_with_the_limit_that_stops_them() {
    let tiny = Room::of(&config(), EngineKind::Gpu);
    assert_eq!((tiny.values, tiny.bytes), (count(&config()) as u64 + 64 * 65, 16 * tiny.values));
    assert_eq!(tiny.limit, None);
    let base = BertConfig {
        vocab_size: 30_522,
        hidden_size: 768,
        num_hidden_layers: 12,
        num_attention_heads: 12,
        intermediate_size: 3072,
        max_position_embeddings: 512,
        ..config()
    };
    let room = Room::of(&base, EngineKind::Gpu);
    // BERT-Base's own count.
    assert_eq!(room.values, 109_482_240);
    let limit = room.limit.unwrap();
    assert_eq!((limit.name.as_str(), limit.available_bytes), ("maxStorageBufferBindingSize", 128 << 20));
    assert!(limit.needed_bytes > 430_000_000 && room.bytes > 1_700_000_000);
    let cpu = Room::of(&base, EngineKind::Cpu);
    assert_eq!(
        (cpu.bytes, cpu.kept_bytes, cpu.limit),
        (24 * room.values, 64 * room.values, None),
        "no WebAssembly here"
    );
    let small =
        BertConfig { hidden_size: 256, num_hidden_layers: 4, intermediate_size: 1024, num_attention_heads: 4, ..base };
    assert_eq!(Room::of(&small, EngineKind::Gpu).limit, None);
    assert_eq!(initial_adapter(&all(), &two_classes(20), &config(), "", Base::default()).weights.len(), 0);
}
