//! Which lessons run on a model that is not the page's own.

use super::address::Lesson;
use super::model::base_hash;
use crate::model::manifest::Absent;
use crate::protocol::own::OwnModel;

/// How a lesson does on a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    Whole,
    /// By the model's own next-sentence head.
    OwnHead,
    NoWords,
    WithoutWords,
    /// Its adapter is bound to another base.
    Bound,
    NoPooler,
}

pub fn runs(lesson: Lesson, model: &OwnModel) -> Runs {
    let no_words = model.absent.contains(&Absent::MaskedWords);
    let bound = model.base_hash != base_hash();
    match lesson {
        Lesson::Blank | Lesson::Directions | Lesson::Masking | Lesson::Input | Lesson::Inside if no_words => {
            Runs::NoWords
        }
        Lesson::Context | Lesson::Attention if no_words => Runs::WithoutWords,
        Lesson::NextSentence if model.next_sentence => Runs::OwnHead,
        Lesson::NextSentence | Lesson::Sentiment | Lesson::Answers if bound => Runs::Bound,
        Lesson::Features if model.absent.contains(&Absent::Pooler) => Runs::NoPooler,
        _ => Runs::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(absent: &[Absent], next_sentence: bool) -> OwnModel {
        OwnModel { title: String::new(), base_hash: "other".into(), bytes: 0, absent: absent.into(), next_sentence }
    }

    #[test]
    fn lessons_say_what_they_lack() {
        assert_eq!(base_hash().len(), 64);
        let whole = model(&[], true);
        assert_eq!(runs(Lesson::Blank, &whole), Runs::Whole);
        assert_eq!(runs(Lesson::NextSentence, &whole), Runs::OwnHead);
        assert_eq!(runs(Lesson::Sentiment, &whole), Runs::Bound);
        assert_eq!(runs(Lesson::Sentiment, &OwnModel { base_hash: base_hash().into(), ..whole }), Runs::Whole);
        let bare = model(&[Absent::MaskedWords, Absent::Pooler], false);
        assert_eq!(runs(Lesson::Blank, &bare), Runs::NoWords);
        assert_eq!(runs(Lesson::Context, &bare), Runs::WithoutWords);
        assert_eq!(runs(Lesson::Features, &bare), Runs::NoPooler);
        assert_eq!(runs(Lesson::NextSentence, &bare), Runs::Bound);
    }
}
