package dev.evertoken.spi.store;

import dev.evertoken.model.TokenKey;
import java.util.List;
import java.util.Optional;

/**
 * Additional interface of a {@link TokenStore} that finds the accounts that are related to another one without reading
 * all records. The engine asks it before it revokes tokens whose revocation may reach further than one token. Without
 * it, the engine reads the records of the provider, up to a limit.
 *
 * <p>A store without such an index does not implement it. A store that wraps another one implements it with the index
 * of that one, see {@link #of}. Every write updates the index in the same step, because an account that it misses could
 * lose its tokens without a warning. {@code RelatedIndexContract} of token-testing tests an implementation.
 * Implementations are thread-safe and fail in the same way as a {@link TokenStore}.
 */
public interface RelatedIndex {

    /**
     * Returns the accounts of a registration for which {@link #areRelated} is true with a record, in no particular
     * order. The result may include other accounts, because the engine reads the records and decides. The account of
     * the record itself may be among them.
     *
     * @param record the record of an account, of this registration or of another one
     * @return empty if the store has no index
     */
    Optional<List<TokenKey>> related(String registration, TokenRecord record);

    /** Returns the index of a store: the store itself if it has one, else one that returns empty. */
    static RelatedIndex of(TokenStore store) {
        return store instanceof RelatedIndex index ? index : (registration, record) -> Optional.empty();
    }

    /**
     * Returns whether {@code other} has the user of a record, has its refresh token, or is derived from its account.
     * Records without a user or a refresh token have none in common.
     */
    static boolean areRelated(TokenRecord record, TokenRecord other) {
        return haveTheSameUser(record, other)
                || haveTheSameRefreshToken(record, other)
                || other.parent().equals(Optional.of(record.key()));
    }

    /** Returns whether two records have the same user; false if the user of either is unknown. */
    static boolean haveTheSameUser(TokenRecord one, TokenRecord other) {
        return one.subject().isPresent() && one.subject().equals(other.subject());
    }

    /** Returns whether two records have the same refresh token; false if one has none. */
    static boolean haveTheSameRefreshToken(TokenRecord one, TokenRecord other) {
        return one.refreshTokenFingerprint().isPresent()
                && one.refreshTokenFingerprint().equals(other.refreshTokenFingerprint());
    }
}
