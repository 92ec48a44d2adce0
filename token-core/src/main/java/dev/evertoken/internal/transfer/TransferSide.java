package dev.evertoken.internal.transfer;

import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.Claims;
import dev.evertoken.model.TokenKey;
import java.util.function.Consumer;

/**
 * One of the two stores of a transfer, with the mapper of its records and the claims on them. Immutable.
 *
 * @param changed ends the remembered refusals of an account that may have changed in the store
 */
public record TransferSide(MonitoredStore store, RecordMapper mapper, Claims claims, Consumer<TokenKey> changed) {}
