package dev.evertoken.internal.client;

import dev.evertoken.internal.client.ClientHealth.Suspension;
import dev.evertoken.internal.record.LogLine;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/**
 * Logs that a client is suspended, with one line for each problem, and that it works again. The lines stand for those
 * of all its accounts. Thread-safe.
 */
public final class ClientLog {

    private final String registration;
    private final Logger log;

    private ClientLog(String registration, Logger log) {
        this.registration = registration;
        this.log = log;
    }

    /** Returns the log of a registered client. */
    public static ClientLog of(String registration) {
        return new ClientLog(registration, LoggerFactory.getLogger(LoggerNames.CLIENTS));
    }

    /** Returns a log that writes nothing. */
    static ClientLog none() {
        return new ClientLog("", NOPLogger.NOP_LOGGER);
    }

    /** Logs a change of the reason why the client is suspended, except for its end. */
    void changed(Optional<Suspension> before, Optional<Suspension> after) {
        if (problem(before).equals(problem(after))) {
            return;
        }
        after.ifPresentOrElse(
                suspension -> log.warn(
                        "{}",
                        LogLine.of(
                                registration,
                                suspension.problem(),
                                "no account can refresh: " + suspension.detail(),
                                "next attempt at " + suspension.until())),
                () -> before.ifPresent(suspension -> log.info(
                        "{}: works again; it was {} since {}",
                        registration,
                        suspension.problem(),
                        suspension.since())));
    }

    private static Optional<Problem> problem(Optional<Suspension> suspension) {
        return suspension.isPresent() ? Optional.of(suspension.get().problem()) : Optional.empty();
    }
}
