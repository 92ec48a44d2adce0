package dev.evertoken.spi.operations;

import dev.evertoken.model.TokenKey;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Inspects the accounts of a store for a diagnosis tool: opens the secrets of each record to find out whether they are
 * usable, and returns no secret. Calls no provider, and refreshes and writes nothing.
 *
 * <p>An inspector has a random key for the digests of refresh tokens, so the digests of two inspectors cannot be
 * compared. The labels of accounts are made with the first key of the key ring, and so are the same in every process
 * with this key; without a key ring they are made with the random key. Thread-safe.
 */
public interface AccountInspector {

    /**
     * Returns the inspection of every account in the store for which {@code wanted} returns true, lazily and in no
     * order, like {@link TokenOperations#statuses}. The records of other accounts are not read. The caller closes the
     * stream.
     *
     * @throws dev.evertoken.model.TokenStoreException if the store does not respond; the stream also throws it
     */
    Stream<AccountInspection> all(Predicate<TokenKey> wanted);

    /**
     * Returns the inspection of one account; empty if it has no record.
     *
     * @throws dev.evertoken.model.TokenStoreException if the store does not respond
     */
    Optional<AccountInspection> of(TokenKey key);
}
