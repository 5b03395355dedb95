//! Wakes the page in the browser, and nothing else.
