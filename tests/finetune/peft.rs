//! `peft`'s folder: written, read back, and refused where it is something else. `tools/peft_check.py` loads it with
//! the real library.

use super::{config, settings, tiny, two_classes};
use bertscope::model::adapter::{Adapter, AdapterError, Dense, Target};
use bertscope::train::base::Base;
use bertscope::train::initial::initial_adapter;
use bertscope::train::peft::{PeftError, from_peft, to_peft};
use bertscope::train::random::{Random, Use};
use bertscope::train::settings::{Depth, Hyperparameters};
use half::f16;
use safetensors::SafeTensors;

fn adapter(depth: Depth, pooler: bool) -> Adapter {
    let h = Hyperparameters { depth, ..settings() };
    let hidden = config().hidden_size;
    let pooler = pooler.then(|| Dense { weight: vec![0.0; hidden * hidden], bias: vec![0.0; hidden] });
    let mut a = initial_adapter(
        &h,
        &two_classes(20),
        &config(),
        &tiny().manifest.base_hash,
        Base { pooler, ..Base::default() },
    );
    let mut random = Random::new(1, Use::Split);
    a.values_mut().into_iter().flatten().for_each(|v| *v = f16::from_f64(random.normal() * 0.1).to_f32());
    a
}

fn lora(targets: Vec<Target>) -> Depth {
    Depth::Lora { rank: 3, alpha: 6.0, first_layer: 1, targets }
}

fn read(config_json: &[u8], model: &[u8]) -> Result<Adapter, PeftError> {
    Ok(from_peft(config_json, model, &config(), &tiny().manifest.base_hash)?.0)
}

#[test]
fn what_is_written_is_read() {
    let depths = [lora(Target::ALL.to_vec()), lora(vec![Target::Query, Target::Value])];
    for (depth, pooler) in depths.into_iter().zip([true, false]) {
        let one = adapter(depth, pooler);
        let [(_, words), (_, model)] = to_peft(&one, &config()).unwrap();
        assert_eq!(read(&words, &model).unwrap(), one);
        let mut other = one.clone();
        other.classifier.bias[1] += 0.5;
        assert_ne!(read(&words, &model).unwrap(), other, "the comparison sees one value");
    }
    // The head alone has a matrix that adds 0, for `peft` loads nothing without.
    let head = adapter(Depth::Head, false);
    let [(_, words), (_, model)] = to_peft(&head, &config()).unwrap();
    let back = read(&words, &model).unwrap();
    assert_eq!((back.rank, &back.classifier), (1, &head.classifier));
    assert!(back.low_rank.values().all(|m| m.a.iter().chain(&m.b).all(|&v| v == 0.0)));
}

#[test]
fn names_are_those_of_peft() {
    let [(_, words), (_, model)] =
        to_peft(&adapter(lora(vec![Target::Query, Target::Output]), true), &config()).unwrap();
    let file = SafeTensors::deserialize(&model).unwrap();
    let mut names: Vec<&str> = file.names().into_iter().collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "base_model.model.bert.encoder.layer.1.attention.self.query.lora_A.weight",
            "base_model.model.bert.encoder.layer.1.attention.self.query.lora_B.weight",
            "base_model.model.bert.encoder.layer.1.output.dense.lora_A.weight",
            "base_model.model.bert.encoder.layer.1.output.dense.lora_B.weight",
            "base_model.model.bert.pooler.dense.bias",
            "base_model.model.bert.pooler.dense.weight",
            "base_model.model.classifier.bias",
            "base_model.model.classifier.weight",
        ]
    );
    let words: serde_json::Value = serde_json::from_slice(&words).unwrap();
    assert_eq!(words["target_modules"], r".*encoder\.layer\.(?:1)\.(?:attention\.self\.query|output\.dense)");
    assert_eq!((&words["r"], &words["lora_alpha"]), (&3.into(), &6.0.into()));
}

#[test]
fn temperature_and_rslora_keep_their_meaning() {
    let one = Adapter { temperature: 2.0, ..adapter(lora(vec![Target::Key]), false) };
    let [(_, words), (_, model)] = to_peft(&one, &config()).unwrap();
    let back = read(&words, &model).unwrap();
    assert_eq!((back.temperature, back.classifier.weight[0]), (1.0, one.classifier.weight[0] / 2.0));
    let text = String::from_utf8(words).unwrap().replace("\"use_rslora\": false", "\"use_rslora\": true");
    let scaled = read(text.as_bytes(), &model).unwrap();
    assert!((scaled.scale() - 6.0 / 3.0f32.sqrt()).abs() < 1e-5);
}

#[test]
fn what_it_is_not_is_told() {
    let [(_, words), (_, model)] = to_peft(&adapter(lora(vec![Target::Key]), false), &config()).unwrap();
    let text = String::from_utf8(words.clone()).unwrap();
    for (from, to, what) in [
        ("LORA", "IA3", "IA3"),
        ("\"use_dora\": false", "\"use_dora\": true", "use_dora"),
        ("\"bias\": \"none\"", "\"bias\": \"all\"", "bias"),
        ("\"r\": 3", "\"rank_pattern\": {\"x\": 4}, \"r\": 3", "rank_pattern"),
    ] {
        let error = read(text.replacen(from, to, 1).as_bytes(), &model).unwrap_err();
        assert_eq!(error, PeftError::Unread { what: what.into() });
    }
    assert!(matches!(read(b"{}", &model), Err(PeftError::Config(_))));
    assert!(matches!(read(&words, b"x"), Err(PeftError::Model(_))));
    let wrong_rank = text.replace("\"r\": 3", "\"r\": 4");
    assert!(matches!(read(wrong_rank.as_bytes(), &model), Err(PeftError::Adapter(AdapterError::Rank { .. }))));
    let mut random = Random::new(2, Use::Split);
    for _ in 0..300 {
        let mut bytes = model.clone();
        bytes[random.below(1200)] ^= 1 << random.below(8);
        let _ = read(&words, &bytes);
        let cut = random.below(model.len());
        assert!(read(&words, &model[..cut]).is_err());
    }
}
