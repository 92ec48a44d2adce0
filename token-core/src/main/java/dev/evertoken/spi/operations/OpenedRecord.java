package dev.evertoken.spi.operations;

import dev.evertoken.model.TokenSet;

/**
 * A stored record and its tokens. The string representation contains no secrets. Immutable.
 *
 * @param record the record
 * @param tokens the tokens of the record; its access token may have expired
 */
public record OpenedRecord(RecordView record, TokenSet tokens) {}
