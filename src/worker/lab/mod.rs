//! The fine-tuning lab in the worker: data, the run under way, and what is kept.
//!
//! The worker's loop has it do one thing at a time ([`Lab::go_on`]) and answers whoever asks in between.

mod ask;
mod changed;
mod data;
mod estimate;
mod export;
mod finish;
mod gather;
mod job;
mod keep;
mod parts;
mod storage;
mod told;

use crate::protocol::lab::{KeptModel, LabEvent};
use crate::protocol::{Event, Failure};
use crate::worker::js::post;
use data::Held;
use job::Job;
use storage::Storage;

#[derive(Default)]
pub struct Lab {
    held: Option<Held>,
    job: Option<Job>,
    storage: Option<Storage>,
}

impl Lab {
    async fn storage(&mut self) -> &mut Storage {
        let storage = match self.storage.take() {
            Some(storage) => storage,
            None => Storage::open().await,
        };
        self.storage.insert(storage)
    }

    /// The bytes of a kept model's adapter.
    pub async fn model(&mut self, id: &str) -> Result<(KeptModel, Vec<u8>), Failure> {
        keep::model(self.storage().await, id).await
    }
}

/// Says something that was not asked for.
fn tell(event: LabEvent) {
    post(Event::Lab { id: None, event });
}
