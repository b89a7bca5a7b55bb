//! Chooses q4 codes layer by layer, each by what it sees when all below it is already rounded.

use super::checkpoint::Checkpoint;
use super::gptq::Factor;
use anyhow::{Context as _, ensure};
use bertscope::model::config::BertConfig;
use bertscope::model::quantize::{Quantized, dequantize_q4_row};
use bertscope::text::masking::{FIRST_WORD_ID, MaskedRow, SpecialIds, documents, mask_row, pack_rows};
use bertscope::text::tokenizer::BertTokenizer;
use candle_core::{D, Device, Tensor};
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

/// S of the calibration rows.
const TOKENS: usize = 128;
/// Documents taken of the first text for one of each other.
const FIRST_TEXT_SHARE: usize = 3;
const SEED: u64 = 20_261_123;
/// How much the word table's part as input counts beside its part as output matrix.
const TABLE_AS_INPUT: f64 = 0.1;

const TABLE: &str = "bert.embeddings.word_embeddings.weight";

type Result<T> = anyhow::Result<T>;

/// Every quantized tensor of the checkpoint by name.
pub fn quantized(checkpoint: &Checkpoint, texts: &[PathBuf], tokens: usize) -> Result<HashMap<String, Quantized>> {
    let rows = calibration_rows(checkpoint, texts, tokens.div_ceil(TOKENS))?;
    println!("calibrating on {} rows of {TOKENS}", rows.len());
    let mut model = Model::new(checkpoint, &rows)?;
    let started = Instant::now();

    // The word table first: the rounded one feeds the layers. As output matrix it sees what the
    // unrounded model gives its head.
    let layers = model.config.num_hidden_layers;
    let mut x = model.embeddings()?;
    for layer in 0..layers {
        x = model.layer(layer, &x, &mut |_, _, _| Ok(()))?;
    }
    let head_input = model.head(&model.chosen(&x)?)?;
    let mut made = HashMap::new();
    model.round_table(&head_input, &mut made)?;
    println!("word table rounded ({:.0?})", started.elapsed());

    let mut x = model.embeddings()?;
    for layer in 0..layers {
        x = model.layer(layer, &x, &mut |model, names, x| model.round(names, x, &mut made))?;
        println!("layer {} rounded ({:.0?})", layer + 1, started.elapsed());
    }
    let first = x.narrow(1, 0, 1)?.squeeze(1)?;
    model.round(&["bert.pooler.dense".into()], &first, &mut made)?;
    let chosen = model.chosen(&x)?;
    model.round(&["cls.predictions.transform.dense".into()], &chosen, &mut made)?;
    Ok(made)
}

/// One row from the midst of each document, masked as judged, the first text's share the larger.
fn calibration_rows(checkpoint: &Checkpoint, texts: &[PathBuf], rows: usize) -> Result<Vec<MaskedRow>> {
    let vocab = std::str::from_utf8(&checkpoint.vocab)?;
    let tokenizer = BertTokenizer::from_vocab(vocab, checkpoint.config.do_lower_case)?;
    let id = |piece: &str| tokenizer.id_of(piece).with_context(|| format!("vocab.txt lacks {piece}"));
    let ids = SpecialIds {
        cls: id("[CLS]")?,
        sep: id("[SEP]")?,
        mask: id("[MASK]")?,
        first_word: FIRST_WORD_ID,
        vocab_size: checkpoint.config.vocab_size as u32,
    };
    let shares: usize = FIRST_TEXT_SHARE + texts.len() - 1;
    let mut out = Vec::with_capacity(rows);
    for (i, path) in texts.iter().enumerate() {
        let share = if i == 0 { rows - rows / shares * (texts.len() - 1) } else { rows / shares };
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let before = out.len();
        for document in documents(&text) {
            if out.len() == before + share {
                break;
            }
            let packed = pack_rows([tokenizer.encode_ids(document)?], ids, TOKENS);
            if let Some(row) = packed.get(out.len() % packed.len().max(1)) {
                out.push(mask_row(row, out.len(), SEED, ids));
            }
        }
        ensure!(out.len() == before + share, "{} holds fewer than {share} rows of {TOKENS}", path.display());
    }
    Ok(out)
}

