package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer while the store or the journal is in trouble and not the token: as long as a valid one is known,
 * it is that one. Thread-safe.
 */
final class StaleFallback {

    private static final Logger log = LoggerFactory.getLogger(StaleFallback.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private static final Set<Problem> SERVED_OVER = EnumSet.of(
            Problem.STORE_UNAVAILABLE,
            Problem.STORE_REFUSED,
            Problem.STORE_QUOTA,
            Problem.JOURNAL_UNAVAILABLE,
            Problem.RECORD_UNREADABLE,
            Problem.RECORD_TOO_NEW,
            Problem.HELD_BY_PEER);

    private final OutageCopies outageCopies;
    private final TokenExceptions exceptions;
    private final Timekeeper time;

    StaleFallback(OutageCopies outageCopies, TokenExceptions exceptions, Timekeeper time) {
        this.outageCopies = outageCopies;
        this.exceptions = exceptions;
        this.time = time;
    }

    /** Returns the token that is at hand, or throws {@code why}; looks again behind the caller after a pause. */
    AccessToken or(Cell cell, TokenRequirement requirement, TokenException why, Consumer<TokenEvent> tell) {
        boolean isDead =
                why.parent().isEmpty() && why.problem().state().equals(Optional.of(ConnectionState.NEEDS_REAUTH));
        if (isDead) {
            cell.forget();
        }
        cell.lookAgainAt(time.now().plus(PAUSE));
        AccessToken known = cell.valid(time.millis());
        if (known == null || !requirement.anyValidTokenWillDo() || !SERVED_OVER.contains(why.problem())) {
            throw exceptions.about(cell.key(), why);
        }
        log.warn("{}: served from memory: {}", cell.key(), why.detail());
        outageCopies.serves(cell.key(), known.generation(), why, tell);
        return known;
    }
}
