//! What the page works out without a browser: compiled and tested natively too.

pub mod address;
pub mod arcs;
pub mod csv;
pub mod desk;
pub mod heads;
pub mod number;
pub mod openings;
pub mod quality;
pub mod review;
pub mod sentence;
pub mod verdict;