/// A BERT over all calibration rows at once, whose weights are replaced as they are rounded.
struct Model {
    config: BertConfig,
    tensors: HashMap<String, Tensor>,
    /// (B, S)
    ids: Tensor,
    /// Flat positions b·S + s of the chosen pieces.
    chosen: Tensor,
}

type Round<'a> = &'a mut dyn FnMut(&mut Model, &[String], &Tensor) -> Result<()>;

impl Model {
    fn new(checkpoint: &Checkpoint, rows: &[MaskedRow]) -> Result<Self> {
        let mut tensors = HashMap::new();
        for t in &checkpoint.tensors {
            tensors.insert(t.name.clone(), Tensor::from_slice(&t.values, t.shape.as_slice(), &Device::Cpu)?);
        }
        let ids: Vec<u32> = rows.iter().flat_map(|r| r.input_ids.iter().copied()).collect();
        let at = |(b, r): (usize, &MaskedRow)| -> Vec<u32> {
            r.labels.iter().map(|&(s, _)| (b * TOKENS + s) as u32).collect()
        };
        let chosen: Vec<u32> = rows.iter().enumerate().flat_map(at).collect();
        Ok(Self {
            config: checkpoint.config.clone(),
            tensors,
            ids: Tensor::from_vec(ids, (rows.len(), TOKENS), &Device::Cpu)?,
            chosen: Tensor::new(chosen, &Device::Cpu)?,
        })
    }

    fn get(&self, name: &str) -> Result<&Tensor> {
        self.tensors.get(name).with_context(|| format!("no tensor {name}"))
    }

    /// Rounds the Linears that share the input `x` (…, K) and puts the rounded weights in place.
    fn round(&mut self, names: &[String], x: &Tensor, made: &mut HashMap<String, Quantized>) -> Result<()> {
        let k = x.dim(D::Minus1)?;
        let x = x.reshape(((), k))?;
        let hessian: Vec<f32> = x.t()?.matmul(&x)?.flatten_all()?.to_vec1()?;
        let factor = Factor::of(&hessian, k).with_context(|| names.join(", "))?;
        for name in names {
            self.round_with(&factor, &format!("{name}.weight"), made)?;
        }
        Ok(())
    }

    fn round_with(&mut self, factor: &Factor, name: &str, made: &mut HashMap<String, Quantized>) -> Result<()> {
        let w = self.get(name)?;
        let shape = w.dims().to_vec();
        let z = factor.quantize(&w.flatten_all()?.to_vec1::<f32>()?).with_context(|| name.to_owned())?;
        let mut values = vec![0.0; shape.iter().product()];
        dequantize_q4_row(&z.q, &z.scale, &z.min, &mut values);
        self.tensors.insert(name.to_owned(), Tensor::from_vec(values, shape, &Device::Cpu)?);
        made.insert(name.to_owned(), z);
        Ok(())
    }

    /// The table is read twice: as the head's output matrix over `head_input` (n, H), and as input
    /// vectors, where an error in any column counts alike.
    fn round_table(&mut self, head_input: &Tensor, made: &mut HashMap<String, Quantized>) -> Result<()> {
        let h = self.config.hidden_size;
        let mut hessian: Vec<f32> = head_input.t()?.matmul(head_input)?.flatten_all()?.to_vec1()?;
        let mean = (0..h).map(|i| f64::from(hessian[i * h + i])).sum::<f64>() / h as f64;
        for i in 0..h {
            hessian[i * h + i] += (TABLE_AS_INPUT * mean) as f32;
        }
        self.round_with(&Factor::of(&hessian, h)?, TABLE, made)
    }

