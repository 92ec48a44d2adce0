package dev.evertoken.internal.transfer;

import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.Claims;

/**
 * One of the two stores of a transfer, with what seals and opens its records and judges its claims.
 */
record TransferSide(MonitoredStore store, RecordMapper mapper, Claims claims) {}
