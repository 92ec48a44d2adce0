package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.store.jdbc.ReconciledRow.Verdict;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a problem with the rows of an account once until the rows are in order again, because each read finds the same
 * problem. Thread-safe.
 */
final class RowLog {

    private static final Logger log = LoggerFactory.getLogger(RowLog.class);

    /** If more accounts have a problem, all are logged again. */
    private static final int MOST = 10_000;

    private final String table;
    private final ConcurrentMap<TokenKey, Verdict> logged = new ConcurrentHashMap<>();

    RowLog(String table) {
        this.table = table;
    }

    /**
     * Logs the result of a comparison.
     *
     * @param damaged whether a column has a value that is not a token
     * @param isKnown whether the store had a record of the account
     */
    void compared(TokenKey key, Verdict verdict, boolean damaged, boolean isKnown) {
        boolean isLogged = switch (verdict) {
            case NOTHING -> damaged;
            case BEHIND -> true;
            case ADOPTED -> isKnown;
            case CLEARED, AGREED -> false;
        };
        if (!isLogged) {
            logged.remove(key);
        } else if (isNew(key, verdict)) {
            write(key, verdict);
        }
    }

    private void write(TokenKey key, Verdict verdict) {
        if (verdict == Verdict.ADOPTED) {
            log.info("{}: table {} has new tokens from another writer; they are used as a new grant", key, table);
        } else if (verdict == Verdict.BEHIND) {
            log.warn(
                    "{}: table {} has older or fewer tokens than the store; the stored tokens are used, and the next"
                            + " write restores them",
                    key,
                    table);
        } else {
            log.warn(
                    "{}: table {} has a value that is not a token, such as one with a line break; the account counts as"
                            + " not connected",
                    key,
                    table);
        }
    }

    private boolean isNew(TokenKey key, Verdict verdict) {
        if (logged.size() >= MOST && !logged.containsKey(key)) {
            logged.clear();
        }
        return logged.put(key, verdict) != verdict;
    }
}
