//! What ships to be trained on is sound.

use super::{at, gather};
use bertscope::train::data::{Dataset, Part, inspect};

#[test]
fn samples_hold_what_they_say() {
    let read = |path: &str, keys: Option<&[String]>| {
        let got = gather(&std::fs::read(at("assets/samples").join(path)).unwrap(), path, keys).unwrap();
        assert_eq!(got.bad, [], "{path}");
        got
    };
    let train = read("train-reviews/train.tsv", None);
    let keys = train.keys.clone();
    let (dev, test) = (read("train-reviews/dev.tsv", Some(&keys)), read("train-reviews/test.tsv", Some(&keys)));
    let reviews = Dataset::of_files(train, Some(dev), Some(test)).unwrap();
    let counts = [Part::Train, Part::Validation, Part::Test].map(|p| reviews.label_counts(reviews.split.rows(p)));
    assert_eq!(counts, [[60, 60], [15, 15], [0, 0]]);
    assert_eq!(reviews.split.test.len(), 30);
    let requests = Dataset::new(read("support-requests.csv", None)).unwrap();
    assert_eq!(requests.labels, ["billing", "praise", "technical"]);
    assert_eq!(requests.label_counts(&requests.split.train), [30, 30, 30]);
    let answers = Dataset::new(read("answers.jsonl", None)).unwrap();
    assert!(answers.pairs);
    assert_eq!(answers.label_counts(&answers.split.train), [30, 30]);
    let rules = Dataset::new(read("house-rules.csv", None)).unwrap();
    assert!(rules.answers);
    assert_eq!(rules.label_counts(&rules.split.train), [59, 14]);
    for data in [rules, reviews, requests, answers] {
        assert_eq!(inspect(&data).repeated, []);
    }
}
