//! Files to a dataset.

use super::options::Options;
use anyhow::Context as _;
use bertscope::text::table::{Layout, SAMPLE_BYTES, guess_labelled};
use bertscope::train::data::{Dataset, Gathered, Gatherer};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The training file, and those for validation and test where they are given.
pub fn dataset(o: &Options) -> anyhow::Result<Dataset> {
    let (train, layout) = gathered(&o.file, None)?;
    let keys = train.keys.clone();
    let other = |file: &Option<PathBuf>| -> anyhow::Result<Option<Gathered>> {
        file.as_deref().map(|f| Ok(gathered(f, Some((&keys, &layout)))?.0)).transpose()
    };
    Ok(Dataset::of_files(train, other(&o.dev)?, other(&o.test)?)?)
}

/// The rows of a file, and how they were read. With the labels and layout of the training file it may have none.
fn gathered(file: &Path, like: Option<(&[String], &Layout)>) -> anyhow::Result<(Gathered, Layout)> {
    let name = file.display().to_string();
    let mut input = std::fs::File::open(file).with_context(|| name.clone())?;
    let mut first = Vec::new();
    input.by_ref().take(SAMPLE_BYTES as u64).read_to_end(&mut first).with_context(|| name.clone())?;
    let own = guess_labelled(&first, Some(&name));
    let layout = match like {
        Some((_, train)) if (own.format, own.columns) == (train.format, train.columns) => {
            let header = own.header.filter(|h| Some(h) == train.header.as_ref());
            Layout { header, ..train.clone() }
        }
        // Fewer columns without a header: the article's test file, id and text.
        Some(_) if own.header.is_none() => Layout { label: None, ..own },
        _ => own,
    };
    let keys = like.map(|l| l.0);
    let mut gatherer = Gatherer::new(layout.clone(), keys);
    let mut more = gatherer.push(&first)?;
    let mut chunk = vec![0; 1 << 16];
    while more {
        let n = input.read(&mut chunk).with_context(|| name.clone())?;
        if n == 0 {
            break;
        }
        more = gatherer.push(&chunk[..n])?;
    }
    let gathered = gatherer.finish()?;
    gathered.bad.iter().for_each(|b| eprintln!("{name}, line {}: {:?}", b.line, b.reason));
    if let Some(line) = gathered.full_at {
        eprintln!("{name}: nothing from line {line} on was kept");
    }
    eprintln!("{name}: {} rows, {} bad", gathered.samples.len(), gathered.bad_rows);
    Ok((gathered, layout))
}
