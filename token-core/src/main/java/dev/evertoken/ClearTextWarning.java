package dev.evertoken;

import dev.evertoken.model.LoggerNames;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The warning that tokens are stored in clear text: once in this process for each store of an application, however many
 * {@code Tokens} use it. Stateless apart from that memory. Thread-safe.
 */
final class ClearTextWarning {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.START);

    /** More stores than this are warned about again. */
    private static final int MOST = 1000;

    /** Namespace, environment, and the hash of the store's location or instance; a location may contain a password. */
    private static final Set<List<Object>> WARNED = ConcurrentHashMap.newKeySet();

    private ClearTextWarning() {}

    /** Logs the warning unless it was logged for this store. */
    static void log(TokensBuilder chosen, String warning) {
        int store = chosen.store == null ? chosen.location.hashCode() : System.identityHashCode(chosen.store);
        if (WARNED.size() >= MOST) {
            WARNED.clear();
        }
        if (WARNED.add(List.of(chosen.namespace, chosen.environment, store))) {
            log.warn("{}/{}: {}", chosen.namespace, chosen.environment, warning);
        }
    }
}
