//! The words of the Sentiment lesson's table of many reviews.
