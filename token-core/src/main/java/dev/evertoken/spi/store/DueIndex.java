package dev.evertoken.spi.store;

import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link TokenStore} implements besides when it can find due accounts without reading all of them.
 *
 * <p>An account stands in it at its record's {@link dev.evertoken.spi.store.TokenRecord#dueAt()}, and every write moves
 * it there; one without such a time is not in it, so dead accounts cost nothing. Times are exact to the
 * millisecond. The index may lag behind the records; the record wins. {@code DueIndexContract} of token-testing
 * tries an implementation. Implementations are thread-safe and fail as a {@link TokenStore} does.
 */
public interface DueIndex {

    /**
     * Returns accounts of a registration that are due before {@code before}, soonest first; accounts that are due
     * at the same moment come in an order of the store's own that does not change.
     *
     * <p>If the account of the cursor is not due any more, the page begins with the soonest again: nothing that is
     * due is passed over. So ask for the next page before you refresh the accounts of this one.
     *
     * @param after the last key of the page before, empty for the first page
     * @param limit most keys to return, at least 1
     */
    List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit);

    /** Returns when the soonest account of a registration is due, empty if nothing is planned. */
    Optional<Instant> oldestDue(String registration);
}
