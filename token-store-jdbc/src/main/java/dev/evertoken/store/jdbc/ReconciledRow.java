package dev.evertoken.store.jdbc;

import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;

/**
 * What the application's columns and the store's own record say together: the one rule for writes that did not come
 * through this store. Pure; immutable.
 *
 * <p>First hit wins:
 *
 * <table>
 *   <caption>Foreign writes</caption>
 *   <tr><th>The columns have</th><th>then</th></tr>
 *   <tr><td>nothing</td><td>the application has disconnected the account: there is no record</td></tr>
 *   <tr><td>the record's tokens</td><td>the record</td></tr>
 *   <tr><td>something that is no tokens, or less than the record: its refresh token is gone</td><td>the record; the
 *       next write of tokens heals the columns</td></tr>
 *   <tr><td>the record's refresh token and another access token</td><td>the record: both are of one grant</td></tr>
 *   <tr><td>tokens that a grant of this account had before</td><td>the record: somebody wrote back an old copy, and
 *       spending it could end the grant</td></tr>
 *   <tr><td>tokens never seen</td><td>a new grant, as after a reconnect (table R of the protocol): somebody has
 *       consented, or has refreshed elsewhere, and in both cases these are the ones that live</td></tr>
 * </table>
 *
 * Nothing is lost by any of them: the record has its tokens in the side table, whatever happens to the columns.
 *
 * @param record the record to go by, empty if there is none
 * @param verdict which rule it was
 */
record ReconciledRow(Optional<TokenRecord> record, Verdict verdict) {

    /** Which rule it was. */
    enum Verdict {
        /** Neither has anything that counts. */
        NOTHING,
        /** The application took the tokens out. */
        CLEARED,
        /** Both say the same. */
        AGREED,
        /** The columns are behind the record. */
        BEHIND,
        /** The columns have tokens of a new grant. */
        ADOPTED
    }

    static ReconciledRow of(Optional<Known> known, ColumnTokens columns, SpentTokenDigests spent, Adoption adoption) {
        if (columns.areNone()) {
            return new ReconciledRow(Optional.empty(), known.isPresent() ? Verdict.CLEARED : Verdict.NOTHING);
        }
        if (known.isEmpty()) {
            Optional<TokenRecord> first = columns.damaged() ? Optional.empty() : adoption.first(columns);
            return new ReconciledRow(first, first.isPresent() ? Verdict.ADOPTED : Verdict.NOTHING);
        }
        TokenRecord record = known.get().record();
        ColumnTokens own = known.get().tokens();
        if (columns.sameTokens(own)) {
            return new ReconciledRow(Optional.of(record), Verdict.AGREED);
        }
        return isBehind(columns, own, spent)
                ? new ReconciledRow(Optional.of(record), Verdict.BEHIND)
                : new ReconciledRow(Optional.of(adoption.next(record, columns)), Verdict.ADOPTED);
    }

    private static boolean isBehind(ColumnTokens columns, ColumnTokens own, SpentTokenDigests spent) {
        if (columns.damaged() || columns.accessToken().isEmpty()) {
            return true;
        }
        if (own.refreshToken().isPresent()
                && (columns.refreshToken().isEmpty() || columns.refreshToken().equals(own.refreshToken()))) {
            return true;
        }
        return columns.root().filter(spent::has).isPresent();
    }

    /**
     * The store's own record.
     *
     * @param tokens its tokens, in the parts that the columns keep
     */
    record Known(TokenRecord record, ColumnTokens tokens) {}
}
