package dev.evertoken;

/**
 * One of the two stores of a transfer, with what seals and opens its records and judges its claims.
 */
record TransferSide(WatchedStore store, Records records, Claims claims) {}
