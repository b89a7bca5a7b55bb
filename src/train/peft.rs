//! An adapter as the folder that Hugging Face's `peft` saves and loads, and back.
//!
//! Two files: `adapter_config.json` and `adapter_model.safetensors`. Our labels, input and base hash lie in the
//! second's metadata, which `peft` passes over. A temperature has no place there: the classifier is divided by it, where
//! it has a slope by that of a text of 128 pieces.

use crate::model::adapter::{
    Adapter, AdapterError, FORMAT, Head, Input, LowRank, SPAN_LABELS, Target, VERSION, serialize,
};
use crate::model::config::BertConfig;
use half::{bf16, f16};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

pub const CONFIG: &str = "adapter_config.json";
pub const MODEL: &str = "adapter_model.safetensors";
const PREFIX: &str = "base_model.model.";
/// Google's BERT-Base by Hugging Face's names, uncased and cased.
const BASES: [&str; 2] = ["google-bert/bert-base-uncased", "google-bert/bert-base-cased"];

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum PeftError {
    #[error("{CONFIG} cannot be read: {0}")]
    Config(String),
    #[error("{what} is not read here: only plain LoRA on Linears, with one rank and one alpha")]
    Unread { what: String },
    #[error("{MODEL} is not a safetensors file: {0}")]
    Model(String),
    #[error("{MODEL} has tensors of the type {found}")]
    Type { found: String },
    #[error(transparent)]
    Adapter(#[from] AdapterError),
}

/// What was made up on reading, for the visitor to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Assumed {
    /// No labels were named: they are numbered.
    pub labels: bool,
    /// The file does not say which weights it was trained on: those here were taken for it.
    pub base: bool,
}

/// The two files, names first.
pub fn to_peft(adapter: &Adapter, config: &BertConfig) -> Result<[(&'static str, Vec<u8>); 2], PeftError> {
    let mut adapter = adapter.at_temperature_one();
    // `peft` loads no folder without a low-rank matrix: one that adds 0 stands in for none.
    if adapter.low_rank.is_empty() {
        let (n, k) = Target::Query.shape(config);
        (adapter.rank, adapter.alpha) = (1, 1.0);
        adapter.low_rank.insert((0, Target::Query), LowRank { a: vec![0.0; k], b: vec![0.0; n] });
    }
    let broken = |e: safetensors::SafeTensorError| PeftError::Model(e.to_string());
    let bytes = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let stored: Vec<Vec<u8>> = adapter.values().into_iter().map(bytes).collect();
    let mut views = Vec::new();
    for ((name, shape), bytes) in adapter.names(config).into_iter().zip(&stored) {
        views.push((format!("{PREFIX}{name}"), TensorView::new(Dtype::F32, shape, bytes).map_err(broken)?));
    }
    let null_threshold = match adapter.head {
        Head::Span { null_threshold } => null_threshold.to_string(),
        Head::Classifier => String::new(),
    };
    let input = if adapter.input == Input::Pair { "pair" } else { "text" };
    let words: HashMap<String, String> = [
        ("format", "pt".to_owned()),
        ("bertscope_labels", serde_json::Value::from(adapter.labels.clone()).to_string()),
        ("bertscope_input", input.to_owned()),
        ("bertscope_base_hash", adapter.base_hash.clone()),
        ("bertscope_title", adapter.title.clone()),
        ("bertscope_null_threshold", null_threshold),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v))
    .filter(|(_, v)| !v.is_empty())
    .collect();
    let model = serialize(views, words).map_err(broken)?;
    let (head, task) = match adapter.head {
        Head::Classifier => ("classifier", "SEQ_CLS"),
        Head::Span { .. } => ("qa_outputs", "QUESTION_ANS"),
    };
    let mut saved = vec![head];
    saved.extend(adapter.pooler.is_some().then_some("pooler"));
    let words = serde_json::json!({
        "peft_type": "LORA",
        "task_type": task,
        "base_model_name_or_path": BASES[usize::from(!config.do_lower_case)],
        "r": adapter.rank,
        "lora_alpha": adapter.alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "fan_in_fan_out": false,
        "use_rslora": false,
        "use_dora": false,
        "init_lora_weights": true,
        "inference_mode": true,
        "target_modules": target_modules(&adapter),
        "modules_to_save": saved,
    });
    let config = serde_json::to_vec_pretty(&words).map_err(|e| PeftError::Config(e.to_string()))?;
    Ok([(CONFIG, config), (MODEL, model)])
}

/// A regular expression for exactly the Linears that have matrices, as `peft` matches a whole name with it.
fn target_modules(adapter: &Adapter) -> String {
    let mut by_layer: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for &(layer, target) in adapter.low_rank.keys() {
        by_layer.entry(layer).or_default().push(target.path());
    }
    let mut by_targets: BTreeMap<Vec<&str>, Vec<String>> = BTreeMap::new();
    for (layer, targets) in by_layer {
        by_targets.entry(targets).or_default().push(layer.to_string());
    }
    let group = |(targets, layers): (Vec<&str>, Vec<String>)| {
        let targets = targets.join("|").replace('.', r"\.");
        format!(r".*encoder\.layer\.(?:{})\.(?:{targets})", layers.join("|"))
    };
    by_targets.into_iter().map(group).collect::<Vec<_>>().join("|")
}

#[derive(Deserialize)]
struct PeftConfig {
    peft_type: String,
    r: usize,
    lora_alpha: f32,
    #[serde(default)]
    use_rslora: bool,
    #[serde(default)]
    use_dora: bool,
    #[serde(default)]
    fan_in_fan_out: bool,
    #[serde(default)]
    bias: Option<String>,
    #[serde(default)]
    rank_pattern: Option<BTreeMap<String, serde_json::Value>>,
    #[serde(default)]
    alpha_pattern: Option<BTreeMap<String, serde_json::Value>>,
}

