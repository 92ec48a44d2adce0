package dev.evertoken.internal.transfer;

import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.Claims;

/** One of the two stores of a transfer, with the mapper of its records and the claims on them. Immutable. */
public record TransferSide(MonitoredStore store, RecordMapper mapper, Claims claims) {}