    fn linear(&self, name: &str, x: &Tensor) -> Result<Tensor> {
        let (w, b) = (self.get(&format!("{name}.weight"))?, self.get(&format!("{name}.bias"))?);
        let dims = x.dims().to_vec();
        let y = x.reshape(((), dims[dims.len() - 1]))?.matmul(&w.t()?)?.broadcast_add(b)?;
        let mut out = dims;
        if let Some(last) = out.last_mut() {
            *last = w.dim(0)?;
        }
        Ok(y.reshape(out)?)
    }

    fn layer_norm(&self, name: &str, x: &Tensor) -> Result<Tensor> {
        let (w, b) = (self.get(&format!("{name}.weight"))?, self.get(&format!("{name}.bias"))?);
        let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
        let spread = (centred.sqr()?.mean_keepdim(D::Minus1)? + self.config.layer_norm_eps)?.sqrt()?;
        Ok(centred.broadcast_div(&spread)?.broadcast_mul(w)?.broadcast_add(b)?)
    }

    /// (B, S, H)
    fn embeddings(&self) -> Result<Tensor> {
        let (b, s) = self.ids.dims2()?;
        let words = self.get(TABLE)?.index_select(&self.ids.flatten_all()?, 0)?.reshape((b, s, ()))?;
        let positions = self.get("bert.embeddings.position_embeddings.weight")?.narrow(0, 0, s)?;
        let first = self.get("bert.embeddings.token_type_embeddings.weight")?.get(0)?;
        self.layer_norm("bert.embeddings.LayerNorm", &words.broadcast_add(&positions)?.broadcast_add(&first)?)
    }

    /// One layer over (B, S, H); `round` is called with the Linears about to be used and their input.
    fn layer(&mut self, layer: usize, x: &Tensor, round: Round) -> Result<Tensor> {
        let name = format!("bert.encoder.layer.{layer}");
        let (b, s, h) = x.dims3()?;
        let heads = self.config.num_attention_heads;
        let at = |part: &str| format!("{name}.{part}");
        let inputs = ["query", "key", "value"].map(|p| at(&format!("attention.self.{p}")));
        round(self, &inputs, x)?;
        let by_head = |m: &Self, i: usize| -> Result<Tensor> {
            let y = m.linear(&inputs[i], x)?.reshape((b, s, heads, h / heads))?;
            Ok(y.transpose(1, 2)?.contiguous()?)
        };
        let (q, k, v) = (by_head(self, 0)?, by_head(self, 1)?, by_head(self, 2)?);
        let scores = (q.matmul(&k.transpose(2, 3)?.contiguous()?)? * (heads as f64 / h as f64).sqrt())?;
        let scores = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?)?.exp()?;
        let probabilities = scores.broadcast_div(&scores.sum_keepdim(D::Minus1)?)?;
        let context = probabilities.matmul(&v)?.transpose(1, 2)?.reshape((b, s, h))?;
        let dense = at("attention.output.dense");
        round(self, std::slice::from_ref(&dense), &context)?;
        let x = self.layer_norm(&at("attention.output.LayerNorm"), &(self.linear(&dense, &context)? + x)?)?;
        let dense = at("intermediate.dense");
        round(self, std::slice::from_ref(&dense), &x)?;
        let inner = self.linear(&dense, &x)?.gelu_erf()?;
        let dense = at("output.dense");
        round(self, std::slice::from_ref(&dense), &inner)?;
        self.layer_norm(&at("output.LayerNorm"), &(self.linear(&dense, &inner)? + x)?)
    }

    /// (B, S, H) → (n, H): the chosen pieces.
    fn chosen(&self, x: &Tensor) -> Result<Tensor> {
        Ok(x.flatten(0, 1)?.index_select(&self.chosen, 0)?)
    }

    /// What meets the vocabulary: (n, H) → (n, H).
    fn head(&self, x: &Tensor) -> Result<Tensor> {
        let h = self.linear("cls.predictions.transform.dense", x)?.gelu_erf()?;
        self.layer_norm("cls.predictions.transform.LayerNorm", &h)
    }
}
