//! What stands around the lessons.

pub mod bar;
pub mod compare;
pub mod engine_panel;
pub mod foot;
pub mod rail;
pub mod told;
