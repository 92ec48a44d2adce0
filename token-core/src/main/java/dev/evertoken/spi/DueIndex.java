package dev.evertoken.spi;

import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link TokenStore} implements besides when it can find due accounts without reading all of them.
 *
 * <p>The index may lag behind the records; the record wins. Implementations are thread-safe.
 */
public interface DueIndex {

    /**
     * Returns accounts of a registration whose {@code refreshAt} is before {@code before}, soonest first.
     *
     * @param after the last key of the page before, empty for the first page
     * @param limit most keys to return, at least 1
     */
    List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit);

    /** Returns the oldest {@code refreshAt} of a registration, empty if nothing is planned. */
    Optional<Instant> oldestDue(String registration);
}
