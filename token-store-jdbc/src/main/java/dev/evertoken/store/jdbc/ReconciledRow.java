package dev.evertoken.store.jdbc;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;

/**
 * Combines the application's columns with the store's own record: the rule for writes that did not come through this
 * store. Pure; immutable.
 *
 * <p>The first match decides:
 *
 * <table>
 *   <caption>Foreign writes</caption>
 *   <tr><th>Content of the columns</th><th>Result</th></tr>
 *   <tr><td>no tokens</td><td>the application has disconnected the account: there is no record</td></tr>
 *   <tr><td>the record's tokens</td><td>the record</td></tr>
 *   <tr><td>no valid tokens, an insufficient token, or the record's tokens without the refresh token</td><td>the
 *       record; the next write of tokens restores the columns</td></tr>
 *   <tr><td>the record's refresh token and another access token</td><td>the record: both belong to the same
 *       grant</td></tr>
 *   <tr><td>earlier tokens of this account</td><td>the record: an old copy was written back, and using it could revoke
 *       the grant</td></tr>
 *   <tr><td>unknown tokens</td><td>a new grant, like that of a reconnect (table R of the protocol): the user has
 *       consented again, or another client has refreshed the tokens; in both cases these tokens are valid</td></tr>
 * </table>
 *
 * No tokens are lost in any case: the side table has those of the record, whatever happens to the columns.
 *
 * @param record the resulting record, empty if there is none
 * @param verdict the rule that matched
 */
record ReconciledRow(Optional<TokenRecord> record, Verdict verdict) {

    /** The rule that matched. */
    enum Verdict {
        /** Neither the columns nor the store have usable tokens. */
        NOTHING,
        /** The application removed the tokens. */
        CLEARED,
        /** The columns and the record have the same tokens. */
        AGREED,
        /** The columns are older than the record. */
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
        return isOlder(columns, own, record.refreshModel(), spent)
                ? new ReconciledRow(Optional.of(record), Verdict.BEHIND)
                : new ReconciledRow(Optional.of(adoption.next(record, columns)), Verdict.ADOPTED);
    }

    private static boolean isOlder(
            ColumnTokens columns, ColumnTokens own, RefreshModel model, SpentTokenDigests spent) {
        if (columns.damaged() || !columns.suffice(model)) {
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
     * @param tokens the tokens of the record, limited to the parts with a column
     */
    record Known(TokenRecord record, ColumnTokens tokens) {}
}