/// Reads the two files for a base of that shape and hash: renamed, they are one of our own, and read as such.
pub fn from_peft(
    config_json: &[u8],
    model: &[u8],
    config: &BertConfig,
    base_hash: &str,
) -> Result<(Adapter, Assumed), PeftError> {
    let c: PeftConfig = serde_json::from_slice(config_json).map_err(|e| PeftError::Config(e.to_string()))?;
    let unread = |what: &str| Err(PeftError::Unread { what: what.into() });
    match () {
        () if c.peft_type != "LORA" => return unread(&c.peft_type.chars().take(40).collect::<String>()),
        () if c.use_dora => return unread("use_dora"),
        () if c.fan_in_fan_out => return unread("fan_in_fan_out"),
        () if c.bias.as_deref().is_some_and(|b| b != "none") => return unread("bias"),
        () if c.rank_pattern.is_some_and(|p| !p.is_empty()) => return unread("rank_pattern"),
        () if c.alpha_pattern.is_some_and(|p| !p.is_empty()) => return unread("alpha_pattern"),
        () => {}
    }
    if model.len() > 2 * crate::model::adapter::MAX_BYTES {
        let limit = 2 * crate::model::adapter::MAX_BYTES;
        return Err(AdapterError::TooLarge { bytes: model.len(), limit }.into());
    }
    let broken = |e: safetensors::SafeTensorError| PeftError::Model(e.to_string());
    let (_, metadata) = SafeTensors::read_metadata(model).map_err(broken)?;
    let word = |key: &str| metadata.metadata().as_ref().and_then(|m| m.get(key)).cloned();
    let file = SafeTensors::deserialize(model).map_err(broken)?;
    let mut tensors = Vec::new();
    for (name, t) in file.tensors() {
        tensors.push((our_name(&name), t.shape().to_vec(), halves(&t)?));
    }
    let labels_of = |n: usize| (0..n).map(|i| format!("label {i}")).collect::<Vec<_>>();
    let classes = tensors.iter().find(|(name, ..)| name == "classifier.weight").and_then(|t| t.1.first());
    let classes = classes.copied().unwrap_or(0);
    let mut assumed =
        Assumed { labels: word("bertscope_labels").is_none(), base: word("bertscope_base_hash").is_none() };
    let low_rank = tensors.iter().any(|(name, ..)| name.ends_with("lora_A.weight"));
    let rank = if low_rank { c.r } else { 0 };
    // y += alpha/√r · …, said as alpha/r.
    let alpha = if c.use_rslora { c.lora_alpha * (c.r as f32).sqrt() } else { c.lora_alpha };
    let numbered = || serde_json::Value::from(labels_of(classes.min(1000))).to_string();
    let mut words: HashMap<String, String> = [
        ("format", FORMAT.to_owned()),
        ("version", VERSION.to_owned()),
        ("title", word("bertscope_title").unwrap_or_default()),
        ("base_hash", word("bertscope_base_hash").unwrap_or_else(|| base_hash.to_owned())),
        ("input", word("bertscope_input").unwrap_or_else(|| "text".into())),
        ("rank", rank.to_string()),
        ("alpha", alpha.to_string()),
        ("labels", word("bertscope_labels").unwrap_or_else(numbered)),
        ("temperature", "1".to_owned()),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v))
    .collect();
    if tensors.iter().any(|(name, ..)| name == "qa_outputs.weight") {
        let null_threshold = word("bertscope_null_threshold").unwrap_or_else(|| "0".into());
        let labels = serde_json::Value::from(SPAN_LABELS.to_vec()).to_string();
        let of_spans = [
            ("head", "span".to_owned()),
            ("null_threshold", null_threshold),
            ("input", "pair".into()),
            ("labels", labels),
        ];
        words.extend(of_spans.map(|(k, v)| (k.to_owned(), v)));
        assumed.labels = false;
    }
    let mut views = Vec::new();
    for (name, shape, bytes) in &tensors {
        views.push((name, TensorView::new(Dtype::F16, shape.clone(), bytes).map_err(broken)?));
    }
    let ours = serialize(views, words).map_err(broken)?;
    Ok((Adapter::parse(&ours, config, base_hash)?, assumed))
}

/// `peft`'s name of a tensor as ours, with what its versions put in between taken out.
fn our_name(name: &str) -> String {
    let name = name.strip_prefix(PREFIX).unwrap_or(name);
    name.replace(".modules_to_save.default", "")
        .replace(".lora_A.default.", ".lora_A.")
        .replace(".lora_B.default.", ".lora_B.")
}

/// Values as F16, as an adapter file has them: what is too large there turns infinite and is refused as that.
fn halves(t: &TensorView) -> Result<Vec<u8>, PeftError> {
    let data = t.data();
    let half = |v: f32| f16::from_f32(v).to_le_bytes();
    Ok(match t.dtype() {
        Dtype::F16 => data.to_vec(),
        Dtype::BF16 => data.chunks_exact(2).flat_map(|b| half(bf16::from_le_bytes([b[0], b[1]]).to_f32())).collect(),
        Dtype::F32 => data.chunks_exact(4).flat_map(|b| half(f32::from_le_bytes([b[0], b[1], b[2], b[3]]))).collect(),
        Dtype::F64 => {
            let bytes = data.as_chunks::<8>().0.iter();
            bytes.flat_map(|&b| half(f64::from_le_bytes(b) as f32)).collect()
        }
        other => return Err(PeftError::Type { found: format!("{other:?}") }),
    })
}
